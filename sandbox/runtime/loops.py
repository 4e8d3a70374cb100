"""asyncio under virtual time: a selector that waits by sleeping virtually."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Mapping
from typing import Any

from sandbox.runtime.clock import clock


class VirtualSelector(selectors.BaseSelector):
    """Knows what was registered, and finds none of it ready: there is nothing outside to wait for."""

    def __init__(self) -> None:
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Take note of a file."""
        fd = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        key = self._keys[fileobj] = selectors.SelectorKey(fileobj, fd, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget a file."""
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Sleep virtually, and find nothing."""
        if timeout is None:
            # Every task waits for something that cannot happen: on Lambda, too, only the timeout ends that.
            clock.wait_forever()
        elif timeout > 0:
            clock.sleep(timeout)
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """What was registered."""
        return self._keys


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop without file descriptors."""

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        super().__init__(selector or VirtualSelector())

    # The pipe to itself is for other threads and for signals, neither of which there are.
    def _make_self_pipe(self) -> None:
        return

    def _close_self_pipe(self) -> None:
        return

    def _write_to_self(self) -> None:
        return


def install() -> None:
    """Make it the loop that asyncio makes in this process."""
    asyncio.DefaultEventLoopPolicy._loop_factory = VirtualLoop  # type: ignore[attr-defined]
    asyncio.SelectorEventLoop = VirtualLoop
    asyncio.unix_events.SelectorEventLoop = VirtualLoop
