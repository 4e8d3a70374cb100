"""What is set on a bucket: its policy, its notifications, its tags."""

from __future__ import annotations

import json
from typing import Any

from sandbox.identity import Principal
from sandbox.services.base import AwsError, Call, operation, refuse
from sandbox.services.s3 import errors, notifications, policies
from sandbox.services.s3.base import S3State
from sandbox.services.s3.events import S3, Events, host_of, request_of, time_of
from sandbox.services.s3.model import Bucket
from sandbox.services.s3.tags import pairs_of, tag_list

_NO_QUEUE = "The destination queue does not exist"
_MAY_NOT_SEND = (
    "Permissions on the destination queue do not allow S3 to publish notifications from this bucket"
)
_OF_REQUESTS = ("ContentMD5", "ChecksumAlgorithm", "ConfirmRemoveSelfBucketAccess")


class SettingOperations(S3State):
    """Bucket policies, notification configurations, tags. `events` reaches those who are to be told."""

    events: Events

    # -- policies ------------------------------------------------------------------------------------------

    @operation("s3:PutBucketPolicy", "bucket_arn")
    def put_bucket_policy(
        self, call: Call, *, Bucket: str, Policy: str, ExpectedBucketOwner: str | None = None, **others: Any
    ) -> dict[str, Any]:
        """PutBucketPolicy: replaces the policy that there is.

        [SIM] Public policies are taken; AWS refuses them while Block Public Access is on, its default.
        """
        del call
        refuse({name: value for name, value in others.items() if name not in _OF_REQUESTS})
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        bucket.policy = policies.read(Policy, bucket.arn, self.port)
        self.port.policies_changed()
        return {}

    @operation("s3:GetBucketPolicy", "bucket_arn")
    def get_bucket_policy(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """GetBucketPolicy."""
        del call
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        if bucket.policy is None:
            raise errors.no_policy(Bucket)
        return {"Policy": policies.shown(bucket.policy, self.port)}

    @operation("s3:DeleteBucketPolicy", "bucket_arn")
    def delete_bucket_policy(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """DeleteBucketPolicy, whether there is one or not."""
        del call
        self._bucket(Bucket, ExpectedBucketOwner).policy = None
        self.port.policies_changed()
        return {}

    # -- notifications -------------------------------------------------------------------------------------

    @operation("s3:PutBucketNotification", "bucket_arn")
    def put_bucket_notification_configuration(
        self,
        call: Call,
        *,
        Bucket: str,
        NotificationConfiguration: dict[str, Any],
        SkipDestinationValidation: bool = False,
        ExpectedBucketOwner: str | None = None,
    ) -> dict[str, Any]:
        """PutBucketNotificationConfiguration: replaces all that there are.

        S3 asks at once whether it may: a function's policy must let it in, and a queue gets a test message.
        """
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        asked = notifications.read(
            NotificationConfiguration,
            lambda: self.port.kernel.uuid("notification id"),
            self.port.facts["s3.filter_value_max"],
            self.port.region,
        )
        if not SkipDestinationValidation:
            tried = [self._objection(call, bucket, one.target) for one in asked]
            if failed := [objection for objection in tried if objection is not None]:
                raise notifications.unreachable(failed)
        bucket.notifications = asked
        return {}

    def _objection(self, call: Call, bucket: Bucket, target: str) -> tuple[str, str] | None:
        """The target as AWS names it, and why S3 cannot reach it; None when it can."""
        context = self.events.context(bucket.name)
        if target.split(":")[2] == "lambda":
            action = "lambda:InvokeFunction"
            asked = self.port.authorize(S3, action, target, cause=call.cause, context=context)
            if asked.allowed:
                return None
            return f"{target}, null", f"Not authorized to invoke function [{target}]"
        test = {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": time_of(self.port.kernel.now),
            "Bucket": bucket.name,
            "RequestId": request_of(call.request_id),
            "HostId": host_of(call.request_id),
        }
        try:
            self.events.send(target, json.dumps(test, separators=(",", ":")), bucket.name, call.cause)
        except AwsError:
            return target, _MAY_NOT_SEND if self._is_queue(target, call.cause) else _NO_QUEUE
        return None

    def _is_queue(self, target: str, cause: int) -> bool:
        """Whether there is such a queue; AWS looks on its own side, with nobody's permission."""
        _, _, _, _, account, name = target.split(":", 5)
        itself = Principal(f"arn:aws:iam::{account}:root", "root", account, account)
        asked = {"QueueName": name, "QueueOwnerAWSAccountId": account}
        try:
            self.port.call("sqs", "GetQueueUrl", asked, principal=itself, cause=cause)
        except AwsError:
            return False
        return True

    @operation("s3:GetBucketNotification", "bucket_arn")
    def get_bucket_notification_configuration(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """GetBucketNotificationConfiguration; empty without notifications."""
        del call
        return notifications.shown(self._bucket(Bucket, ExpectedBucketOwner).notifications)

    # -- tags ----------------------------------------------------------------------------------------------

    @operation("s3:PutBucketTagging", "bucket_arn")
    def put_bucket_tagging(
        self, call: Call, *, Bucket: str, Tagging: dict[str, Any], **others: Any
    ) -> dict[str, Any]:
        """PutBucketTagging: replaces the tags that there are."""
        del call
        owner = others.pop("ExpectedBucketOwner", None)
        refuse({name: value for name, value in others.items() if name not in _OF_REQUESTS})
        bucket = self._bucket(Bucket, owner)
        pairs = pairs_of(Tagging)
        if len(dict(pairs)) != len(pairs):
            twice = next(key for key, _ in pairs if [one for one, _ in pairs].count(key) > 1)
            raise errors.tag("Cannot provide multiple Tags with the same key", TagKey=twice)
        bucket.tags = dict(pairs)
        return {}

    @operation("s3:GetBucketTagging", "bucket_arn")
    def get_bucket_tagging(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """GetBucketTagging."""
        del call
        bucket = self._bucket(Bucket, ExpectedBucketOwner)
        if not bucket.tags:
            raise errors.no_tags(Bucket)
        return {"TagSet": tag_list(bucket.tags.items())}

    @operation("s3:PutBucketTagging", "bucket_arn")
    def delete_bucket_tagging(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """DeleteBucketTagging."""
        del call
        self._bucket(Bucket, ExpectedBucketOwner).tags = {}
        return {}

    @operation("s3:GetBucketVersioning", "bucket_arn")
    def get_bucket_versioning(
        self, call: Call, *, Bucket: str, ExpectedBucketOwner: str | None = None
    ) -> dict[str, Any]:
        """GetBucketVersioning: empty, as for a bucket on which it was never switched on."""
        del call
        self._bucket(Bucket, ExpectedBucketOwner)
        return {}
