"""The metrics that Lambda sends to CloudWatch, counted from the trace (facts 11.1, 11.5, 6.4)."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from sandbox.facts import Facts
from sandbox.kernel import MILLISECOND, SECOND
from sandbox.observe.fold import Fold
from sandbox.observe.words import function_name
from sandbox.trace import (
    ApiFailed,
    AsyncEventEnded,
    DeadLetterFailed,
    DestinationFailed,
    EnvironmentCreated,
    EnvironmentReaped,
    Event,
    InvocationAccepted,
    InvocationEnded,
    InvocationStarted,
    InvocationThrottled,
)

NAMESPACE = "AWS/Lambda"
METRICS = {
    "Invocations": "Count",
    "Errors": "Count",
    "Throttles": "Count",
    "Duration": "Milliseconds",
    "ConcurrentExecutions": "Count",
    "DeadLetterErrors": "Count",
    "DestinationDeliveryFailures": "Count",
    "AsyncEventsReceived": "Count",
    "AsyncEventAge": "Milliseconds",
    "AsyncEventsDropped": "Count",
    "RecursiveInvocationsDropped": "Count",
}
"""The metrics that are counted here, and CloudWatch's unit of each."""

STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")

_Samples = Counter[float]


class MetricFold(Fold):
    """The samples of Lambda's metrics, per minute (fact metrics.period), for the account and each function.

    Invocations, Errors and Duration bear the time at which the attempt began, and are there once it has
    ended; Errors and Throttles also count the times when there was none, with the value 0, so that the
    average of Errors is the error rate. Throttled requests are neither Invocations nor Errors.

    [SIM] ConcurrentExecutions is sampled whenever an environment becomes busy, and once a minute while one
    is. An environment is busy from its cold start on.

    Args:
        period: microseconds that samples are counted by; None for the fact of today.
    """

    def __init__(self, period: int | None = None) -> None:
        self._period = Facts.load().us("metrics.period") if period is None else period
        super().__init__()

    def settings(self) -> tuple[Any, ...]:
        """See `Fold.settings`."""
        return (self._period,)

    def reset(self) -> None:
        """See `Fold.reset`."""
        self._samples: dict[tuple[str, str | None], dict[int, _Samples]] = {}
        self._working: dict[str, str] = {}
        self._began: dict[str, int] = {}
        self._busy: Counter[str | None] = Counter()
        self._accepted: dict[str, int] = {}
        self._minute = 0
        self._passed_over: set[str] = set()

    def begin(self) -> None:
        """Count from here on: forget all samples, and leave out the runs that are under way."""
        self._samples.clear()
        self._passed_over = set(self._began)

    # -- folding -------------------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """See `Fold.apply`."""
        self._carry(event.time)
        function = function_name(event.arn)
        if not function:
            return
        if isinstance(event, EnvironmentCreated):
            self._enter(event.environment, function, event.time)
        elif isinstance(event, EnvironmentReaped):
            self._leave(event.environment)
        elif isinstance(event, InvocationStarted):
            self._started(event, function)
        elif isinstance(event, InvocationEnded):
            self._ended(event, function)
        elif isinstance(event, InvocationThrottled):
            self._sample("Throttles", function, event.time, 1)
        elif isinstance(event, InvocationAccepted) and event.type == "Event":
            self._accepted[event.request_id] = event.time
            self._sample("AsyncEventsReceived", function, event.time, 1)
        elif isinstance(event, AsyncEventEnded):
            self._accepted.pop(event.request_id, None)
            if event.condition != "Success":
                self._sample("AsyncEventsDropped", function, event.time, 1)
            if event.condition == "RecursiveInvocationDropped":
                self._sample("RecursiveInvocationsDropped", function, event.time, 1)
        elif isinstance(event, ApiFailed) and event.error == "RecursiveInvocationException":
            self._sample("RecursiveInvocationsDropped", function, event.time, 1)
        elif isinstance(event, DeadLetterFailed):
            self._sample("DeadLetterErrors", function, event.time, 1)
        elif isinstance(event, DestinationFailed):
            self._sample("DestinationDeliveryFailures", function, event.time, 1)

    def _started(self, event: InvocationStarted, function: str) -> None:
        self._began[event.environment] = event.time
        self._enter(event.environment, function, event.time)
        accepted = self._accepted.get(event.request_id)
        if accepted is not None:
            self._sample("AsyncEventAge", function, event.time, (event.time - accepted) / MILLISECOND)

    def _ended(self, event: InvocationEnded, function: str) -> None:
        began = self._began.pop(event.environment, event.time - event.duration)
        self._leave(event.environment)
        if event.environment in self._passed_over:
            self._passed_over.remove(event.environment)
            return
        self._sample("Invocations", function, began, 1)
        self._sample("Errors", function, began, 0 if event.outcome == "success" else 1)
        self._sample("Throttles", function, began, 0)
        self._sample("Duration", function, began, event.duration / MILLISECOND)

    def _enter(self, environment: str, function: str, time: int) -> None:
        if environment in self._working:
            return
        self._working[environment] = function
        for scope in (None, function):
            self._busy[scope] += 1
            self._put("ConcurrentExecutions", scope, time, self._busy[scope])

    def _leave(self, environment: str) -> None:
        function = self._working.pop(environment, None)
        if function is not None:
            for scope in (None, function):
                self._busy[scope] -= 1

    def _carry(self, now: int) -> None:
        minute = now - now % self._period
        if minute <= self._minute:
            return
        busy = [(scope, level) for scope, level in self._busy.items() if level]
        if busy:
            for begun in range(self._minute + self._period, minute + self._period, self._period):
                for scope, level in busy:
                    self._put("ConcurrentExecutions", scope, begun, level)
        self._minute = minute

    def _sample(self, name: str, function: str, time: int, value: float) -> None:
        self._put(name, None, time, value)
        self._put(name, function, time, value)

    def _put(self, name: str, scope: str | None, time: int, value: float) -> None:
        minutes = self._samples.setdefault((name, scope), {})
        minutes.setdefault(time - time % self._period, Counter())[float(value)] += 1

    # -- reading -------------------------------------------------------------------------------------------

    def metrics(self) -> list[tuple[str, str | None]]:
        """The metrics that have samples: (name, function), None for the account as a whole."""
        return sorted(self._samples, key=lambda key: (key[1] or "", key[0]))

    def latest(self, name: str, function: str | None) -> int | None:
        """The last minute, in microseconds since the epoch, with a sample of a metric; None for none."""
        minutes = self._samples.get((name, function))
        return max(minutes) if minutes else None

    def statistic(
        self, name: str, function: str | None, stat: str, start: int, end: int, period: int
    ) -> list[tuple[int, float]]:
        """A statistic per period, oldest first; periods without samples are left out.

        Args:
            name: of the metric, such as "Invocations".
            function: the function's name; None for the account.
            stat: Sum, Average, Minimum, Maximum, SampleCount, or a percentile such as p95 or p99.9.
            start: microseconds since the epoch, rounded down to the minute; the first period begins there.
            end: microseconds since the epoch; not included.
            period: seconds.

        Returns:
            (start of the period in microseconds, value).

        Raises:
            ValueError: there is no such statistic.
        """
        start -= start % self._period
        length = period * SECOND
        merged: dict[int, _Samples] = {}
        for minute, samples in self._samples.get((name, function), {}).items():
            if start <= minute < end:
                begun = start + (minute - start) // length * length
                merged.setdefault(begun, Counter()).update(samples)
        return [(begun, compute(stat, merged[begun])) for begun in sorted(merged)]

    def total(
        self,
        name: str,
        function: str | None = None,
        stat: str = "Sum",
        start: int = 0,
        end: int | None = None,
    ) -> float:
        """A statistic over the whole time, or over a part of it; 0 where there are no samples.

        Args:
            name: of the metric.
            function: the function's name; None for the account.
            stat: as for `statistic`.
            start: microseconds since the epoch, rounded down to the minute.
            end: microseconds since the epoch, not included; None for no end.
        """
        start -= start % self._period
        merged: _Samples = Counter()
        for minute, samples in self._samples.get((name, function), {}).items():
            if start <= minute and (end is None or minute < end):
                merged.update(samples)
        return compute(stat, merged) if merged else 0.0


