"""The clock and the agenda: nothing in the pretend AWS happens except through here.

Time is an integer, microseconds since the Unix epoch, and only the kernel moves it. An agenda entry is
plain data: `(time, sequence, callback, arguments)`, where the callback is a bound method of an object
that the world owns. There are no closures on the agenda, so that a world can be copied and saved.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

SECOND = 1_000_000
MILLISECOND = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Callback = Callable[..., None]


C = TypeVar("C", bound=Callback)


def told(words: Callable[..., str]) -> Callable[[C], C]:
    """Mark a callback with what the clock bar says while it is still to come.

    Args:
        words: given the callback's arguments, tells it: "mailer becomes Active".
    """

    def mark(callback: C) -> C:
        callback.told = words  # type: ignore[attr-defined]
        return callback

    return mark


def as_datetime(time: int) -> datetime:
    """Virtual microseconds as the aware UTC datetime that boto3 would hand out."""
    return EPOCH + timedelta(microseconds=time)


def as_time(moment: datetime) -> int:
    """An aware datetime as virtual microseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


class Kernel:
    """An agenda of callbacks over virtual time, and the named random streams of a seed.

    Entries at the same microsecond run in the order in which they were entered.
    """

    def __init__(self, now: int, seed: int) -> None:
        self.now = now
        self.seed = seed
        self.steps = 0
        self._agenda: list[tuple[int, int, Callback, tuple[Any, ...]]] = []
        self._sequence = 0
        self._idle: set[int] = set()
        self._cancelled: set[int] = set()
        self._streams: dict[str, random.Random] = {}

    def at(self, time: int, callback: Callback, *args: Any, idle: bool = False) -> int:
        """Enter a callback on the agenda.

        Args:
            time: when, in microseconds since the epoch; a time that is past means "now".
            callback: a bound method of an object that the world owns.
            *args: plain data handed to it.
            idle: housekeeping that `settle` need not wait for, such as the expiry of a warm environment.

        Returns:
            A number that `cancel` takes.
        """
        self._sequence += 1
        heapq.heappush(self._agenda, (max(time, self.now), self._sequence, callback, args))
        if idle:
            self._idle.add(self._sequence)
        return self._sequence

    def after(self, delay: int, callback: Callback, *args: Any, idle: bool = False) -> int:
        """Enter a callback `delay` microseconds from now; otherwise as `at`."""
        return self.at(self.now + delay, callback, *args, idle=idle)

    def cancel(self, entry: int) -> None:
        """Take an entry off the agenda; it must not have run yet, nor been cancelled."""
        self._cancelled.add(entry)

    def _drop_cancelled(self) -> None:
        while self._agenda and self._agenda[0][1] in self._cancelled:
            entry = heapq.heappop(self._agenda)[1]
            self._cancelled.discard(entry)
            self._idle.discard(entry)

    def next_time(self) -> int | None:
        """When the next entry is due, housekeeping included; None when the agenda is empty."""
        self._drop_cancelled()
        return self._agenda[0][0] if self._agenda else None

    def step(self) -> bool:
        """Move to the next entry and run it; False when there is none."""
        self._drop_cancelled()
        if not self._agenda:
            return False
        time, sequence, callback, args = heapq.heappop(self._agenda)
        self._idle.discard(sequence)
        self.now = time
        self.steps += 1
        callback(*args)
        return True

    def run_until(self, time: int) -> None:
        """Run everything that is due up to and including `time`, then stand at `time`."""
        while (due := self.next_time()) is not None and due <= time:
            self.step()
        self.now = max(self.now, time)

    def stand_at(self, time: int) -> None:
        """Move the clock without running anything; nothing may be due before `time`."""
        self.now = max(self.now, time)

    def busy(self) -> bool:
        """Whether anything but housekeeping is still on the agenda."""
        return len(self._agenda) > len(self._cancelled) + len(self._idle - self._cancelled)

    def pending(self) -> list[tuple[int, str]]:
        """What is still to come, housekeeping left out, soonest first: (time, in words)."""
        return [
            (time, callback.told(*args) if hasattr(callback, "told") else "something happens")
            for time, sequence, callback, args in sorted(self._agenda, key=lambda entry: entry[:2])
            if sequence not in self._idle and sequence not in self._cancelled
        ]

    def stream(self, name: str) -> random.Random:
        """The random stream of that name. Each is drawn from the seed by its name alone, so that a
        feature that draws from a new stream does not reshuffle the others.
        """
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = random.Random(f"{self.seed}:{name}")
        return stream

    def uuid(self, name: str) -> str:
        """A version-4 UUID drawn from the stream of that name."""
        bits = self.stream(name).getrandbits(128)
        bits = (bits & ~(0xF << 76)) | (0x4 << 76)
        bits = (bits & ~(0x3 << 62)) | (0x2 << 62)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Promise:
    """The outcome, still to come, of an operation that waits: a synchronous invoke, a long poll.

    It is settled once, by `resolve` or `fail`. Whoever wants to know registers a bound method with `then`.
    """

    def __init__(self) -> None:
        self.done = False
        self.value: Any = None
        self.error: Exception | None = None
        self._waiting: list[tuple[Callback, tuple[Any, ...]]] = []

    def then(self, callback: Callback, *args: Any) -> None:
        """Call `callback(promise, *args)` once this is settled, at once if it is already."""
        if self.done:
            callback(self, *args)
        else:
            self._waiting.append((callback, args))

    def resolve(self, value: Any) -> None:
        """Settle it with a value."""
        self._settle(value, None)

    def fail(self, error: Exception) -> None:
        """Settle it with an error."""
        self._settle(None, error)

    def _settle(self, value: Any, error: Exception | None) -> None:
        if self.done:
            raise RuntimeError("this promise has been settled before")
        self.done, self.value, self.error = True, value, error
        waiting, self._waiting = self._waiting, []
        for callback, args in waiting:
            callback(self, *args)
