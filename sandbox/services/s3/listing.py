"""Listing keys: by prefix, rolled up at a delimiter, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from sandbox.services.base import Call, operation, refuse
from sandbox.services.s3 import errors
from sandbox.services.s3.base import S3State
from sandbox.services.s3.buckets import token, token_text
from sandbox.services.s3.model import StoredObject
from sandbox.services.s3.reading import modified, quoted


class Page(NamedTuple):
    """One page.

    Attributes:
        keys: of the objects on it.
        prefixes: what the others roll up to.
        truncated: whether there is more.
        last: the last key or prefix on it; "" on an empty one.
    """

    keys: list[str]
    prefixes: list[str]
    truncated: bool
    last: str


def page(keys: Iterable[str], *, prefix: str, delimiter: str, after: str, most: int) -> Page:
    """One page of a listing.

    Args:
        keys: all keys, in their order.
        prefix: what keys must begin with.
        delimiter: keys that have it behind the prefix roll up to what comes before; "" for none.
        after: the key or rolled-up prefix after which the page begins.
        most: keys and prefixes that it may have.
    """
    found: list[str] = []
    prefixes: list[str] = []
    last = ""
    for key in keys:
        if not key.startswith(prefix) or key <= after:
            continue
        rolled = _rolled(key, prefix, delimiter)
        if rolled and rolled in {after, last}:
            continue
        if len(found) + len(prefixes) >= most:
            return Page(found, prefixes, most > 0, last)
        (prefixes if rolled else found).append(rolled or key)
        last = rolled or key
    return Page(found, prefixes, False, last)


def _rolled(key: str, prefix: str, delimiter: str) -> str:
    """What a key rolls up to; "" for a key that stands for itself."""
    if not delimiter:
        return ""
    head, found, _ = key[len(prefix) :].partition(delimiter)
    return f"{prefix}{head}{delimiter}" if found else ""


class ListingOperations(S3State):
    """ListObjectsV2 and its predecessor."""

    @operation("s3:ListBucket", "bucket_arn")
    def list_objects_v2(
        self,
        call: Call,
        *,
        Bucket: str,
        Prefix: str = "",
        Delimiter: str = "",
        EncodingType: str | None = None,
        MaxKeys: int | None = None,
        ContinuationToken: str | None = None,
        StartAfter: str = "",
        FetchOwner: bool = False,
        ExpectedBucketOwner: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """ListObjectsV2."""
        del call
        refuse(others)
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        most = self._most(MaxKeys)
        after = StartAfter if ContinuationToken is None else token_text(ContinuationToken)
        found = page(sorted(bucket.objects), prefix=Prefix, delimiter=Delimiter, after=after, most=most)
        encode = _encoder(EncodingType)
        reply = self._page_of(Bucket, found, bucket.objects, encode, FetchOwner)
        count = len(found.keys) + len(found.prefixes)
        reply |= {"Prefix": encode(Prefix), "MaxKeys": most, "KeyCount": count}
        reply |= _said(EncodingType=EncodingType, Delimiter=encode(Delimiter), StartAfter=encode(StartAfter))
        if ContinuationToken is not None:
            reply["ContinuationToken"] = ContinuationToken
        if found.truncated:
            reply["NextContinuationToken"] = token(found.last)
        return reply

    @operation("s3:ListBucket", "bucket_arn")
    def list_objects(
        self,
        call: Call,
        *,
        Bucket: str,
        Prefix: str = "",
        Delimiter: str = "",
        EncodingType: str | None = None,
        Marker: str = "",
        MaxKeys: int | None = None,
        ExpectedBucketOwner: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """ListObjects, the predecessor; NextMarker comes with a delimiter only."""
        del call
        refuse(others)
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        most = self._most(MaxKeys)
        found = page(sorted(bucket.objects), prefix=Prefix, delimiter=Delimiter, after=Marker, most=most)
        encode = _encoder(EncodingType)
        reply = self._page_of(Bucket, found, bucket.objects, encode, True)
        reply |= {"Prefix": encode(Prefix), "MaxKeys": most, "Marker": encode(Marker)}
        reply |= _said(EncodingType=EncodingType, Delimiter=encode(Delimiter))
        if found.truncated and Delimiter:
            reply["NextMarker"] = encode(found.last)
        return reply

    def _most(self, given: int | None) -> int:
        longest: int = self.port.facts["s3.list_page"]
        if given is not None and given < 0:
            message = "Argument max-keys must be an integer between 0 and 2147483647"
            raise errors.argument(message, ArgumentName="max-keys", ArgumentValue=str(given))
        return longest if given is None else min(given, longest)

    def _page_of(
        self, name: str, found: Page, objects: dict[str, StoredObject], encode: Any, owner: bool
    ) -> dict[str, Any]:
        reply: dict[str, Any] = {"Name": name, "IsTruncated": found.truncated}
        if found.keys:
            whose = {"Owner": self._owner()} if owner else {}
            reply["Contents"] = [_row(objects[key], encode) | whose for key in found.keys]
        if found.prefixes:
            reply["CommonPrefixes"] = [{"Prefix": encode(one)} for one in found.prefixes]
        return reply


def _row(stored: StoredObject, encode: Any) -> dict[str, Any]:
    return {
        "Key": encode(stored.key),
        "LastModified": modified(stored),
        "ETag": quoted(stored.etag),
        "ChecksumAlgorithm": [stored.checksum[0]],
        "ChecksumType": "FULL_OBJECT",
        "Size": len(stored.body),
        "StorageClass": "STANDARD",
    }


def _said(**given: str | None) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}


def _encoder(kind: str | None) -> Any:
    """How keys are written: as they are, or in URL encoding, which XML can carry whatever they hold.

    Raises:
        AwsError: InvalidArgument for another encoding.
    """
    if kind is None:
        return str
    if kind != "url":
        message = "Invalid Encoding Method specified in Request"
        raise errors.argument(message, ArgumentName="encoding-type", ArgumentValue=kind)
    return _url


def _url(text: str) -> str:
    return quote_plus(text, safe="/")
