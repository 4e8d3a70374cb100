"""How an object is handed out: its headers, a range of its bytes, and what a caller may make it depend on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.kernel import as_datetime
from sandbox.services.s3 import checksums, errors
from sandbox.services.s3.model import StoredObject

ENCRYPTION = {"ServerSideEncryption": "AES256"}
"""Since 2023-01-05 every object is encrypted with keys of S3's own."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
OVERRIDES = {
    f"Response{name}": name
    for name in ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType")
}
"""Parameters of GetObject that put something else into a header of the reply."""


def modified(stored: StoredObject) -> datetime:
    """When an object was written; S3 tells whole seconds."""
    return as_datetime(stored.modified).replace(microsecond=0)


def quoted(etag: str) -> str:
    """An ETag as replies have it."""
    return f'"{etag}"'


def check_conditions(stored: StoredObject, given: Mapping[str, Any]) -> None:
    """Whether an object is what the caller wants it to be.

    Args:
        stored: the object.
        given: IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince; others count for nothing.

    Raises:
        AwsError: PreconditionFailed, or 304.
    """
    match, none_match = given.get("IfMatch"), given.get("IfNoneMatch")
    since, unmodified = given.get("IfModifiedSince"), given.get("IfUnmodifiedSince")
    if match is not None and not _names(match, stored):
        raise errors.precondition("If-Match")
    if match is None and unmodified is not None and modified(stored) > unmodified:
        raise errors.precondition("If-Unmodified-Since")
    if none_match is not None and _names(none_match, stored):
        raise errors.not_modified()
    if none_match is None and since is not None and modified(stored) <= since:
        raise errors.not_modified()


def _names(etags: str, stored: StoredObject) -> bool:
    """Whether a list of ETags, or "*", names an object."""
    return any(one.strip().strip('"') in {"*", stored.etag} for one in etags.split(","))


def told(stored: StoredObject, given: Mapping[str, Any]) -> dict[str, Any]:
    """What GetObject and HeadObject tell of an object, without its body.

    Args:
        stored: the object.
        given: their parameters: Response... and ChecksumMode; others count for nothing.
    """
    headers = dict(stored.headers) | {
        name: given[asked] for asked, name in OVERRIDES.items() if given.get(asked) is not None
    }
    reply: dict[str, Any] = {
        "AcceptRanges": "bytes",
        "LastModified": modified(stored),
        "ContentLength": len(stored.body),
        "ETag": quoted(stored.etag),
        **headers,
        **ENCRYPTION,
        "Metadata": dict(stored.metadata),
    }
    if given.get("ChecksumMode") == "ENABLED":
        reply |= checksums.shown(stored.checksum)
    if stored.tags:
        reply["TagCount"] = len(stored.tags)
    return reply


def ranged(reply: dict[str, Any], body: bytes, asked: str) -> tuple[dict[str, Any], bytes]:
    """A reply for a range of an object; the whole object where the range is none that HTTP knows.

    Raises:
        AwsError: InvalidRange.
    """
    match = _RANGE.fullmatch(asked)
    if match is None or not (match[1] or match[2]):
        return reply, body
    size = len(body)
    if match[1]:
        first, last = _number(match[1], size), min(_number(match[2] or str(size), size), size - 1)
    else:
        first, last = max(size - _number(match[2], size), 0), size - 1
    if match[1] and match[2] and _order(match[2]) < _order(match[1]):
        return reply, body
    if first > last:
        raise errors.range_not_satisfiable(asked, size)
    part = body[first : last + 1]
    # A checksum is of the whole object, so that none comes with a part.
    kept = {name: value for name, value in reply.items() if not name.startswith("Checksum")}
    return kept | {"ContentLength": len(part), "ContentRange": f"bytes {first}-{last}/{size}"}, part


def _number(digits: str, size: int) -> int:
    """A number of any length; one with more digits than a size counts as that size."""
    plain = digits.lstrip("0") or "0"
    return int(plain) if len(plain) <= len(str(size)) else size


def _order(digits: str) -> tuple[int, str]:
    """What numbers of any length are compared by: int() takes none that is very long."""
    plain = digits.lstrip("0")
    return len(plain), plain
