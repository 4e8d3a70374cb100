"""What led to an event: its `cause`, or the step before it in the life of the same request."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.trace import (
    ApiFailed,
    AsyncEventEnded,
    AsyncRetryScheduled,
    DeadLetterDelivered,
    DeadLetterFailed,
    DestinationDelivered,
    DestinationFailed,
    EnvironmentCreated,
    EnvironmentReaped,
    EnvironmentReset,
    Event,
    InvocationAccepted,
    InvocationEnded,
    InvocationStarted,
    InvocationThrottled,
    LineLogged,
    MessageReceived,
    MessageReturned,
    PermissionDecided,
    Trace,
)

_DELIVERIES = (DeadLetterDelivered, DeadLetterFailed, DestinationDelivered, DestinationFailed)

_STEP_BEFORE: dict[type[Event], tuple[type[Event], ...]] = {
    InvocationThrottled: (AsyncRetryScheduled, InvocationAccepted),
    InvocationStarted: (AsyncRetryScheduled, InvocationAccepted),
    InvocationEnded: (InvocationStarted,),
    LineLogged: (InvocationStarted,),
    AsyncRetryScheduled: (InvocationEnded, InvocationThrottled),
    AsyncEventEnded: (InvocationEnded, InvocationThrottled, InvocationAccepted),
    **dict.fromkeys(_DELIVERIES, (AsyncEventEnded, InvocationEnded)),
}
"""For events of a request: the kinds of its events that they follow from, the latest one counting."""


def cause_of(trace: Trace, event: Event) -> Event | None:
    """The event that led to this one; None for a command from outside.

    Steps in the life of one request are told apart more finely than by `cause`, which may name the call
    that all of them go back to.
    """
    step = _step_before(trace, event)
    if step is not None:
        return step
    return trace.events[event.cause - 1] if 0 < event.cause < event.seq else None


def _step_before(trace: Trace, event: Event) -> Event | None:
    if isinstance(event, EnvironmentReset | EnvironmentReaped):
        return _latest_of_environment(trace, event)
    if isinstance(event, MessageReturned):
        return _latest_receive(trace, event)
    kinds = _STEP_BEFORE.get(type(event))
    request_id = getattr(event, "request_id", "")
    if kinds is None or not request_id:
        return None
    for earlier in before(trace, event.seq):
        if isinstance(earlier, kinds) and getattr(earlier, "request_id", "") == request_id:
            return earlier
    return None


def _latest_of_environment(trace: Trace, event: EnvironmentReset | EnvironmentReaped) -> Event | None:
    kinds = (InvocationEnded, InvocationStarted, EnvironmentCreated)
    for earlier in before(trace, event.seq):
        if isinstance(earlier, kinds) and earlier.environment == event.environment:
            return earlier
    return None


def _latest_receive(trace: Trace, event: MessageReturned) -> Event | None:
    for earlier in before(trace, event.seq):
        if isinstance(earlier, MessageReceived) and earlier.message_id == event.message_id:
            return earlier
    return None


def before(trace: Trace, seq: int) -> Iterator[Event]:
    """The events before number `seq`, the latest first."""
    return (trace.events[number] for number in range(seq - 2, -1, -1))


def refusal_behind(trace: Trace, event: Event) -> PermissionDecided | InvocationThrottled | None:
    """For a call or a delivery that failed: the refused permission or the throttle behind it, if any."""
    target = getattr(event, "target", event.arn)
    for earlier in before(trace, event.seq):
        if earlier.time < event.time or earlier.seq < event.cause:
            return None
        if isinstance(event, ApiFailed) and earlier.cause != event.cause:
            continue
        if isinstance(earlier, PermissionDecided) and not earlier.allowed and earlier.arn == target:
            return earlier
        if isinstance(event, ApiFailed) and isinstance(earlier, InvocationThrottled):
            return earlier
    return None
