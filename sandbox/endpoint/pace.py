"""How a world's time follows the clock on the wall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sandbox.kernel import SECOND

Mode = Literal["virtual", "real"]
MODES: tuple[Mode, ...] = ("virtual", "real")


class Pace:
    """Where the world's time should be.

    "virtual": it flows at 1x while nothing is done, and jumps while a request waits. "real": it flows at 1x
    and never jumps.

    Args:
        mode: which of the two.
        now: the world's time, microseconds since the epoch.
        wall: the clock on the wall, in seconds; `time.monotonic`.
    """

    def __init__(self, mode: Mode, now: int, wall: Callable[[], float]) -> None:
        self.mode = mode
        self._wall = wall
        self.start(now)

    def start(self, now: int) -> None:
        """The world's time is `now` at this instant of the wall, and flows on from there."""
        self._from, self._since = now, self._wall()

    def moved(self, now: int) -> None:
        """Something was done, and the world's time is `now`.

        A virtual world takes it from here. A real one that ran ahead, because a command takes a while to
        reach AWS, stands until the wall has caught up.
        """
        if self.mode == "virtual":
            self.start(now)

    def target(self) -> int:
        """Where the world's time should be."""
        return self._from + int((self._wall() - self._since) * SECOND)

    def ahead(self, now: int) -> float:
        """How many seconds of the wall a real world is ahead of it; 0 for a virtual one."""
        return max(0.0, (now - self.target()) / SECOND) if self.mode == "real" else 0.0
