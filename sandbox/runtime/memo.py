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


class Memo:
    """Answers by key, the least recently used forgotten first.

    Args:
        limit: bytes that the answers may have together.
    """

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._answers: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Answer | None:
        """The answer at that point, if it is remembered."""
        with self._lock:
            blob = self._answers.get(key)
            if blob is None:
                return None
            self._answers.move_to_end(key)
        return _DECODER.decode(blob)

    def put(self, key: bytes, answer: Answer) -> None:
        """Remember an answer."""
        blob = _ENCODER.encode(answer)
        with self._lock:
            self._size += len(blob) - len(self._answers.pop(key, b""))
            self._answers[key] = blob
            while self._size > self._limit:
                _, forgotten = self._answers.popitem(last=False)
                self._size -= len(forgotten)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()
            self._size = 0


memo = Memo()
"""This process's one memory."""
