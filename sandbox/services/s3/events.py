"""What happens to objects, and whom S3 tells of it (facts 7.8, 8.5).

S3 asks for permission each time, as the service principal s3.amazonaws.com with the bucket as aws:SourceArn
and the account as aws:SourceAccount. When the permission is gone, the event is dropped, and nobody hears of
it but the trace (facts 8.3). [SIM] An event is delivered once, after a fixed delay (s3.notification_delay). A
function that is still being created is told again after the same delay.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote_plus

from sandbox.identity import Principal
from sandbox.kernel import as_datetime, told
from sandbox.services.base import SOURCE_ADDRESS, AwsError, Call, Port
from sandbox.services.s3.model import Bucket, Happening, Notification, StoredObject
from sandbox.trace import NotificationFailed, NotificationSent, ObjectCreated, ObjectRemoved

S3 = Principal("s3.amazonaws.com", "service", "", "")
_PENDING = "ResourceConflictException"


class Events:
    """Tells of what happens to objects.

    Args:
        port: the world around.
    """

    def __init__(self, port: Port) -> None:
        self.port = port

    def context(self, bucket: str) -> dict[str, str]:
        """The condition keys with which S3 calls others for a bucket."""
        return {"aws:SourceArn": f"arn:aws:s3:::{bucket}", "aws:SourceAccount": self.port.account}

    # -- happenings ----------------------------------------------------------------------------------------

    def created(self, call: Call, bucket: Bucket, stored: StoredObject, name: str) -> None:
        """An object was written; `name` is such as "ObjectCreated:Put"."""
        fields = (stored.key, len(stored.body), stored.etag, name)
        event = self.port.trace.emit(ObjectCreated, bucket.arn, *fields, cause=call.cause)
        self._tell(call, bucket, name, stored.key, stored, event.seq)

    def removed(self, call: Call, bucket: Bucket, key: str) -> None:
        """An object was deleted."""
        name = "ObjectRemoved:Delete"
        event = self.port.trace.emit(ObjectRemoved, bucket.arn, key, name, cause=call.cause)
        self._tell(call, bucket, name, key, None, event.seq)

    def _tell(
        self, call: Call, bucket: Bucket, name: str, key: str, stored: StoredObject | None, cause: int
    ) -> None:
        bucket.happened += 1
        wanted = [one for one in bucket.notifications if one.wants(name, key)]
        if not wanted:
            return
        now = self.port.kernel.now
        happening = Happening(
            name=name,
            bucket=bucket.name,
            key=key,
            size=None if stored is None else len(stored.body),
            etag="" if stored is None else stored.etag,
            sequencer=_sequencer(now, bucket.happened),
            time=now,
            by=call.principal.unique_id or call.principal.arn,
            request_id=call.request_id,
        )
        for notification in wanted:
            self._later(notification, happening, cause)

    # -- delivery ------------------------------------------------------------------------------------------

    def _later(self, notification: Notification, happening: Happening, cause: int) -> None:
        delay = self.port.facts.us("s3.notification_delay")
        self.port.kernel.after(delay, self._deliver, notification, happening, cause)

    @told(
        lambda notification, happening, _cause: (
            f"S3 tells {notification.target.rpartition(':')[2]} of {happening.key}"
        )
    )
    def _deliver(self, notification: Notification, happening: Happening, cause: int) -> None:
        body = self._event(notification, happening)
        fields = (notification.target, happening.name, happening.key)
        arn = f"arn:aws:s3:::{happening.bucket}"
        try:
            self.send(notification.target, body, happening.bucket, cause)
        except AwsError as error:
            if error.code == _PENDING:
                self._later(notification, happening, cause)
                return
            self.port.trace.emit(NotificationFailed, arn, *fields, error.code, cause=cause)
        else:
            self.port.trace.emit(NotificationSent, arn, *fields, cause=cause)

    def send(self, target: str, body: str, bucket: str, cause: int) -> None:
        """Invoke a function asynchronously, or send a message to a queue.

        Args:
            target: its ARN.
            body: the event, or the message.
            bucket: for which bucket.
            cause: `seq` of the event that led to this.

        Raises:
            AwsError: what it, or its policy, answers.
        """
        _, _, service, region, account, name = target.split(":", 5)
        params: dict[str, Any]
        if service == "lambda":
            operation = "Invoke"
            params = {"FunctionName": target, "InvocationType": "Event", "Payload": body.encode()}
        else:
            operation = "SendMessage"
            url = f"https://sqs.{region}.amazonaws.com/{account}/{name}"
            params = {"QueueUrl": url, "MessageBody": body}
        self.port.call(service, operation, params, principal=S3, cause=cause, context=self.context(bucket))

    def _event(self, notification: Notification, happening: Happening) -> str:
        """The event with its one record (facts 7.8); keys are in URL encoding, a space is a plus sign."""
        stored: dict[str, Any] = {"key": _url(happening.key)}
        if happening.size is not None:
            stored |= {"size": happening.size, "eTag": happening.etag}
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": self.port.region,
            "eventTime": time_of(happening.time),
            "eventName": happening.name,
            "userIdentity": {"principalId": f"AWS:{happening.by}"},
            "requestParameters": {"sourceIPAddress": SOURCE_ADDRESS},
            "responseElements": {
                "x-amz-request-id": request_of(happening.request_id),
                "x-amz-id-2": host_of(happening.request_id),
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": notification.id,
                "bucket": {
                    "name": happening.bucket,
                    "ownerIdentity": {"principalId": _owner(self.port.account)},
                    "arn": f"arn:aws:s3:::{happening.bucket}",
                },
                "object": {**stored, "sequencer": happening.sequencer},
            },
        }
        return json.dumps({"Records": [record]}, separators=(",", ":"))


def time_of(time: int) -> str:
    """A time as S3 writes it in events, with milliseconds."""
    return f"{as_datetime(time):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def request_of(request_id: str) -> str:
    """S3's own kind of request id. [SIM] It is told from the one that the world gave."""
    return "".join(request_id.split("-")[:3]).upper()


def host_of(request_id: str) -> str:
    """S3's id of the host that took a request [SIM]."""
    return base64.b64encode(hashlib.sha384(request_id.encode()).digest()).decode()


def _owner(account: str) -> str:
    """The customer id of a bucket's owner [SIM]."""
    digest = hashlib.blake2b(account.encode(), digest_size=8).digest()
    return "A" + base64.b32encode(digest).decode().rstrip("=")


def _sequencer(time: int, number: int) -> str:
    """A text that grows from one happening to the next, in hexadecimal digits."""
    return f"{time:014X}{number & 0xFFFF:04X}"


def _url(key: str) -> str:
    return quote_plus(key, safe="/")
