"""The story of a world, one row per event that matters, in words and symbols; and the attempts in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from sandbox.observe.fold import Fold
from sandbox.observe.telling_hosts import failure, place
from sandbox.observe.words import brief, clock, excerpt, function_name, resource_name, short_id, who
from sandbox.trace import (
    AsyncEventEnded,
    AsyncRetryScheduled,
    DeadLetterDelivered,
    DeadLetterFailed,
    DestinationDelivered,
    DestinationFailed,
    EnvironmentCreated,
    EnvironmentInitialised,
    EnvironmentReaped,
    EnvironmentReset,
    Event,
    FunctionChanged,
    HostAnswered,
    HostFailed,
    HostRequested,
    InvocationAccepted,
    InvocationEnded,
    InvocationStarted,
    InvocationThrottled,
    ItemDeleted,
    ItemStored,
    MessageDeleted,
    MessageReceived,
    MessageReturned,
    MessageSent,
    NotificationFailed,
    NotificationSent,
    ObjectCreated,
    ObjectRemoved,
    PermissionDecided,
    Trace,
)


class Row(msgspec.Struct, frozen=True):
    """One line of the story.

    Attributes:
        seq: number of the event; `explain` takes it.
        time: time of day, "09:01:00.020".
        lane: the function or queue that it is about.
        symbol: one character that repeats what the word says, for the eye; it never says more.
        word: what happened, in one to four words.
        text: the rest of it.
    """

    seq: int
    time: str
    lane: str
    symbol: str
    word: str
    text: str


class Attempt(msgspec.Struct, frozen=True):
    """One run of a function's code.

    Attributes:
        function: the function's name.
        request_id: shared by all attempts at one asynchronous event.
        type: Event or RequestResponse.
        attempt: 1, 2, 3.
        start: microseconds since the epoch.
        end: microseconds since the epoch; None while it runs.
        outcome: success, error, timeout or crash; "" while it runs.
        error_type: of the error; "" for none.
        cold: whether a new environment was made for it.
        environment: where it ran.
        duration: microseconds, without the cold start; 0 while it runs.
        payload: what the code was given.
        reply: what it answered, or the error's JSON; empty while it runs.
        seq: number of the event that began it.
        end_seq: number of the event that ended it; 0 while it runs.
    """

    function: str
    request_id: str
    type: str
    attempt: int
    start: int
    end: int | None
    outcome: str
    error_type: str
    cold: bool
    environment: str
    duration: int
    payload: bytes
    reply: bytes
    seq: int
    end_seq: int


_Told = tuple[str, str, str]
"""Symbol, word and text of a row."""


def _event_id(event: Any) -> str:
    noun = "event" if getattr(event, "type", "Event") == "Event" else "request"
    return f"{noun} {short_id(event.request_id)}"


def _refused(event: PermissionDecided) -> _Told | None:
    if event.allowed:
        return None
    text = f"{who(event.principal)} may not {event.action} on {resource_name(event.arn)}, {event.reason}"
    return "⊘", "refused", text


def _changed(event: FunctionChanged) -> _Told | None:
    return ("■", "function deleted", "") if event.state == "Deleted" else None


def _accepted(event: InvocationAccepted) -> _Told | None:
    if event.type != "Event":
        return None
    return "→", "accepted", f"{_event_id(event)} from {who(event.principal)} waits in Lambda's queue"


def _throttled(event: InvocationThrottled) -> _Told:
    return "‖", "throttled", f"{_event_id(event)}: {event.reason}"


def _created(event: EnvironmentCreated) -> _Told:
    return "◇", "cold start", f"new environment {short_id(event.environment)}"


def _initialised(event: EnvironmentInitialised) -> _Told | None:
    if event.outcome == "success":
        return None
    text = f"environment {short_id(event.environment)}, {brief(event.duration)}"
    return "✗", f"init {event.outcome}", f"{event.error_type}, {text}" if event.error_type else text


def _reset(event: EnvironmentReset) -> _Told:
    return (
        "◇",
        "reset",
        f"environment {short_id(event.environment)} after {event.why}; /tmp stays, globals do not",
    )


def _reaped(event: EnvironmentReaped) -> _Told:
    return "◇", "environment ended", f"{short_id(event.environment)}: {event.why}"


def _started(event: InvocationStarted) -> _Told:
    which = f"attempt {event.attempt} of " if event.type == "Event" else ""
    return "▶", "started", f"{which}{_event_id(event)}, {'cold' if event.cold else 'warm'}"


def _ended(event: InvocationEnded) -> _Told:
    after = f"after {brief(event.duration)}"
    if event.outcome == "success":
        return "✓", "ok", after
    symbol = "◷" if event.outcome == "timeout" else "✗"
    return symbol, event.outcome, f"{event.error_type} {after}".lstrip()


def _retry(event: AsyncRetryScheduled) -> _Told:
    why = _WHY_AGAIN[event.why]
    at = clock(event.time + event.delay, exact=False)
    return "↻", f"retry in {brief(event.delay)}", f"{_event_id(event)} again at {at}: {why}"


def _over(event: AsyncEventEnded) -> _Told | None:
    if event.condition == "Success":
        return None
    attempts = "1 attempt" if event.attempts == 1 else f"{event.attempts} attempts"
    return "■", "gave up", f"{_event_id(event)} after {attempts}: {event.condition}"


def _letter(event: DeadLetterDelivered) -> _Told:
    return "✉", "letter", f"{_event_id(event)} went to {resource_name(event.target)}"


def _letter_lost(event: DeadLetterFailed) -> _Told:
    return (
        "✗",
        "letter lost",
        f"{_event_id(event)} did not reach {resource_name(event.target)}: {event.error}",
    )


def _record(event: DestinationDelivered) -> _Told:
    return "✉", "record", f"{event.condition} of {_event_id(event)} went to {resource_name(event.target)}"


def _record_lost(event: DestinationFailed) -> _Told:
    text = f"{event.condition} of {_event_id(event)} did not reach {resource_name(event.target)}"
    return "✗", "record lost", f"{text}: {event.error}"


def _sent(event: MessageSent) -> _Told:
    return "+", "message", excerpt(event.body)


def _received(event: MessageReceived) -> _Told:
    until = clock(event.visible_at, exact=False)
    return "←", "received", f"{short_id(event.message_id)}, receive {event.count}, hidden until {until}"


def _returned(event: MessageReturned) -> _Told:
    return "↻", "visible again", short_id(event.message_id)


def _deleted(event: MessageDeleted) -> _Told:
    return "-", "message gone", f"{short_id(event.message_id)}: {event.why}"


def _item_stored(event: ItemStored) -> _Told:
    return "+", "item", event.key


def _item_deleted(event: ItemDeleted) -> _Told:
    return "-", "item deleted", event.key


def _stored(event: ObjectCreated) -> _Told:
    how = " (copied)" if event.name.endswith(":Copy") else ""
    return "+", "object written", f"{excerpt(event.key)}, {event.size:,} bytes{how}"


def _removed(event: ObjectRemoved) -> _Told:
    return "-", "object deleted", excerpt(event.key)


def _notified(event: NotificationSent) -> _Told:
    return "→", "event sent", f"{event.name} {excerpt(event.key)} to {resource_name(event.target)}"


def _dropped(event: NotificationFailed) -> _Told:
    where = resource_name(event.target)
    return "✗", "event dropped", f"{event.name} {excerpt(event.key)} did not reach {where}: {event.error}"


_WHY_AGAIN = {
    "throttle": "it was throttled",
    "error": "the code failed",
    "role": "Lambda could not assume the function's role",
}


def _asked(event: HostRequested) -> _Told:
    return "→", "request", f"{event.method} {place(event)}{excerpt(event.target)}"


def _answered(event: HostAnswered) -> _Told:
    symbol = "✓" if event.status < 400 else "✗"
    return symbol, "answer", f"{event.status} from {place(event)} after {brief(event.duration)}"


def _unreached(event: HostFailed) -> _Told:
    return "✗", "no answer", f"{place(event)}: {failure(event)}"


_TELLERS: dict[type[Event], Callable[[Any], _Told | None]] = {
    PermissionDecided: _refused,
    FunctionChanged: _changed,
    InvocationAccepted: _accepted,
    InvocationThrottled: _throttled,
    EnvironmentCreated: _created,
    EnvironmentInitialised: _initialised,
    EnvironmentReset: _reset,
    EnvironmentReaped: _reaped,
    InvocationStarted: _started,
    InvocationEnded: _ended,
    AsyncRetryScheduled: _retry,
    AsyncEventEnded: _over,
    DeadLetterDelivered: _letter,
    DeadLetterFailed: _letter_lost,
    DestinationDelivered: _record,
    DestinationFailed: _record_lost,
    MessageSent: _sent,
    MessageReceived: _received,
    MessageReturned: _returned,
    MessageDeleted: _deleted,
    ObjectCreated: _stored,
    ObjectRemoved: _removed,
    NotificationSent: _notified,
    NotificationFailed: _dropped,
    ItemStored: _item_stored,
    ItemDeleted: _item_deleted,
    HostRequested: _asked,
    HostAnswered: _answered,
    HostFailed: _unreached,
}


class TimelineFold(Fold):
    """The story, kept up to date. An event belongs to the function that it is about or that led to it."""

    def reset(self) -> None:
        """See `Fold.reset`."""
        self._owners = [""]
        self._rows: list[tuple[str, Row]] = []

    def apply(self, event: Event) -> None:
        """See `Fold.apply`."""
        owner = function_name(event.arn)
        if not owner and event.cause < len(self._owners):
            owner = self._owners[event.cause]
        self._owners.append(owner)
        teller = _TELLERS.get(type(event))
        told = teller(event) if teller is not None else None
        if told is not None:
            about = owner if isinstance(event, PermissionDecided) else ""
            lane = about or resource_name(event.arn)
            self._rows.append((owner, Row(event.seq, clock(event.time), lane, *told)))

    def rows(self, function: str | None = None) -> list[Row]:
        """The story so far, oldest first; see `timeline`."""
        return [row for owner, row in self._rows if function is None or owner == function]


def timeline(trace: Trace, function: str | None = None) -> list[Row]:
    """The story of a world so far, oldest first. Who asks often keeps a `TimelineFold`.

    Args:
        trace: the world's trace.
        function: only what happened to this function and what that led to; None for all.
    """
    return TimelineFold().catch_up(trace).rows(function)


def attempts(trace: Trace, function: str | None = None) -> list[Attempt]:
    """The runs of a function's code, in the order in which they began.

    Args:
        trace: the world's trace.
        function: the function's name; None for all functions.
    """
    begun: list[InvocationStarted] = []
    ended: dict[int, InvocationEnded] = {}
    running: dict[str, int] = {}
    for event in trace:
        if isinstance(event, InvocationStarted):
            begun.append(event)
            running[event.environment] = event.seq
        elif isinstance(event, InvocationEnded) and event.environment in running:
            ended[running.pop(event.environment)] = event
    found = [_attempt(start, ended.get(start.seq)) for start in begun]
    return [attempt for attempt in found if function is None or attempt.function == function]


def _attempt(start: InvocationStarted, end: InvocationEnded | None) -> Attempt:
    return Attempt(
        function=function_name(start.arn),
        request_id=start.request_id,
        type=start.type,
        attempt=start.attempt,
        start=start.time,
        end=end.time if end else None,
        outcome=end.outcome if end else "",
        error_type=end.error_type if end else "",
        cold=start.cold,
        environment=start.environment,
        duration=end.duration if end else 0,
        payload=start.payload,
        reply=end.payload if end else b"",
        seq=start.seq,
        end_seq=end.seq if end else 0,
    )
