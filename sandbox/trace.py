"""The typed events that everything is told by.

Log lines, metrics, timelines, checks and charts are projections of the trace and never events of their
own. An event carries `cause`, the sequence number of the event that led to it (0 for a command from
outside), so that "why did this happen?" is a walk. Times are microseconds since the epoch, payloads bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, Protocol, TypeVar

import msgspec

_HASHED_TOGETHER = 1024
"""Events that are encoded at once for the hash: many, but not a second copy of a long trace."""


class Event(msgspec.Struct, frozen=True, gc=False, tag_field="event", tag=True):
    """What all events have.

    Attributes:
        seq: 1, 2, 3, ... in the order of happening.
        time: microseconds since the epoch.
        cause: `seq` of the event that led to this one; 0 for a command from outside.
        arn: the resource that it happened to.
    """

    seq: int
    time: int
    cause: int
    arn: str


class ApiCalled(Event, frozen=True, gc=False, tag=True):
    """Somebody called an operation; what it led to has this event as its cause. `arn` was asked for."""

    principal: str
    service: str
    operation: str
    request_id: str


class ApiFailed(Event, frozen=True, gc=False, tag=True):
    """A call was answered with an error; its cause is the call. `error` is AWS's code."""

    principal: str
    service: str
    operation: str
    request_id: str
    error: str
    message: str


class PermissionDecided(Event, frozen=True, gc=False, tag=True):
    """A principal asked to do `action` on `arn`. `reason` is the tail of AWS's message when denied.

    `context` has the condition keys that the caller's service gave, beside those that every request has.
    """

    principal: str
    action: str
    allowed: bool
    reason: str
    context: tuple[tuple[str, str], ...] = ()


class FunctionChanged(Event, frozen=True, gc=False, tag=True):
    """A function's State or LastUpdateStatus moved (facts 3.9). State "Deleted" ends it."""

    state: str
    last_update_status: str


class InvocationAccepted(Event, frozen=True, gc=False, tag=True):
    """Lambda took a request: for type Event the caller has its 202, the code has not run yet."""

    request_id: str
    type: str
    principal: str
    payload: bytes


class InvocationThrottled(Event, frozen=True, gc=False, tag=True):
    """No environment could be had (facts 4.4); `reason` is AWS's Reason."""

    request_id: str
    type: str
    reason: str


class InvocationStarted(Event, frozen=True, gc=False, tag=True):
    """An attempt at running the code began. `group` and `stream` are empty when the role may not log."""

    request_id: str
    type: str
    attempt: int
    environment: str
    cold: bool
    version: str
    group: str
    stream: str
    payload: bytes


class InvocationEnded(Event, frozen=True, gc=False, tag=True):
    """An attempt ended. `outcome` is success, error, timeout or crash; durations in microseconds.

    `init` is 0 for a warm start; `billed` is in milliseconds, `memory` and `memory_used` in MB.
    """

    request_id: str
    type: str
    attempt: int
    environment: str
    outcome: str
    duration: int
    init: int
    billed: int
    memory: int
    memory_used: int
    error_type: str
    payload: bytes


class EnvironmentCreated(Event, frozen=True, gc=False, tag=True):
    """A cold start began: a new execution environment of the function; `runtime` as in its configuration."""

    environment: str
    version: str
    runtime: str


class EnvironmentInitialised(Event, frozen=True, gc=False, tag=True):
    """The INIT phase ended (facts 3.7). `outcome` is success, error, timeout or crash.

    `phase` is "init", or "invoke" for the suppressed init that runs inside an invocation after a reset.
    """

    environment: str
    outcome: str
    phase: str
    duration: int
    error_type: str


class EnvironmentReset(Event, frozen=True, gc=False, tag=True):
    """A crash or a timeout threw the process away; /tmp stays, globals do not (facts 3.7)."""

    environment: str
    why: str


class EnvironmentReaped(Event, frozen=True, gc=False, tag=True):
    """An environment ended: idle too long, or its function was changed or deleted."""

    environment: str
    why: str


class LineLogged(Event, frozen=True, gc=False, tag=True):
    """Text that code, or a PutLogEvents call, wrote. `group` is empty where the role may not log."""

    group: str
    stream: str
    request_id: str
    text: str


class LogGroupDeleted(Event, frozen=True, gc=False, tag=True):
    """A log group and everything in it went away."""

    group: str


class LogStreamDeleted(Event, frozen=True, gc=False, tag=True):
    """One stream of a group and everything in it went away."""

    group: str
    stream: str


class AsyncRetryScheduled(Event, frozen=True, gc=False, tag=True):
    """An asynchronous event is tried again after `delay` microseconds; `why` is error, throttle or role."""

    request_id: str
    attempt: int
    delay: int
    why: str


class AsyncEventEnded(Event, frozen=True, gc=False, tag=True):
    """An accepted asynchronous event is over, exactly once.

    `condition` is Success, RetriesExhausted, EventAgeExceeded or ZeroReservedConcurrency (facts 6.3), or
    FunctionDeleted or RecursiveInvocationDropped [SIM].
    """

    request_id: str
    condition: str
    attempts: int


