"""Notifications that are not taken, and the loop that is stopped (facts 4.6, 8.3, 8.5)."""

import json

import pytest

from sandbox.observe.metrics import MetricFold
from sandbox.trace import AsyncEventEnded, InvocationStarted, NotificationFailed
from tests.sandbox.services.awslambda.shop import LETTERS
from tests.sandbox.services.s3.door import ALL, ARN, refused

LOOP = """
import boto3

s3 = boto3.client("s3")

def handler(event, context):
    s3.put_object(Bucket="pics", Key="again", Body=b"x")
"""


def test_a_function_that_writes_to_its_own_bucket_is_stopped(door):  # facts 4.6, 8.5
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    door.iam.put_role_policy(RoleName="worker-role", PolicyName="s3", PolicyDocument=policy)
    door.function(LOOP, "loop")
    door.lam.add_permission(FunctionName="loop", **ALL)
    door.notify(arn=ARN.replace("worker", "loop"))
    door.letters()
    door.may_write_letters()
    door.lam.update_function_configuration(FunctionName="loop", DeadLetterConfig={"TargetArn": LETTERS})
    door.world.settle()
    door.put()
    events = door.events()
    assert len(door.world.trace.of(InvocationStarted)) == 16
    assert not door.world.trace.of(NotificationFailed)
    # The one that is stopped is a lost event like others: it goes to the dead-letter queue.
    (letter,) = door.received()
    assert json.loads(letter["Body"])["Records"] == [events[16]]
    (over,) = [one for one in door.world.trace.of(AsyncEventEnded) if one.condition != "Success"]
    assert (over.condition, over.attempts) == ("RecursiveInvocationDropped", 0)
    assert "Lambda stops a recursive loop" in door.world.explain(over.seq)[0]
    metrics = MetricFold().catch_up(door.world.trace)
    assert metrics.total("RecursiveInvocationsDropped", "loop", "Sum") == 1


@pytest.mark.parametrize("event", ["s3:ObjectTagging:*", "s3:ObjectCreated:CompleteMultipartUpload"])
def test_an_event_that_never_comes_here_is_not_taken(door, event):
    door.allow()
    told = refused(door.notify, events=[event])
    assert told["Code"] == "NotImplementedHere"
    assert told["Message"].startswith(
        f"not implemented here: the event {event}; there are s3:ObjectCreated:*, "
    )


def test_an_id_and_an_event_are_there_once(door):
    door.allow()
    rows = [
        {"Id": "same", "LambdaFunctionArn": ARN, "Events": [event]}
        for event in ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    ]
    told = refused(door.configure, LambdaFunctionConfigurations=rows)
    assert told["Message"] == "Same ID used for multiple configurations. IDs must be unique."
    for events in (["s3:ObjectCreated:*", "s3:ObjectCreated:Put"], ["s3:ObjectRemoved:*"] * 2):
        told = refused(door.notify, events=events)
        assert told["Message"] == (
            "Configurations overlap. Configurations on the same bucket cannot share a common event type."
        )
        assert told["ArgumentValue"] == ", ".join(events)
