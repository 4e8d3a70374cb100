"""Who is told of what happens in a bucket, who lets S3 in, and what the event says (facts 7.8, 8.3, 8.5)."""

import json

import pytest

from sandbox.observe import timeline
from sandbox.trace import (
    InvocationAccepted,
    InvocationStarted,
    LineLogged,
    NotificationFailed,
    NotificationSent,
    ObjectCreated,
    ObjectRemoved,
    PermissionDecided,
)
from tests.sandbox.services.awslambda.shop import LETTERS, LETTERS_URL, package
from tests.sandbox.services.s3.door import ALL, ARN, OK, refused


def test_s3_asks_when_it_is_configured(door):  # LS:test_invalid_lambda_arn
    expected = {
        "Code": "InvalidArgument",
        "Message": "Unable to validate the following destination configurations",
        "ArgumentName1": f"{ARN}, null",
        "ArgumentValue1": f"Not authorized to invoke function [{ARN}]",
    }
    assert refused(door.notify) == expected
    door.allow(SourceArn="arn:aws:s3:::other")
    assert refused(door.notify) == expected
    door.lam.remove_permission(FunctionName="worker", StatementId="s3")
    door.allow(SourceAccount="999999999999")
    assert refused(door.notify) == expected
    door.lam.remove_permission(FunctionName="worker", StatementId="s3")
    door.allow()
    door.notify()
    shown = door.s3.get_bucket_notification_configuration(Bucket="pics")["LambdaFunctionConfigurations"]
    assert [(one["LambdaFunctionArn"], one["Events"]) for one in shown] == [(ARN, ["s3:ObjectCreated:*"])]
    missing = ARN.replace("worker", "missing")
    error = refused(door.notify, arn=missing)
    assert error["ArgumentValue1"] == f"Not authorized to invoke function [{missing}]"


def test_what_is_no_arn_is_refused_even_where_nobody_asks(door):  # LS:test_invalid_lambda_arn
    error = refused(door.notify, arn="invalid-queue", SkipDestinationValidation=True)
    assert error == {
        "Code": "InvalidArgument", "Message": "The ARN could not be parsed",
        "ArgumentName": "CloudFunction", "ArgumentValue": "invalid-queue",
    }  # fmt: skip
    door.notify(SkipDestinationValidation=True)


def test_a_function_of_another_region_is_not_told(door):
    error = refused(door.notify, arn=ARN.replace("us-east-1", "eu-west-1"), SkipDestinationValidation=True)
    assert error["Message"] == (
        "The notification destination service region is not valid for the bucket location constraint"
    )


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([("INVALID", "x")], "filter rule name must be either prefix or suffix"),
        ([("prefix", "a"), ("Prefix", "b")], "Cannot specify more than one prefix rule in a filter."),
        ([("suffix", "x" * 1025)],
         "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation"),
    ],
)  # fmt: skip
def test_rules_of_a_filter(door, rules, message):
    door.allow()
    assert refused(door.notify, *rules)["Message"] == message


OVERLAP = "Configurations overlap. Configurations on the same bucket cannot share a common event type."
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
    "overlapping for the same event type."
)
CREATED, PUT, REMOVED = "s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectRemoved:*"


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ((CREATED, "", ""), (PUT, "", ""), OVERLAP),
        ((CREATED, "", ""), (REMOVED, "", ""), ""),
        ((CREATED, "in/", ""), (CREATED, "in/a", ""), AMBIGUOUS),
        ((CREATED, "in/", ""), (CREATED, "", ".txt"), AMBIGUOUS),
        ((CREATED, "in/", ""), (CREATED, "out/", ""), ""),
        ((CREATED, "in/", ".txt"), (CREATED, "in/", ".png"), ""),
        ((CREATED, "in/", ".txt"), (CREATED, "in/", "b.txt"), AMBIGUOUS),
    ],
)
def test_no_event_is_told_twice(door, one, other, message):
    door.allow()
    rows = []
    for event, prefix, suffix in (one, other):
        rules = [{"Name": n, "Value": v} for n, v in (("prefix", prefix), ("suffix", suffix)) if v]
        row = {"LambdaFunctionArn": ARN, "Events": [event]}
        rows.append(row | ({"Filter": {"Key": {"FilterRules": rules}}} if rules else {}))
    if message:
        assert refused(door.configure, LambdaFunctionConfigurations=rows)["Message"] == message
    else:
        door.configure(LambdaFunctionConfigurations=rows)


