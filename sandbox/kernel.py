"""The clock and the agenda: nothing in the pretend AWS happens except through here.

Time is an integer, microseconds since the Unix epoch, and only the kernel moves it. An agenda entry is
plain data: `(time, sequence, callback, arguments)`, where the callback is a bound method of an object
that the world owns. There are no closures on the agenda, so that a world can be copied and saved.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar

SECOND = 1_000_000
MILLISECOND = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Callback = Callable[..., None]

_CANCELLED_KEPT = 64
"""Cancelled entries that lie on the agenda before it is worth while to look for them."""

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
        self._agenda: list[tuple[int, int, Callback, tuple[Any, ...]]] = []
        self._entered = 0
        self._dropped = 0
        # The numbers of entries on the agenda that keep nobody waiting: cancelled ones and housekeeping.
        self._aside: set[int] = set()
        self._cancelled: set[int] = set()
        self._streams: dict[str, random.Random] = {}

    @property
    def steps(self) -> int:
        """How many entries were run, one that is running included."""
        # What was entered, is not there any more and was not dropped has run: nobody needs to count.
        return self._entered - self._dropped - len(self._agenda)

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
        self._entered = entry = self._entered + 1
        heappush(self._agenda, (time if time > self.now else self.now, entry, callback, args))
        if idle:
            self._aside.add(entry)
        return entry

    def after(self, delay: int, callback: Callback, *args: Any, idle: bool = False) -> int:
        """Enter a callback `delay` microseconds from now; otherwise as `at`."""
        # Written out: to call `at` from here would cost as much as the heap does.
        self._entered = entry = self._entered + 1
        heappush(self._agenda, (self.now + delay if delay > 0 else self.now, entry, callback, args))
        if idle:
            self._aside.add(entry)
        return entry

    def cancel(self, entry: int) -> None:
        """Take an entry off the agenda; it must not have run yet, nor been cancelled."""
        cancelled = self._cancelled
        cancelled.add(entry)
        self._aside.add(entry)
        if len(cancelled) > _CANCELLED_KEPT and 2 * len(cancelled) > len(self._agenda):
            self._drop_cancelled()

    def _drop_cancelled(self) -> None:
        # Deadlines are cancelled long before they are due. Were they left until then, a fork would have to
        # copy most of a busy world's past. The list stays the same one, because a loop may be running on it.
        agenda, cancelled = self._agenda, self._cancelled
        before = len(agenda)
        agenda[:] = [entry for entry in agenda if entry[1] not in cancelled]
        heapify(agenda)
        self._dropped += before - len(agenda)
        self._aside.difference_update(cancelled)
        cancelled.clear()

    def _skips(self, entry: int) -> bool:
        """Whether an entry that was taken off, and that keeps nobody waiting, was cancelled."""
        self._aside.remove(entry)
        if entry not in self._cancelled:
            return False
        self._cancelled.remove(entry)
        self._dropped += 1
        return True

    def next_time(self) -> int | None:
        """When the next entry is due, housekeeping included; None when the agenda is empty."""
        agenda = self._agenda
        while agenda and agenda[0][1] in self._cancelled:
            self._skips(heappop(agenda)[1])
        return agenda[0][0] if agenda else None

    def step(self) -> bool:
        """Move to the next entry and run it; False when there is none."""
        agenda, aside = self._agenda, self._aside
        while agenda:
            due, entry, callback, args = heappop(agenda)
            if entry in aside and self._skips(entry):
                continue
            self.now = due
            callback(*args)
            return True
        return False

    def run_until(self, time: int) -> None:
        """Run everything that is due up to and including `time`, then stand at `time`."""
        # As `step`, without a call for each entry.
        agenda, aside = self._agenda, self._aside
        while agenda and agenda[0][0] <= time:
            due, entry, callback, args = heappop(agenda)
            if entry in aside and self._skips(entry):
                continue
            self.now = due
            callback(*args)
        self.now = max(self.now, time)

    def stand_at(self, time: int) -> None:
        """Move the clock without running anything; nothing may be due before `time`."""
        self.now = max(self.now, time)

    def busy(self) -> bool:
        """Whether anything but housekeeping is still on the agenda."""
        return len(self._agenda) > len(self._aside)

    def pending(self) -> list[tuple[int, str]]:
        """What is still to come, housekeeping left out, soonest first: (time, in words)."""
        return [
            (time, callback.told(*args) if hasattr(callback, "told") else "something happens")
            for time, entry, callback, args in sorted(self._agenda)
            if entry not in self._aside
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
