"""A worker's end of the channel: one segment ends, the next begins.

Code runs until something has to leave the environment: a result, a wait, a call of AWS. `exchange` sends
that up and returns when the engine resumes the environment, deep in the stack of whoever asked.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Any, NoReturn

import msgspec

from sandbox.runtime import paths
from sandbox.runtime.clock import clock
from sandbox.runtime.messages import Costs, Inbound
from sandbox.runtime.output import Output
from sandbox.runtime.ticks import Meter
from sandbox.runtime.wire import FRAME_MAX, HEADER, PAYLOAD_MAX, End, Lines, encode_up

_SHORT_SLEEP = 1_000
_SHORTEST_SLEEP = 50
_SLEEPS = 200
_SEPARATE_LINES = 1_000
_PACK = 32 * 1024

_DECODER = msgspec.msgpack.Decoder(Inbound)
_DECODER.decode(msgspec.msgpack.encode(Inbound(0, "init")))
# Used once, so that what it works out of the types is there before the fork.

_read, _write, _leave = os.read, os.write, os._exit


class Stage:
    """The segments of one worker process.

    Args:
        fd: the inherited end of the channel.
        costs: what running code costs.
        memory: the function's megabytes.
    """

    def __init__(self, fd: int, costs: Costs, memory: int) -> None:
        self._fd = fd
        self._costs = costs
        self._segment = 0
        self._begun = 0
        self._baseline = 0
        self._sent = 0
        self._sleeps = 0
        self._held: list[tuple[int, str]] = []
        self._held_size = 0
        self.meter = Meter(costs.tick, costs.full_memory, memory)
        self.output = Output(self.write_line)

    def take_charge(self) -> None:
        """Make this process's clocks virtual and its ticks count."""
        self.meter.expire = self.expire
        self.meter.install()
        clock.meter = self.meter
        clock.sleep_until = self.sleep

    def measure_from_here(self) -> None:
        """What the process uses now is what an idle environment uses."""
        self._baseline = _peak()

    # -- segments ----------------------------------------------------------------------------------------

    def receive(self) -> Inbound:
        """Wait for the engine, and begin a segment. Ends the process when the engine is gone."""
        length, self._segment = HEADER.unpack(self._read_exactly(HEADER.size))
        inbound = _DECODER.decode(self._read_exactly(length))
        base = 0
        if inbound.kind == "invoke":
            base, self._sleeps = self._costs.base_cpu, 0
        self._begun = inbound.now
        self._sent = 0
        self.output.begin()
        clock.begin(inbound.now, inbound.deadline, base)
        if inbound.deadline and clock.now() >= inbound.deadline:
            self.expire()
        return inbound

    def _read_exactly(self, length: int) -> bytes:
        chunks = []
        while length:
            try:
                chunk = _read(self._fd, min(length, 1 << 20))
            except OSError:
                _leave(1)
            if not chunk:
                _leave(0)
            chunks.append(chunk)
            length -= len(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def exchange(self, kind: str, **fields: Any) -> Inbound:
        """End the segment, and return when the next one begins."""
        self._end(kind, **fields)
        return self.receive()

    def leave(self, kind: str, code: int, **fields: Any) -> NoReturn:
        """End the segment and the process."""
        self._end(kind, **fields)
        _leave(code)

    def expire(self) -> NoReturn:
        """The deadline has passed. Nothing that the code catches or tidies up runs any more."""
        clock.meter = None
        deadline = clock.deadline
        self._flush()
        self._send(End(self._segment, "timeout", cpu=max(deadline - self._begun, 0), **self._measured()))
        _leave(1)

    def sleep(self, until: int) -> None:
        """End the segment until a time.

        [SIM] A sleep below a millisecond, and any after the 200th of an invocation, only moves the clock:
        nothing can reach the environment meanwhile, and code that polls does not cost a segment each time.
        No sleep is shorter than 50 microseconds.
        """
        now = clock.now()
        until = max(until, now + _SHORTEST_SLEEP)
        self._sleeps += 1
        here = until - now < _SHORT_SLEEP or self._sleeps > _SLEEPS
        if here and (not clock.deadline or until < clock.deadline):
            self.meter.pass_time(until - now)
        else:
            self.exchange("sleep", until=until)

    def _end(self, kind: Any, payload: bytes = b"", **fields: Any) -> None:
        now = clock.now()
        if clock.deadline and now >= clock.deadline:
            self.expire()
        if kind not in {"sleep", "call"}:
            self.output.end_line()
        self._flush()
        end = End(
            self._segment,
            kind,
            cpu=now - self._begun,
            payload=payload[:PAYLOAD_MAX],
            **fields,
            **self._measured(),
        )
        self._send(end)

    def _measured(self) -> dict[str, Any]:
        return {"growth": max(_peak() - self._baseline, 0), "used_tmp": paths.mapping.used_tmp}

    # -- output ------------------------------------------------------------------------------------------

    def write_line(self, text: str) -> None:
        """Take a line that was written. The first ones go up at once, so that a crash loses none of them."""
        if clock.meter is None:
            return
        offset = clock.now() - self._begun
        if clock.deadline and offset >= clock.deadline - self._begun:
            self.expire()
        self._held.append((offset, text))
        self._held_size += len(text) + 8
        self._sent += 1
        if self._sent <= _SEPARATE_LINES or self._held_size > _PACK:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            held, self._held, self._held_size = self._held, [], 0
            self._send(Lines(self._segment, held))

    def _send(self, message: Lines | End) -> None:
        frame = encode_up(message)
        if len(frame) > FRAME_MAX:
            _leave(1)
        view = memoryview(frame)
        try:
            while view:
                view = view[_write(self._fd, view) :]
        except OSError:
            _leave(1)


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
