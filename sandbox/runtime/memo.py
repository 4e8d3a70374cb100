"""Answers remembered: what a worker said at a point of a history, for every later walk over the same history.

Workers are deterministic, so that the chain of hashes over everything that an environment was told decides
what it says next. Forks, undo and replay therefore start processes only where something new must run.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

import msgspec

from sandbox.runtime.process import Answer

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Answer)
_LIMIT = 64 * 1024 * 1024
_BASE, _PER_LINE = 400, 120
"""Bytes that an answer takes at least, and each of its lines."""


class Memo:
    """Answers by key, the least recently used forgotten first.

    Args:
        limit: bytes that the answers may have together, about.
    """

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._answers: OrderedDict[bytes, Answer | bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Answer | None:
        """The answer at that point, if it is remembered."""
        with self._lock:
            known = self._answers.get(key)
            if known is None:
                return None
            self._answers.move_to_end(key)
        return _DECODER.decode(known) if isinstance(known, bytes) else known

    def put(self, key: bytes, answer: Answer) -> None:
        """Remember an answer."""
        # Parameters are the one part that somebody could change later: such answers are kept encoded.
        kept = _ENCODER.encode(answer) if answer.outbound.params else answer
        with self._lock:
            former = self._answers.pop(key, None)
            if former is not None:
                self._size -= _size(former)
            self._size += _size(kept)
            self._answers[key] = kept
            while self._size > self._limit:
                _, forgotten = self._answers.popitem(last=False)
                self._size -= _size(forgotten)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()
            self._size = 0


def _size(kept: Answer | bytes) -> int:
    if isinstance(kept, bytes):
        return len(kept)
    outbound = kept.outbound
    return _BASE + len(outbound.payload) + sum(len(text) + _PER_LINE for _, text in outbound.lines)


memo = Memo()
"""This process's one memory."""