class DeadLetterDelivered(Event, frozen=True, gc=False, tag=True):
    """A lost event reached the function's dead-letter target."""

    request_id: str
    target: str


class DeadLetterFailed(Event, frozen=True, gc=False, tag=True):
    """A lost event could not be written to the dead-letter target; metric DeadLetterErrors."""

    request_id: str
    target: str
    error: str


class DestinationDelivered(Event, frozen=True, gc=False, tag=True):
    """An invocation record reached a destination."""

    request_id: str
    target: str
    condition: str


class DestinationFailed(Event, frozen=True, gc=False, tag=True):
    """An invocation record could not be written; metric DestinationDeliveryFailures."""

    request_id: str
    target: str
    condition: str
    error: str


class MessageSent(Event, frozen=True, gc=False, tag=True):
    """A message arrived in the queue `arn`; visible from `visible_at`."""

    message_id: str
    body: str
    visible_at: int


class MessageReceived(Event, frozen=True, gc=False, tag=True):
    """A message was handed out and is invisible until `visible_at`; `count` is ApproximateReceiveCount."""

    message_id: str
    count: int
    visible_at: int


class MessageReturned(Event, frozen=True, gc=False, tag=True):
    """A message that was in flight is visible again."""

    message_id: str


class MessageDeleted(Event, frozen=True, gc=False, tag=True):
    """A message is gone; `why` is deleted, purged, expired, queue deleted, or moved.

    A message that was received too often moves: a MessageSent of its dead-letter queue follows.
    """

    message_id: str
    why: str


class ObjectCreated(Event, frozen=True, gc=False, tag=True):
    """An object was written to the bucket `arn`: `size` in bytes, `name` such as ObjectCreated:Put."""

    key: str
    size: int
    etag: str
    name: str


class ObjectRemoved(Event, frozen=True, gc=False, tag=True):
    """An object was deleted from the bucket `arn`; `name` is S3's, ObjectRemoved:Delete."""

    key: str
    name: str


class NotificationSent(Event, frozen=True, gc=False, tag=True):
    """The bucket `arn` told a function or a queue, `target`, what happened to the object `key`."""

    target: str
    name: str
    key: str


class NotificationFailed(Event, frozen=True, gc=False, tag=True):
    """The bucket `arn` could not tell `target` of it, and the event is dropped; `error` is AWS's code."""

    target: str
    name: str
    key: str
    error: str


class HostRequested(Event, frozen=True, gc=False, tag=True):
    """Code of the function `arn` sent a request by itself: to a host outside, or to AWS, which refuses it.

    `target` is path and query; a very long body is cut. What AWS takes from code is a call like any other: an
    ApiCalled.
    """

    host: str
    port: int
    method: str
    target: str
    body: bytes


class HostAnswered(Event, frozen=True, gc=False, tag=True):
    """The host answered a HostRequested, its cause, after `duration` microseconds; `status` is HTTP's."""

    host: str
    port: int
    method: str
    target: str
    status: int
    duration: int


class HostFailed(Event, frozen=True, gc=False, tag=True):
    """Code of the function `arn` has no answer of a host. Its cause is the request, where there was one.

    `failure` is unknown-host (its name does not resolve; `port` is 0), refused, timeout (of a connection:
    told when it is begun, for nobody will answer, whenever the code gives up), tls (not spoken at that port),
    reset, or gave-up (the code did not wait for the answer any longer).
    """

    host: str
    port: int
    failure: str


class ItemStored(Event, frozen=True, gc=False, tag=True):
    """An item was put into the table `arn`, or changed there; `key` is its key as JSON."""

    key: str


class ItemDeleted(Event, frozen=True, gc=False, tag=True):
    """An item of the table `arn` was deleted."""

    key: str


class Clock(Protocol):
    """What the trace needs to know of the kernel."""

    now: int


E = TypeVar("E", bound=Event)


class Trace:
    """An append-only list of events. Events are immutable, so a fork shares those that there are."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.events: list[Event] = []

    def emit(self, kind: type[E], arn: str, *fields: object, cause: int = 0) -> E:
        """Append an event of `kind` that happens now; `fields` are the kind's own, in their order."""
        events = self.events
        # Putting two tuples together is quicker than spreading one of them among the arguments.
        common: tuple[Any, ...] = (len(events) + 1, self.clock.now, cause, arn)
        event = kind(*(common + fields))
        events.append(event)
        return event

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def since(self, seq: int) -> list[Event]:
        """The events after number `seq`."""
        return self.events[seq:]

    def of(self, kind: type[E], *, since: int = 0) -> list[E]:
        """The events of one kind after number `since`."""
        return [event for event in islice(self.events, since, None) if isinstance(event, kind)]

    def hash(self) -> str:
        """A SHA-256 over all events: equal traces, equal hashes."""
        digest = hashlib.sha256()
        encode = msgspec.json.Encoder().encode_lines
        for first in range(0, len(self.events), _HASHED_TOGETHER):
            digest.update(encode(self.events[first : first + _HASHED_TOGETHER]))
        return digest.hexdigest()

    def __getstate__(self) -> dict[str, object]:
        # A fork copies the list, which is cheap, instead of the events, which never change.
        return {"clock": self.clock, "events": []}
