"""Deployment packages: what a zip must be before a function can be made from it (facts 1.6, 3.5)."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
import zlib

from sandbox.facts import Facts
from sandbox.runtime import CodeError, check_code
from sandbox.services.awslambda.errors import invalid
from sandbox.services.base import AwsError


def check(package: bytes, facts: Facts) -> None:
    """Refuse what Lambda would refuse.

    Raises:
        AwsError: too large, zipped or unzipped, or not a zip at all, or one that reaches outside itself.
    """
    if len(package) > (limit := facts["lambda.zip_max"]):
        raise AwsError(
            "RequestEntityTooLargeException",
            f"Zipped size must be smaller than {limit} bytes",
            413,
            Type="User",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            entries = archive.infolist()
            # The sizes come first: reading a zip bomb to the end would be the harm that it wants to do.
            limit = facts["lambda.unzipped_max"]
            if sum(entry.file_size for entry in entries) > limit:
                raise invalid(f"Unzipped size must be smaller than {limit} bytes")
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        raise invalid(_UNREADABLE) from None
    if broken is not None:
        raise invalid(_UNREADABLE)
    if not entries:
        raise invalid("Uploaded file must be a non-empty zip")
    try:
        check_code(package, unpacked_max=limit)
    except CodeError:
        raise invalid(_UNREADABLE) from None


_UNREADABLE = "Could not unzip uploaded file. Please check your file, then try to upload again."


def digest(package: bytes) -> str:
    """CodeSha256 as AWS shows it: base64 of the SHA-256."""
    return base64.b64encode(hashlib.sha256(package).digest()).decode()
