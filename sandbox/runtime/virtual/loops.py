"""asyncio under virtual time: a selector that waits as every thread here waits."""

from __future__ import annotations

import asyncio
import selectors

from sandbox.runtime.sockets.ready import VirtualSelector


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
