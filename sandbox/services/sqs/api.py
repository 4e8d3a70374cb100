"""The operations of SQS, as boto3 has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.identity import Document
from sandbox.kernel import SECOND, Promise
from sandbox.services.base import Call, Port, Service, not_here, operation
from sandbox.services.sqs import attributes, batches, content, errors, requests
from sandbox.services.sqs.delivery import DELETED, PURGED, Delivery
from sandbox.services.sqs.model import Message, Queue

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_URL = re.compile(r"https?://[^/]+/(?P<account>\d{12})/(?P<name>[^/]+)/?")


class SqsService(Service):
    """Standard queues."""

    name = "sqs"
    denied_code = "AccessDenied"

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self._delivery = Delivery(port)
        self._deleted: dict[str, int] = {}

    # -- for the world -------------------------------------------------------------------------------------

    def resource_policy(self, arn: str) -> Document | None:
        """The queue's policy, parsed."""
        queue = self._delivery.by_arn(arn)
        return queue.settings.policy if queue is not None else None

    def queue_names(self) -> list[str]:
        """The names of the queues that there are, in their order."""
        return sorted(self._delivery.queues)

    def messages(self, queue_name: str) -> list[tuple[str, str, dict[str, dict[str, Any]]]]:
        """All messages of a queue, delayed ones and those in flight too, by arrival; nothing is received.

        Returns:
            (message id, body, message attributes) of each.

        Raises:
            LookupError: there is no such queue.
        """
        queue = self._delivery.queues.get(queue_name)
        if queue is None:
            raise LookupError(f"there is no queue {queue_name}")
        return [
            (one.id, one.body, {name: dict(value) for name, value in one.attributes.items()})
            for one in queue.messages.values()
        ]

    def queue_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN that a request is about, told from its QueueUrl or QueueName."""
        if "QueueName" in params:
            return self._arn(params["QueueName"], params.get("QueueOwnerAWSAccountId"))
        match = _URL.fullmatch(params["QueueUrl"])
        if match is None:
            return self._arn(params["QueueUrl"].rpartition("/")[2], None)
        return self._arn(match["name"], match["account"])

    # -- queues --------------------------------------------------------------------------------------------

    @operation("sqs:CreateQueue", "queue_arn")
    def create_queue(
        self,
        call: Call,
        *,
        QueueName: str,
        Attributes: dict[str, str] | None = None,
        tags: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Make a queue, or find the one of that name if it has the same attributes."""
        given = Attributes or {}
        if attributes.wants_fifo(QueueName, given):
            raise not_here("FIFO queues")
        facts = self.port.facts
        longest = facts["sqs.queue_name_max"]
        if not _NAME.fullmatch(QueueName) or len(QueueName) > longest:
            raise errors.parameter(
                f"Can only include alphanumeric characters, hyphens, or underscores. 1 to {longest} in length"
            )
        asked = attributes.changed(attributes.defaults(facts), given, facts, self._by_arn())
        existing = self._delivery.queues.get(QueueName)
        if existing is not None:
            if different := attributes.difference(existing, asked, given):
                raise errors.queue_exists(different)
            return {"QueueUrl": existing.url}
        self._check_recreated(QueueName)
        now = self.port.kernel.now
        queue = Queue(QueueName, self._arn(QueueName, None), self._url(QueueName), asked, now)
        queue.tags = dict(tags or {})
        self._delivery.queues[QueueName] = queue
        if asked.policy is not None:
            self.port.policies_changed()
        return {"QueueUrl": queue.url}

    def _check_recreated(self, name: str) -> None:
        deleted = self._deleted.pop(name, None)
        facts = self.port.facts
        if deleted is not None and self.port.kernel.now < deleted + facts.us("sqs.recreate_interval"):
            self._deleted[name] = deleted
            raise errors.deleted_recently(facts["sqs.recreate_interval"])

    @operation("sqs:GetQueueUrl", "queue_arn")
    def get_queue_url(
        self, call: Call, *, QueueName: str, QueueOwnerAWSAccountId: str | None = None
    ) -> dict[str, Any]:
        """The URL of a queue."""
        if QueueOwnerAWSAccountId not in {None, self.port.account}:
            raise errors.no_queue()
        queue = self._delivery.queues.get(QueueName)
        if queue is None:
            raise errors.no_queue()
        return {"QueueUrl": queue.url}

    @operation("sqs:ListQueues")
    def list_queues(
        self,
        call: Call,
        *,
        QueueNamePrefix: str = "",
        NextToken: str | None = None,
        MaxResults: int | None = None,
    ) -> dict[str, Any]:
        """The URLs of queues, by name."""
        queues = self._delivery.queues
        names = sorted(name for name in queues if name.startswith(QueueNamePrefix))
        page, rest = requests.page(names, NextToken, MaxResults, self.port.facts)
        return ({"QueueUrls": [queues[name].url for name in page]} if page else {}) | rest

    @operation("sqs:ListDeadLetterSourceQueues", "queue_arn")
    def list_dead_letter_source_queues(
        self, call: Call, *, QueueUrl: str, NextToken: str | None = None, MaxResults: int | None = None
    ) -> dict[str, Any]:
        """The queues whose failed messages come to a queue."""
        arn = self._queue(QueueUrl).arn
        queues = self._delivery.queues
        names = sorted(
            name
            for name, queue in queues.items()
            if queue.settings.redrive is not None and queue.settings.redrive.target == arn
        )
        page, rest = requests.page(names, NextToken, MaxResults, self.port.facts)
        return {"queueUrls": [queues[name].url for name in page]} | rest

    @operation("sqs:DeleteQueue", "queue_arn")
    def delete_queue(self, call: Call, *, QueueUrl: str) -> dict[str, Any]:
        """Delete a queue and its messages. [SIM] At once; AWS takes up to 60 seconds."""
        queue = self._queue(QueueUrl)
        self._delivery.close(queue, errors.no_queue(), call.cause)
        self._deleted[queue.name] = self.port.kernel.now
        if queue.settings.policy is not None:
            self.port.policies_changed()
        return {}

    @operation("sqs:PurgeQueue", "queue_arn")
    def purge_queue(self, call: Call, *, QueueUrl: str) -> dict[str, Any]:
        """Delete all messages of a queue. [SIM] At once; AWS takes up to 60 seconds."""
        queue = self._queue(QueueUrl)
        now, facts = self.port.kernel.now, self.port.facts
        if queue.purged is not None and now < queue.purged + facts.us("sqs.purge_interval"):
            raise errors.purge_in_progress(queue.name, facts["sqs.purge_interval"])
        queue.purged = now
        for message in list(queue.messages.values()):
            self._delivery.remove(queue, message, PURGED, call.cause)
        return {}

    @operation("sqs:GetQueueAttributes", "queue_arn")
    def get_queue_attributes(
        self, call: Call, *, QueueUrl: str, AttributeNames: list[str] | None = None
    ) -> dict[str, Any]:
        """Attributes of a queue; none without AttributeNames."""
        shown = attributes.shown(self._queue(QueueUrl), AttributeNames or [])
        return {"Attributes": shown} if shown else {}

    @operation("sqs:SetQueueAttributes", "queue_arn")
    def set_queue_attributes(
        self, call: Call, *, QueueUrl: str, Attributes: dict[str, str]
    ) -> dict[str, Any]:
        """Change attributes of a queue. [SIM] At once; AWS takes up to 60 seconds."""
        queue = self._queue(QueueUrl)
        before = queue.settings
        queue.settings = attributes.changed(before, Attributes, self.port.facts, self._by_arn())
        queue.modified = self.port.kernel.now
        self._delivery.watch_ages(queue)
        if "Policy" in Attributes:
            self.port.policies_changed()
        return {}

    @operation("sqs:TagQueue", "queue_arn")
    def tag_queue(self, call: Call, *, QueueUrl: str, Tags: dict[str, str]) -> dict[str, Any]:
        """Put tags on a queue."""
        self._queue(QueueUrl).tags.update(Tags)
        return {}

    @operation("sqs:UntagQueue", "queue_arn")
    def untag_queue(self, call: Call, *, QueueUrl: str, TagKeys: list[str]) -> dict[str, Any]:
        """Take tags off a queue."""
        queue = self._queue(QueueUrl)
        for key in TagKeys:
            queue.tags.pop(key, None)
        return {}

    @operation("sqs:ListQueueTags", "queue_arn")
    def list_queue_tags(self, call: Call, *, QueueUrl: str) -> dict[str, Any]:
        """The tags of a queue."""
        queue = self._queue(QueueUrl)
        return {"Tags": dict(queue.tags)} if queue.tags else {}

    # -- sending -------------------------------------------------------------------------------------------

    @operation("sqs:SendMessage", "queue_arn")
    def send_message(
        self,
        call: Call,
        *,
        QueueUrl: str,
        MessageBody: str,
        DelaySeconds: int | None = None,
        MessageAttributes: dict[str, dict[str, Any]] | None = None,
        MessageSystemAttributes: dict[str, dict[str, Any]] | None = None,
        MessageDeduplicationId: str | None = None,
        MessageGroupId: str | None = None,
    ) -> dict[str, Any]:
        """Put a message into a queue."""
        queue = self._queue(QueueUrl)
        content.check_body(MessageBody)
        entry = {
            "MessageBody": MessageBody,
            "DelaySeconds": DelaySeconds,
            "MessageAttributes": MessageAttributes,
            "MessageSystemAttributes": MessageSystemAttributes,
            "MessageDeduplicationId": MessageDeduplicationId,
            "MessageGroupId": MessageGroupId,
        }
        reply = self._send(call, queue, entry, "SendMessage")
        self._delivery.serve(queue)
        return reply

    @operation("sqs:SendMessage", "queue_arn")
    def send_message_batch(
        self, call: Call, *, QueueUrl: str, Entries: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Put up to ten messages into a queue."""
        queue = self._queue(QueueUrl)
        facts = self.port.facts
        batches.check_entries(Entries, "SendMessageBatchRequestEntry", facts)
        total = sum(content.size(one["MessageBody"], one.get("MessageAttributes") or {}) for one in Entries)
        if total > facts["sqs.message_max"]:
            raise errors.batch(
                "BatchRequestTooLong",
                f"Batch requests cannot be longer than {facts['sqs.message_max']} bytes. "
                f"You have sent {total} bytes.",
            )
        places = {entry["Id"]: place for place, entry in enumerate(Entries, 1)}

        def send(entry: Mapping[str, Any]) -> dict[str, Any]:
            parameter = f"SendMessageBatchRequestEntry.{places[entry['Id']]}.MessageBody"
            content.check_body(entry["MessageBody"], parameter)
            return self._send(call, queue, entry, "SendMessageBatch")

        reply = batches.each(Entries, send)
        self._delivery.serve(queue)
        return reply

    def _send(self, call: Call, queue: Queue, entry: Mapping[str, Any], name: str) -> dict[str, Any]:
        given, kept, delay = requests.new_message(queue, entry, self.port.facts, name)
        kernel = self.port.kernel
        message = Message(
            kernel.uuid("message id"),
            entry["MessageBody"],
            attributes=given,
            system=kept,
            sender=call.principal.unique_id or call.principal.arn,
            sent=kernel.now,
        )
        self._delivery.arrive(queue, message, delay=delay, cause=call.cause)
        return content.sent_reply(message, entry.get("MessageSystemAttributes") or {})

    # -- receiving -----------------------------------------------------------------------------------------

    @operation("sqs:ReceiveMessage", "queue_arn")
    def receive_message(
        self,
        call: Call,
        *,
        QueueUrl: str,
        AttributeNames: list[str] | None = None,
        MessageSystemAttributeNames: list[str] | None = None,
        MessageAttributeNames: list[str] | None = None,
        MaxNumberOfMessages: int | None = None,
        VisibilityTimeout: int | None = None,
        WaitTimeSeconds: int | None = None,
        ReceiveRequestAttemptId: str | None = None,
    ) -> dict[str, Any] | Promise:
        """Receive messages; with a wait time, a promise that the next message or the time's end settles."""
        queue = self._queue(QueueUrl)
        if ReceiveRequestAttemptId is not None:
            reason = "The request includes a parameter that is not valid for this queue type."
            raise errors.value(ReceiveRequestAttemptId, "ReceiveRequestAttemptId", reason)
        receiver, wait = requests.receiver(
            queue,
            self.port.facts,
            call.cause,
            count=MaxNumberOfMessages,
            visibility=VisibilityTimeout,
            wait=WaitTimeSeconds,
            system=(*(AttributeNames or ()), *(MessageSystemAttributeNames or ())),
            names=tuple(MessageAttributeNames or ()),
        )
        if shown := self._delivery.take(queue, receiver):
            return {"Messages": shown}
        return self._delivery.wait(queue, receiver, wait) if wait else {}

    # -- after receiving -----------------------------------------------------------------------------------

    @operation("sqs:DeleteMessage", "queue_arn")
    def delete_message(self, call: Call, *, QueueUrl: str, ReceiptHandle: str) -> dict[str, Any]:
        """Delete a message that was received.

        [SIM] The handle of the latest receive deletes, also after its visibility timeout; an older one does
        nothing, nor does one of a message that is gone. AWS says of both only that the request succeeds.
        """
        self._delete(call, self._queue(QueueUrl), ReceiptHandle)
        return {}

    @operation("sqs:DeleteMessage", "queue_arn")
    def delete_message_batch(
        self, call: Call, *, QueueUrl: str, Entries: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Delete up to ten messages that were received."""
        queue = self._queue(QueueUrl)
        batches.check_entries(Entries, "DeleteMessageBatchRequestEntry", self.port.facts)
        return batches.each(Entries, lambda entry: self._delete(call, queue, entry["ReceiptHandle"]))

    def _delete(self, call: Call, queue: Queue, handle: str) -> dict[str, Any]:
        message = requests.held(queue, handle)
        if message is not None:
            self._delivery.remove(queue, message, DELETED, call.cause)
        return {}

    @operation("sqs:ChangeMessageVisibility", "queue_arn")
    def change_message_visibility(
        self, call: Call, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int
    ) -> dict[str, Any]:
        """Keep a received message invisible for so long from now on; 0 gives it back."""
        self._change(self._queue(QueueUrl), ReceiptHandle, VisibilityTimeout)
        return {}

    @operation("sqs:ChangeMessageVisibility", "queue_arn")
    def change_message_visibility_batch(
        self, call: Call, *, QueueUrl: str, Entries: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """The same for up to ten messages."""
        queue = self._queue(QueueUrl)
        batches.check_entries(Entries, "ChangeMessageVisibilityBatchRequestEntry", self.port.facts)

        def change(entry: Mapping[str, Any]) -> dict[str, Any]:
            default = queue.settings.numbers["VisibilityTimeout"]
            return self._change(queue, entry["ReceiptHandle"], entry.get("VisibilityTimeout", default))

        return batches.each(Entries, change)

    def _change(self, queue: Queue, handle: str, seconds: int) -> dict[str, Any]:
        highest = self.port.facts["sqs.visibility_max"]
        requests.check_range(seconds, "VisibilityTimeout", highest)
        message = requests.held(queue, handle)
        if message is None:
            reason = "Message does not exist or is not available for visibility timeout change."
            raise errors.value(handle, "ReceiptHandle", reason)
        visible_at = self.port.kernel.now + seconds * SECOND
        if visible_at > message.last_received + highest * SECOND:
            reason = f"Total VisibilityTimeout for the message is beyond the limit [{highest} seconds]."
            raise errors.value(seconds, "VisibilityTimeout", reason)
        self._delivery.hold(queue, message, visible_at)
        return {}

    # -- finding -------------------------------------------------------------------------------------------

    def _arn(self, name: str, account: str | None) -> str:
        return f"arn:aws:sqs:{self.port.region}:{account or self.port.account}:{name}"

    def _url(self, name: str) -> str:
        return f"https://sqs.{self.port.region}.amazonaws.com/{self.port.account}/{name}"

    def _by_arn(self) -> dict[str, Queue]:
        return {queue.arn: queue for queue in self._delivery.queues.values()}

    def _queue(self, url: str) -> Queue:
        """The queue of a URL, or of a bare name, which AWS takes too."""
        match = _URL.fullmatch(url)
        if match is None and "/" in url:
            raise errors.invalid_address(url)
        name, account = (match["name"], match["account"]) if match else (url, self.port.account)
        queue = self._delivery.queues.get(name)
        if queue is None or account != self.port.account:
            raise errors.no_queue()
        return queue
