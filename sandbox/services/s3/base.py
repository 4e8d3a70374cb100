"""What all operations of S3 share: the buckets, and how a request names them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sandbox.identity import Decision, Document, Request, denied_message
from sandbox.services.base import AwsError, Call, Port, Service
from sandbox.services.s3 import errors
from sandbox.services.s3.model import Bucket, StoredObject

_LISTING = (("Prefix", "s3:prefix"), ("Delimiter", "s3:delimiter"), ("MaxKeys", "s3:max-keys"))
_PRIVATE = {"private", "bucket-owner-full-control"}


class S3State(Service):
    """Buckets; the operations are in the classes that extend it."""

    name = "s3"
    denied_code = "AccessDenied"

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
        """What a listing asks for (Service Authorization Reference, Amazon S3, condition keys)."""
        if operation not in {"ListObjects", "ListObjectsV2"}:
            return {}
        return {key: str(params[name]) for name, key in _LISTING if params.get(name) is not None}

    def denied(self, operation: str, request: Request, decision: Decision) -> AwsError:
        """AWS's refusal: the ARN in quotation marks, none for a list of all buckets, nothing for HEAD.

        Source: S3 User Guide, troubleshoot-403-errors.
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
        asked = self.port.authorize(call.principal, action, resource, cause=call.cause, context=call.seen)
        if not asked.allowed:
            raise self.denied(operation, Request(call.principal, action, resource), asked)

    def _owner(self) -> dict[str, str]:
        """The account's canonical user. [SIM] Its id is told from the account's."""
        return {"ID": hashlib.sha256(self.port.account.encode()).hexdigest()}


def check_acl(given: str | None) -> None:
    """Whether an access control list is what a bucket of today takes (ACLs are disabled since April 2023).

    Raises:
        AwsError: AccessControlListNotSupported.
    """
    if given is not None and given not in _PRIVATE:
        raise AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400)


def refuse(others: Mapping[str, Any]) -> None:
    """Say what AWS has and this simulator has not, rather than to ignore a parameter.

    Raises:
        AwsError: some parameter was given.
    """
    given = sorted(name for name, value in others.items() if value not in (None, "", False, {}, []))
    if given:
        raise errors.not_here(f"parameter {', '.join(given)}")
