"""One live worker as the engine sees it: a message down, an outcome up, or its end.

Whatever the worker does instead (silence, garbage, death) becomes an outcome. Nothing that code can do raises
here.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import msgspec

from sandbox.runtime.messages import Costs, EnvironmentSpec, Inbound, Outbound, OutboundKind
from sandbox.runtime.spawner import spawner
from sandbox.runtime.wire import FRAME_MAX, HEADER, OUTPUT_MAX, End, GarbageError, Spawn, decode_up

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

_LOOK = 0.05
_FAR = 11 * 365 * 86_400 * 1_000_000
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100

_DURING_INIT = frozenset({"ready", "error", "sleep", "call", "exit", "timeout", "killed"})
_DURING_INVOKE = frozenset({"return", "error", "sleep", "call", "exit", "timeout", "killed"})
_ENDINGS = frozenset({"exit", "timeout", "killed"})


class Answer(msgspec.Struct, frozen=True):
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


class Process:
    """A worker process.

    Args:
        spec: the environment.
        costs: what running code costs; `watchdog` among them.
        task: the real folder of its code.
        tmp: the real folder that it knows as /tmp.

    Raises:
        RuntimeFault: no process could be started.
    """

    def __init__(self, spec: EnvironmentSpec, costs: Costs, task: Path, tmp: Path) -> None:
        self._patience = costs.watchdog / 1_000_000
        self._ready = False
        self._buffer = b""
        self.owner = os.getpid()
        self.pid, self._sock = spawner.spawn(Spawn(spec, costs, str(task), str(tmp)))

    def segment(self, number: int, message: bytes, inbound: Inbound) -> Answer:
        """Run one segment.

        Args:
            number: of the segment in the environment's life.
            message: `inbound`, encoded.
            inbound: what begins the segment.

        Raises:
            ZygoteGoneError: the worker is gone because the zygote is; it can be restored.
        """
        lines: list[tuple[int, str]] = []
        try:
            self._send(HEADER.pack(len(message), number) + message)
            end = self._listen(number, lines)
        except _SilentError:
            return self._stopped(inbound, lines)
        except GarbageError:
            return self._broken(inbound, lines)
        except OSError:
            return self._died(inbound, lines)
        if not self._sensible(end, inbound):
            return self._broken(inbound, lines)
        return self._outcome(end, inbound, lines)

    # -- listening ---------------------------------------------------------------------------------------

    def _send(self, frame: bytes) -> None:
        self._sock.settimeout(self._patience * _PATIENCE)
        try:
            self._sock.sendall(frame)
        except TimeoutError:
            raise _SilentError from None

    def _listen(self, number: int, lines: list[tuple[int, str]]) -> End:
        watch = _Watch(self.pid, self._patience)
        self._sock.settimeout(_LOOK)
        size = 0
        while True:
            frame = self._frame(number, watch)
            message = decode_up(frame)
            if message.segment != number:
                raise GarbageError("a frame of another segment")
            if isinstance(message, End):
                if self._buffer:
                    raise GarbageError("something after the end")
                return message
            size += len(frame)
            if size > _LINES_MAX:
                raise GarbageError("more output than a worker sends")
            lines.extend(message.lines)

    def _frame(self, number: int, watch: _Watch) -> bytes:
        while True:
            if len(self._buffer) >= HEADER.size:
                length, segment = HEADER.unpack_from(self._buffer)
                if length > FRAME_MAX or segment != number:
                    raise GarbageError("no frame, or too long a one")
                end = HEADER.size + length
                if len(self._buffer) >= end:
                    frame, self._buffer = self._buffer[HEADER.size : end], self._buffer[end:]
                    return frame
            self._fill(watch)

    def _fill(self, watch: _Watch) -> None:
        try:
            chunk = self._sock.recv(1 << 18)
        except TimeoutError:
            watch.look()
            return
        if not chunk:
            raise ConnectionResetError("the worker closed its channel")
        self._buffer += chunk
        watch.heard()

    # -- outcomes ----------------------------------------------------------------------------------------

    def _sensible(self, end: End, inbound: Inbound) -> bool:
        allowed = _DURING_INVOKE if self._ready else _DURING_INIT
        if end.kind not in allowed:
            return False
        if inbound.deadline and end.cpu > max(inbound.deadline - inbound.now, 0):
            return False
        return end.kind != "sleep" or inbound.now <= end.until <= inbound.now + _FAR

    def _outcome(self, end: End, inbound: Inbound, lines: list[tuple[int, str]]) -> Answer:
        outbound = Outbound(
            end.kind,
            cpu=end.cpu,
            lines=_sorted(lines, inbound),
            payload=end.payload,
            until=end.until,
            service=end.service,
            operation=end.operation,
            params=end.params,
            status=end.status,
            error_type=end.error_type,
        )
        lives = end.kind not in _ENDINGS and (end.kind != "error" or self._ready)
        self._ready = self._ready or end.kind == "ready"
        full = end.kind == "killed"
        return Answer(outbound, end.growth, end.used_tmp, lives, observed=full, full=full)

    def _stopped(self, inbound: Inbound, lines: list[tuple[int, str]]) -> Answer:
        # Code that never comes back runs until its deadline, as far as anybody can see.
        cpu = max(inbound.deadline - inbound.now, 0)
        outbound = Outbound("timeout", cpu=cpu, lines=_sorted(lines, inbound))
        return Answer(outbound, 0, used_tmp=True, lives=False, observed=True)

    def _broken(self, inbound: Inbound, lines: list[tuple[int, str]]) -> Answer:
        return self._dead("killed", "signal: killed", inbound, lines)

    def overfull(self, inbound: Inbound, answer: Answer) -> Answer:
        """What comes of a segment that has filled the temporary folder beyond its size."""
        return self._dead("killed", "signal: killed", inbound, list(answer.outbound.lines))

    def _died(self, inbound: Inbound, lines: list[tuple[int, str]]) -> Answer:
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
        told = _sorted(lines, inbound)
        outbound = Outbound(kind, cpu=told[-1][0] if told else 0, lines=told, status=status)
        return Answer(outbound, 0, used_tmp=True, lives=False, observed=True)

    # -- the end -----------------------------------------------------------------------------------------

    def close(self, folder: Path | None = None) -> None:
        """Kill it. With `folder`, that folder is removed as well, a little later."""
        pid, self.pid = self.pid, 0
        self._sock.close()
        if self.owner == os.getpid():
            spawner.discard(pid, folder)


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
        self._began = time.monotonic()
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
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS, fields[0] == b"S"


def _sorted(lines: list[tuple[int, str]], inbound: Inbound) -> tuple[tuple[int, str], ...]:
    latest = inbound.deadline - inbound.now if inbound.deadline else _FAR
    return tuple(sorted(((min(offset, latest), text) for offset, text in lines), key=lambda line: line[0]))
