"""What facts of SQS decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox import World
from tests.sandbox.facts_seen.common import Seen, refusal


def queue(act: Callable[[World, Any, str], Any]) -> Seen:
    """What `act(world, sqs, url)` comes to with one queue, `jobs`."""

    def seen(world: World) -> Any:
        sqs = world.client("sqs")
        return act(world, sqs, sqs.create_queue(QueueName="jobs")["QueueUrl"])

    return seen


def attribute(name: str) -> Seen:
    """An attribute of a new queue."""

    def act(world: World, sqs: Any, url: str) -> Any:
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]

    return queue(act)


def refused(operation: str, **params: Any) -> Seen:
    """Whether an operation of SQS is refused; it is about a new queue, unless it makes one."""

    def act(world: World) -> bool:
        sqs = world.client("sqs")
        about = {} if operation == "create_queue" else sqs.create_queue(QueueName="q")
        about.pop("ResponseMetadata", None)
        return bool(refusal(getattr(sqs, operation), **about, **params))

    return act


def receiving(*, after: int, sent: int = 1, taken: bool = False) -> Seen:
    """Messages that a receiver gets some seconds after they were sent, or taken by somebody else."""

    def act(world: World, sqs: Any, url: str) -> int:
        for _ in range(sent):
            sqs.send_message(QueueUrl=url, MessageBody="x")
        if taken:
            sqs.receive_message(QueueUrl=url)
        world.advance(seconds=after)
        return len(sqs.receive_message(QueueUrl=url).get("Messages", ()))

    return queue(act)


def polling(world: World, sqs: Any, url: str) -> int:
    """Seconds that a receiver waits in vain."""
    before = world.now
    sqs.receive_message(QueueUrl=url)
    return (world.now - before).seconds


def purging(world: World, sqs: Any, url: str) -> str:
    """How a second purge after ten seconds is refused."""
    sqs.purge_queue(QueueUrl=url)
    world.advance(seconds=10)
    return refusal(sqs.purge_queue, QueueUrl=url)[-25:]


def recreating(world: World, sqs: Any, url: str) -> str:
    """How the name of a queue that was deleted ten seconds ago is refused."""
    sqs.delete_queue(QueueUrl=url)
    world.advance(seconds=10)
    return refusal(sqs.create_queue, QueueName="jobs")[:24]


def redriving(world: World, sqs: Any, url: str) -> str:
    """How a redrive policy after seven receives is refused."""
    target = "arn:aws:sqs:us-east-1:123456789012:jobs"
    policy = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 7})
    return refusal(sqs.create_queue, QueueName="more", Attributes={"RedrivePolicy": policy})[-27:]


def queues(world: World, sqs: Any, url: str) -> int:
    """How many of two queues a listing shows."""
    sqs.create_queue(QueueName="more")
    return len(sqs.list_queues()["QueueUrls"])
