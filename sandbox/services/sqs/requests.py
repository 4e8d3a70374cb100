"""What callers ask for, validated: pages of a listing, delays, what a receiver wants, receipt handles."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from sandbox.facts import Facts
from sandbox.kernel import SECOND
from sandbox.services.sqs import content, errors
from sandbox.services.sqs.handles import read_handle
from sandbox.services.sqs.model import Message, Queue, Receiver


def page(
    names: list[str], token: str | None, most: int | None, facts: Facts
) -> tuple[list[str], dict[str, str]]:
    """One page of sorted names, and the NextToken if there are more.

    Raises:
        AwsError: InvalidParameterValue.
    """
    longest: int = facts["sqs.list_page"]
    if most is not None and not 1 <= most <= longest:
        raise errors.parameter(
            "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and "
            f"{longest}."
        )
    if token:
        try:
            after = base64.b64decode(token, validate=True).decode()
        except (binascii.Error, ValueError):
            raise errors.parameter("Invalid or expired next token.") from None
        names = [name for name in names if name > after]
    shown = names[: most or longest]
    # Without MaxResults there is no token, and what does not fit is not told.
    more = most is not None and len(names) > most
    return shown, {"NextToken": base64.b64encode(shown[-1].encode()).decode()} if more else {}


def new_message(
    queue: Queue, entry: Mapping[str, Any], facts: Facts, name: str
) -> tuple[dict[str, dict[str, Any]], dict[str, str], int]:
    """Check what somebody sends.

    Args:
        queue: where to.
        entry: parameters of SendMessage, or an entry of a batch; its body has been checked.
        facts: for the limits.
        name: the operation's name.

    Returns:
        Message attributes, what the system keeps, and the delay in microseconds.

    Raises:
        AwsError: InvalidParameterValue.
    """
    given = entry.get("MessageAttributes") or {}
    content.check_attributes(given, name, facts)
    kept = content.system_attributes(
        entry.get("MessageSystemAttributes") or {},
        entry.get("MessageGroupId"),
        entry.get("MessageDeduplicationId"),
        facts,
    )
    limit = queue.settings.numbers["MaximumMessageSize"]
    if content.size(entry["MessageBody"], given) > limit:
        # AWS says it differently for an entry of a batch.
        how = "are invalid" if name == "SendMessage" else "cannot be validated"
        raise errors.parameter(
            f"One or more parameters {how}. Reason: Message must be shorter than {limit} bytes."
        )
    attributes = {key: dict(value) for key, value in given.items()}
    return attributes, kept, _delay(queue, entry.get("DelaySeconds"), facts) * SECOND


def _delay(queue: Queue, given: int | None, facts: Facts) -> int:
    highest = facts["sqs.delay_max"]
    if given is None:
        return queue.settings.numbers["DelaySeconds"]
    if not 0 <= given <= highest:
        raise errors.value(given, "DelaySeconds", f"DelaySeconds must be >= 0 and <= {highest}.")
    return given


def receiver(
    queue: Queue,
    facts: Facts,
    cause: int,
    *,
    count: int | None,
    visibility: int | None,
    wait: int | None,
    system: tuple[str, ...],
    names: tuple[str, ...],
) -> tuple[Receiver, int]:
    """What somebody who receives wants, and for how many microseconds they wait.

    Raises:
        AwsError: InvalidParameterValue or InvalidAttributeName.
    """
    most, numbers = facts["sqs.batch_max"], queue.settings.numbers
    count = facts["sqs.receive_default"] if count is None else count
    if not 1 <= count <= most:
        raise errors.value(count, "MaxNumberOfMessages", f"Must be between 1 and {most}, if provided.")
    wait = numbers["ReceiveMessageWaitTimeSeconds"] if wait is None else wait
    check_range(wait, "WaitTimeSeconds", facts["sqs.wait_max"])
    visibility = numbers["VisibilityTimeout"] if visibility is None else visibility
    check_range(visibility, "VisibilityTimeout", facts["sqs.visibility_max"])
    content.check_system_names(system)
    return Receiver(0, count, visibility * SECOND, system, names, cause), wait * SECOND


def check_range(given: int, name: str, highest: int) -> None:
    """A number of seconds is from 0 to `highest`.

    Raises:
        AwsError: InvalidParameterValue.
    """
    if not 0 <= given <= highest:
        raise errors.value(given, name, f"Must be >= 0 and <= {highest}, if provided.")


def held(queue: Queue, handle: str) -> Message | None:
    """The message that a handle of its latest receive stands for; None when it is gone or received again.

    Raises:
        AwsError: that is no handle of this queue.
    """
    known = read_handle(queue.arn, handle)
    if known is None:
        raise errors.bad_receipt_handle(handle)
    message = queue.messages.get(known[0])
    return message if message is not None and message.received == known[1] else None
