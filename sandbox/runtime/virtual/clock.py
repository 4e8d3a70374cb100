"""Virtual time for the code of a handler: every clock of Python's, and `sleep`.

`install` replaces the functions of `time` and the constructors of `datetime` in place, in the zygote and
before anything else is imported, so that `from time import sleep` gets ours too. Until a worker takes charge
they tell the real time. Inside a segment time is the segment's start plus the CPU counted so far.

Clocks read by C code are not ours: `datetime('now')` in SQLite. Times of files are in `times`.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import math
import sys
import time
from collections.abc import Callable
from typing import Any

from sandbox.runtime.virtual.places import is_theirs
from sandbox.runtime.virtual.ticks import Meter

_READ = 16
"""Ticks of one look at a clock by the learner's code [SIM]. How often Python's library looks differs from one
Python to the next, and costs nothing."""

_WAITING = 1_000
"""Looks at the clock in one segment from which code counts as waiting for time to pass [SIM]."""

_WAITING_READ = 1_600
"""Ticks of one look from then on, so that a busy-wait ends soon in real time too [SIM]."""

LONGEST_SLEEP = 10 * 365 * 86_400 * 1_000_000
"""Ten years: no sleep is longer, in microseconds [SIM]."""

_WITHIN = 300
"""Nanoseconds within its microsecond at which `time.time` is read [SIM]: a float of the bare microsecond may
be a little less, and `logging`, which cuts, would tell the millisecond before."""

_UPTIME = 5_000_000
"""What the monotonic clocks show when the environment begins, in microseconds [SIM]."""

_real_time_ns = time.time_ns
real_monotonic_ns = time.monotonic_ns
_real_sleep = time.sleep


class Clock:
    """The time of the environment that runs, in microseconds since the epoch.

    Attributes:
        meter: counts CPU; None while the real time is told.
        sleep_until: lets the thread that runs wait until a time.
    """

    def __init__(self) -> None:
        self.meter: Meter | None = None
        self.sleep_until: Callable[[int], None] | None = None
        self.deadline = 0
        self._start = 0
        self._boot = 0
        self._reads = 0

    def begin(self, meter: Meter, now: int, boot: int, deadline: int, base: int) -> None:
        """Begin a segment of an environment.

        Args:
            meter: the environment's.
            now: when.
            boot: when the environment began.
            deadline: when its time is over; 0 for never.
            base: microseconds that it has cost already.
        """
        self.meter = meter
        self._boot = boot - _UPTIME
        self._start = now
        self._reads = 0
        self.deadline = deadline
        meter.begin(base, max(deadline - now, 0) if deadline else None)

    def now(self) -> int:
        """The time, without the cost of looking."""
        assert self.meter is not None
        return self._start + self.meter.cpu()

    def read_ns(self) -> int:
        """The time as the code sees it, in nanoseconds since the epoch. Looking costs a little."""
        meter = self.meter
        if meter is None:
            return _real_time_ns()
        self._reads += 1
        if self._reads >= _WAITING:
            meter.spend(_WAITING_READ)
        elif _asked_by_the_code():
            meter.spend(_READ)
        now = self.now()
        if self.deadline and now >= self.deadline:
            meter.expire()
        return now * 1_000

    def monotonic_ns(self) -> int:
        """A clock that starts with the environment."""
        if self.meter is None:
            return real_monotonic_ns()
        return self.read_ns() - self._boot * 1_000

    def cpu_ns(self) -> int:
        """The CPU time that was counted since the environment began."""
        return 0 if self.meter is None else self.meter.lifetime() * 1_000

    def sleep(self, seconds: float) -> None:
        """`time.sleep`: the thread that runs waits."""
        if self.sleep_until is None:
            _real_sleep(seconds)
            return
        if not hasattr(seconds, "__float__"):
            raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
        length = float(seconds)
        if math.isnan(length):
            raise ValueError("Invalid value NaN (not a number)")
        if length < 0:
            raise ValueError("sleep length must be non-negative")
        self.sleep_until(self.now() + min(math.ceil(min(length, 1e12) * 1e6), LONGEST_SLEEP))


def _asked_by_the_code() -> bool:
    """Whether it is the learner's own code that looks at a clock."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return is_theirs(frame.f_code.co_filename)


clock = Clock()
"""The clock of this process."""


def install() -> None:
    """Replace Python's clocks in this process."""
    _install_time()
    _install_datetime()


def _install_time() -> None:
    read, monotonic, cpu = clock.read_ns, clock.monotonic_ns, clock.cpu_ns
    replacements: dict[str, Callable[..., Any]] = {"sleep": clock.sleep}
    for name, source in (
        ("time", read),
        ("monotonic", monotonic),
        ("perf_counter", monotonic),
        ("process_time", cpu),
        ("thread_time", cpu),
    ):
        replacements[name] = _in_seconds(source, _WITHIN if name == "time" else 0)
        replacements[f"{name}_ns"] = source

    def clock_gettime_ns(clk_id: int) -> int:
        if clk_id == time.CLOCK_REALTIME:
            return read()
        return cpu() if "CPUTIME" in _clock_name(clk_id) else monotonic()

    replacements["clock_gettime_ns"] = clock_gettime_ns
    replacements["clock_gettime"] = lambda clk_id: clock_gettime_ns(clk_id) / 1e9
    for name in ("gmtime", "localtime", "ctime"):
        replacements[name] = _of_now(getattr(time, name))
    localtime, asctime, strftime = time.localtime, time.asctime, time.strftime
    replacements["asctime"] = lambda *moment: asctime(*(moment or (localtime(read() / 1e9),)))
    replacements["strftime"] = lambda form, *moment: strftime(form, *(moment or (localtime(read() / 1e9),)))
    # Functions in C stay functions when they are made attributes of a class; so must these.
    for name, function in replacements.items():
        setattr(time, name, function.__call__)  # type: ignore[operator]


def _in_seconds(source: Callable[[], int], within: int) -> Callable[[], float]:
    return lambda: (source() + within) / 1e9


def _of_now(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda secs=None: real(clock.read_ns() / 1e9 if secs is None else secs)


def _clock_name(clk_id: int) -> str:
    return next(
        (name for name in dir(time) if name.startswith("CLOCK_") and getattr(time, name) == clk_id), ""
    )


def _install_datetime() -> None:
    # The classes are written in C and closed; their namespaces are reached through the collector, so that
    # references taken by libraries earlier see virtual time as well. `today` calls `time.time` by itself.
    def now(cls: type[datetime.datetime], tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return cls.fromtimestamp(clock.read_ns() / 1e9, tz)

    def utcnow(cls: type[datetime.datetime]) -> datetime.datetime:
        return cls.fromtimestamp(clock.read_ns() / 1e9, datetime.UTC).replace(tzinfo=None)

    def today(cls: type[datetime.date]) -> datetime.date:
        return cls.fromtimestamp(clock.read_ns() / 1e9)

    for owner, name, function in (
        (datetime.datetime, "now", now),
        (datetime.datetime, "utcnow", utcnow),
        (datetime.date, "today", today),
    ):
        namespace = next(item for item in gc.get_referents(owner.__dict__) if isinstance(item, dict))
        namespace[name] = classmethod(function)
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))
