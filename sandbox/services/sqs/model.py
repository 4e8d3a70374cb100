"""The state of SQS: queues, messages, receivers that wait."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Any

import msgspec

from sandbox.identity import Document
from sandbox.kernel import Promise

DELAYED, VISIBLE, IN_FLIGHT = "delayed", "visible", "in flight"


class Redrive(msgspec.Struct, frozen=True):
    """Where messages go that were received `count` times and came back: ARN of the dead-letter queue."""

    target: str
    count: int


class Settings(msgspec.Struct, frozen=True):
    """The attributes of a queue that can be set; durations in seconds, sizes in bytes."""

    numbers: dict[str, int]
    sse: bool
    policy: Document | None = None
    redrive: Redrive | None = None


class Receiver(msgspec.Struct, frozen=True):
    """What somebody who receives wants.

    Attributes:
        number: names a receiver that waits.
        count: how many messages at most.
        visibility: microseconds for which they are invisible to others.
        system: names of system attributes to show.
        names: names and prefixes of message attributes to show.
        cause: `seq` of the call.
    """

    number: int
    count: int
    visibility: int
    system: tuple[str, ...]
    names: tuple[str, ...]
    cause: int


class Waiting(msgspec.Struct, frozen=True):
    """A long poll: its receiver, the promise of its reply, and the agenda entry that ends it empty."""

    receiver: Receiver
    promise: Promise
    timer: int


class Message:
    """A message in a queue.

    Attributes:
        attributes: message attributes, in the shape in which they were sent.
        system: attributes for the system, such as AWSTraceHeader and MessageGroupId: name to text.
        sender: whom SenderId names.
        sent: microseconds; stays when the message moves to a dead-letter queue.
        sequence: its place in the queue, by arrival.
        state: delayed, visible or in flight.
        timer: the agenda entry that makes it visible; None while it is.
        received: times, ApproximateReceiveCount.
        tries: the same, in this queue.
        first_received: microseconds, 0 before.
        last_received: microseconds, 0 before.
        cause: `seq` of the latest event of this message.
    """

    def __init__(
        self,
        message_id: str,
        body: str,
        *,
        attributes: dict[str, dict[str, Any]],
        system: dict[str, str],
        sender: str,
        sent: int,
    ) -> None:
        self.id = message_id
        self.body = body
        self.attributes = attributes
        self.system = system
        self.sender = sender
        self.sent = sent
        self.sequence = 0
        self.state = VISIBLE
        self.timer: int | None = None
        self.received = 0
        self.tries = 0
        self.first_received = 0
        self.last_received = 0
        self.cause = 0


class Queue:
    """A standard queue.

    Attributes:
        messages: all that are in it, by id.
        visible: (sequence, id) of those that can be received, in the order of arrival.
        waiting: long polls, the oldest first.
        purged: when it was purged last, microseconds; None for never.
        expiry: the agenda entry that looks for messages that are too old, and when; None without messages.
    """

    def __init__(self, name: str, arn: str, url: str, settings: Settings, created: int) -> None:
        self.name = name
        self.arn = arn
        self.url = url
        self.settings = settings
        self.created = created
        self.modified = created
        self.tags: dict[str, str] = {}
        self.messages: dict[str, Message] = {}
        self.visible: list[tuple[int, str]] = []
        self.waiting: list[Waiting] = []
        self.purged: int | None = None
        self.expiry: tuple[int, int] | None = None
        self._arrivals = 0

    def add(self, message: Message) -> None:
        """Take a message in; it is not visible yet."""
        self._arrivals += 1
        message.sequence = self._arrivals
        self.messages[message.id] = message

    def show(self, message: Message) -> None:
        """Make a message visible, at the place of its arrival [SIM]."""
        message.state, message.timer = VISIBLE, None
        insort(self.visible, (message.sequence, message.id))

    def hide(self, message: Message) -> None:
        """Take a message out of those that can be received."""
        entry = (message.sequence, message.id)
        place = bisect_left(self.visible, entry)
        if place < len(self.visible) and self.visible[place] == entry:
            del self.visible[place]

    def count(self, state: str) -> int:
        """How many messages are delayed, visible or in flight."""
        return sum(message.state == state for message in self.messages.values())
