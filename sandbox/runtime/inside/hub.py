"""The middle of a worker process: frames come in, the environment that is meant runs, frames go out."""

from __future__ import annotations

import os
from typing import NoReturn

import msgspec

from sandbox.runtime.channel import CLOSE, FRAME_MAX, HEADER, OPEN, SPIN, End, Lines, Open, encode_up
from sandbox.runtime.inside.resident import Resident
from sandbox.runtime.inside.stage import measure_from_here
from sandbox.runtime.messages import Costs, Inbound
from sandbox.runtime.virtual.clock import real_monotonic_ns

_CHUNK = 1 << 14
_INBOUND = msgspec.msgpack.Decoder(Inbound)
_OPEN = msgspec.msgpack.Decoder(Open)
_INBOUND.decode(msgspec.msgpack.encode(Inbound(0, "init")))
# Used once, so that what it works out of the types is there before the fork.

_read, _write, _leave = os.read, os.write, os._exit
_set_blocking, _yield = os.set_blocking, os.sched_yield
_now = real_monotonic_ns


class Hub:
    """One worker process with all its environments.

    Args:
        fd: the inherited end of the channel.
        costs: what running code costs.
        path: where code finds modules.
    """

    def __init__(self, fd: int, costs: Costs, path: list[str]) -> None:
        self._fd = fd
        self._costs = costs
        self._path = path
        self._buffer = b""
        self._residents: dict[int, Resident] = {}
        self._ended: list[Resident] = []

    def serve(self) -> NoReturn:
        """Run segments until the engine is gone."""
        while True:
            length, kind, number, segment = HEADER.unpack(self._take(HEADER.size))
            body = self._take(length)
            if kind == OPEN:
                if not self._residents:
                    measure_from_here()
                self._residents[number] = Resident(self, number, _OPEN.decode(body), self._costs, self._path)
            elif kind == CLOSE:
                self._end(number)
            else:
                resident = self._residents[number]
                resident.segment(segment, _INBOUND.decode(body))
                if resident.over:
                    self._end(number)

    def _end(self, number: int) -> None:
        # Kept, not freed: a greenlet that is freed unwinds, and would run the code's own tidying up.
        resident = self._residents.pop(number, None)
        if resident is not None:
            self._ended.append(resident)

    def _take(self, length: int) -> bytes:
        """So many bytes of the channel. Ends the process when the engine is gone."""
        while len(self._buffer) < length:
            try:
                chunk = self._read(max(_CHUNK, length - len(self._buffer)))
            except OSError:
                _leave(1)
            if not chunk:
                _leave(0)
            self._buffer += chunk
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken

    def _read(self, size: int) -> bytes:
        """Some bytes of the channel. For a moment it is asked again and again, as by the engine."""
        end = _now() + SPIN
        _set_blocking(self._fd, False)
        try:
            while _now() < end:
                try:
                    return _read(self._fd, size)
                except BlockingIOError:
                    _yield()
        finally:
            # The code of a handler finds it as it was.
            _set_blocking(self._fd, True)
        return _read(self._fd, size)

    def send(self, environment: int, message: Lines | End) -> None:
        """Send a frame to the engine."""
        frame = encode_up(environment, message)
        if len(frame) > FRAME_MAX:
            _leave(1)
        sent = 0
        while sent < len(frame):
            try:
                sent += _write(self._fd, frame[sent:] if sent else frame)
            except BlockingIOError:
                _set_blocking(self._fd, True)
            except OSError:
                _leave(1)
