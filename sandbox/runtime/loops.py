"""asyncio under virtual time: a selector that waits as every thread here waits."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Mapping
from typing import Any

from sandbox.runtime.strands import Strand
from sandbox.runtime.threads import running


class VirtualSelector(selectors.BaseSelector):
    """Waits for time to pass, and for other threads that call into the loop.

    Files that are registered are never ready by themselves: there is nothing outside to wait for.
    """

    def __init__(self) -> None:
        self._keys: dict[Any, selectors.SelectorKey] = {}
        self._waiting: Strand | None = None
        self._called = False

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Take note of a file."""
        fd = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        key = self._keys[fileobj] = selectors.SelectorKey(fileobj, fd, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget a file."""
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait until the time is over or the loop is called; no file is ready then."""
        if not self._called and (timeout is None or timeout > 0):
            strand = running.strand()
            self._waiting = strand if isinstance(strand, Strand) else None
            running.wait(-1 if timeout is None else math.ceil(timeout * 1e6) / 1e6)
            self._waiting = None
        self._called = False
        return []

    def call(self) -> None:
        """End the wait: there is something to do."""
        self._called = True
        if self._waiting is not None:
            self._waiting.scheduler.wake(self._waiting)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """What was registered."""
        return self._keys


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop without file descriptors."""

    _selector: VirtualSelector

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        super().__init__(selector or VirtualSelector())

    # The pipe to itself is for threads and signals of the system, neither of which there are.
    def _make_self_pipe(self) -> None:
        return

    def _close_self_pipe(self) -> None:
        return

    def _write_to_self(self) -> None:
        self._selector.call()


def install() -> None:
    """Make it the loop that asyncio makes in this process."""
    asyncio.DefaultEventLoopPolicy._loop_factory = VirtualLoop  # type: ignore[attr-defined]
    asyncio.SelectorEventLoop = VirtualLoop
    asyncio.unix_events.SelectorEventLoop = VirtualLoop
