"""What all operations of S3 share: the buckets, and how a request names them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.identity import Decision, Document, Request, denied_message
from sandbox.models import service_model
from sandbox.services.base import AwsError, Call, Port, Service
from sandbox.services.s3 import errors, keys
from sandbox.services.s3.model import Bucket, Pairs, StoredObject

_IN_NO_HEADER = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
"""Control characters but the tab (RFC 9110, 5.5)."""
_PRIVATE = {"private", "bucket-owner-full-control"}


class S3State(Service):
    """Buckets; the operations are in the classes that extend it."""

    name = "s3"
    denied_code = "AccessDenied"
    condition_keys = keys.ALWAYS

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self._buckets: dict[str, Bucket] = {}

    # -- for the world -------------------------------------------------------------------------------------

    def bucket_names(self) -> list[str]:
        """The names of the buckets that there are, in their order."""
        return sorted(self._buckets)

    def keys(self, bucket: str) -> list[str]:
        """The keys of a bucket's objects, in their order; nothing is traced.

        Raises:
            LookupError: there is no such bucket.
        """
        return sorted(self._there(bucket).objects)

    def objects(self, bucket: str) -> list[StoredObject]:
        """A bucket's objects with their bodies, by key; nothing is traced.

        Raises:
            LookupError: there is no such bucket.
        """
        there = self._there(bucket).objects
        return [there[key] for key in sorted(there)]

    def _there(self, bucket: str) -> Bucket:
        if bucket not in self._buckets:
            raise LookupError(f"there is no bucket {bucket}")
        return self._buckets[bucket]

    def resource_policy(self, arn: str) -> Document | None:
        """The policy of the bucket that an ARN is of, itself or one of its objects."""
        name = arn.removeprefix("arn:aws:s3:::").partition("/")[0]
        bucket = self._buckets.get(name)
        return bucket.policy if bucket is not None else None

    def arn(self, resource: str) -> str:
        """The ARN of a bucket or an object; S3's have neither Region nor account."""
        return f"arn:aws:s3:::{resource}"

    def bucket_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN of the bucket that a request is about."""
        return self.arn(params["Bucket"])

    def object_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN of the object that a request is about."""
        return self.arn(f"{params['Bucket']}/{params['Key']}")

    def conditions(self, operation: str, params: Mapping[str, Any]) -> Mapping[str, str]:
        """What a request says, and the tags of the object that it is about."""
        tags = keys.of_tags(operation, self._tags_of(params.get("Bucket", ""), params.get("Key", "")))
        return keys.of_request(operation, params) | tags

    def _tags_of(self, bucket: str, key: str) -> Pairs:
        there = self._buckets.get(bucket)
        stored = there.objects.get(key) if there is not None else None
        return stored.tags if stored is not None else ()

    def check(self, operation: str, params: Mapping[str, Any]) -> None:
        """Whether HTTP could carry a request: a header has no line breaks, and all texts have a UTF-8.

        Raises:
            AwsError: BadRequest.
        """
        shape = service_model(self.name).operation_model(operation).input_shape
        for name, value in params.items():
            member = shape.members.get(name) if shape is not None else None
            place = member.serialization.get("location", "") if member is not None else ""
            if not all(_sendable(text, place) for text in _texts(value)):
                raise errors.unreadable()

    def denied(self, operation: str, request: Request, decision: Decision) -> AwsError:
        """AWS's refusal: the ARN in quotation marks, none for a list of all buckets, nothing for HEAD.

        Source: S3 User Guide, troubleshoot-403-errors. [SIM] Who may not is told so of a bucket that does not
        exist, too; that AWS says NoSuchBucket first is reported of requests without a signature only
        (aws-sdk-java issue 1256).
        """
        where = f" on resource: {request.resource}"
        quoted = "" if request.resource == "*" else f' on resource: "{request.resource}"'
        message = denied_message(request, decision).replace(where, quoted, 1)
        error = AwsError(self.denied_code, message, 403)
        return errors.of_head(error) if operation.startswith("Head") else error

    # -- for operations ------------------------------------------------------------------------------------

    def _bucket(self, name: str, owner: str | None = None) -> Bucket:
        """The bucket of that name.

        Args:
            name: the bucket's name.
            owner: the account that the caller expects to own it.

        Raises:
            AwsError: NoSuchBucket; AccessDenied for another owner.
        """
        bucket = self._buckets.get(name)
        if bucket is None:
            raise errors.no_bucket(name)
        if owner is not None and owner != self.port.account:
            raise errors.denied()
        return bucket

    def _check_may(self, call: Call, action: str, resource: str, operation: str) -> None:
        """Whether the caller may also do something that the operation's own action does not say.

        Raises:
            AwsError: AccessDenied.
        """
        bucket, _, key = resource.removeprefix("arn:aws:s3:::").partition("/")
        tags = keys.of_tags(action.removeprefix("s3:"), self._tags_of(bucket, key))
        context = {**call.seen, **tags}
        asked = self.port.authorize(call.principal, action, resource, cause=call.cause, context=context)
        if not asked.allowed:
            raise self.denied(operation, Request(call.principal, action, resource), asked)

    def _owner(self) -> dict[str, str]:
        """The account's canonical user. [SIM] Its id is told from the account's."""
        return {"ID": hashlib.sha256(self.port.account.encode()).hexdigest()}


def _texts(value: Any) -> Iterator[str]:
    """All texts inside of a parameter."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from (*_texts(key), *_texts(item))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _sendable(text: str, place: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return place not in {"header", "headers"} or _IN_NO_HEADER.search(text) is None


def check_acl(given: str | None) -> None:
    """Whether an access control list is what a bucket of today takes (ACLs are disabled since April 2023).

    Raises:
        AwsError: AccessControlListNotSupported.
    """
    if given is not None and given not in _PRIVATE:
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400)