def compute(stat: str, samples: _Samples) -> float:
    """One statistic of samples; there must be at least one.

    [SIM] A percentile is the smallest sample that so many in a hundred do not exceed.

    Raises:
        ValueError: there is no such statistic.
    """
    count = samples.total()
    if stat == "SampleCount":
        return float(count)
    if stat in {"Sum", "Average"}:
        total = math.fsum(value * number for value, number in samples.items())
        return total if stat == "Sum" else total / count
    if stat == "Minimum":
        return min(samples)
    if stat == "Maximum":
        return max(samples)
    return _percentile(percentile(stat), samples)


def percentile(stat: str) -> float:
    """The number of a percentile statistic: 95.0 for "p95".

    Raises:
        ValueError: it is not a percentile from p0 to p100.
    """
    digits = stat[1:]
    if not stat.startswith("p") or not digits.replace(".", "", 1).isdigit() or float(digits) > 100:
        raise ValueError(f"there is no statistic {stat!r}; there are {', '.join(STATISTICS)} and p0 to p100")
    return float(digits)


def _percentile(percent: float, samples: _Samples) -> float:
    rank = max(1, math.ceil(samples.total() * percent / 100))
    passed = 0
    values = sorted(samples)
    for value in values:
        passed += samples[value]
        if passed >= rank:
            return value
    return values[-1]
