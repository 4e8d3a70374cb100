"""What a command does to a cloud: the same when it is given, replayed, or given again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from sandbox.cloud import Cloud
from sandbox.history import journal as rows
from sandbox.history.journal import END_OF_TIME, Journal, JournalError, Row
from sandbox.identity import Principal
from sandbox.kernel import SECOND, Promise
from sandbox.load import Load, planned
from sandbox.network.outside import Host, staged
from sandbox.services.base import AwsError

_SETTLE_LIMIT = 400 * 86_400 * SECOND


class StuckError(Exception):
    """A waiting operation can never end: nothing is left on the agenda. A bug of the engine."""


class Ticket:
    """An operation that was submitted. `done` tells whether its reply is there."""

    def __init__(self, outcome: Any, error: AwsError | None, request_id: str) -> None:
        self._outcome = outcome
        self._error = error
        self.request_id = request_id

    @property
    def done(self) -> bool:
        """Whether the reply, or the error, is there."""
        return not isinstance(self._outcome, Promise) or self._outcome.done

    def result(self) -> dict[str, Any]:
        """The reply.

        Raises:
            AwsError: what AWS answered instead.
            RuntimeError: it is not done yet.
        """
        if self._error is not None:
            raise self._error
        if isinstance(self._outcome, Promise):
            if not self._outcome.done:
                raise RuntimeError("this ticket is not done yet")
            if self._outcome.error is not None:
                raise self._outcome.error
            return self._outcome.value  # type: ignore[no-any-return]
        return self._outcome  # type: ignore[no-any-return]


def perform(cloud: Cloud, service: str, operation: str, params: dict[str, Any], caller: Principal) -> Ticket:
    """Call an operation from outside: it reaches AWS after the fixed latency [SIM: command.latency]."""
    cloud.kernel.run_until(cloud.kernel.now + cloud.facts.us("command.latency"))
    request_id = cloud.kernel.uuid("request id")
    outcome: Any = None
    error = None
    try:
        outcome = cloud.call(service, operation, params, principal=caller, cause=0, request_id=request_id)
    except AwsError as raised:
        error = raised
    return Ticket(outcome, error, request_id)


def check_ahead(cloud: Cloud, time: int) -> None:
    """Whether the clock can go to a moment, in microseconds since the epoch.

    Raises:
        ValueError: the moment is past, or lies where no date reaches.
    """
    if time < cloud.kernel.now:
        raise ValueError("time does not go back; undo does")
    if time >= END_OF_TIME:
        raise ValueError("no clock goes beyond the year 9998")


def settle(cloud: Cloud) -> None:
    """Let time pass until nothing but housekeeping is still to come.

    Raises:
        StuckError: that takes more than 400 days.
    """
    kernel = cloud.kernel
    limit = kernel.now + _SETTLE_LIMIT
    while kernel.busy():
        kernel.step()
        if kernel.now > limit:
            raise StuckError("the world does not settle")


def drive(cloud: Cloud, ticket: Ticket) -> None:
    """Run the agenda until a ticket is done.

    Raises:
        StuckError: nothing is left that could answer it.
    """
    step = cloud.kernel.step
    while not ticket.done:
        if not step():
            raise StuckError("nothing is left that could answer the operation")


def apply(cloud: Cloud, row: Row, journal: Journal) -> Ticket | None:
    """Do what a row says, at the instant at which the cloud stands. Rows that command nothing do nothing.

    Args:
        cloud: what it is done to.
        row: the row.
        journal: whose row it is, for its blobs.

    Returns:
        The ticket of a call.

    Raises:
        JournalError: the row cannot be read, or time cannot go where it says.
    """
    kernel = cloud.kernel
    if row.kind == rows.CALL:
        params = journal.restored(row.params)
        return perform(cloud, row.service, row.operation, params, caller(cloud, row))
    if row.kind in (rows.ADVANCE, rows.RUN_UNTIL):
        target = row.params + kernel.now if row.kind == rows.ADVANCE else row.params
        try:
            check_ahead(cloud, target)
        except ValueError as error:
            raise JournalError(f"row {row.number} of the journal leads nowhere: {error}") from None
        kernel.run_until(target)
    elif row.kind == rows.SETTLE:
        settle(cloud)
    elif row.kind == rows.OUTSIDE:
        cloud.network.stage(host(row, journal))
    elif row.kind == rows.LOAD:
        cloud.load.start(load(row, journal))
    return None


def host(row: Row, journal: Journal) -> Host:
    """The host outside that a row stages.

    Raises:
        JournalError: the row stages none.
    """
    try:
        return staged(**journal.restored(row.params))
    except (TypeError, ValueError) as error:
        raise JournalError(f"row {row.number} of the journal stages no host: {error}") from None


def load(row: Row, journal: Journal) -> Load:
    """The load that a row begins.

    Raises:
        JournalError: the row begins none.
    """
    try:
        return planned(**journal.restored(row.params))
    except (TypeError, ValueError) as error:
        raise JournalError(f"row {row.number} of the journal begins no load: {error}") from None


def caller(cloud: Cloud, row: Row) -> Principal:
    """Who gave the command that a row tells of.

    Raises:
        JournalError: the row names nobody.
    """
    if row.principal is None:
        return cloud.administrator
    try:
        return msgspec.convert(row.principal, Principal)
    except msgspec.ValidationError as error:
        raise JournalError(f"row {row.number} of the journal names nobody: {error}") from None


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until what is done inside is done. Only the main thread ever hears of it."""
    former = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or former is None:
        yield
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
    if pressed:
        raise KeyboardInterrupt
