"""Tags of buckets and objects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.services.base import AwsError
from sandbox.services.s3 import errors
from sandbox.services.s3.model import Pairs


def pairs_of(tagging: dict[str, Any]) -> Pairs:
    """The tags of AWS's Tagging structure."""
    return tuple((tag["Key"], tag["Value"]) for tag in tagging["TagSet"])


def tag_list(tags: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Tags as AWS's list."""
    return [{"Key": key, "Value": value} for key, value in tags]


def checked_tags(tags: Pairs, most: int) -> Pairs:
    """Tags that something may have.

    Args:
        tags: (key, value) pairs.
        most: how many there may be.

    Raises:
        AwsError: InvalidTag, or BadRequest for too many.
    """
    if len(tags) > most:
        raise AwsError("BadRequest", f"Object tags cannot be greater than {most}", 400)
    for key, _ in tags:
        if [other for other, _ in tags].count(key) > 1:
            raise errors.tag("Cannot provide multiple Tags with the same key", TagKey=key)
        if key.startswith("aws:"):
            raise errors.tag("Your TagKey cannot be prefixed with aws:", TagKey=key)
    return tags
