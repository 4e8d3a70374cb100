"""Why environments, functions, logs, queues and permissions became what they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.observe.causes import cause_of, refusal_behind
from sandbox.observe.telling import Step, at, attempt, capital
from sandbox.observe.words import clock, function_name, resource_name, short_id, spoken, who
from sandbox.trace import (
    ApiCalled,
    ApiFailed,
    EnvironmentCreated,
    EnvironmentInitialised,
    EnvironmentReaped,
    EnvironmentReset,
    Event,
    FunctionChanged,
    InvocationStarted,
    ItemDeleted,
    ItemStored,
    LineLogged,
    LogGroupDeleted,
    LogStreamDeleted,
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

# -- environments and functions ----------------------------------------------------------------------------


def _created(trace: Trace, event: EnvironmentCreated) -> Step:
    name = function_name(event.arn) or event.arn
    sentence = f"A new environment of {name} was started {at(event)} because no idle one could take the work."
    return Step(sentence, cause_of(trace, event))


def _initialised(trace: Trace, event: EnvironmentInitialised) -> Step:
    which, after = f"environment {short_id(event.environment)}", spoken(event.duration)
    if event.outcome == "success":
        sentence = f"INIT of {which} ended well {at(event)}, after {after}."
    elif event.outcome == "timeout":
        sentence = f"INIT of {which} was stopped {at(event)} because it took {after}."
    else:
        sentence = f"INIT of {which} failed {at(event)} with {event.error_type}."
    return Step(sentence, cause_of(trace, event))


def _reset(trace: Trace, event: EnvironmentReset) -> Step:
    sentence = (
        f"Environment {short_id(event.environment)} was reset {at(event)} because of a {event.why}: "
        "a new process, the same /tmp."
    )
    return Step(sentence, cause_of(trace, event))


def _reaped(trace: Trace, event: EnvironmentReaped) -> Step:
    sentence = f"Environment {short_id(event.environment)} ended {at(event)}: {event.why}."
    return Step(sentence, cause_of(trace, event))


def _changed(trace: Trace, event: FunctionChanged) -> Step:
    name = function_name(event.arn) or event.arn
    if event.state == "Deleted":
        return Step(f"{name} was deleted {at(event)}.", cause_of(trace, event))
    update = f" (its last update: {event.last_update_status})" if event.last_update_status else ""
    return Step(
        f"{name} was {event.state} from {clock(event.time, exact=False)}{update}.", cause_of(trace, event)
    )


# -- logs --------------------------------------------------------------------------------------------------


def _line(trace: Trace, event: LineLogged) -> Step:
    before = cause_of(trace, event)
    if isinstance(before, InvocationStarted):
        return Step(f"The code wrote this line {at(event)} during {attempt(before)}.", before)
    return Step(f"This line was written to {event.group or 'no log group'} {at(event)}.", before)


def _group_deleted(trace: Trace, event: LogGroupDeleted) -> Step:
    return Step(f"Log group {event.group} was deleted {at(event)}.", cause_of(trace, event))


def _stream_deleted(trace: Trace, event: LogStreamDeleted) -> Step:
    sentence = f"Log stream {event.stream} of {event.group} was deleted {at(event)}."
    return Step(sentence, cause_of(trace, event))


# -- queues ------------------------------------------------------------------------------------------------


def _by(cause: Event | None) -> str:
    return f" because {who(cause.principal)} called {cause.operation}" if isinstance(cause, ApiCalled) else ""


def _past(trace: Trace, cause: Event | None) -> Event | None:
    """Where to go on when a call has been told already."""
    return cause_of(trace, cause) if isinstance(cause, ApiCalled) else cause


def _sent(trace: Trace, event: MessageSent) -> Step:
    cause = cause_of(trace, event)
    sentence = f"A message arrived in {resource_name(event.arn)} {at(event)}{_by(cause)}."
    return Step(sentence, _past(trace, cause))


def _received(trace: Trace, event: MessageReceived) -> Step:
    cause = cause_of(trace, event)
    until = clock(event.visible_at, exact=False)
    sentence = (
        f"Message {short_id(event.message_id)}... was handed out {at(event)}{_by(cause)}. "
        f"It was receive {event.count}; the message is hidden until {until}."
    )
    return Step(sentence, _past(trace, cause))


def _returned(trace: Trace, event: MessageReturned) -> Step:
    sentence = (
        f"Message {short_id(event.message_id)}... was visible again {at(event)} because nobody deleted it "
        "while it was hidden."
    )
    return Step(sentence, cause_of(trace, event))


def _deleted(trace: Trace, event: MessageDeleted) -> Step:
    cause = cause_of(trace, event)
    sentence = (
        f"Message {short_id(event.message_id)}... left {resource_name(event.arn)} {at(event)}: {event.why}."
    )
    return Step(sentence, cause)


# -- buckets -----------------------------------------------------------------------------------------------


def _stored(trace: Trace, event: ObjectCreated) -> Step:
    cause = cause_of(trace, event)
    where = resource_name(event.arn)
    return Step(f"Object {event.key} was written to {where} {at(event)}{_by(cause)}.", _past(trace, cause))


def _removed(trace: Trace, event: ObjectRemoved) -> Step:
    cause = cause_of(trace, event)
    where = resource_name(event.arn)
    return Step(f"Object {event.key} was deleted from {where} {at(event)}{_by(cause)}.", _past(trace, cause))


def _notified(trace: Trace, event: NotificationSent) -> Step:
    bucket, target = resource_name(event.arn), resource_name(event.target)
    sentence = (
        f"{target} was told of {event.key} {at(event)} because the notification configuration of bucket "
        f"{bucket} asks for {event.name}."
    )
    return Step(sentence, cause_of(trace, event))


def _dropped(trace: Trace, event: NotificationFailed) -> Step:
    refusal = refusal_behind(trace, event)
    bucket, target = resource_name(event.arn), resource_name(event.target)
    if isinstance(refusal, PermissionDecided):
        why = f"{who(refusal.principal)} may not {refusal.action} on it, {refusal.reason}"
    else:
        why = f"it answered {event.error}"
    sentence = (
        f"{target} was not told of {event.key} in bucket {bucket} {at(event)}: {why}. The event is dropped, "
        "and nobody hears of it."
    )
    return Step(sentence, cause_of(trace, event))


# -- calls and permissions ---------------------------------------------------------------------------------


def _called(trace: Trace, event: ApiCalled) -> Step:
    sentence = f"{capital(who(event.principal))} called {event.service} {event.operation} {at(event)}."
    return Step(sentence, cause_of(trace, event))


def _failed(trace: Trace, event: ApiFailed) -> Step:
    sentence = (
        f"{event.operation}, called by {who(event.principal)}, failed {at(event)} with {event.error}: "
        f"{event.message.rstrip('.')}."
    )
    refusal = refusal_behind(trace, event)
    return Step(sentence, refusal if refusal is not None else cause_of(trace, event))


def _item_stored(trace: Trace, event: ItemStored) -> Step:
    return Step(
        f"The item {event.key} was written to {resource_name(event.arn)} {at(event)}.", cause_of(trace, event)
    )


def _item_deleted(trace: Trace, event: ItemDeleted) -> Step:
    return Step(
        f"The item {event.key} was deleted from {resource_name(event.arn)} {at(event)}.",
        cause_of(trace, event),
    )


def _decided(trace: Trace, event: PermissionDecided) -> Step:
    verdict = "was allowed" if event.allowed else "was refused"
    where = resource_name(event.arn)
    sentence = (
        f"{capital(who(event.principal))} {verdict} {event.action} on {where} {at(event)} {event.reason}"
    )
    return Step(sentence.rstrip() + ".", cause_of(trace, event))


TELLERS: dict[type[Event], Callable[[Trace, Any], Step]] = {
    ApiCalled: _called,
    ApiFailed: _failed,
    PermissionDecided: _decided,
    FunctionChanged: _changed,
    EnvironmentCreated: _created,
    EnvironmentInitialised: _initialised,
    EnvironmentReset: _reset,
    EnvironmentReaped: _reaped,
    LineLogged: _line,
    LogGroupDeleted: _group_deleted,
    LogStreamDeleted: _stream_deleted,
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
}
