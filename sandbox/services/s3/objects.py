"""Operations on objects: put, get, look, copy, delete, and their tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from sandbox.services.base import AwsError, Call, not_here, operation, refuse
from sandbox.services.s3 import checksums, errors, names, reading
from sandbox.services.s3.base import S3State, check_acl
from sandbox.services.s3.events import Events
from sandbox.services.s3.model import Bucket, Pairs, StoredObject
from sandbox.services.s3.tags import checked_tags, pairs_of, tag_list

_HEADERS = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType")
_DEFAULT_TYPE = "binary/octet-stream"
_CHECKSUMS = "Checksum"
_CONDITIONS = ("IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince")
_READING = {*_CONDITIONS, *reading.OVERRIDES, "ChecksumMode"}
_IN_PLACE = (
    "This copy request is illegal because it is trying to copy an object to itself without changing the "
    "object's metadata, storage class, website redirect location or encryption attributes."
)


class ObjectOperations(S3State):
    """Objects. `events` tells of what happens to them."""

    events: Events

    # -- writing -------------------------------------------------------------------------------------------

    @operation("s3:PutObject", "object_arn")
    def put_object(
        self,
        call: Call,
        *,
        Bucket: str,
        Key: str,
        Body: bytes = b"",
        ACL: str | None = None,
        Metadata: dict[str, str] | None = None,
        Tagging: str | None = None,
        IfNoneMatch: str | None = None,
        IfMatch: str | None = None,
        ContentLength: int | None = None,
        ServerSideEncryption: str = "AES256",
        StorageClass: str = "STANDARD",
        ExpectedBucketOwner: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """PutObject: what was there under the key is gone, for there are no versions."""
        del ContentLength  # The body has come whole, or not at all.
        sums = _taken_out(others, lambda name: name.startswith(_CHECKSUMS) or name == "ContentMD5")
        headers = _taken_out(others, lambda name: name in _HEADERS)
        refuse(others | _unusual(ServerSideEncryption, StorageClass))
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        check_acl(ACL)
        self._check_write(bucket, Key, IfNoneMatch, IfMatch)
        if Tagging:
            self._check_may(call, "s3:PutObjectTagging", f"{bucket.arn}/{Key}", "PutObject")
        stored = StoredObject(
            Key,
            Body,
            checksums.etag_of(Body),
            self.port.kernel.now,
            _headers(headers),
            self._metadata(Metadata),
            checksums.checked(Body, sums),
            _tags_of_header(Tagging, self.port.facts["s3.object_tags_max"]),
        )
        self._store(call, bucket, stored, "ObjectCreated:Put")
        return {
            "ETag": reading.quoted(stored.etag),
            **checksums.shown(stored.checksum),
            **reading.ENCRYPTION,
        }

    def _check_write(self, bucket: Bucket, key: str, none_match: str | None, match: str | None) -> None:
        names.check_key(key, self.port.facts)
        there = bucket.objects.get(key)
        if none_match not in {None, "*"}:
            raise AwsError(
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
                501,
                Header="If-None-Match",
                additionalMessage="We don't accept the provided value of If-None-Match header for this API",
            )
        if none_match is not None and there is not None:
            raise errors.precondition("If-None-Match")
        if match is not None and there is None:
            raise errors.no_key(key)
        if match is not None and there is not None and match.strip('"') != there.etag:
            raise errors.precondition("If-Match")

    def _metadata(self, given: dict[str, str] | None) -> Pairs:
        pairs = {name.lower(): value for name, value in (given or {}).items()}
        size = sum(len(name.encode()) + len(value.encode()) for name, value in pairs.items())
        if size > (most := self.port.facts["s3.metadata_max"]):
            raise errors.metadata_too_large(size, most)
        return tuple(pairs.items())

    def _store(self, call: Call, bucket: Bucket, stored: StoredObject, name: str) -> None:
        bucket.objects[stored.key] = stored
        self.events.created(call, bucket, stored, name)

    @operation("s3:PutObject", "object_arn")
    def copy_object(
        self,
        call: Call,
        *,
        Bucket: str,
        Key: str,
        CopySource: str,
        ACL: str | None = None,
        Metadata: dict[str, str] | None = None,
        MetadataDirective: str = "COPY",
        Tagging: str | None = None,
        TaggingDirective: str = "COPY",
        ChecksumAlgorithm: str | None = None,
        ServerSideEncryption: str | None = None,
        StorageClass: str | None = None,
        ExpectedBucketOwner: str | None = None,
        ExpectedSourceBucketOwner: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """CopyObject: needs s3:GetObject on the source beside s3:PutObject on the copy."""
        headers = _taken_out(others, lambda name: name in _HEADERS)
        conditions = _taken_out(others, lambda name: name.removeprefix("CopySource") in _CONDITIONS)
        refuse(others | _unusual(ServerSideEncryption or "AES256", StorageClass or "STANDARD"))
        from_bucket, from_key = _source(CopySource)
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        check_acl(ACL)
        names.check_key(Key, self.port.facts)
        self._check_may(call, "s3:GetObject", self.arn(f"{from_bucket}/{from_key}"), "CopyObject")
        source = self._found(call, self._bucket(from_bucket, ExpectedSourceBucketOwner), from_key)
        reading.check_conditions(
            source, {name.removeprefix("CopySource"): value for name, value in conditions.items()}
        )
        replace = MetadataDirective == "REPLACE"
        changes = replace or ServerSideEncryption or StorageClass
        if (from_bucket, from_key) == (Bucket, Key) and not changes:
            raise errors.request(_IN_PLACE)
        most = self.port.facts["s3.object_tags_max"]
        stored = StoredObject(
            Key,
            source.body,
            source.etag,
            self.port.kernel.now,
            _headers(headers) if replace else source.headers,
            self._metadata(Metadata) if replace else source.metadata,
            checksums.checked(source.body, {"ChecksumAlgorithm": ChecksumAlgorithm or source.checksum[0]}),
            _tags_of_header(Tagging, most) if TaggingDirective == "REPLACE" else source.tags,
        )
        self._store(call, bucket, stored, "ObjectCreated:Copy")
        result = {"ETag": reading.quoted(stored.etag), "LastModified": reading.modified(stored)}
        return {
            "CopyObjectResult": result | checksums.shown(stored.checksum),
            **reading.ENCRYPTION,
        }

    # -- reading -------------------------------------------------------------------------------------------

    @operation("s3:GetObject", "object_arn")
    def get_object(
        self,
        call: Call,
        *,
        Bucket: str,
        Key: str,
        Range: str | None = None,
        ExpectedBucketOwner: str | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """GetObject. Who may not list the bucket is not told that a key is missing: AccessDenied."""
        stored = self._asked(call, Bucket, Key, ExpectedBucketOwner, given)
        reply, body = reading.told(stored, given), stored.body
        if Range is not None:
            reply, body = reading.ranged(reply, body, Range)
        return {**reply, "Body": body}

    @operation("s3:GetObject", "object_arn")
    def head_object(
        self,
        call: Call,
        *,
        Bucket: str,
        Key: str,
        Range: str | None = None,
        ExpectedBucketOwner: str | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """HeadObject: what GetObject tells, without the body; an error has no words, only its status."""
        try:
            stored = self._asked(call, Bucket, Key, ExpectedBucketOwner, given)
            reply = reading.told(stored, given)
            return reply if Range is None else reading.ranged(reply, stored.body, Range)[0]
        except AwsError as error:
            raise errors.of_head(error) from None

    def _asked(
        self, call: Call, bucket: str, key: str, owner: str | None, given: dict[str, Any]
    ) -> StoredObject:
        refuse({name: value for name, value in given.items() if name not in _READING})
        stored = self._found(call, self._bucket(bucket, owner), key)
        reading.check_conditions(stored, given)
        return stored

    def _found(self, call: Call, bucket: Bucket, key: str) -> StoredObject:
        stored = bucket.objects.get(key)
        if stored is None:
            self._check_may(call, "s3:ListBucket", bucket.arn, "GetObject")
            raise errors.no_key(key)
        return stored

    # -- deleting ------------------------------------------------------------------------------------------

    @operation("s3:DeleteObject", "object_arn")
    def delete_object(
        self, call: Call, *, Bucket: str, Key: str, ExpectedBucketOwner: str | None = None, **others: Any
    ) -> dict[str, Any]:
        """DeleteObject; a key that is not there is deleted, too, but nobody is told [SIM]."""
        refuse(others)
        self._remove(call, self._bucket(Bucket, ExpectedBucketOwner), Key)
        return {}

    def _remove(self, call: Call, bucket: Bucket, key: str) -> None:
        if bucket.objects.pop(key, None) is not None:
            self.events.removed(call, bucket, key)

    @operation(None, "bucket_arn")
    def delete_objects(
        self,
        call: Call,
        *,
        Bucket: str,
        Delete: dict[str, Any],
        ExpectedBucketOwner: str | None = None,
        ChecksumAlgorithm: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """DeleteObjects: each key needs s3:DeleteObject for itself."""
        del ChecksumAlgorithm  # Of the request, not of objects.
        refuse(others)
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        asked = Delete["Objects"]
        if not 0 < len(asked) <= self.port.facts["s3.delete_batch_max"]:
            raise errors.malformed()
        deleted, failed = [], []
        for one in asked:
            refuse({name: value for name, value in one.items() if name != "Key"})
            key = one["Key"]
            try:
                self._check_may(call, "s3:DeleteObject", f"{bucket.arn}/{key}", "DeleteObjects")
            except AwsError as error:
                failed.append({"Key": key, "Code": error.code, "Message": error.message})
                continue
            self._remove(call, bucket, key)
            deleted.append({"Key": key})
        reply: dict[str, Any] = {"Deleted": deleted} if deleted and not Delete.get("Quiet") else {}
        return reply | ({"Errors": failed} if failed else {})

    # -- tags ----------------------------------------------------------------------------------------------

    @operation("s3:PutObjectTagging", "object_arn")
    def put_object_tagging(
        self, call: Call, *, Bucket: str, Key: str, Tagging: dict[str, Any], **others: Any
    ) -> dict[str, Any]:
        """PutObjectTagging: replaces the tags that there are."""
        self._tag(call, Bucket, Key, pairs_of(Tagging), others)
        return {}

    @operation("s3:GetObjectTagging", "object_arn")
    def get_object_tagging(self, call: Call, *, Bucket: str, Key: str, **others: Any) -> dict[str, Any]:
        """GetObjectTagging; empty without tags."""
        owner = others.pop("ExpectedBucketOwner", None)
        refuse(others)
        return {"TagSet": tag_list(self._found(call, self._bucket(Bucket, owner), Key).tags)}

    @operation("s3:DeleteObjectTagging", "object_arn")
    def delete_object_tagging(self, call: Call, *, Bucket: str, Key: str, **others: Any) -> dict[str, Any]:
        """DeleteObjectTagging: takes all tags off."""
        self._tag(call, Bucket, Key, (), others)
        return {}

    def _tag(self, call: Call, name: str, key: str, tags: Pairs, others: dict[str, Any]) -> None:
        owner = others.pop("ExpectedBucketOwner", None)
        _taken_out(others, lambda other: other in {"ContentMD5", "ChecksumAlgorithm"})
        refuse(others)
        bucket = self._bucket(name, owner)
        checked = checked_tags(tags, self.port.facts["s3.object_tags_max"])
        stored = self._found(call, bucket, key)
        bucket.objects[key] = msgspec.structs.replace(stored, tags=checked)


def _taken_out(given: dict[str, Any], wanted: Callable[[str], bool]) -> dict[str, Any]:
    """The parameters of some names, taken out of the others."""
    return {name: given.pop(name) for name in list(given) if wanted(name)}


def _headers(given: dict[str, Any]) -> Pairs:
    """The system metadata that an object keeps; ContentType has a default."""
    headers = {"ContentType": _DEFAULT_TYPE} | {name: value for name, value in given.items() if value}
    return tuple(sorted(headers.items()))


def _unusual(encryption: str, storage: str) -> dict[str, str]:
    """What is asked for beyond the usual way of storing."""
    asked = {} if encryption == "AES256" else {"ServerSideEncryption": encryption}
    return asked if storage == "STANDARD" else asked | {"StorageClass": storage}


def _source(given: str) -> tuple[str, str]:
    """Bucket and key of a CopySource such as "bucket/some%20key".

    Raises:
        AwsError: InvalidArgument; a version is asked for.
    """
    path, _, version = given.partition("?versionId=")
    if version:
        raise not_here("versions of objects")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    if not bucket or not key:
        message = "Invalid copy source object key"
        names_of = {"ArgumentName": "x-amz-copy-source", "ArgumentValue": "x-amz-copy-source"}
        raise errors.argument(message, **names_of)
    return bucket, key


def _tags_of_header(given: str | None, most: int) -> Pairs:
    """The tags of a Tagging such as "project=x&stage=test".

    Raises:
        AwsError: InvalidArgument or InvalidTag.
    """
    pairs = tuple(parse_qsl(given or "", keep_blank_values=True))
    if len(dict(pairs)) != len(pairs):
        message = (
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
            "without tag name duplicates."
        )
        raise errors.argument(message, ArgumentName="x-amz-tagging", ArgumentValue=given)
    return checked_tags(pairs, most)
