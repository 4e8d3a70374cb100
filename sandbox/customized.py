"""What boto3 does to parameters and replies of S3 before and after a request, by boto3's own handlers.

A client of a world calls them itself, for nothing is sent. In handlers and over HTTP boto3 does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore import handlers

Context = dict[str, Any]


def _ask_for_checksum(params: dict[str, Any], **_: Any) -> None:
    # boto3's own way is a header, put in after the parameters were looked at.
    params.setdefault("ChecksumMode", "ENABLED")


_BEFORE: dict[str, tuple[Callable[..., None], ...]] = {
    "PutObject": (handlers.validate_ascii_metadata,),
    "CopyObject": (handlers.handle_copy_source_param, handlers.validate_ascii_metadata),
    "GetObject": (_ask_for_checksum,),
    "ListObjects": (handlers.set_list_objects_encoding_type_url,),
    "ListObjectsV2": (handlers.set_list_objects_encoding_type_url,),
}
_AFTER: dict[str, Callable[..., None]] = {
    "ListObjects": handlers.decode_list_object,
    "ListObjectsV2": handlers.decode_list_object_v2,
}


def parameters(service: str, operation: str, params: dict[str, Any], context: Context) -> dict[str, Any]:
    """The parameters as boto3 sends them; those of other services than S3 stay as they are.

    Args:
        service: boto3's client name.
        operation: AWS's operation name.
        params: as the caller gives them; they are not changed.
        context: what `reply` has to know later.

    Raises:
        botocore.exceptions.ParamValidationError: boto3 refuses them itself: a bucket's impossible name.
    """
    if service != "s3":
        return params
    given = dict(params)
    handlers.validate_bucket_name(given)
    for handler in _BEFORE.get(operation, ()):
        handler(given, context=context)
    return given


def reply(service: str, operation: str, parsed: dict[str, Any], context: Context) -> None:
    """Change a reply as boto3 does: keys that came in URL encoding are decoded."""
    if service == "s3" and operation in _AFTER:
        _AFTER[operation](parsed, context)