def test_an_event_has_the_recorded_shape(door):  # LS:test_object_created_put
    door.allow()
    door.notify(("prefix", "in/"), ("suffix", ".txt"))
    for key in ("in/a b+ü@.txt", "in/a.png", "out/a.txt"):
        door.put(key)
    (record,) = door.events()
    bucket = record["s3"].pop("bucket")
    stored = record["s3"].pop("object")
    assert (bucket["name"], bucket["arn"]) == ("pics", "arn:aws:s3:::pics")
    assert set(bucket) == {"name", "arn", "ownerIdentity"}
    assert set(bucket["ownerIdentity"]) == {"principalId"}
    sequencer = stored.pop("sequencer")
    assert len(sequencer) == 18
    assert int(sequencer, 16)
    assert stored == {
        "key": "in/a+b%2B%C3%BC%40.txt", "size": 5, "eTag": "5d41402abc4b2a76b9719d911017c592"
    }  # fmt: skip
    assert set(record.pop("responseElements")) == {"x-amz-request-id", "x-amz-id-2"}
    assert record.pop("userIdentity")["principalId"].startswith("AWS:AIDA")
    assert record.pop("requestParameters") == {"sourceIPAddress": "203.0.113.10"}
    assert record.pop("eventTime").endswith("Z")
    configured = door.s3.get_bucket_notification_configuration(Bucket="pics")
    assert record == {
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configured["LambdaFunctionConfigurations"][0]["Id"],
        },
    }  # fmt: skip


def test_events_come_in_their_order_and_a_removal_has_no_size(door):  # LS:..._and_object_removed
    door.allow()
    door.notify(events=["s3:ObjectCreated:Copy", "s3:ObjectRemoved:*"])
    door.put("a")
    door.s3.copy_object(Bucket="pics", Key="b", CopySource="pics/a")
    door.s3.delete_objects(Bucket="pics", Delete={"Objects": [{"Key": "a"}, {"Key": "none"}]})
    records = door.events()
    assert [one["eventName"] for one in records] == ["ObjectCreated:Copy", "ObjectRemoved:Delete"]
    assert set(records[1]["s3"]["object"]) == {"key", "sequencer"}
    assert records[0]["s3"]["object"]["sequencer"] < records[1]["s3"]["object"]["sequencer"]


def test_the_function_is_invoked_asynchronously_by_the_service(door):
    door.allow()
    door.notify()
    door.put()
    written = door.world.trace.of(ObjectCreated)[0]
    door.world.settle()
    (accepted,) = door.world.trace.of(InvocationAccepted)
    assert (accepted.type, accepted.principal) == ("Event", "s3.amazonaws.com")
    assert accepted.time - written.time == door.world.cloud.facts.us("s3.notification_delay")
    (sent,) = door.world.trace.of(NotificationSent)
    assert (sent.arn, sent.target, sent.name, sent.key) == (
        "arn:aws:s3:::pics", ARN, "ObjectCreated:Put", "k"
    )  # fmt: skip
    story = door.world.explain(door.world.trace.of(InvocationStarted)[0].seq)
    begins = ("Attempt 1 of event", "Event", "Object k was written to pics at ")
    assert [line.startswith(begin) for line, begin in zip(story, begins, strict=True)] == [True] * 3
    assert "because s3.amazonaws.com invoked worker with type Event" in story[1]
    assert "because user admin called PutObject" in story[2]


def test_a_permission_that_is_gone_drops_the_event(door):  # facts 8.3
    door.allow()
    door.notify()
    door.lam.remove_permission(FunctionName="worker", StatementId="s3")
    door.put()
    assert door.events() == []
    (failed,) = door.world.trace.of(NotificationFailed)
    assert (failed.key, failed.error) == ("k", "AccessDeniedException")
    story = door.world.explain(failed.seq)
    assert "because no resource-based policy allows the lambda:InvokeFunction action" in story[0]
    assert "nobody hears of it" in story[0]
    decided = [one for one in door.world.trace.of(PermissionDecided) if not one.allowed][-1]
    assert dict(decided.context) == {
        "aws:SourceArn": "arn:aws:s3:::pics", "aws:SourceAccount": "123456789012"
    }  # fmt: skip
    door.allow()
    door.put("again")
    assert [one["s3"]["object"]["key"] for one in door.events()] == ["again"]


