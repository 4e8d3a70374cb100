"""The attributes of queues: what can be set, what is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from sandbox.facts import Facts
from sandbox.identity import Document, PolicyError
from sandbox.kernel import SECOND
from sandbox.services.base import not_here
from sandbox.services.sqs import errors
from sandbox.services.sqs.model import DELAYED, IN_FLIGHT, VISIBLE, Queue, Redrive, Settings

_NUMBER = re.compile(r"\d{1,9}")
_FIFO_ONLY = ("DeduplicationScope", "FifoThroughputLimit")
_NOT_HERE = {
    "KmsMasterKeyId": "encryption of queues with AWS KMS",
    "KmsDataKeyReusePeriodSeconds": "encryption of queues with AWS KMS",
    "RedriveAllowPolicy": "redrive allow policies",
}
_FIFO = ("FifoQueue", "ContentBasedDeduplication", *_FIFO_ONLY)
_SHOWN = (
    "Policy", "VisibilityTimeout", "MaximumMessageSize", "MessageRetentionPeriod",
    "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "CreatedTimestamp",
    "LastModifiedTimestamp", "QueueArn", "ApproximateNumberOfMessagesDelayed", "DelaySeconds",
    "ReceiveMessageWaitTimeSeconds", "RedrivePolicy", "SqsManagedSseEnabled",
)  # fmt: skip


def _ranges(facts: Facts) -> dict[str, tuple[int, int]]:
    return {
        "DelaySeconds": (0, facts["sqs.delay_max"]),
        "MaximumMessageSize": (facts["sqs.message_limit_min"], facts["sqs.message_max"]),
        "MessageRetentionPeriod": (facts["sqs.retention_min"], facts["sqs.retention_max"]),
        "ReceiveMessageWaitTimeSeconds": (0, facts["sqs.wait_max"]),
        "VisibilityTimeout": (0, facts["sqs.visibility_max"]),
    }


def defaults(facts: Facts) -> Settings:
    """What a queue has when nothing was asked for."""
    numbers = {
        "DelaySeconds": facts["sqs.delay_default"],
        "MaximumMessageSize": facts["sqs.message_max"],
        "MessageRetentionPeriod": facts["sqs.retention_default"],
        "ReceiveMessageWaitTimeSeconds": facts["sqs.wait_default"],
        "VisibilityTimeout": facts["sqs.visibility_default"],
    }
    return Settings(numbers, sse=facts["sqs.sse_default"])


def changed(
    settings: Settings, given: Mapping[str, str], facts: Facts, queues: Mapping[str, Queue]
) -> Settings:
    """Settings with given attributes put in.

    Args:
        settings: what there is.
        given: attributes as a caller gives them, all text.
        facts: for ranges and limits.
        queues: by ARN; a dead-letter queue must be among them.

    Raises:
        AwsError: InvalidAttributeName, InvalidAttributeValue or InvalidParameterValue.
    """
    ranges = _ranges(facts)
    numbers = dict(settings.numbers)
    changes: dict[str, Any] = {}
    for name, text in given.items():
        if name in ranges:
            numbers[name] = _number(name, text, *ranges[name])
        elif name == "SqsManagedSseEnabled":
            changes["sse"] = _boolean(name, text)
        elif name == "Policy":
            changes["policy"] = _policy(text)
        elif name == "RedrivePolicy":
            changes["redrive"] = _redrive(text, queues, facts["sqs.redrive_count_max"])
        elif name in _FIFO_ONLY:
            raise errors.attribute_name(f"You can specify the {name} only when FifoQueue is set to true.")
        elif name in _NOT_HERE:
            raise not_here(_NOT_HERE[name])
        else:
            raise errors.unknown_attribute(name)
    return msgspec.structs.replace(settings, numbers=numbers, **changes)


def wants_fifo(name: str, given: Mapping[str, str]) -> bool:
    """Whether somebody asks for a FIFO queue in the right way."""
    return name.endswith(".fifo") and given.get("FifoQueue", "").lower() == "true"


def difference(queue: Queue, asked: Settings, given: Mapping[str, str]) -> str:
    """The first attribute, among those given, that the queue has another value of; "" for none."""
    shown, wanted = _settings(queue.settings), _settings(asked)
    return next((name for name in given if shown.get(name) != wanted.get(name)), "")


def shown(queue: Queue, names: list[str]) -> dict[str, str]:
    """The asked-for attributes of a queue, as text; those that it has not are left out.

    Raises:
        AwsError: InvalidAttributeName.
    """
    values = _settings(queue.settings) | {
        "ApproximateNumberOfMessages": str(queue.count(VISIBLE)),
        "ApproximateNumberOfMessagesDelayed": str(queue.count(DELAYED)),
        "ApproximateNumberOfMessagesNotVisible": str(queue.count(IN_FLIGHT)),
        "CreatedTimestamp": str(queue.created // SECOND),
        "LastModifiedTimestamp": str(queue.modified // SECOND),
        "QueueArn": queue.arn,
    }
    for name in names:
        if name not in {"All", *_SHOWN, *_NOT_HERE, *_FIFO}:
            raise errors.unknown_attribute(name)
    wanted = _SHOWN if "All" in names else names
    return {name: values[name] for name in wanted if name in values}


def _settings(settings: Settings) -> dict[str, str]:
    values = {name: str(number) for name, number in settings.numbers.items()}
    values["SqsManagedSseEnabled"] = "true" if settings.sse else "false"
    if settings.policy is not None:
        values["Policy"] = settings.policy.raw
    if settings.redrive is not None:
        redrive = {
            "deadLetterTargetArn": settings.redrive.target,
            "maxReceiveCount": settings.redrive.count,
        }
        values["RedrivePolicy"] = json.dumps(redrive, separators=(",", ":"))
    return values


def _number(name: str, text: str, low: int, high: int) -> int:
    if not _NUMBER.fullmatch(text) or not low <= int(text) <= high:
        raise errors.attribute_value(name)
    return int(text)


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise errors.attribute_value(name)
    return text.lower() == "true"


def _policy(text: str) -> Document | None:
    if not text:
        return None
    try:
        return Document.parse(text, "resource")
    except PolicyError:
        raise errors.attribute_value("Policy") from None


def _redrive(text: str, queues: Mapping[str, Queue], highest: int) -> Redrive | None:
    if not text:
        return None
    policy = _redrive_map(text)
    for name in ("maxReceiveCount", "deadLetterTargetArn"):
        if name not in policy:
            reason = f"Redrive policy does not contain mandatory attribute: {name}."
            raise errors.value(text, "RedrivePolicy", reason)
    if len(policy) > 2:
        reason = "Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn]."
        raise errors.value(text, "RedrivePolicy", reason)
    count, target = str(policy["maxReceiveCount"]), str(policy["deadLetterTargetArn"])
    if not _NUMBER.fullmatch(count) or not 1 <= int(count) <= highest:
        valid = f"valid values are from 1 to {highest} both inclusive."
        reason = f"Invalid value for maxReceiveCount: {count}, {valid}"
        raise errors.value(text, "RedrivePolicy", reason)
    if not target.startswith("arn:aws:sqs:"):
        reason = "Only SQS queues are valid resources for deadLetterTargetArn."
        raise errors.value(text, "RedrivePolicy", reason)
    if target not in queues:
        raise errors.value(text, "RedrivePolicy", "Dead letter target does not exist.")
    return Redrive(target, int(count))


def _redrive_map(text: str) -> dict[str, Any]:
    try:
        policy = json.loads(text)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise errors.attribute_value("RedrivePolicy", "Redrive policy is not a valid JSON map.")
    return policy
