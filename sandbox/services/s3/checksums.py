"""Checksums of bodies: what a caller gives is compared, what it does not give is worked out.

[SIM] An object without a given checksum has a CRC32, which is what today's boto3 gives all its uploads; for
other clients AWS works out a CRC64NVME.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.services.base import AwsError, not_here
from sandbox.services.s3 import errors

_PREFIX = "Checksum"
_SUMS: dict[str, Callable[[bytes], bytes]] = {
    "CRC32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "SHA1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "SHA256": lambda body: hashlib.sha256(body).digest(),
}
DEFAULT = "CRC32"
_MODES = ("ChecksumAlgorithm", "ChecksumMode", "ChecksumType")


def checked(body: bytes, given: Mapping[str, Any]) -> tuple[str, str]:
    """The checksum of a body, compared with what the caller gives.

    Args:
        body: the bytes.
        given: parameters of boto3's, such as ChecksumCRC32, ChecksumAlgorithm and ContentMD5; others count
            for nothing.

    Returns:
        Algorithm, and value in Base64.

    Raises:
        AwsError: BadDigest, InvalidDigest or InvalidRequest.
    """
    _check_md5(body, given.get("ContentMD5"))
    values = {
        name.removeprefix(_PREFIX): value
        for name, value in given.items()
        if name.startswith(_PREFIX) and name not in _MODES and value is not None
    }
    if len(values) > 1:
        raise errors.request(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    algorithm = next(iter(values), given.get("ChecksumAlgorithm") or DEFAULT)
    if algorithm not in _SUMS:
        raise not_here(f"the checksum {algorithm}; there are {', '.join(sorted(_SUMS))}")
    reckoned = _text(_SUMS[algorithm](body))
    value = values.get(algorithm, reckoned)
    if not _sound(value, len(_SUMS[algorithm](b""))):
        raise errors.request(f"Value for x-amz-checksum-{algorithm.lower()} header is invalid.")
    if value != reckoned:
        raise errors.bad_digest(algorithm)
    return algorithm, reckoned


def _check_md5(body: bytes, given: str | None) -> None:
    if given is None:
        return
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    if not _sound(given, len(digest)):
        message = "The Content-MD5 you specified was invalid."
        raise AwsError("InvalidDigest", message, 400, **{"Content-MD5": given})
    if given != _text(digest):
        message = "The Content-MD5 you specified did not match what we received."
        fields = {"ExpectedDigest": base64.b64decode(given).hex(), "CalculatedDigest": _text(digest)}
        raise AwsError("BadDigest", message, 400, **fields)


def shown(checksum: tuple[str, str]) -> dict[str, str]:
    """A checksum as replies have it."""
    algorithm, value = checksum
    return {f"{_PREFIX}{algorithm}": value, "ChecksumType": "FULL_OBJECT"}


def etag_of(body: bytes) -> str:
    """The ETag of an object that was written in one piece, without its quotes."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _sound(value: str, length: int) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) == length
    except (binascii.Error, ValueError):
        return False


def _text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
