"""The commands of a journal, given again: for worlds that an older engine took elsewhere than this one."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from sandbox.history import journal as rows
from sandbox.history.commands import Ticket, caller, host, load
from sandbox.history.journal import Journal, Row
from sandbox.kernel import as_datetime
from sandbox.services.base import AwsError

if TYPE_CHECKING:
    from sandbox.world import World


def give_again(world: World, journal: Journal) -> None:
    """Give the commands of a journal to a new world, in their order and their groups.

    Waits end when they end under this engine; a moment that has passed by then is not waited for. What was
    undone is left out, and what was observed is observed anew.

    Args:
        world: begun as the journal's header says.
        journal: whose commands they are.

    Raises:
        JournalError: a row cannot be read.
    """
    ticket: Ticket | None = None
    for _, together in groupby(journal.effective(first=1), lambda row: row.group):
        with world.group():
            for row in together:
                ticket = _give(world, row, journal, ticket)


def _give(world: World, row: Row, journal: Journal, ticket: Ticket | None) -> Ticket | None:
    params = journal.restored(row.params)
    if row.kind == rows.CALL:
        return world.submit(row.service, row.operation, params, principal=caller(world.cloud, row))
    if row.kind == rows.DRIVE and ticket is not None:
        with suppress(AwsError):
            world.drive(ticket)
    elif row.kind == rows.ADVANCE:
        world.advance(microseconds=params)
    elif row.kind == rows.RUN_UNTIL and as_datetime(params) > world.now:
        world.run_until(as_datetime(params))
    elif row.kind == rows.SETTLE:
        world.settle()
    elif row.kind == rows.OUTSIDE:
        host(row, journal)  # refuses what stages none
        world.outside(**params)
    elif row.kind == rows.LOAD:
        load(row, journal)  # refuses what begins none
        world.load(**{**params, "duration": timedelta(microseconds=params["duration"])})
    elif row.kind == rows.MARK:
        world.mark()
    return ticket
