"""What facts of S3, and of function policies, decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox import World
from sandbox.kernel import SECOND
from sandbox.trace import NotificationFailed, ObjectCreated
from tests.sandbox.facts_seen.common import Seen, refusal
from tests.sandbox.services.awslambda.shop import Shop

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:worker"


def bucket(act: Callable[[Any], Any]) -> Seen:
    """What `act(s3)` comes to with one bucket, `pics`."""

    def seen(world: World) -> Any:
        s3 = world.client("s3")
        s3.create_bucket(Bucket="pics")
        return act(s3)

    return seen


def refused(operation: str, **params: Any) -> Seen:
    """Whether an operation on the bucket `pics` is refused."""
    return bucket(lambda s3: bool(refusal(getattr(s3, operation), Bucket="pics", **params)))


def making(name: str) -> Seen:
    """Whether a bucket of that name is refused."""
    return lambda world: bool(refusal(world.client("s3").create_bucket, Bucket=name))


def listed(s3: Any) -> int:
    """How many of two keys are on one page."""
    for key in ("a", "b"):
        s3.put_object(Bucket="pics", Key=key)
    return len(s3.list_objects_v2(Bucket="pics")["Contents"])


def policy(s3: Any) -> bool:
    """Whether a small policy is refused."""
    statement = {
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pics/*"
    }  # fmt: skip
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return bool(refusal(s3.put_bucket_policy, Bucket="pics", Policy=text))


def configuration(*rules: tuple[str, str]) -> dict[str, Any]:
    """A notification configuration that nobody is asked about."""
    row: dict[str, Any] = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    if rules:
        row["Filter"] = {"Key": {"FilterRules": [{"Name": n, "Value": v} for n, v in rules]}}
    return {"LambdaFunctionConfigurations": [row]}


def delay(world: World) -> int:
    """Seconds from a write to its event."""
    s3 = world.client("s3")
    s3.create_bucket(Bucket="pics")
    s3.put_bucket_notification_configuration(
        Bucket="pics", NotificationConfiguration=configuration(), SkipDestinationValidation=True
    )
    s3.put_object(Bucket="pics", Key="k")
    world.settle()
    return (world.trace.of(NotificationFailed)[0].time - world.trace.of(ObjectCreated)[0].time) // SECOND


def permission(world: World) -> str:
    """How one permission for a function is refused."""
    shop = Shop(world)
    shop.function("def handler(event, context):\n    return 1\n")
    return refusal(
        shop.lam.add_permission,
        FunctionName="worker",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )[-30:]
