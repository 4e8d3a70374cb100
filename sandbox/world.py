"""`World`: the public API of the pretend AWS.

A world is a function of its seed and its journal. Everything that is done to it goes through `submit` or
moves its clock, and is journaled; `fork`, `undo` and `replay` are one mechanism. One thread owns a world.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

import botocore
import msgspec

from sandbox.client import Client
from sandbox.cloud import Cloud
from sandbox.history import commands, saving
from sandbox.history import journal as rows
from sandbox.history.checkpoints import Checkpoints
from sandbox.history.commands import StuckError, Ticket
from sandbox.history.journal import ENGINE, Header, Journal
from sandbox.history.rebuilding import give_again
from sandbox.history.recorded import NothingToUndoError, Recorded
from sandbox.history.replaying import ReplayDiffersError, begin, replayed
from sandbox.identity import Principal, Walk, walk
from sandbox.kernel import as_datetime, as_time
from sandbox.load import planned
from sandbox.network.outside import staged
from sandbox.observe.explain import explain
from sandbox.trace import PermissionDecided, Trace

__all__ = ["DEFAULT_START", "ENGINE", "NothingToUndoError", "StuckError", "Ticket", "World"]

DEFAULT_START = "2026-11-23T09:00:00Z"


class World(Recorded):
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
        header = Header(
            seed=seed,
            profile=profile,
            account_limit=account_limit,
            start=moment,
            engine=ENGINE,
            python=platform.python_version(),
            botocore=botocore.__version__,
        )
        journal = Journal()
        journal.append(rows.WORLD, time=moment, steps=0, params=msgspec.structs.asdict(header))
        super().__init__(begin(header), journal, Checkpoints())

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
        return walk(request, self._cloud.policies(principal, decided.arn), self._cloud.arn_of)

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
            return commands.perform(self._cloud, service, operation, params, caller)

    def drive(self, ticket: Ticket) -> dict[str, Any]:
        """Move the clock until a ticket is done, and hand out its reply.

        Raises:
            AwsError: what AWS answered instead of a reply.
        """
        moved = not ticket.done
        with self._whole():
            commands.drive(self._cloud, ticket)
            if moved:
                with commands.undisturbed():
                    self._write(rows.DRIVE)
                    self._done()
        return ticket.result()

    def advance(
        self, *, hours: float = 0, minutes: float = 0, seconds: float = 0, microseconds: int = 0
    ) -> None:
        """Let time pass; everything that is due happens at its own time.

        Raises:
            ValueError: time does not go back, and no further than dates do.
        """
        span = timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)
        duration = span // timedelta(microseconds=1)
        target = self._cloud.kernel.now + duration
        commands.check_ahead(self._cloud, target)
        with self._command(rows.ADVANCE, params=duration):
            self._cloud.kernel.run_until(target)

    def run_until(self, moment: datetime) -> None:
        """Let time pass until a moment.

        Raises:
            ValueError: the moment is past, or further than dates go.
        """
        target = as_time(moment)
        commands.check_ahead(self._cloud, target)
        with self._command(rows.RUN_UNTIL, params=target):
            self._cloud.kernel.run_until(target)

    def proceed(self, enough: Callable[[int], bool]) -> None:
        """Let time pass from one moment at which something is due to the next, as long as somebody waits.

        Args:
            enough: asked before each such moment, which it is given in microseconds since the epoch; when it
                says so, time stands where it is. It does nothing to the world.
        """
        kernel = self._cloud.kernel
        time, steps = kernel.now, kernel.steps
        with self._whole():
            while (due := kernel.next_time()) is not None and not enough(due):
                kernel.run_until(due)
        if kernel.steps > steps:
            # Whole moments have passed, so that this one row says it all.
            self.journal.append(rows.RUN_UNTIL, time=time, steps=steps, group=self._group, params=kernel.now)
            self._done()

    def settle(self) -> None:
        """Let time pass until nothing but housekeeping is still to come."""
        with self._command(rows.SETTLE):
            commands.settle(self._cloud)

    def outside(
        self,
        host: str,
        answers: Sequence[Mapping[str, Any]] = (),
        *,
        refuse: Literal["connection", "name", "timeout"] | None = None,
    ) -> None:
        """Pretend a host outside of AWS, which functions reach over HTTP; see `network.outside.staged`.

        Raises:
            ValueError: something is wrong with what is to be staged; the message says what.
        """
        given = staged(host, answers, refuse)
        params = {"host": host, "answers": [dict(answer) for answer in answers], "refuse": refuse}
        with self._command(rows.OUTSIDE, params=params):
            self._cloud.network.stage(given)

    def load(
        self,
        function: str,
        *,
        rate: float,
        duration: timedelta,
        payload: bytes = b"{}",
        invocation_type: Literal["RequestResponse", "Event"] = "RequestResponse",
    ) -> None:
        """Plan requests to a function, evenly spaced; they come as the clock moves. See `sandbox.load`.

        Args:
            function: its name.
            rate: requests a second.
            duration: how long; the first request comes at once.
            payload: of each request.
            invocation_type: of each.

        Raises:
            ValueError: something is wrong with these; the message says what.
        """
        span = duration // timedelta(microseconds=1)
        params = {
            "function": function,
            "rate": rate,
            "duration": span,
            "payload": payload,
            "invocation_type": invocation_type,
        }
        given = planned(function, rate, span, payload, invocation_type)
        with self._command(rows.LOAD, params=params):
            self._cloud.load.start(given)

    # -- history -------------------------------------------------------------------------------------------

    def fork(self) -> World:
        """A copy whose future is exact and which never touches this world."""
        # What a fork thaws from serves as a checkpoint, too.
        here = self._checkpoints.keep(len(self.journal.rows), self._cloud)
        return self._of(self.journal, self._checkpoints, cast(Cloud, here.state.thaw()))

    def at_mark(self) -> World:
        """A copy of the world as it stood at the last `mark`, or as it began: where undo ends."""
        marks = [row.number for row in self.journal.effective() if row.kind == rows.MARK]
        length = marks[-1] + 1 if marks else 1
        journal = Journal(self.journal.rows[:length], self.journal.blobs)
        checkpoints = self._checkpoints.copy()
        checkpoints.forget(length)
        return self._of(journal, checkpoints, replayed(journal, checkpoints))

    @classmethod
    def replay(cls, journal: Journal) -> World:
        """The world that a journal describes.

        Raises:
            JournalError: the journal is damaged, or was written by a newer engine.
            ReplayDiffersError: it is whole, but this engine comes to something else; see `rebuilt`.
        """
        journal.verify()
        checkpoints = Checkpoints()
        return cls._of(journal, checkpoints, replayed(journal, checkpoints))

    @classmethod
    def rebuilt(cls, journal: Journal) -> World:
        """A new world in which the commands of a journal are given again.

        For journals of an older engine, when this one comes to something else; see `history.rebuilding`.

        Raises:
            JournalError: the journal is damaged, or was written by a newer engine.
        """
        journal.verify()
        header = journal.header()
        start = as_datetime(header.start).isoformat()
        world = cls(header.seed, profile=header.profile, account_limit=header.account_limit, start=start)
        try:
            give_again(world, journal)
        except BaseException:
            world.close()
            raise
        return world

    @classmethod
    def _of(cls, journal: Journal, checkpoints: Checkpoints, cloud: Cloud) -> World:
        world = cls.__new__(cls)
        Recorded.__init__(world, cloud, journal.copy(), checkpoints.copy())
        return world

    # -- files ---------------------------------------------------------------------------------------------

    def save(self, path: Path | str) -> None:
        """Write the world to one file, which `open` reads, here or elsewhere; whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        cloud = self._cloud
        saving.write(
            Path(path), self.journal, time=cloud.kernel.now, events=len(cloud.trace), trace=cloud.trace.hash()
        )

    @classmethod
    def open(cls, path: Path | str, *, rebuild: bool = False) -> World:
        """The world that a file holds, as it was when it was saved.

        Args:
            path: a file that `save` wrote.
            rebuild: give the commands again instead, when this engine comes to something else; see `rebuilt`.

        Raises:
            JournalError: this is no such file, it is damaged, or a newer engine wrote it.
            ReplayDiffersError: it is whole, but this engine comes to something else.
            OSError: it cannot be read.
        """
        saved = saving.read(Path(path))
        if rebuild:
            return cls.rebuilt(saved.journal)
        world = cls.replay(saved.journal)
        if (world.trace.hash(), world._cloud.kernel.now) != (saved.trace, saved.time):
            events = len(world.trace)
            world.close()
            raise ReplayDiffersError(
                saved.journal.header(), f"{events} events where there were {saved.events}, or other ones"
            )
        return world

    # -- ending --------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop the processes that ran handlers for this world."""
        self._cloud.environments.close()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
