"""One live worker as the engine sees it: a message down, an outcome up, or its end.

Whatever the worker does instead (silence, garbage, death) becomes an outcome of the environment that ran.
Nothing that code can do raises here.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from sandbox.runtime.channel import (
    CLOSE,
    FRAME_MAX,
    HEADER,
    OPEN,
    OUTPUT_MAX,
    SEGMENT,
    SPIN,
    End,
    GarbageError,
    Open,
    Spawn,
    decode_up,
    frame_down,
)
from sandbox.runtime.messages import Costs, EnvironmentSpec, Inbound, Outbound, OutboundKind, RuntimeFault
from sandbox.runtime.spawner import spawner

_SIGNALS = {
    "SIGKILL": "killed",
    "SIGSEGV": "segmentation fault",
    "SIGABRT": "aborted",
    "SIGBUS": "bus error",
    "SIGFPE": "floating point exception",
    "SIGILL": "illegal instruction",
    "SIGTERM": "terminated",
    "SIGSYS": "bad system call",
    "SIGXCPU": "cpu time limit exceeded",
}
"""As Go's runtime, which AWS's own supervisor is written in, spells them."""

_LINES_MAX = 2 * OUTPUT_MAX + (1 << 20)
_GRACE = 200
"""Milliseconds in which a worker that has closed its channel must be gone."""

_PATIENCE = 8
"""How many times the watchdog's CPU time a segment may last in real time."""

_NOT_RUNNING = frozenset({b"S", b"T", b"t"})
"""How the system calls a process that sleeps, or was stopped."""

_LOOK = 0.02
_CHUNK = 1 << 14
"""Bytes read at once: room for many more costs more than it saves."""

_FAR = 11 * 365 * 86_400 * 1_000_000
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100

