"""Lambda's own queue of asynchronous events, with its retries (facts 6.1).

An event whose code fails is tried again after 1 and 2 minutes; an event that is throttled goes back with a
growing wait until it is too old. Each accepted event ends exactly once.
"""

from __future__ import annotations

from typing import Protocol

from sandbox.kernel import SECOND, told
from sandbox.services.awslambda.execution import Executor
from sandbox.services.awslambda.failures import Failures
from sandbox.services.awslambda.model import Attempt, Function, QueuedEvent, Request
from sandbox.services.base import Port
from sandbox.trace import AsyncEventEnded, AsyncRetryScheduled, InvocationEnded, InvocationThrottled

_SUCCESS = "Success"
RECURSIVE = "RecursiveInvocationDropped"
"""[SIM] The condition of an event that loop detection stopped; AWS's name of it is not published."""


class Admission(Protocol):
    """Who says whether a function may run one more invocation now."""

    def refusal(self, function: Function) -> str:
        """AWS's Reason when it may not, "" when it may."""
        ...


class AsyncQueue:
    """Events that were accepted and are not over yet.

    Args:
        port: the world around.
        executor: runs attempts.
        failures: delivers records and lost events.
        admission: says whether an attempt may start.
    """

    def __init__(self, port: Port, executor: Executor, failures: Failures, admission: Admission) -> None:
        self.port = port
        self.executor = executor
        self.failures = failures
        self.admission = admission

    def accept(self, function: Function, request: Request) -> None:
        """Take an event; its first attempt starts after a moment [SIM: async.dispatch_delay]."""
        queued = QueuedEvent(request, function, self.port.kernel.now)
        self.port.kernel.after(self.port.facts.us("async.dispatch_delay"), self._try, queued)

    def drop(self, function: Function, request: Request) -> None:
        """Give up an event that would go on with a recursive loop; it never runs (facts 4.6)."""
        self._over(QueuedEvent(request, function, self.port.kernel.now), RECURSIVE, None)

    @told(
        lambda queued: (
            f"event {queued.request.request_id[:8]} for {queued.function.name}: attempt {queued.attempts + 1}"
        )
    )
    def _try(self, queued: QueuedEvent) -> None:
        function = queued.function
        if function.deleted:
            self._over(queued, "FunctionDeleted", None)
            return
        if function.reserved == 0:
            # Facts 4.5: with reserved concurrency 0 nothing is tried and nothing waits.
            self._over(queued, "ZeroReservedConcurrency", None)
            return
        if self.port.kernel.now - queued.accepted > self._max_age(function):
            self._over(queued, "EventAgeExceeded", None)
            return
        reason = self.admission.refusal(function)
        if reason:
            self._throttled(queued, reason)
            return
        if not self.executor.pools.ready(function):
            # [SIM] As a fault of Lambda's own, which is tried again like a throttle.
            self._again(queued, self._backoff(queued), "role", None)
            return
        queued.attempts += 1
        self.executor.start(function, queued.request, queued.attempts, queued)

    def _throttled(self, queued: QueuedEvent, reason: str) -> None:
        request, function = queued.request, queued.function
        event = self.port.trace.emit(
            InvocationThrottled, function.arn, request.request_id, request.kind, reason, cause=request.cause
        )
        request.cause = event.seq
        self._again(queued, self._backoff(queued), "throttle", None)

    def _backoff(self, queued: QueuedEvent) -> int:
        """How long an event waits that found no room; longer each time."""
        first = self.port.facts.us("async.throttle_backoff_first")
        longest = self.port.facts.us("async.throttle_backoff_max")
        # No further doubling than it takes to pass the longest wait, however often it is throttled.
        delay: int = min(first * 2 ** min(queued.throttles, longest.bit_length()), longest)
        queued.throttles += 1
        return delay

    def attempt_ended(self, attempt: Attempt, queued: QueuedEvent, ended: InvocationEnded) -> None:
        """An attempt at an event is over: done, again later, or lost."""
        queued.request.cause = ended.seq
        if ended.outcome == "success":
            self._over(queued, _SUCCESS, ended)
            return
        config = queued.function.event_invoke
        retries = self.port.facts["async.retries"]
        if config is not None and config.retries is not None:
            retries = config.retries
        if queued.attempts > retries:
            self._over(queued, "RetriesExhausted", ended)
            return
        delays = self.port.facts.us_list("async.retry_delays")
        self._again(queued, delays[queued.attempts - 1], "error", ended)

    def _again(self, queued: QueuedEvent, delay: int, why: str, ended: InvocationEnded | None) -> None:
        # A wait that would end after the maximum age is not begun (facts 6.1, recorded with 60 s).
        function = queued.function
        if self.port.kernel.now + delay - queued.accepted > self._max_age(function):
            self._over(queued, "EventAgeExceeded", ended)
            return
        event = self.port.trace.emit(
            AsyncRetryScheduled,
            function.arn,
            queued.request.request_id,
            queued.attempts + 1,
            delay,
            why,
            cause=queued.request.cause,
        )
        queued.request.cause = event.seq
        self.port.kernel.after(delay, self._try, queued)

    def _max_age(self, function: Function) -> int:
        config = function.event_invoke
        if config is not None and config.max_age is not None:
            return config.max_age * SECOND
        return self.port.facts.us("async.max_event_age")

    def _over(self, queued: QueuedEvent, condition: str, ended: InvocationEnded | None) -> None:
        request, function = queued.request, queued.function
        event = self.port.trace.emit(
            AsyncEventEnded,
            function.arn,
            request.request_id,
            condition,
            queued.attempts,
            cause=request.cause,
        )
        request.cause = event.seq
        if condition == "FunctionDeleted":
            return
        self.failures.deliver(queued, condition, ended)
