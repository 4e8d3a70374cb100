"""What buckets and keys may be called (S3 User Guide, bucketnamingrules and object-keys)."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address

from sandbox.facts import Facts
from sandbox.services.s3 import errors

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]*[a-z0-9]")
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def check_bucket(name: str, facts: Facts) -> None:
    """Whether a bucket may be called so.

    Raises:
        AwsError: InvalidBucketName.
    """
    shortest, longest = facts["s3.bucket_name_min"], facts["s3.bucket_name_max"]
    sound = (
        shortest <= len(name) <= longest
        and _BUCKET.fullmatch(name) is not None
        and ".." not in name
        and not name.startswith(_PREFIXES)
        and not name.endswith(_SUFFIXES)
        and not _is_address(name)
    )
    if not sound:
        raise errors.bad_bucket_name(name)


def _is_address(name: str) -> bool:
    try:
        IPv4Address(name)
    except AddressValueError:
        return False
    return True


def check_key(key: str, facts: Facts) -> None:
    """Whether an object may be called so.

    Raises:
        AwsError: KeyTooLongError.
    """
    size, most = len(key.encode()), facts["s3.key_max"]
    if size > most:
        raise errors.key_too_long(size, most)