_DURING_INIT = frozenset({"ready", "error", "sleep", "call", "exit", "timeout", "killed"})
_DURING_INVOKE = frozenset({"return", "error", "sleep", "call", "exit", "timeout", "killed"})
_ENDINGS = frozenset({"exit", "timeout", "killed"})


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What came of a segment.

    Attributes:
        outbound: for the engine.
        growth: kilobytes that the process has grown by, at the most.
        used_tmp: whether it touched its temporary folder.
        lives: whether it can go on.
        observed: whether no rule determines this outcome.
        full: whether it ended because it had no memory left.
    """

    outbound: Outbound
    growth: int
    used_tmp: bool
    lives: bool
    observed: bool = False
    full: bool = False


class Step(Protocol):
    """Something that an environment was told before."""

    @property
    def message(self) -> bytes:
        """An encoded `Inbound`."""
        ...

    def inbound(self) -> Inbound:
        """The message itself."""
        ...


class WorkerGoneError(RuntimeFault):
    """The worker has ended while it was idle: somebody has killed it."""


class Process:
    """A worker process.

    Args:
        costs: what running code costs; `watchdog` among them.
        task: the real folder of its code.
        writable: the real folder under which its environments have theirs.
        memory: megabytes by which it may grow.

    Attributes:
        owner: the process that started it.
        alive: whether it can be told anything.

    Raises:
        RuntimeFault: no process could be started.
    """

    def __init__(self, costs: Costs, task: Path, writable: Path, memory: int) -> None:
        self._patience = costs.watchdog / 1_000_000
        self._environments = 0
        self._pending = b""
        self._buffer = b""
        self.owner = os.getpid()
        self.alive = True
        self.writable = writable
        self.pid, self._sock = spawner.spawn(Spawn(costs, str(task), str(writable), memory))
        # The kernel's own time-outs: Python's would ask the kernel twice for each message.
        seconds = self._patience * _PATIENCE
        for which, length in ((socket.SO_RCVTIMEO, _LOOK), (socket.SO_SNDTIMEO, seconds)):
            self._sock.setsockopt(socket.SOL_SOCKET, which, struct.pack("ll", *_timeval(length)))

    @property
    def usable(self) -> bool:
        """Whether it lives and is ours, not a parent's."""
        return self.alive and self.owner == os.getpid()

    def open(self, spec: EnvironmentSpec, tmp: Path) -> int:
        """Make an environment; it is told with its first segment.

        Returns:
            Its number in this worker.
        """
        self._environments += 1
        order = msgspec.msgpack.encode(Open(spec, str(tmp)))
        self._pending += frame_down(OPEN, self._environments, 0, order)
        return self._environments

    def end(self, environment: int) -> None:
        """End an environment; told with the next segment of any."""
        self._pending += frame_down(CLOSE, environment, 0, b"")

    def segment(self, environment: int, number: int, message: bytes, inbound: Inbound, ready: bool) -> Answer:
        """Run one segment.

        Args:
            environment: as `open` numbered it.
            number: of the segment in the environment's life.
            message: `inbound`, encoded.
            inbound: what begins the segment.
            ready: whether the code has been loaded.

        Raises:
            WorkerGoneError: the worker was gone before it could be told; it can be restored.
            ZygoteGoneError: the worker is gone because the zygote is; it can be restored.
        """
        self._tell(frame_down(SEGMENT, environment, number, message))
        return self._answer(environment, number, inbound, ready)

    def replay(self, environment: int, number: int, steps: Sequence[Step], ready: bool) -> list[Answer]:
        """Run segments again that have run before. They are told together: nobody waits in between.

        Args:
            environment: as `open` numbered it.
            number: of the first of the segments in the environment's life.
            steps: what was told.
            ready: whether the code has been loaded.

        Returns:
            What came of each; fewer where the process did not live to the end.

        Raises:
            WorkerGoneError: as `segment`. ZygoteGoneError: as `segment`.
        """
        numbered = list(enumerate(steps, number))
        self._tell(b"".join(frame_down(SEGMENT, environment, n, step.message) for n, step in numbered))
        answers: list[Answer] = []
        for place, step in numbered:
            more = place + 1 < number + len(steps)
            answers.append(self._answer(environment, place, step.inbound(), ready, more=more))
            ready = ready or answers[-1].outbound.kind == "ready"
            if not self.alive:
                break
        return answers

    def _tell(self, frames: bytes) -> None:
        frames, self._pending = self._pending + frames, b""
        try:
            self._sock.sendall(frames)
        except BlockingIOError:
            # It does not even listen: the answer will not come either.
            return
        except OSError as error:
            self.alive = False
            raise WorkerGoneError(f"the worker {self.pid} has ended: {error}") from None

    def _answer(
        self, environment: int, number: int, inbound: Inbound, ready: bool, *, more: bool = False
    ) -> Answer:
        lines: list[tuple[int, str]] = []
        try:
            end = self._listen(environment, number, lines, more)
        except _SilentError:
            return self._stopped(inbound, lines)
        except GarbageError:
            return self._broken(inbound, lines)
        except OSError:
            return self._died(inbound, lines)
        if not _sensible(end, inbound, ready):
            return self._broken(inbound, lines)
        return _outcome(end, inbound, lines, ready)

    # -- listening ---------------------------------------------------------------------------------------

    def _listen(self, environment: int, number: int, lines: list[tuple[int, str]], more: bool) -> End:
        watch: _Watch | None = None
        size = 0
        while True:
            frame = self._frame(environment, number)
            if frame is None:
                try:
                    chunk = self._receive()
                except BlockingIOError:
                    watch = watch or _Watch(self.pid, self._patience)
                    watch.look()
                    continue
                if not chunk:
                    raise ConnectionResetError("the worker closed its channel")
                self._buffer += chunk
                if watch is not None:
                    watch.heard()
                continue
            message = decode_up(frame)
            if message.segment != number:
                raise GarbageError("a frame of another segment")
            if isinstance(message, End):
                if self._buffer and not more:
                    raise GarbageError("something after the end")
                return message
            size += len(frame)
            if size > _LINES_MAX:
                raise GarbageError("more output than a worker sends")
            lines.extend(message.lines)

    def _receive(self) -> bytes:
        """Bytes from the worker. For a moment it is asked again and again: to sleep and be woken takes longer
        than most segments do.
        """
        end = time.perf_counter_ns() + SPIN
        while True:
            try:
                return self._sock.recv(_CHUNK, socket.MSG_DONTWAIT)
            except BlockingIOError:
                if time.perf_counter_ns() > end:
                    return self._sock.recv(_CHUNK)
                os.sched_yield()

    def _frame(self, environment: int, number: int) -> bytes | None:
        """The next frame, once it is there as a whole."""
        if len(self._buffer) < HEADER.size:
            return None
        length, kind, whose, segment = HEADER.unpack_from(self._buffer)
        if length > FRAME_MAX or (kind, whose, segment) != (SEGMENT, environment, number):
            raise GarbageError("no frame, or too long a one")
        end = HEADER.size + length
        if len(self._buffer) < end:
            return None
        frame, self._buffer = self._buffer[HEADER.size : end], self._buffer[end:]
        return frame

    # -- outcomes ----------------------------------------------------------------------------------------

    def _stopped(self, inbound: Inbound, lines: list[tuple[int, str]]) -> Answer:
        # Code that never comes back runs until its deadline, as far as anybody can see.
        self.alive = False
        cpu = max(inbound.deadline - inbound.now, 0)
        outbound = Outbound("timeout", cpu=cpu, lines=_sorted(lines, inbound))
        return Answer(outbound, 0, used_tmp=True, lives=False, observed=True)

    def _broken(self, inbound: Inbound, lines: list[tuple[int, str]]) -> Answer:
        return self._dead("killed", "signal: killed", inbound, lines)

    def _died(self, inbound: Inbound, lines: list[tuple[int, str]]) -> Answer:
        self.alive = False
        pid, self.pid = self.pid, 0
        status = spawner.bury(pid, _GRACE)
        if not os.WIFSIGNALED(status):
            code = os.WEXITSTATUS(status)
            return self._dead("exit", f"exit status {code}" if code else "", inbound, lines)
        number = os.WTERMSIG(status)
        known = {getattr(signal, name, 0): words for name, words in _SIGNALS.items()}
        words = known.get(number, f"signal {number}")
        return self._dead("killed" if words == "killed" else "exit", f"signal: {words}", inbound, lines)

    def _dead(
        self, kind: OutboundKind, status: str, inbound: Inbound, lines: list[tuple[int, str]]
    ) -> Answer:
        self.alive = False
        told = _sorted(lines, inbound)
        outbound = Outbound(kind, cpu=told[-1][0] if told else 0, lines=told, status=status)
        return Answer(outbound, 0, used_tmp=True, lives=False, observed=True)

    # -- the end -----------------------------------------------------------------------------------------

    def close(self, folder: Path | None = None) -> None:
        """Kill it. With `folder`, that folder is removed as well, a little later."""
        self.alive = False
        pid, self.pid = self.pid, 0
        self._sock.close()
        if self.owner == os.getpid():
            spawner.discard(pid, folder)


