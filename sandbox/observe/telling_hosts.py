"""Why code had what it had of hosts that it spoke HTTP with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.observe.causes import cause_of
from sandbox.observe.telling import Step, at
from sandbox.observe.words import excerpt, function_name, spoken
from sandbox.trace import Event, HostAnswered, HostFailed, HostRequested, InvocationEnded, Trace

_FAILURES = {
    "unknown-host": "that name does not resolve",
    "refused": "nobody listens there, and the connection was refused",
    "timeout": "nobody answers there",
    "reset": "the connection was closed without an answer",
    "tls": "there is no encryption at that port",
    "gave-up": "the code did not wait any longer",
}


def place(event: HostRequested | HostAnswered | HostFailed) -> str:
    """The host, and its port where that is not HTTP's or HTTPS's own: "api.example.com:8080"."""
    return event.host if event.port in {0, 80, 443} else f"{event.host}:{event.port}"


def request_line(event: HostRequested | HostAnswered) -> str:
    """What was asked of which host: "GET /rates of api.example.com"."""
    return f"{event.method} {excerpt(event.target)} of {place(event)}"


def failure(event: HostFailed) -> str:
    """What went wrong, in words."""
    return _FAILURES.get(event.failure, event.failure)


def waited_for(trace: Trace, ended: InvocationEnded) -> HostRequested | None:
    """The last request that an attempt sent, if it had no answer yet when the attempt ended."""
    sent: dict[int, HostRequested] = {}
    for event in trace.events[ended.cause : ended.seq - 1]:
        if isinstance(event, HostRequested) and event.cause == ended.cause:
            sent[event.seq] = event
        elif isinstance(event, HostAnswered | HostFailed):
            sent.pop(event.cause, None)
    return max(sent.values(), key=lambda event: event.seq, default=None)


def _requested(trace: Trace, event: HostRequested) -> Step:
    sentence = f"The code of {function_name(event.arn)} asked for {request_line(event)} {at(event)}."
    return Step(sentence, cause_of(trace, event))


def _answered(trace: Trace, event: HostAnswered) -> Step:
    sentence = (
        f"{place(event)} answered {event.status} {at(event)}, {spoken(event.duration)} after it was asked "
        f"for {event.method} {excerpt(event.target)}."
    )
    return Step(sentence, cause_of(trace, event))


def _failed(trace: Trace, event: HostFailed) -> Step:
    before = cause_of(trace, event)
    name = function_name(event.arn)
    if event.failure == "gave-up":
        # A call of AWS is not told as a request, so that nothing says when it began.
        waited = f", after {spoken(event.time - before.time)}" if isinstance(before, HostRequested) else ""
        sentence = f"The code of {name} gave up waiting for {place(event)} {at(event)}{waited}."
    else:
        sentence = f"The code of {name} did not reach {place(event)} {at(event)}: {failure(event)}."
    return Step(sentence, before)


TELLERS: dict[type[Event], Callable[[Trace, Any], Step]] = {
    HostRequested: _requested,
    HostAnswered: _answered,
    HostFailed: _failed,
}
