"""`World`: the public API of the pretend AWS.

A world is a function of its seed and its journal. Everything that is done to it goes through `submit` or
moves its clock, and is journaled; `fork`, `undo` and `replay` are one mechanism. One thread owns a world.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import botocore
import msgspec

from sandbox import journal as rows
from sandbox.client import Client
from sandbox.cloud import Cloud
from sandbox.identity import Principal, Walk, walk
from sandbox.journal import Journal, JournalError, Row
from sandbox.kernel import SECOND, Promise, as_datetime, as_time
from sandbox.observe.explain import explain
from sandbox.runtime import Observation
from sandbox.services.base import AwsError
from sandbox.trace import PermissionDecided, Trace

ENGINE = "0.1.0"
"""The version that journals record; a journal of a newer engine is refused."""

DEFAULT_START = "2026-11-23T09:00:00Z"
_SETTLE_LIMIT = 400 * 86_400 * SECOND


class NothingToUndoError(Exception):
    """There is no command left that could be undone."""


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


class World:
    """A pretend AWS: account 123456789012 in us-east-1, its clock, its journal.

    Args:
        seed: decides every draw; equal seeds and equal commands give equal traces.
        profile: of the facts: "today", or "2019" for the values of the notes' era.
        account_limit: concurrent executions of the account; the fact's value when None.
        start: where the clock starts, ISO 8601 in UTC.
    """

    def __init__(
        self,
        seed: int = 7,
        *,
        profile: str = "today",
        account_limit: int | None = None,
        start: str = DEFAULT_START,
    ) -> None:
        moment = as_time(datetime.fromisoformat(start))
        header = {
            "seed": seed,
            "profile": profile,
            "account_limit": account_limit,
            "start": moment,
            "engine": ENGINE,
            "python": platform.python_version(),
            "botocore": botocore.__version__,
        }
        self._cloud = _cloud(header)
        self.journal = Journal()
        self.journal.append(rows.WORLD, time=moment, steps=0, params=header)
        self._group: int | None = None

    # -- reading -------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The world's time, aware, in UTC."""
        return as_datetime(self._cloud.kernel.now)

    @property
    def trace(self) -> Trace:
        """Everything that happened. Undo replaces it, so do not keep it across commands."""
        return self._cloud.trace

    @property
    def cloud(self) -> Cloud:
        """The engine's state, for reading; undo replaces it."""
        return self._cloud

    def explain(self, event: int) -> list[str]:
        """Why the event of that sequence number happened, in words, the first cause last."""
        return explain(self.trace, event)

    def walk(self, decided: PermissionDecided) -> Walk | None:
        """How IAM came to a decision of the trace, under the policies that there are now.

        Returns:
            What was read, what matched or why not, what would change it; None when who asked is gone.
        """
        principal = self._cloud.who(decided.principal)
        if principal is None:
            return None
        request = self._cloud.request(
            principal, decided.action, decided.arn, dict(decided.context), decided.time
        )
        return walk(request, self._cloud.policies(principal, decided.arn))

    # -- acting --------------------------------------------------------------------------------------------

    def client(self, service: str, principal: str | Principal | None = None) -> Client:
        """A client in boto3's vocabulary.

        Args:
            service: boto3's name, such as "lambda".
            principal: whose permissions count: the ARN of a user or role, or a Principal; the administrator
                when None.

        Raises:
            LookupError: the service is not implemented here, or there is no such user or role.
        """
        if service not in self._cloud.services:
            there = ", ".join(sorted(self._cloud.services))
            raise LookupError(f"{service} is not implemented here. Implemented: {there}.")
        return Client(self, service, self._principal(principal))

    def _principal(self, who: str | Principal | None) -> Principal:
        if who is None:
            return self._cloud.administrator
        if isinstance(who, Principal):
            return who
        principal = self._cloud.iam.principal(who)
        if principal is None:
            raise LookupError(f"there is no user or role {who}")
        return principal

    def submit(
        self, service: str, operation: str, params: dict[str, Any], *, principal: Principal | None = None
    ) -> Ticket:
        """Give a command: it reaches AWS after the fixed latency [SIM: command.latency].

        Args:
            service: boto3's client name.
            operation: AWS's operation name, such as "SendMessage".
            params: validated parameters; see `client` for the usual way in.
            principal: who calls; the administrator when None.

        Returns:
            A ticket; `drive` waits for it.
        """
        caller = principal or self._cloud.administrator
        whole = None if caller == self._cloud.administrator else msgspec.to_builtins(caller)
        with self._command(rows.CALL, principal=whole, service=service, operation=operation, params=params):
            return self._perform(service, operation, params, caller)

    def _perform(self, service: str, operation: str, params: dict[str, Any], caller: Principal) -> Ticket:
        cloud = self._cloud
        cloud.kernel.run_until(cloud.kernel.now + cloud.facts.us("command.latency"))
        request_id = cloud.kernel.uuid("request id")
        outcome: Any = None
        error = None
        try:
            outcome = cloud.call(service, operation, params, principal=caller, cause=0, request_id=request_id)
        except AwsError as raised:
            error = raised
        return Ticket(outcome, error, request_id)

    def drive(self, ticket: Ticket) -> dict[str, Any]:
        """Move the clock until a ticket is done, and hand out its reply.

        Raises:
            AwsError: what AWS answered instead of a reply.
        """
        moved = not ticket.done
        with self._whole():
            while not ticket.done:
                if not self._cloud.kernel.step():
                    raise StuckError("nothing is left that could answer the operation")
        if moved:
            self._write(rows.DRIVE)
            self._observe()
        return ticket.result()

    def advance(
        self, *, hours: float = 0, minutes: float = 0, seconds: float = 0, microseconds: int = 0
    ) -> None:
        """Let time pass; everything that is due happens at its own time.

        Raises:
            ValueError: time does not go back.
        """
        span = timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)
        duration = span // timedelta(microseconds=1)
        if duration < 0:
            raise ValueError("time does not go back; undo does")
        with self._command(rows.ADVANCE, params=duration):
            self._cloud.kernel.run_until(self._cloud.kernel.now + duration)

    def run_until(self, moment: datetime) -> None:
        """Let time pass until a moment.

        Raises:
            ValueError: the moment is past.
        """
        target = as_time(moment)
        if target < self._cloud.kernel.now:
            raise ValueError("time does not go back; undo does")
        with self._command(rows.RUN_UNTIL, params=target):
            self._cloud.kernel.run_until(target)

    def settle(self) -> None:
        """Let time pass until nothing but housekeeping is still to come."""
        with self._command(rows.SETTLE):
            self._settle()

    def _settle(self) -> None:
        kernel = self._cloud.kernel
        limit = kernel.now + _SETTLE_LIMIT
        while kernel.busy():
            kernel.step()
            if kernel.now > limit:
                raise StuckError("the world does not settle")

    # -- history -------------------------------------------------------------------------------------------

    def mark(self) -> None:
        """Say that what was done so far cannot be undone: a lab's set-up ends here."""
        self._write(rows.MARK)

    @contextmanager
    def group(self) -> Iterator[None]:
        """What is done inside is one command for `undo`."""
        if self._group is not None:
            yield
            return
        self._group = len(self.journal.rows)
        try:
            yield
        finally:
            self._group = None

    def undo(self) -> tuple[Row, ...]:
        """Take back the last command, and every reading one after it.

        Returns:
            What was taken back, without what only read.

        Raises:
            NothingToUndoError: nothing was done since the beginning, or since the last `mark`.
        """
        effective = self.journal.effective()
        floor = max((row.number for row in effective if row.kind == rows.MARK), default=0)
        done = [row for row in effective if row.kind in rows.STEPS and row.number > floor]
        changing = [row for row in done if not rows.only_reads(row)]
        if not changing:
            raise NothingToUndoError("there is nothing left to undo")
        first = changing[-1].group
        before = self.journal
        self.journal = before.copy()
        self._write(rows.UNDO, params={"from": first})
        try:
            self._rebuild()
        except BaseException:
            self.journal = before
            raise
        return tuple(row for row in changing if row.group == first)

    def _rebuild(self) -> None:
        """Become what the journal says; the world stays as it is when the journal cannot be replayed."""
        fresh = World._of(self.journal)
        old, self._cloud = self._cloud, fresh._cloud
        old.environments.close()

    def fork(self) -> World:
        """A copy whose future is exact and which never touches this world."""
        twin = World.__new__(World)
        twin._cloud = self._cloud.copy()
        twin.journal = self.journal.copy()
        twin._group = None
        return twin

    @classmethod
    def replay(cls, journal: Journal) -> World:
        """The world that a journal describes.

        Raises:
            JournalError: the journal is damaged, or was written by a newer engine.
        """
        journal.verify()
        return cls._of(journal)

    @classmethod
    def _of(cls, journal: Journal) -> World:
        world = cls.__new__(cls)
        world.journal = journal.copy()
        world._group = None
        world._replay(journal)
        return world

    def _replay(self, journal: Journal) -> None:
        effective = journal.effective()
        header = effective[0].params
        if _version(header["engine"]) > _version(ENGINE):
            raise JournalError(
                f"this was saved by engine {header['engine']}, which is newer than {ENGINE}; "
                "install the newer version to go on with it"
            )
        self._cloud = _cloud(header)
        self._cloud.environments.preset(_observations(effective))
        for row in effective[1:]:
            self._again(row, journal)
        self._cloud.environments.take_observations()

    def _again(self, row: Row, journal: Journal) -> None:
        kernel = self._cloud.kernel
        while kernel.steps < row.steps:
            if not kernel.step():
                raise JournalError(f"row {row.number} of the journal cannot be reached")
        kernel.stand_at(row.time)
        if kernel.steps != row.steps or kernel.now != row.time:
            raise JournalError(f"the world does not come to row {row.number} as the journal says")
        if row.kind == rows.CALL:
            params = journal.restored(row.params)
            caller = self._caller(row.principal)
            self._perform(row.service, row.operation, params, caller)
        elif row.kind == rows.ADVANCE:
            kernel.run_until(kernel.now + row.params)
        elif row.kind == rows.RUN_UNTIL:
            kernel.run_until(row.params)
        elif row.kind == rows.SETTLE:
            self._settle()

    def _caller(self, whole: Any) -> Principal:
        return self._cloud.administrator if whole is None else msgspec.convert(whole, Principal)

    @contextmanager
    def _command(self, kind: str, **fields: Any) -> Iterator[None]:
        """Journal what is done inside, at the instant at which it began, once it is done."""
        kernel = self._cloud.kernel
        time, steps = kernel.now, kernel.steps
        with self._whole():
            yield
        self.journal.append(kind, time=time, steps=steps, group=self._group, **fields)
        self._observe()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """What is done inside is done wholly, or the world is what its journal says."""
        try:
            yield
        except BaseException:
            self._rebuild()
            raise

    def _write(self, kind: str, **fields: Any) -> None:
        kernel = self._cloud.kernel
        self.journal.append(kind, time=kernel.now, steps=kernel.steps, group=self._group, **fields)

    def _observe(self) -> None:
        for observation in self._cloud.environments.take_observations():
            self._write(rows.OBSERVATION, params=observation.plain())

    # -- ending --------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop the processes that ran handlers for this world."""
        self._cloud.environments.close()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _cloud(header: Mapping[str, Any]) -> Cloud:
    return Cloud(
        seed=header["seed"],
        profile=header["profile"],
        account_limit=header["account_limit"],
        start=header["start"],
    )


def _observations(effective: Sequence[Row]) -> list[Observation]:
    return [Observation.of(row.params) for row in effective if row.kind == rows.OBSERVATION]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
