"""A bucket's notification configuration: read, checked, shown (facts 8.3, 8.5).

AWS's words: the ARN, the destinations and the name of a filter rule from recordings
(LS:test_s3_notifications_lambda, LS:test_s3_notifications_sqs, LS:test_s3_api); overlaps and the other rules
of filters from reports of users and from servers that imitate S3.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Any, NamedTuple

from sandbox.models import service_model
from sandbox.services.base import AwsError, not_here
from sandbox.services.s3 import errors
from sandbox.services.s3.model import Notification, Pairs


class Kind(NamedTuple):
    """A kind of configuration.

    Attributes:
        member: its list in AWS's NotificationConfiguration.
        arn: the member with the target's ARN.
        service: of the target.
        argument: AWS's ArgumentName for an ARN that is none.
        parts: of which an ARN has to consist.
    """

    member: str
    arn: str
    service: str
    argument: str
    parts: int


KINDS = (
    Kind("LambdaFunctionConfigurations", "LambdaFunctionArn", "lambda", "CloudFunction", 7),
    Kind("QueueConfigurations", "QueueArn", "sqs", "Queue", 6),
)
HAPPENING = frozenset(
    {"s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"}
    | {"s3:ObjectRemoved:*", "s3:ObjectRemoved:Delete"}
)
"""The events that come here; there are no versions, uploads in parts, forms, or events about tags."""
_UNABLE = "Unable to validate the following destination configurations"


def read(
    given: Mapping[str, Any], new_id: Callable[[], str], longest: int, region: str
) -> tuple[Notification, ...]:
    """The notifications that a caller asks for, checked as far as that needs nobody else.

    Args:
        given: AWS's NotificationConfiguration.
        new_id: makes a random id for a configuration without one.
        longest: bytes that a filter's value may have.
        region: of the bucket.

    Raises:
        AwsError: InvalidArgument or MalformedXML.
    """
    members = [kind.member for kind in KINDS]
    if others := sorted(name for name, value in given.items() if name not in members and value is not None):
        raise not_here(f"{', '.join(others)}; there are {' and '.join(members)}")
    found = [_read(one, kind, new_id, longest) for kind in KINDS for one in given.get(kind.member) or ()]
    if any(one.target.split(":")[3] != region for one in found):
        raise errors.argument(
            "The notification destination service region is not valid for the bucket location constraint"
        )
    if len({one.id for one in found}) < len(found):
        # The words are those in reports of users.
        raise errors.argument("Same ID used for multiple configurations. IDs must be unique.")
    for one, other in combinations(found, 2):
        _check_apart(one, other)
    return tuple(found)


def _read(given: Mapping[str, Any], kind: Kind, new_id: Callable[[], str], longest: int) -> Notification:
    target = given[kind.arn]
    parts = target.split(":")
    if parts[:3] != ["arn", "aws", kind.service] or len(parts) < kind.parts:
        message = "The ARN could not be parsed"
        raise errors.argument(message, ArgumentName=kind.argument, ArgumentValue=target)
    known = service_model("s3").shape_for("Event").metadata["enum"]
    for event in given["Events"]:
        if event not in known:
            message = "A specified event is not supported for notifications."
            raise errors.argument(message, ArgumentName="Event", ArgumentValue=event)
        if event not in HAPPENING:
            raise not_here(f"the event {event}; there are {', '.join(sorted(HAPPENING))}")
    _check_events(given["Events"])
    rules = _rules(given.get("Filter", {}).get("Key", {}).get("FilterRules") or (), longest)
    chosen = given.get("Id") or base64.b64encode(new_id().encode()).decode()
    return Notification(chosen, target, tuple(given["Events"]), rules, "Filter" in given)


def _rules(given: Iterable[Mapping[str, str]], longest: int) -> Pairs:
    found: dict[str, str] = {}
    for rule in given:
        if "Name" not in rule or "Value" not in rule:
            raise errors.malformed()
        name, value = rule["Name"].capitalize(), rule["Value"]
        if name not in {"Prefix", "Suffix"}:
            message = "filter rule name must be either prefix or suffix"
            raise errors.argument(message, ArgumentName="FilterRule.Name", ArgumentValue=rule["Name"])
        if name in found:
            message = f"Cannot specify more than one {name.lower()} rule in a filter."
            raise errors.argument(message, ArgumentName="FilterRule.Name", ArgumentValue=rule["Name"])
        if len(value.encode()) > longest:
            message = f"Size of filter rule value cannot exceed {longest} bytes in UTF-8 representation"
            raise errors.argument(message, ArgumentName="FilterRule.Value", ArgumentValue=value)
        found[name] = value
    return tuple(found.items())


def _check_events(events: Iterable[str]) -> None:
    """Whether no event is named twice by one configuration.

    Raises:
        AwsError: InvalidArgument.
    """
    twice = next((pair for pair in combinations(events, 2) if _meet(*pair)), None)
    if twice is not None:
        raise _overlap(twice)


def _overlap(events: tuple[str, str]) -> AwsError:
    return errors.argument(
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        ArgumentName="Event",
        ArgumentValue=", ".join(events),
    )


def _check_apart(one: Notification, other: Notification) -> None:
    """Whether no event could be told by two configurations: a common event needs prefixes or suffixes apart.

    Raises:
        AwsError: InvalidArgument.
    """
    common = [(mine, its) for mine in one.events for its in other.events if _meet(mine, its)]
    if not common or _apart(one.prefix, other.prefix, str.startswith):
        return
    if _apart(one.suffix, other.suffix, str.endswith):
        return
    if one.rules or other.rules:
        raise errors.argument(
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the "
            "prefixes are overlapping for the same event type."
        )
    raise _overlap(common[0])


def _meet(one: str, other: str) -> bool:
    """Whether two names of events, such as "s3:ObjectCreated:*", have one in common."""
    return one == other or any(
        wide.endswith("*") and narrow.startswith(wide[:-1]) for wide, narrow in ((one, other), (other, one))
    )


def _apart(one: str, other: str, fits: Callable[[str, str], bool]) -> bool:
    """Whether no key could have both prefixes, or both suffixes."""
    return not fits(one, other) and not fits(other, one)


def unreachable(failed: Iterable[tuple[str, str]]) -> AwsError:
    """The refusal of destinations that S3 cannot reach.

    Args:
        failed: (ARN as AWS names it, why) of each.
    """
    fields: dict[str, str] = {}
    for number, (name, why) in enumerate(failed, 1):
        fields |= {f"ArgumentName{number}": name, f"ArgumentValue{number}": why}
    return errors.argument(_UNABLE, **fields)


def shown(notifications: Iterable[Notification]) -> dict[str, Any]:
    """A configuration as GetBucketNotificationConfiguration shows it; empty without notifications."""
    reply: dict[str, Any] = {}
    for one in notifications:
        kind = next(kind for kind in KINDS if kind.service == one.target.split(":")[2])
        row: dict[str, Any] = {"Id": one.id, kind.arn: one.target, "Events": list(one.events)}
        if one.filtered:
            rules = [{"Name": name, "Value": value} for name, value in one.rules]
            row["Filter"] = {"Key": {"FilterRules": rules}}
        reply.setdefault(kind.member, []).append(row)
    return reply