def found_dead() -> Answer:
    """What comes of a segment whose worker is found dead, again and again."""
    outbound = Outbound("killed", status="signal: killed")
    return Answer(outbound, 0, used_tmp=True, lives=False, observed=True)


def overfull(inbound: Inbound, answer: Answer) -> Answer:
    """What comes of a segment that has filled the temporary folder beyond its size."""
    told = _sorted(list(answer.outbound.lines), inbound)
    outbound = Outbound("killed", cpu=told[-1][0] if told else 0, lines=told, status="signal: killed")
    return Answer(outbound, 0, used_tmp=True, lives=False, observed=True)


def _sensible(end: End, inbound: Inbound, ready: bool) -> bool:
    if end.kind not in (_DURING_INVOKE if ready else _DURING_INIT):
        return False
    if inbound.deadline and end.cpu > max(inbound.deadline - inbound.now, 0):
        return False
    return not end.until or inbound.now <= end.until <= inbound.now + _FAR


def _outcome(end: End, inbound: Inbound, lines: list[tuple[int, str]], ready: bool) -> Answer:
    outbound = Outbound(
        end.kind,
        cpu=end.cpu,
        lines=_sorted(lines, inbound) if lines else (),
        payload=end.payload,
        until=end.until,
        call=end.call,
        key=end.key,
        service=end.service,
        operation=end.operation,
        params=end.params,
        status=end.status,
        error_type=end.error_type,
    )
    lives = end.kind not in _ENDINGS and (end.kind != "error" or ready)
    full = end.kind == "killed"
    return Answer(outbound, end.growth, end.used_tmp, lives, observed=full, full=full)


def _timeval(seconds: float) -> tuple[int, int]:
    return int(seconds), int(seconds % 1 * 1_000_000)


class _SilentError(Exception):
    """The worker did not say anything in time."""


class _Watch:
    """Patience with a worker in one segment.

    What counts is its CPU time, so that a busy machine stops nobody; but a worker that neither computes
    nor speaks waits for something that cannot happen.
    """

    def __init__(self, pid: int, patience: float) -> None:
        self._pid = pid
        self._patience = patience
        self._began = time.monotonic() - _LOOK
        self._first = -1.0
        self._last = -1.0

    def heard(self) -> None:
        """Something came."""
        if time.monotonic() - self._began > self._patience * _PATIENCE:
            raise _SilentError

    def look(self) -> None:
        """Nothing came for a moment.

        Raises:
            _SilentError: that is enough.
        """
        waited = time.monotonic() - self._began
        cpu, waiting = _state(self._pid)
        if self._first < 0:
            self._first = cpu - min(waited, cpu)
        idle = waiting and cpu == self._last
        self._last = cpu
        used_up = cpu - self._first >= self._patience
        if used_up or (waited >= self._patience and idle) or waited >= self._patience * _PATIENCE:
            raise _SilentError


def _state(pid: int) -> tuple[float, bool]:
    """CPU seconds of a process, and whether it waits for something; time itself where nobody can tell."""
    try:
        # The process chooses its own name, which comes first, in brackets.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return time.monotonic(), False
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS, fields[0] in _NOT_RUNNING


def _sorted(lines: list[tuple[int, str]], inbound: Inbound) -> tuple[tuple[int, str], ...]:
    latest = inbound.deadline - inbound.now if inbound.deadline else _FAR
    return tuple(sorted(((min(offset, latest), text) for offset, text in lines), key=lambda line: line[0]))
