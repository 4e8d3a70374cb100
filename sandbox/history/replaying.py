"""From a journal to the cloud that it describes: from its beginning, or from a checkpoint on."""

from __future__ import annotations

import binascii
import platform
from collections.abc import Iterable, Iterator

import msgspec

from sandbox.cloud import Cloud
from sandbox.facts import Facts
from sandbox.history import journal as rows
from sandbox.history.checkpoints import Checkpoints
from sandbox.history.commands import StuckError, apply
from sandbox.history.journal import ENGINE, Header, Journal, JournalError, Row
from sandbox.runtime import Observation


class ReplayDiffersError(JournalError):
    """A journal is whole, and yet this engine comes to something else. Its commands can be given again; see
    `World.rebuilt`.

    Args:
        header: of the journal: who wrote it.
        where: what differs.
    """

    def __init__(self, header: Header, where: str) -> None:
        written = f"engine {header.engine} on Python {header.python}"
        here = f"engine {ENGINE} on Python {platform.python_version()}"
        by = f"This was saved by {written}; here is {here}." if written != here else f"Both are {here}."
        super().__init__(f"the replay comes out differently: {where}. {by}")
        self.header = header


def begin(header: Header) -> Cloud:
    """The cloud that a header describes, before anything was done to it.

    Raises:
        JournalError: there cannot be such a one.
    """
    try:
        Facts.load(header.profile)
    except ValueError as error:
        raise JournalError(f"the journal's header is of no use: {error}") from None
    return Cloud(
        seed=header.seed,
        profile=header.profile,
        account_limit=header.account_limit,
        start=header.start,
    )


def replayed(journal: Journal, checkpoints: Checkpoints) -> Cloud:
    """The cloud that a journal describes.

    Args:
        journal: what was done.
        checkpoints: states on the way to it; the last one is where this begins. New ones are taken.

    Raises:
        JournalError: the journal is damaged, or was written by a newer engine.
        ReplayDiffersError: this engine comes to something else.
    """
    header = journal.header()
    known = checkpoints.latest
    cloud: Cloud = begin(header) if known is None else known.state.thaw()
    first = 1 if known is None else known.row
    for row, observed in _units(journal.effective(first)):
        if checkpoints.due(row.number, cloud.kernel.steps):
            checkpoints.keep(row.number, cloud)
        cloud.environments.preset(observed)
        try:
            _reach(cloud, row, header)
            apply(cloud, row, journal)
        except StuckError as error:
            raise ReplayDiffersError(header, f"row {row.number} does not end: {error}") from None
        if cloud.environments.take_observations():
            raise ReplayDiffersError(header, f"code was stopped in row {row.number} that ran to its end")
    return cloud


def _units(effective: Iterable[Row]) -> Iterator[tuple[Row, list[Observation]]]:
    """Each row with what was observed when it was done, which is told by the rows that follow it."""
    unit: Row | None = None
    observed: list[Observation] = []
    for row in effective:
        if row.kind == rows.OBSERVATION:
            observed.append(_observation(row))
            continue
        if unit is not None:
            yield unit, observed
        unit, observed = row, []
    if unit is not None:
        yield unit, observed


def _reach(cloud: Cloud, row: Row, header: Header) -> None:
    """Run what had run when a row was written."""
    kernel = cloud.kernel
    while kernel.steps < row.steps:
        if not kernel.step():
            raise ReplayDiffersError(header, f"row {row.number} of the journal cannot be reached")
    kernel.stand_at(row.time)
    if kernel.steps != row.steps or kernel.now != row.time:
        raise ReplayDiffersError(header, f"the world does not come to row {row.number} as the journal says")


class _Observed(msgspec.Struct, frozen=True):
    """The plain form of an `Observation`."""

    environment: str
    segment: int
    memory_used: int
    ending: str


def _observation(row: Row) -> Observation:
    try:
        plain = msgspec.convert(row.params, _Observed)
        return Observation.of(msgspec.structs.asdict(plain))
    except (binascii.Error, msgspec.MsgspecError) as error:
        raise JournalError(f"row {row.number} of the journal tells no observation: {error}") from None
