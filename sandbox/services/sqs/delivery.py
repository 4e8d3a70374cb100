"""How messages move: arrival, visibility, long polls, dead-letter queues, expiry.

Agenda entries name queues and messages by their names and ids, never by the objects.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.kernel import SECOND, Promise, told
from sandbox.services.base import AwsError, Port
from sandbox.services.sqs.content import received
from sandbox.services.sqs.model import DELAYED, IN_FLIGHT, VISIBLE, Message, Queue, Receiver, Waiting
from sandbox.trace import MessageDeleted, MessageReceived, MessageReturned, MessageSent

DELETED, PURGED, EXPIRED, QUEUE_DELETED, MOVED = "deleted", "purged", "expired", "queue deleted", "moved"


class Delivery:
    """The queues of an account, and everything that happens to their messages.

    [SIM] AWS promises no order, may deliver a message twice, and samples its servers in a short poll. Here
    messages are handed out in the order of their arrival, each once at a time, and every poll sees them all.
    """

    def __init__(self, port: Port) -> None:
        self.port = port
        self.queues: dict[str, Queue] = {}
        self._receivers = 0

    def by_arn(self, arn: str) -> Queue | None:
        """The queue of that ARN."""
        queue = self.queues.get(arn.rpartition(":")[2])
        return queue if queue is not None and queue.arn == arn else None

    # -- arriving ------------------------------------------------------------------------------------------

    def arrive(self, queue: Queue, message: Message, *, delay: int, cause: int) -> None:
        """Take a message in. `serve` then hands it to those who wait.

        Args:
            queue: where it arrives.
            message: what arrives.
            delay: microseconds until it is visible.
            cause: `seq` of the event behind it.
        """
        kernel = self.port.kernel
        visible_at = kernel.now + delay
        queue.add(message)
        event = self.port.trace.emit(
            MessageSent, queue.arn, message.id, message.body, visible_at, cause=cause
        )
        message.cause = event.seq
        if delay:
            message.state = DELAYED
            message.timer = kernel.at(visible_at, self._appear, queue.name, message.id)
        else:
            queue.show(message)
        self._watch_age(queue, message.sent + _retention(queue))

    @told(lambda name, message_id: f"a delayed message in {name} becomes visible")
    def _appear(self, name: str, message_id: str) -> None:
        queue = self.queues[name]
        queue.show(queue.messages[message_id])
        self.serve(queue)

    # -- receiving -----------------------------------------------------------------------------------------

    def take(self, queue: Queue, receiver: Receiver) -> list[dict[str, Any]]:
        """Hand out what a receiver may have now, oldest first, as the reply shows it.

        A message that was received `maxReceiveCount` times moves to the dead-letter queue instead. While
        that queue does not exist, messages are handed out as if there were no redrive policy [SIM].
        """
        shown: list[dict[str, Any]] = []
        redrive = queue.settings.redrive
        target = self.by_arn(redrive.target) if redrive is not None else None
        while queue.visible and len(shown) < receiver.count:
            message = queue.messages[queue.visible[0][1]]
            del queue.visible[0]
            if redrive is not None and target is not None and message.tries >= redrive.count:
                self._bury(queue, target, message, receiver.cause)
            else:
                shown.append(self._hand_out(queue, message, receiver))
        return shown

    def _hand_out(self, queue: Queue, message: Message, receiver: Receiver) -> dict[str, Any]:
        kernel = self.port.kernel
        visible_at = kernel.now + receiver.visibility
        message.received += 1
        message.tries += 1
        message.last_received = kernel.now
        message.first_received = message.first_received or kernel.now
        event = self.port.trace.emit(
            MessageReceived, queue.arn, message.id, message.received, visible_at, cause=receiver.cause
        )
        message.cause = event.seq
        self._fly(queue, message, visible_at)
        return received(queue.arn, message, receiver.system, receiver.names)

    def _bury(self, queue: Queue, target: Queue, message: Message, cause: int) -> None:
        self.port.trace.emit(MessageDeleted, queue.arn, message.id, MOVED, cause=cause)
        del queue.messages[message.id]
        message.tries = 0
        message.system = {**message.system, "DeadLetterQueueSourceArn": queue.arn}
        self.arrive(target, message, delay=0, cause=cause)
        # Later, so that nobody is served in the middle of somebody else's receive.
        self.port.kernel.after(0, self._serve_named, target.name)

    # -- waiting -------------------------------------------------------------------------------------------

    def wait(self, queue: Queue, receiver: Receiver, duration: int) -> Promise:
        """Begin a long poll: the first message ends it, or `duration` microseconds do, without messages."""
        self._receivers += 1
        receiver = msgspec.structs.replace(receiver, number=self._receivers)
        timer = self.port.kernel.after(duration, self._poll_ended, queue.name, receiver.number)
        waiting = Waiting(receiver, Promise(), timer)
        queue.waiting.append(waiting)
        return waiting.promise

    def serve(self, queue: Queue) -> None:
        """Hand visible messages to those who wait, in the order in which they began to."""
        while queue.waiting and queue.visible:
            waiting = queue.waiting.pop(0)
            shown = self.take(queue, waiting.receiver)
            if shown:
                self.port.kernel.cancel(waiting.timer)
                waiting.promise.resolve({"Messages": shown})
            else:
                queue.waiting.insert(0, waiting)

    @told(lambda name: f"{name} hands out what it has")
    def _serve_named(self, name: str) -> None:
        queue = self.queues.get(name)
        if queue is not None:
            self.serve(queue)

    @told(lambda name, number: f"a receiver stops waiting for {name}")
    def _poll_ended(self, name: str, number: int) -> None:
        queue = self.queues[name]
        ended = next(waiting for waiting in queue.waiting if waiting.receiver.number == number)
        queue.waiting.remove(ended)
        ended.promise.resolve({})

    # -- coming back and going -----------------------------------------------------------------------------

    def hold(self, queue: Queue, message: Message, visible_at: int) -> None:
        """Keep a message away from receivers until `visible_at`, microseconds; now means that it returns."""
        if message.state == VISIBLE:
            queue.hide(message)
        self._stop(message)
        if visible_at > self.port.kernel.now:
            self._fly(queue, message, visible_at)
        else:
            self._return(queue.name, message.id)

    def _fly(self, queue: Queue, message: Message, visible_at: int) -> None:
        message.state = IN_FLIGHT
        message.timer = self.port.kernel.at(visible_at, self._return, queue.name, message.id)

    @told(lambda name, message_id: f"a message in {name} becomes visible again")
    def _return(self, name: str, message_id: str) -> None:
        queue = self.queues[name]
        message = queue.messages[message_id]
        event = self.port.trace.emit(MessageReturned, queue.arn, message.id, cause=message.cause)
        message.cause = event.seq
        queue.show(message)
        self.serve(queue)

    def remove(self, queue: Queue, message: Message, why: str, cause: int) -> None:
        """Take a message away for good; `why` is as in the trace's MessageDeleted."""
        self._stop(message)
        queue.hide(message)
        del queue.messages[message.id]
        self.port.trace.emit(MessageDeleted, queue.arn, message.id, why, cause=cause)

    def _stop(self, message: Message) -> None:
        if message.timer is not None:
            self.port.kernel.cancel(message.timer)
            message.timer = None

    def close(self, queue: Queue, error: AwsError, cause: int) -> None:
        """End a queue: its messages are gone, those who wait get the error."""
        for message in list(queue.messages.values()):
            self.remove(queue, message, QUEUE_DELETED, cause)
        if queue.expiry is not None:
            self.port.kernel.cancel(queue.expiry[0])
        del self.queues[queue.name]
        polls, queue.waiting = queue.waiting, []
        for waiting in polls:
            self.port.kernel.cancel(waiting.timer)
            waiting.promise.fail(error)

    # -- growing old ---------------------------------------------------------------------------------------

    def watch_ages(self, queue: Queue) -> None:
        """Look anew when the oldest message will be too old: the retention period has changed."""
        if queue.expiry is not None:
            self.port.kernel.cancel(queue.expiry[0])
            queue.expiry = None
        if queue.messages:
            oldest = min(message.sent for message in queue.messages.values())
            self._watch_age(queue, oldest + _retention(queue))

    def _watch_age(self, queue: Queue, expires: int) -> None:
        # One entry for each queue: the first message that can expire. It is not moved when that one goes.
        if queue.expiry is not None:
            if queue.expiry[1] <= expires:
                return
            self.port.kernel.cancel(queue.expiry[0])
        entry = self.port.kernel.at(expires, self._expire, queue.name, idle=True)
        queue.expiry = (entry, expires)

    @told(lambda name: f"messages in {name} expire")
    def _expire(self, name: str) -> None:
        queue = self.queues[name]
        queue.expiry = None
        last = self.port.kernel.now - _retention(queue)
        for message in [one for one in queue.messages.values() if one.sent <= last]:
            self.remove(queue, message, EXPIRED, message.cause)
        self.watch_ages(queue)


def _retention(queue: Queue) -> int:
    return queue.settings.numbers["MessageRetentionPeriod"] * SECOND
