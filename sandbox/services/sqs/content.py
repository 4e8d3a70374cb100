"""What a sender may send, its checksums, and how a message is shown to a receiver."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.facts import Facts
from sandbox.kernel import MILLISECOND
from sandbox.services.sqs import errors
from sandbox.services.sqs.handles import receipt_handle
from sandbox.services.sqs.model import Message

Attributes = Mapping[str, Mapping[str, Any]]

_BODY = re.compile("[\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
_NAME = re.compile(r"[A-Za-z0-9_.\-\u00c0-\u017f]+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_GROUP = re.compile(r"[!-~]+")
_TRACE_HEADER = "AWSTraceHeader"
SYSTEM_NAMES = (
    "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
    "SequenceNumber", "MessageDeduplicationId", "MessageGroupId", _TRACE_HEADER, "DeadLetterQueueSourceArn",
)  # fmt: skip


def check_body(body: str, parameter: str = "MessageBody") -> None:
    """The body has at least one character, and only those that SQS takes.

    Raises:
        AwsError: MissingParameter or InvalidMessageContents.
    """
    if not body:
        raise errors.missing(parameter)
    if not _BODY.fullmatch(body):
        raise errors.bad_characters()


def check_attributes(attributes: Attributes, operation: str, facts: Facts) -> None:
    """Message attributes: number, names, types, values.

    Raises:
        AwsError: InvalidParameterValue.
    """
    if len(attributes) > (most := facts["sqs.message_attributes_max"]):
        raise errors.parameter(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [{most}]."
        )
    for name, attribute in attributes.items():
        _check_name(name, facts["sqs.attribute_name_max"])
        _check_value(name, attribute, operation, facts["sqs.attribute_name_max"])


def _check_name(name: str, limit: int) -> None:
    if not name:
        raise errors.parameter("The request must contain non-empty message (user) attribute names.")
    if len(name.encode()) >= limit:
        raise errors.parameter(f"Message (user) attribute name must be shorter than {limit} bytes.")
    if name.lower().startswith(("aws.", "amazon.")):
        raise errors.parameter(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are "
            "reserved for internal use."
        )
    if not _NAME.fullmatch(name) or name.startswith(".") or name.endswith(".") or ".." in name:
        raise errors.parameter(f"Invalid message (user) attribute name '{name}'.")


def _check_value(name: str, attribute: Mapping[str, Any], operation: str, limit: int) -> None:
    kind = attribute["DataType"]
    if attribute.get("StringListValues") or attribute.get("BinaryListValues"):
        raise errors.parameter(f"Message attribute list values in {operation} operation are not supported.")
    if not kind:
        raise errors.parameter(
            f"The message (user) attribute '{name}' must contain a non-empty message attribute type."
        )
    if len(kind.encode()) >= limit:
        raise errors.parameter(f"Message (user) attribute type must be shorter than {limit} bytes.")
    prefix = kind.split(".", 1)[0]
    if prefix not in {"Binary", "Number", "String"}:
        raise errors.parameter(
            f"The type of message (user) attribute '{name}' is invalid. You must use only the following "
            "supported type prefixes: Binary, Number, String."
        )
    if not attribute.get("BinaryValue" if prefix == "Binary" else "StringValue"):
        raise errors.parameter(
            f"Message (user) attribute '{name}' must contain a non-empty value of type '{prefix}'."
        )
    if prefix == "Number" and not _NUMBER.fullmatch(attribute["StringValue"]):
        raise errors.parameter(f"Can't cast the value of message (user) attribute '{name}' to a number.")
    if prefix == "String" and not _BODY.fullmatch(attribute["StringValue"]):
        raise errors.parameter(errors.bad_characters().message)


def system_attributes(
    attributes: Attributes, group: str | None, deduplication: str | None, facts: Facts
) -> dict[str, str]:
    """What the system keeps of a message: AWSTraceHeader and MessageGroupId.

    [SIM] A group of a standard queue is kept and shown; no share of the queue's throughput follows from it.

    Raises:
        AwsError: InvalidParameterValue.
    """
    kept = {}
    for name, attribute in attributes.items():
        if name != _TRACE_HEADER:
            raise errors.parameter(f"Message system attribute name '{name}' is invalid.")
        if attribute.get("DataType") != "String" or "StringValue" not in attribute:
            raise errors.parameter(f"The message system attribute '{name}' must be of the type String.")
        kept[name] = attribute["StringValue"]
    if group is not None:
        longest = facts["sqs.group_id_max"]
        if not _GROUP.fullmatch(group) or len(group) > longest:
            reason = (
                "MessageGroupId can only include alphanumeric and punctuation characters. "
                f"1 to {longest} in length."
            )
            raise errors.value(group, "MessageGroupId", reason)
        kept["MessageGroupId"] = group
    if deduplication is not None:
        reason = "The request includes a parameter that is not valid for this queue type."
        raise errors.value(deduplication, "MessageDeduplicationId", reason)
    return kept


def size(body: str, attributes: Attributes) -> int:
    """Bytes that count against the limit: the body, and names, types and values of the attributes."""
    total = len(body.encode())
    for name, attribute in attributes.items():
        content = attribute.get("BinaryValue") or attribute.get("StringValue", "").encode()
        total += len(name.encode()) + len(attribute["DataType"].encode()) + len(content)
    return total


def md5(body: str) -> str:
    """MD5OfMessageBody and MD5OfBody."""
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()


def attributes_md5(attributes: Attributes) -> str:
    """MD5OfMessageAttributes.

    Source: SQS Developer Guide, sqs-message-metadata, "Calculating the MD5 message digest for message
    attributes": in the order of names, each part with its length; 1 stands for text, 2 for binary.
    """
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        attribute = attributes[name]
        kind = attribute["DataType"]
        binary = kind.split(".", 1)[0] == "Binary"
        content = attribute["BinaryValue"] if binary else attribute["StringValue"].encode()
        for part in (name.encode(), kind.encode()):
            digest.update(struct.pack(">I", len(part)) + part)
        digest.update((b"\x02" if binary else b"\x01") + struct.pack(">I", len(content)) + content)
    return digest.hexdigest()


def sent_reply(message: Message, system: Attributes) -> dict[str, Any]:
    """What SendMessage answers."""
    reply = {"MessageId": message.id, "MD5OfMessageBody": md5(message.body)}
    if message.attributes:
        reply["MD5OfMessageAttributes"] = attributes_md5(message.attributes)
    if system:
        reply["MD5OfMessageSystemAttributes"] = attributes_md5(system)
    return reply


def check_system_names(names: Iterable[str]) -> None:
    """Names of system attributes that a receiver asks for.

    Raises:
        AwsError: InvalidAttributeName.
    """
    for name in names:
        if name not in {"All", *SYSTEM_NAMES}:
            raise errors.unknown_attribute(name)


def received(arn: str, message: Message, system: Iterable[str], names: Iterable[str]) -> dict[str, Any]:
    """A message as a receiver gets it, with the attributes asked for."""
    reply: dict[str, Any] = {
        "MessageId": message.id,
        "ReceiptHandle": receipt_handle(arn, message.id, message.received),
        "MD5OfBody": md5(message.body),
        "Body": message.body,
    }
    if shown := _shown_system(message, set(system)):
        reply["Attributes"] = shown
    chosen = {name: dict(value) for name, value in message.attributes.items() if _wanted(name, names)}
    if chosen:
        reply["MD5OfMessageAttributes"] = attributes_md5(chosen)
        reply["MessageAttributes"] = chosen
    return reply


def _shown_system(message: Message, names: set[str]) -> dict[str, str]:
    values = {
        "SenderId": message.sender,
        "ApproximateFirstReceiveTimestamp": str(message.first_received // MILLISECOND),
        "ApproximateReceiveCount": str(message.received),
        "SentTimestamp": str(message.sent // MILLISECOND),
        **message.system,
    }
    return {name: value for name, value in values.items() if "All" in names or name in names}


def _wanted(name: str, names: Iterable[str]) -> bool:
    for pattern in names:
        if pattern in {"All", "*", ".*", name}:
            return True
        if pattern.endswith(".*") and name.startswith(pattern[:-2]):
            return True
    return False
