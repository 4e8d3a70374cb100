"""The condition keys that a request to S3 has (Service Authorization Reference, Amazon S3).

What a key stands for that a request does not say is not there, as at AWS: an upload without an encryption of
its own has no s3:x-amz-server-side-encryption, though S3 encrypts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from sandbox.services.s3.model import Pairs

ALWAYS = {"s3:authType": "REST-HEADER", "s3:signatureversion": "AWS4-HMAC-SHA256", "s3:TlsVersion": "1.3"}
"""What all requests have. [SIM] They are signed in a header, and come over the newest TLS."""
_LISTINGS = frozenset({"ListObjects", "ListObjectsV2"})
_LISTING = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}
_WRITES = frozenset({"PutObject", "CopyObject", "CreateBucket"})
_WRITING = {
    "ACL": "s3:x-amz-acl",
    "CopySource": "s3:x-amz-copy-source",
    "IfMatch": "s3:if-match",
    "IfNoneMatch": "s3:if-none-match",
    "MetadataDirective": "s3:x-amz-metadata-directive",
    "ObjectOwnership": "s3:x-amz-object-ownership",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "StorageClass": "s3:x-amz-storage-class",
}
_WITH_TAGS = frozenset(
    {"GetObject", "HeadObject", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging"}
)
"""The operations whose object's own tags count."""


def of_request(operation: str, params: Mapping[str, Any]) -> dict[str, str]:
    """The keys of what a request says.

    Args:
        operation: AWS's name of the operation.
        params: its parameters.
    """
    names = _LISTING if operation in _LISTINGS else _WRITING if operation in _WRITES else {}
    keys = {key: str(params[name]) for name, key in names.items() if params.get(name) is not None}
    return keys | {f"s3:RequestObjectTag/{name}": value for name, value in _tags(operation, params)}


def _tags(operation: str, params: Mapping[str, Any]) -> Pairs:
    """The tags that a request would give an object."""
    if operation in _WRITES:
        return tuple(parse_qsl(params.get("Tagging") or "", keep_blank_values=True))
    if operation == "PutObjectTagging":
        return tuple((tag["Key"], tag["Value"]) for tag in params["Tagging"]["TagSet"])
    return ()


def of_tags(operation: str, tags: Pairs) -> dict[str, str]:
    """The keys of the tags that an object has already.

    Args:
        operation: AWS's name of the operation.
        tags: the object's.
    """
    return {f"s3:ExistingObjectTag/{name}": value for name, value in tags if operation in _WITH_TAGS}
