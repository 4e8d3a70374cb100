"""Why requests and events went as they did: accepted, throttled, tried, lost, delivered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.observe.causes import cause_of, refusal_behind
from sandbox.observe.telling import Step, at, attempt, capital, subject
from sandbox.observe.telling_hosts import request_line, waited_for
from sandbox.observe.words import clock, excerpt, function_name, ordinal, resource_name, spoken, who
from sandbox.trace import (
    ApiCalled,
    AsyncEventEnded,
    AsyncRetryScheduled,
    DeadLetterDelivered,
    DeadLetterFailed,
    DestinationDelivered,
    DestinationFailed,
    Event,
    InvocationAccepted,
    InvocationEnded,
    InvocationStarted,
    InvocationThrottled,
    PermissionDecided,
    Trace,
)

_LIMITS = {
    "ReservedFunctionConcurrentInvocationLimitExceeded": "its reserved concurrency leaves no room for it",
    "ConcurrentInvocationLimitExceeded": "all the concurrency that it shares with other functions is in use",
}

_CONDITIONS = {
    "RetriesExhausted": "the last attempt failed and no retries are left",
    "EventAgeExceeded": "the next wait would end after the event's maximum age",
    "ZeroReservedConcurrency": "the function's reserved concurrency is 0, so the event can never run",
    "RecursiveInvocationDropped": "the function has led to itself too often: Lambda stops a recursive loop",
    "FunctionDeleted": "the function was deleted",
}


# -- invocations -------------------------------------------------------------------------------------------


def _accepted(trace: Trace, event: InvocationAccepted) -> Step:
    name, call = function_name(event.arn), cause_of(trace, event)
    onward = cause_of(trace, call) if isinstance(call, ApiCalled) else call
    asked = f"because {who(event.principal)} invoked {name}"
    if event.type == "Event":
        text = f"{asked} with type Event. The caller had its answer, 202, before any code ran"
    else:
        text = f"{asked} and waits for the answer"
    return Step(f"{capital(subject(event))} was accepted {at(event)} {text}.", onward)


def _throttled(trace: Trace, event: InvocationThrottled) -> Step:
    why = _LIMITS.get(event.reason, event.reason)
    name = function_name(event.arn)
    sentence = f"{capital(subject(event))} was throttled {at(event)}: {name} could not run because {why}."
    return Step(sentence, cause_of(trace, event))


def _started(trace: Trace, event: InvocationStarted) -> Step:
    before = cause_of(trace, event)
    cold = " after a cold start" if event.cold else ""
    opening = f"{capital(attempt(event))} started {at(event)}{cold}"
    if isinstance(before, AsyncRetryScheduled):
        return _started_again(trace, event, before, opening)
    if isinstance(before, InvocationAccepted) and before.type == "Event":
        return Step(f"{opening} because Lambda took the event from its queue.", before)
    if isinstance(before, InvocationAccepted):
        room = "there was room for a new environment" if event.cold else "an environment was free for it"
        return Step(f"{opening} because {room}.", before)
    return Step(f"{opening}.", before)


def _started_again(trace: Trace, event: InvocationStarted, retry: AsyncRetryScheduled, opening: str) -> Step:
    reason, onward = _why_again(trace, retry)
    waits = f"the queue waits {spoken(retry.delay)}"
    if retry.why in {"throttle", "role"}:
        return Step(f"{opening} because {reason} and {waits} before it tries again.", onward)
    return Step(
        f"{opening} because {reason} and {waits} before the {ordinal(event.attempt)} attempt.", onward
    )


def _why_again(trace: Trace, retry: AsyncRetryScheduled) -> tuple[str, Event | None]:
    before = cause_of(trace, retry)
    if retry.why == "role":
        return "Lambda could not assume the function's role", before
    if isinstance(before, InvocationEnded):
        error = f" with {before.error_type}" if before.error_type else ""
        return f"attempt {before.attempt} failed {at(before)}{error}", before
    if isinstance(before, InvocationThrottled):
        return f"the event was throttled {at(before)}", before
    return f"the try before it ended in {retry.why}", before


def _ended(trace: Trace, event: InvocationEnded) -> Step:
    onward = cause_of(trace, event)
    which, after = capital(attempt(event)), spoken(event.duration)
    if event.outcome == "success":
        sentence = f"{which} ended well {at(event)}, after {after}, because the code returned."
    elif event.outcome == "timeout":
        sentence = f"{which} failed {at(event)} because it ran for {after}, all that its Timeout allows."
        waited = waited_for(trace, event)
        if waited is not None:
            sentence += f" It was still waiting for {request_line(waited)}."
    elif event.outcome == "crash":
        sentence = f"{which} failed {at(event)} because its process ended: {_message(event)}."
        if event.memory_used >= event.memory:
            sentence += f" It had used all of its {event.memory} MB of memory."
    else:
        sentence = f"{which} failed {at(event)} because the code raised {_message(event)}."
    return Step(sentence, onward)


def _retry(trace: Trace, event: AsyncRetryScheduled) -> Step:
    reason, onward = _why_again(trace, event)
    until = clock(event.time + event.delay, exact=False)
    waits = f"{capital(subject(event))} went back to the queue {at(event)}"
    counts = " A throttle does not count as an attempt." if event.why == "throttle" else ""
    wait = f"It waits {spoken(event.delay)}, until {until}."
    return Step(f"{waits} because {reason}. {wait}{counts}", onward)


def _over(trace: Trace, event: AsyncEventEnded) -> Step:
    onward = cause_of(trace, event)
    if event.condition == "Success":
        return Step(f"{capital(subject(event))} was done {at(event)} because an attempt ended well.", onward)
    attempts = "1 attempt" if event.attempts == 1 else f"{event.attempts} attempts"
    why = _CONDITIONS.get(event.condition, event.condition)
    sentence = (
        f"Lambda gave up on {subject(event)} {at(event)} after {attempts} because {why} ({event.condition})."
    )
    return Step(sentence, onward)


# -- deliveries --------------------------------------------------------------------------------------------


def _letter(trace: Trace, event: DeadLetterDelivered) -> Step:
    where = resource_name(event.target)
    name = function_name(event.arn)
    sentence = (
        f"A copy of {subject(event)} went to {where} {at(event)} because that is the dead-letter target "
        f"of {name}."
    )
    return Step(sentence, cause_of(trace, event))


def _letter_lost(trace: Trace, event: DeadLetterFailed) -> Step:
    return _lost(trace, event, f"The letter with {subject(event)}")


def _record(trace: Trace, event: DestinationDelivered) -> Step:
    which = "on-success" if event.condition == "Success" else "on-failure"
    where, name = resource_name(event.target), function_name(event.arn)
    sentence = (
        f"A record of {subject(event)} went to {where} {at(event)} because that is the {which} destination "
        f"of {name}."
    )
    return Step(sentence, cause_of(trace, event))


def _record_lost(trace: Trace, event: DestinationFailed) -> Step:
    return _lost(trace, event, f"The record of {subject(event)}")


def _lost(trace: Trace, event: DeadLetterFailed | DestinationFailed, what: str) -> Step:
    refusal = refusal_behind(trace, event)
    where = resource_name(event.target)
    if isinstance(refusal, PermissionDecided):
        why = f"{who(refusal.principal)} may not {refusal.action} on it, {refusal.reason}"
    else:
        why = f"the write failed: {event.error}"
    return Step(f"{what} did not reach {where} {at(event)} because {why}.", cause_of(trace, event))


def _message(event: InvocationEnded) -> str:
    """Error type and message of a failed attempt: "ValueError: no stock"."""
    try:
        payload = json.loads(event.payload)
    except ValueError:
        payload = None
    message = payload.get("errorMessage") if isinstance(payload, dict) else None
    return excerpt(f"{event.error_type}: {message}" if message else event.error_type, 120)


TELLERS: dict[type[Event], Callable[[Trace, Any], Step]] = {
    InvocationAccepted: _accepted,
    InvocationThrottled: _throttled,
    InvocationStarted: _started,
    InvocationEnded: _ended,
    AsyncRetryScheduled: _retry,
    AsyncEventEnded: _over,
    DeadLetterDelivered: _letter,
    DeadLetterFailed: _letter_lost,
    DestinationDelivered: _record,
    DestinationFailed: _record_lost,
}
