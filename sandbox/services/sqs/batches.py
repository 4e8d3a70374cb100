"""The rules of batch operations: their entries, and what is answered for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.facts import Facts
from sandbox.services.base import AwsError
from sandbox.services.sqs import errors

_ID = re.compile(r"[A-Za-z0-9_-]+")


def check_entries(entries: Sequence[Mapping[str, Any]], kind: str, facts: Facts) -> None:
    """A batch has at least one entry and no more than SQS takes, with ids of their own.

    Raises:
        AwsError: EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId,
            BatchEntryIdsNotDistinct.
    """
    if not entries:
        raise errors.batch("EmptyBatchRequest", f"There should be at least one {kind} in the request.")
    if len(entries) > (most := facts["sqs.batch_max"]):
        raise errors.batch(
            "TooManyEntriesInBatchRequest",
            f"Maximum number of entries per request are {most}. You have sent {len(entries)}.",
        )
    longest = facts["sqs.batch_id_max"]
    seen: set[str] = set()
    for entry in entries:
        if not _ID.fullmatch(entry["Id"]) or len(entry["Id"]) > longest:
            raise errors.batch(
                "InvalidBatchEntryId",
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can "
                f"be at most {longest} letters long.",
            )
        if entry["Id"] in seen:
            raise errors.batch("BatchEntryIdsNotDistinct", f"Id {entry['Id']} repeated.")
        seen.add(entry["Id"])


def each(
    entries: Sequence[Mapping[str, Any]], act: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """Do something for each entry; the reply tells of each, and has no list that would be empty."""
    successful: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            successful.append({"Id": entry["Id"], **act(entry)})
        except AwsError as error:
            failed.append(
                {"Id": entry["Id"], "SenderFault": True, "Code": error.code, "Message": error.message}
            )
    reply: dict[str, Any] = {}
    if successful:
        reply["Successful"] = successful
    if failed:
        reply["Failed"] = failed
    return reply
