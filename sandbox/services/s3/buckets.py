"""Operations on buckets: make, look, list, delete."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.kernel import as_datetime
from sandbox.models import service_model
from sandbox.services.base import AwsError, Call, not_here, operation, refuse
from sandbox.services.s3 import errors, names
from sandbox.services.s3.base import S3State, check_acl
from sandbox.services.s3.model import Bucket


class BucketOperations(S3State):
    """Buckets."""

    @operation("s3:CreateBucket", "bucket_arn")
    def create_bucket(
        self,
        call: Call,
        *,
        Bucket: str,
        ACL: str | None = None,
        CreateBucketConfiguration: dict[str, Any] | None = None,
        ObjectOwnership: str = "BucketOwnerEnforced",
        **others: Any,
    ) -> dict[str, Any]:
        """CreateBucket. In us-east-1 a bucket that one owns already is made again without an error.

        Source: BC:BucketAlreadyOwnedByYou. [SIM] No name is taken by somebody else's bucket.
        """
        del call
        refuse(others)
        names.check_bucket(Bucket, self.port.facts)
        check_acl(ACL)
        if ObjectOwnership != "BucketOwnerEnforced":
            raise not_here("ObjectOwnership other than BucketOwnerEnforced")
        given = dict(CreateBucketConfiguration or {})
        self._check_place(given.pop("LocationConstraint", ""))
        tags = {tag["Key"]: tag["Value"] for tag in given.pop("Tags", [])}
        refuse(given)
        if Bucket not in self._buckets:
            self._buckets[Bucket] = self._made(Bucket)
            self._buckets[Bucket].tags = tags
        return {"Location": f"/{Bucket}", "BucketArn": self.arn(Bucket)}

    def _made(self, name: str) -> Bucket:
        return Bucket(name, self.port.kernel.now)

    def _check_place(self, constraint: str) -> None:
        if constraint == self.port.region:
            raise AwsError(
                "InvalidLocationConstraint",
                "The specified location-constraint is not valid",
                400,
                LocationConstraint=constraint,
            )
        if constraint:
            raise AwsError(
                "IllegalLocationConstraintException",
                f"The {constraint} location constraint is incompatible for the region specific endpoint this "
                "request was sent to.",
                400,
            )

    @operation("s3:ListBucket", "bucket_arn")
    def head_bucket(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """HeadBucket; an error has no words, only its status."""
        del call
        try:
            bucket = self._bucket(Bucket, ExpectedBucketOwner)
        except AwsError as error:
            raise errors.of_head(error) from None
        return {"BucketArn": bucket.arn, "BucketRegion": self.port.region, "AccessPointAlias": False}

    @operation("s3:ListAllMyBuckets")
    def list_buckets(
        self,
        call: Call,
        *,
        MaxBuckets: int | None = None,
        ContinuationToken: str | None = None,
        Prefix: str = "",
        BucketRegion: str | None = None,
    ) -> dict[str, Any]:
        """ListBuckets, by name."""
        del call
        found = [name for name in sorted(self._buckets) if name.startswith(Prefix)]
        if BucketRegion not in {None, self.port.region}:
            found = []
        if ContinuationToken:
            after = token_text(ContinuationToken)
            found = [name for name in found if name > after]
        size = len(found) if MaxBuckets is None else _checked(MaxBuckets)
        reply: dict[str, Any] = {
            "Buckets": [self._listed(self._buckets[name]) for name in found[:size]],
            "Owner": self._owner(),
        }
        if Prefix:
            reply["Prefix"] = Prefix
        if len(found) > size:
            reply["ContinuationToken"] = token(found[size - 1])
        return reply

    def _listed(self, bucket: Bucket) -> dict[str, Any]:
        return {
            "Name": bucket.name,
            "CreationDate": as_datetime(bucket.created).replace(microsecond=0),
            "BucketRegion": self.port.region,
            "BucketArn": bucket.arn,
        }

    @operation("s3:DeleteBucket", "bucket_arn")
    def delete_bucket(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """DeleteBucket; only an empty one goes."""
        del call
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        if bucket.objects:
            raise errors.bucket_not_empty(Bucket)
        del self._buckets[Bucket]
        if bucket.policy is not None:
            self.port.policies_changed()
        return {}

    @operation("s3:GetBucketLocation", "bucket_arn")
    def get_bucket_location(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """GetBucketLocation: None for us-east-1, the oldest Region."""
        del call
        self._bucket(Bucket, ExpectedBucketOwner)
        return {"LocationConstraint": None}


def _checked(most: int) -> int:
    """MaxBuckets, which has to lie in the range of AWS's model.

    Raises:
        AwsError: InvalidArgument.
    """
    limits = service_model("s3").shape_for("MaxBuckets").metadata
    if not limits["min"] <= most <= limits["max"]:
        message = f"Argument max-buckets must be an integer between {limits['min']} and {limits['max']}"
        raise errors.argument(message, ArgumentName="max-buckets", ArgumentValue=str(most))
    return most


def token(after: str) -> str:
    """A continuation token for what comes after a name. [SIM] It is the name in Base64."""
    return base64.b64encode(after.encode()).decode()


def token_text(given: str) -> str:
    """The name that a continuation token was made of.

    Raises:
        AwsError: InvalidArgument.
    """
    try:
        return base64.b64decode(given, validate=True).decode()
    except (binascii.Error, ValueError):
        message = "The continuation token provided is incorrect"
        raise errors.argument(message, ArgumentName="continuation-token") from None