def test_a_deleted_function_drops_the_event(door):
    door.allow()
    door.notify()
    door.lam.delete_function(FunctionName="worker")
    door.put()
    assert door.events() == []
    assert len(door.world.trace.of(NotificationFailed)) == 1


def test_a_function_that_is_still_made_is_told_later(door):
    door.world.client("lambda").create_function(
        FunctionName="slow", Runtime="python3.13", Handler="app.handler", Code={"ZipFile": package(OK)},
        Role="arn:aws:iam::123456789012:role/worker-role",
    )  # fmt: skip
    door.lam.add_permission(FunctionName="slow", **ALL)
    door.notify(arn=ARN.replace("worker", "slow"))
    door.put()
    assert len(door.events()) == 1


def test_a_configuration_replaces_the_one_before(door):
    door.allow()
    door.notify()
    door.configure()
    shown = door.s3.get_bucket_notification_configuration(Bucket="pics")
    assert set(shown) == {"ResponseMetadata"}
    door.put()
    assert door.events() == []


# -- queues ------------------------------------------------------------------------------------------------


def letters_policy():
    statement = {
        "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": LETTERS, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::pics"}},
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_queue_gets_a_test_event_and_then_events(door):
    queue = {"QueueArn": LETTERS, "Events": ["s3:ObjectCreated:*"]}
    error = refused(door.configure, QueueConfigurations=[queue])
    assert (error["ArgumentName1"], error["ArgumentValue1"]) == (
        LETTERS, "The destination queue does not exist"
    )  # fmt: skip
    door.letters()
    error = refused(door.configure, QueueConfigurations=[queue])
    assert error["ArgumentValue1"] == (
        "Permissions on the destination queue do not allow S3 to publish notifications from this bucket"
    )
    door.sqs.set_queue_attributes(QueueUrl=LETTERS_URL, Attributes={"Policy": letters_policy()})
    door.configure(QueueConfigurations=[queue])
    (test,) = (json.loads(one["Body"]) for one in door.received())
    assert (test["Service"], test["Event"], test["Bucket"]) == ("Amazon S3", "s3:TestEvent", "pics")
    assert set(test) == {"Service", "Event", "Time", "Bucket", "RequestId", "HostId"}
    door.put()
    door.world.advance(seconds=2)
    (event,) = (json.loads(one["Body"]) for one in door.received())
    assert event["Records"][0]["s3"]["object"]["key"] == "k"


def test_several_destinations_fail_together(door):  # LS:test_multiple_invalid_sqs_arns
    rows = [{"QueueArn": f"{LETTERS}-{n}", "Events": [event]} for n, event in ((1, CREATED), (2, REMOVED))]
    error = refused(door.configure, QueueConfigurations=rows)
    assert [error[f"ArgumentName{n}"] for n in (1, 2)] == [f"{LETTERS}-1", f"{LETTERS}-2"]
    error = refused(door.configure, TopicConfigurations=[{"TopicArn": "arn:aws:sns:x", "Events": [CREATED]}])
    assert error["Code"] == "NotImplementedHere"
    error = refused(door.notify, events=["s3:Nonsense"])
    assert error["ArgumentValue"] == "s3:Nonsense"


# -- handlers ----------------------------------------------------------------------------------------------

COPIER = """
import io
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")

def handler(event, context):
    bucket = event["Records"][0]["s3"]["bucket"]["name"]
    key = unquote_plus(event["Records"][0]["s3"]["object"]["key"])
    reply = s3.get_object(Bucket=bucket, Key=key)
    body = reply["Body"].read()
    assert reply["ChecksumType"] == "FULL_OBJECT"
    s3.put_object(Bucket=bucket, Key="out/" + key.split("/")[-1], Body=body.upper(), Metadata={"by": "me"})
    s3.upload_fileobj(io.BytesIO(body * 1000), bucket, "up")
    down = io.BytesIO()
    s3.download_fileobj(bucket, "up", down)
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
    part = s3.get_object(Bucket=bucket, Key=key, Range="bytes=0-0")
    listed = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    errors = []
    for act in (s3.get_object, s3.head_object):
        try:
            act(Bucket=bucket, Key="none")
        except s3.exceptions.ClientError as error:
            errors.append([type(error).__name__, error.response["Error"]])
    try:
        s3.delete_object(Bucket=bucket, Key="out/x")
    except s3.exceptions.ClientError as error:
        errors.append(error.response["Error"]["Message"].split(" because ")[1])
    rows = boto3.resource("s3").Bucket(bucket).objects.filter(Prefix="out/")
    print({
        "size": len(down.getvalue()), "listed": listed, "errors": errors, "rows": [row.key for row in rows],
        "part": part["Body"].read(), "status": part["ResponseMetadata"]["HTTPStatusCode"],
        "place": s3.get_bucket_location(Bucket=bucket)["LocationConstraint"],
        "lines": [line for line in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_lines()],
    })
"""


def test_boto3_in_a_handler_reads_and_writes(door):
    allow = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:GetBucketLocation"]
    statement = {"Effect": "Allow", "Action": allow, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    door.iam.put_role_policy(RoleName="worker-role", PolicyName="s3", PolicyDocument=policy)
    door.function(COPIER, "copier", Timeout=30)
    door.lam.add_permission(FunctionName="copier", **ALL)
    door.notify(("prefix", "in/"), arn=ARN.replace("worker", "copier"))
    door.put("in/a ü.txt", b"one\ntwo")
    door.world.settle()
    stored = {one.key: one for one in door.world.cloud.services["s3"].objects("pics")}
    assert stored["out/a ü.txt"].body == b"ONE\nTWO"
    assert stored["out/a ü.txt"].metadata == (("by", "me"),)
    assert (len(stored["up"].body), stored["copy"].body) == (7000, b"one\ntwo")
    (line,) = (one.text for one in door.world.trace.of(LineLogged))
    assert eval(line) == {
        "size": 7000, "listed": ["copy", "in/a ü.txt", "out/a ü.txt", "up"],
        "errors": [
            ["NoSuchKey",
             {"Code": "NoSuchKey", "Message": "The specified key does not exist.", "Key": "none"}],
            ["ClientError", {"Code": "404", "Message": "Not Found"}],
            "no identity-based policy allows the s3:DeleteObject action",
        ],
        "rows": ["out/a ü.txt"], "part": b"o", "status": 206, "place": None, "lines": [b"one", b"two"],
    }  # fmt: skip


def test_the_timeline_tells_of_buckets(door):
    door.allow()
    door.notify(("prefix", "in/"))
    door.put("in/a")
    door.s3.copy_object(Bucket="pics", Key="b", CopySource="pics/in/a")
    door.s3.delete_object(Bucket="pics", Key="b")
    door.world.settle()
    door.lam.remove_permission(FunctionName="worker", StatementId="s3")
    door.put("in/c")
    door.world.settle()
    rows = [(row.symbol, row.word, row.text) for row in timeline(door.world.trace) if row.lane == "pics"]
    assert rows == [
        ("+", "object written", "in/a, 5 bytes"),
        ("+", "object written", "b, 5 bytes (copied)"),
        ("-", "object deleted", "b"),
        ("→", "event sent", "ObjectCreated:Put in/a to worker"),
        ("+", "object written", "in/c, 5 bytes"),
        ("✗", "event dropped", "ObjectCreated:Put in/c did not reach worker: AccessDeniedException"),
    ]
    for event in door.world.trace:
        assert all(sentence.endswith(".") for sentence in door.world.explain(event.seq))
    removed = door.world.trace.of(ObjectRemoved)[0]
    assert door.world.explain(removed.seq)[0].startswith("Object b was deleted from pics at ")
    sent = door.world.trace.of(NotificationSent)[0]
    assert (
        "the notification configuration of bucket pics asks for ObjectCreated:Put"
        in (door.world.explain(sent.seq)[0])
    )
