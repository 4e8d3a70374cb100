"""Every kind of check as it holds, and as it does not, of the history that `test_checks` makes."""

from __future__ import annotations

from tests.sandbox.services.awslambda.shop import LETTERS
from tutor.course import Compare
from tutor.course.checks import (
    Advance,
    AllOf,
    Allowed,
    Answer,
    AnyOf,
    ApiCall,
    Clock,
    Code,
    Config,
    Cost,
    Denied,
    Log,
    Metric,
    Missing,
    NotThat,
    Object,
    Probe,
    Queue,
    Reply,
    Resource,
    TableItem,
    Timeline,
    Trace,
)
from tutor.course.values import parse_time

MINUTE = 60_000_000


def at(time: str) -> Compare:
    return Compare(equals=parse_time(time), of="time")


def between(first: str, last: str) -> Compare:
    return Compare(between=(parse_time(first), parse_time(last)), of="time")


HOLDS = {
    "trace": Trace("worker", count=Compare(equals=4)),
    "trace, at least one": Trace("worker"),
    "trace of a type": Trace("worker", type="RequestResponse", count=Compare(equals=1)),
    "trace of an outcome": Trace("worker", outcome="error", count=Compare(between=(3, 3))),
    "trace of all failures": Trace("worker", outcome="failure", count=Compare(atmost=3)),
    "trace of a payload": Trace("worker", containing='"n": 8', count=Compare(equals=1)),
    "timeline, last": Timeline("worker", last_start=between("09:59:00", "10:01:00")),
    "timeline, first": Timeline("worker", first_start=between("08:59:59", "09:00:05")),
    "metric": Metric("worker", "Errors", "Sum", Compare(equals=3)),
    "metric, another statistic": Metric("worker", "Errors", "Maximum", Compare(equals=1)),
    "metric without data": Metric("worker", "Throttles", "Sum", Compare(equals=0)),
    "log": Log("worker", "packing 7", Compare(equals=3)),
    "log, at least one": Log("worker", "RuntimeError"),
    "config": Config("worker", "Timeout", 3),
    "config, nothing there": Config("worker", "DeadLetterConfig", None),
    "config, inside": Config("worker", "EventInvokeConfig.MaximumRetryAttempts", 1),
    "config, nothing inside": Config(
        "worker", "EventInvokeConfig.DestinationConfig.OnFailure.Destination", None
    ),
    "config, reserved": Config("worker", "ReservedConcurrentExecutions", 5),
    "config of nobody": Config("gone", "Timeout", None),
    "resource, function": Resource("function", "{names}"),
    "resource, queue": Resource("queue", "letters"),
    "resource, role": Resource("role", "{names}-role"),
    "resource, user": Resource("user", "ann"),
    "resource, log group": Resource("log-group", "/aws/lambda/worker"),
    "missing function": Missing(function="gone"),
    "missing queue": Missing(queue="parcels"),
    "missing role": Missing(role="nobody"),
    "queue by name": Queue(name="letters", count=Compare(equals=2)),
    "queue by role": Queue(role="box", contains="red", count=Compare(equals=1)),
    "allowed": Allowed("worker", "{arn:log-group//aws/lambda/worker}:*", "logs:PutLogEvents"),
    "allowed, only": Allowed("worker", "*", only=("logs:*",)),
    "allowed, only, of a service": Allowed("worker", "{arn:queue/letters}", only=("sqs:GetQueueUrl",)),
    "trace of an answer": Trace("worker", reply=1, count=Compare(equals=1)),
    "trace of an error": Trace("worker", error="RuntimeError", count=Compare(equals=3)),
    "config, a placeholder": Config("worker", "Role", "{arn:role/{names}-role}"),
    "resource, bucket": Resource("bucket", "inbox"),
    "missing bucket": Missing(bucket="outbox"),
    "object": Object(role="inbox", key="in/*.txt", count=Compare(equals=2)),
    "item": TableItem(role="orders", key={"id": 7, "open": True}, count=Compare(equals=1)),
    "item with more": TableItem(name="orders", has={"by": "{names}", "parts": [1, 0.5, {"n": None}]}),
    "item, any": TableItem(name="orders", count=Compare(equals=2)),
    "resource, table": Resource("table", "orders"),
    "missing table": Missing(table="parcels"),
    "object by name": Object(name="inbox", count=Compare(equals=3)),
    "object that contains": Object(name="inbox", contains="red", count=Compare(equals=1)),
    "cost": Cost(atleast="0.0000008", atmost="0.00001"),
    "cost of nobody": Cost(atmost="0", function="gone"),
    "cost without what is free": Cost(atmost="0", free_tier=True),
    "code": Code("worker", contains="raise RuntimeError", count=Compare(equals=1)),
    "code, a file": Code("worker", file="app.py", contains="event", count=Compare(atleast=2)),
    "code, a name": Code("worker", defines="handler"),
    "reply": Reply("call", "Error.Code", "Missing"),
    "reply, something": Reply("call", "Error"),
    "reply, a text": Reply("call", "Error.Code", contains="iss"),
    "clock": Clock(30 * MINUTE),
    "answer, what is read": Answer(reads=Metric("worker", "Invocations", "Sum")),
    "all": AllOf((Queue(name="letters"), Resource("user", "ann"))),
    "any": AnyOf((Queue(name="parcels"), Resource("user", "ann"))),
    "not": NotThat(Resource("user", "bob")),
    "not, of what nothing plays yet": NotThat(Queue(role="letters")),
    "probe": Probe(
        (ApiCall("lambda", "invoke", {"FunctionName": "{role:worker}", "Payload": {"ok": True}}),),
        (Trace("worker", outcome="success", count=Compare(equals=1)),),
    ),
}
FAILS = {
    "trace": (
        Trace("worker", count=Compare(equals=3)),
        "attempts of worker: exactly 3",
        "attempts of worker: 4",
    ),
    "trace of an outcome": (
        Trace("worker", outcome="error", count=Compare(atmost=2)),
        "failed attempts of worker: at most 2",
        "failed attempts of worker: 3",
    ),
    "trace of another outcome": (
        Trace("worker", outcome="timeout"),
        "attempts of worker that ran into the timeout: at least 1",
        "attempts of worker that ran into the timeout: 0",
    ),
    "trace of a payload": (
        Trace("worker", outcome="success", containing="nobody"),
        'successful attempts of worker with "nobody" in the event: at least 1',
        'successful attempts of worker with "nobody" in the event: 0',
    ),
    "trace of a type": (
        Trace("worker", type="RequestResponse", outcome="crash"),
        "attempts of worker that crashed, called synchronously: at least 1",
        "attempts of worker that crashed, called synchronously: 0",
    ),
    "trace of an answer": (
        Trace("worker", reply={"n": 2}),
        'attempts of worker that answered {"n": 2}: at least 1',
        "the last attempt of worker answered 1",
    ),
    "trace of an error": (
        Trace("worker", error="KeyError"),
        "attempts of worker that ended in KeyError: at least 1",
        "the last attempt of worker answered 1",
    ),
    "trace of nobody": (
        Trace("gone"),
        "attempts of nobody: at least 1",
        "there is no function nobody",
    ),
    "timeline, first": (
        Timeline("worker", first_start=at("08:00:00")),
        "the first start at 08:00:00 (worker)",
        "the first start at 09:00:0",
    ),
    "timeline, last": (
        Timeline("worker", last_start=between("09:00:00", "09:05:00")),
        "the last start between 09:00:00 and 09:05:00 (worker)",
        "the last start at 10:00:0",
    ),
    "timeline, all that is asked": (
        Timeline("worker", first_start=between("08:59:59", "09:00:05"), last_start=at("09:00:00")),
        "the last start at 09:00:00 (worker)",
        "the last start at 10:00:0",
    ),
    "timeline of nobody": (
        Timeline("gone", first_start=at("08:00:00")),
        "attempts of nobody",
        "nobody has not run yet",
    ),
    "timeline, gaps": (
        Timeline("worker", gaps=(MINUTE,)),
        "pauses between the attempts: 1m (worker)",
        "pauses: 1m, 2m, 57m",
    ),
    "metric": (
        Metric("worker", "Errors", "Sum", Compare(equals=1)),
        "Errors (Sum) of worker: exactly 1",
        "Errors (Sum) of worker: 3",
    ),
    "log": (
        Log("worker", "packing 9"),
        'lines in the log of worker with "packing 9" in them: at least 1',
        'lines in the log of worker with "packing 9" in them: 0',
    ),
    "log of nobody": (
        Log("gone", "x"),
        'lines in the log of nobody with "x" in them: at least 1',
        "there is no function nobody",
    ),
    "config": (Config("worker", "Timeout", 9), "Timeout of worker is 9", "Timeout of worker is 3"),
    "config of nobody": (
        Config("gone", "Timeout", 9),
        "Timeout of nobody is 9",
        "there is no function nobody",
    ),
    "config, a placeholder": (
        Config("worker", "Role", "{arn:role/{names}}"),
        "Role of worker is arn:aws:iam::123456789012:role/worker",
        "Role of worker is arn:aws:iam::123456789012:role/worker-role",
    ),
    "config, nothing there": (
        Config("worker", "DeadLetterConfig.TargetArn", LETTERS),
        f"DeadLetterConfig.TargetArn of worker is {LETTERS}",
        "DeadLetterConfig.TargetArn of worker is not set",
    ),
    "resource": (
        Resource("role", "nobody"),
        "the IAM role nobody exists",
        "the IAM role nobody does not exist",
    ),
    "resource, log group": (
        Resource("log-group", "/x"),
        "the log group /x exists",
        "the log group /x does not exist",
    ),
    "missing function": (
        Missing(function="worker"),
        "the function worker is gone",
        "the function worker exists",
    ),
    "missing queue": (Missing(queue="letters"), "the queue letters is gone", "the queue letters exists"),
    "missing bucket": (Missing(bucket="inbox"), "the bucket inbox is gone", "the bucket inbox exists"),
    "missing role": (
        Missing(role="{names}-role"),
        "the IAM role worker-role is gone",
        "the IAM role worker-role exists",
    ),
    "queue by name": (
        Queue(name="letters", contains="green"),
        'messages in the queue letters with "green" in them: at least 1',
        'messages in the queue letters with "green" in them: 0',
    ),
    "queue that is not there": (
        Queue(name="parcels"),
        "messages in the queue parcels: at least 1",
        "there is no queue parcels",
    ),
    "object": (
        Object(role="inbox", key="in/*.txt", contains="blue"),
        'objects in the bucket inbox with a key like "in/*.txt" with "blue" in them: at least 1',
        'objects in the bucket inbox with a key like "in/*.txt" with "blue" in them: 0',
    ),
    "item": (
        TableItem(role="orders", key={"id": 8}, has={"by": "{names}"}),
        'items in the table orders with {"by": "worker", "id": 8}: at least 1',
        'items in the table orders with {"by": "worker", "id": 8}: 0',
    ),
    "item in no table": (
        TableItem(name="parcels"),
        "items in the table parcels: at least 1",
        "there is no table parcels",
    ),
    "missing table": (Missing(table="orders"), "the table orders is gone", "the table orders exists"),
    "object in no bucket": (
        Object(name="outbox"),
        "objects in the bucket outbox: at least 1",
        "there is no bucket outbox",
    ),
    "cost": (
        Cost(atmost="0.0000008"),
        "the cost of Lambda: at most $0.0000008",
        "the cost of Lambda: $0.000001",
    ),
    "cost of a function": (
        Cost(atleast="0.5", atmost="0.6", function="worker"),
        "the cost of worker: at least $0.5 and at most $0.6",
        "the cost of worker: $0.000001",
    ),
    "cost without what is free": (
        Cost(atleast="0.1", free_tier=True),
        "the cost of Lambda without what is free: at least $0.1",
        "the cost of Lambda without what is free: $0.00",
    ),
    "code": (
        Code("worker", contains="boto3"),
        'places with "boto3" in *.py of worker: at least 1',
        'places with "boto3" in *.py of worker: 0',
    ),
    "code, another file": (
        Code("worker", file="other.py", contains="boto3"),
        'places with "boto3" in other.py of worker: at least 1',
        "there is no file other.py in the code of worker",
    ),
    "code, a name": (
        Code("worker", defines="event"),
        "places that define event in *.py of worker: at least 1",
        "places that define event in *.py of worker: 0",
    ),
    "code of nobody": (
        Code("gone", contains="x"),
        'places with "x" in *.py of nobody: at least 1',
        "there is no function nobody",
    ),
    "reply": (
        Reply("call", "Error.Code", "Denied"),
        "Error.Code of call is Denied",
        "Error.Code of call is Missing",
    ),
    "queue by role": (
        Queue(role="letters"),
        "a queue that takes the failed events of worker",
        "worker has no queue for its failed events",
    ),
    "queue by another role": (
        Queue(role="parcels"),
        "a queue that takes the successes of worker",
        "worker has no queue for its successes",
    ),
    "denied": (
        Denied("sqs:SendMessage"),
        "sqs:SendMessage is refused",
        "sqs:SendMessage is not being refused",
    ),
    "allowed": (
        Allowed("worker", "{arn:queue/letters}", "sqs:SendMessage"),
        f"sqs:SendMessage on {LETTERS} is allowed for the role of worker",
        "it is denied because no identity-based policy allows the sqs:SendMessage action",
    ),
    "allowed, only": (
        Allowed("worker", "*", only=("logs:CreateLog*", "dynamodb:PutItem")),
        "the role of worker may do nothing but logs:CreateLog*, dynamodb:PutItem on *",
        "it may do logs:PutLogEvents",
    ),
    "allowed, nobody": (
        Allowed("gone", "*", "sqs:SendMessage"),
        "sqs:SendMessage on * is allowed",
        "there is no function nobody that could be allowed anything",
    ),
    "clock": (Clock(90 * MINUTE), "at least 1h30m of pretend time pass", "1h passed"),
    "answer, nothing said": (Answer("403"), "the right answer", "no answer yet"),
    "all, the first that fails": (
        AllOf((Resource("user", "ann"), Resource("user", "bob"), Resource("user", "eve"))),
        "the IAM user bob exists",
        "the IAM user bob does not exist",
    ),
    "any, all of them": (
        AnyOf((Resource("user", "bob"), Resource("user", "eve"))),
        "the IAM user bob exists, or the IAM user eve exists",
        "the IAM user bob does not exist; the IAM user eve does not exist",
    ),
    "not": (
        NotThat(Resource("user", "ann")),
        "this must not be so: the IAM user ann exists",
        "the IAM user ann exists",
    ),
    "not allowed": (
        NotThat(Allowed("worker", "{arn:log-group//aws/lambda/worker}:*", "logs:PutLogEvents")),
        "logs:PutLogEvents on arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/worker:*"
        " is not allowed for the role of worker",
        "it is allowed",
    ),
    "probe": (
        Probe((Advance(MINUTE),), (Clock(0), Clock(2 * MINUTE))),
        "at least 2m of pretend time pass",
        "1m passed",
    ),
    "probe that is refused": (
        Probe((ApiCall("lambda", "invoke", {"FunctionName": "nobody"}, 12),), (Clock(0),)),
        "AWS takes the calls of a trial",
        "An error occurred (ResourceNotFoundException) when calling the Invoke operation",
    ),
}
