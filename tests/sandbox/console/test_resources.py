"""Completion of names: what is in a world is offered where it may stand, and nothing of it is recorded."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import World
from sandbox.console import Console
from sandbox.console.arguments import command
from sandbox.console.catalogue import cli_name, service
from sandbox.console.resources import INSIDE, KINDS, TAKES, quietly

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ROLE = "arn:aws:iam::123456789012:role/hello-role"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/letters"
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:letters"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def package() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("app.py", "def handler(event, context):\n    return event\n")
    return content.getvalue()


def furnish(world: World) -> None:
    iam, lam, logs = world.client("iam"), world.client("lambda"), world.client("logs")
    iam.create_role(RoleName="hello-role", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="hello-role", PolicyArn=BASIC)
    send = {**TRUST, "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]}
    iam.put_role_policy(RoleName="hello-role", PolicyName="send", PolicyDocument=json.dumps(send))
    iam.create_user(UserName="ada")
    world.client("sqs").create_queue(QueueName="letters")
    code = {"ZipFile": package()}
    lam.create_function(
        FunctionName="hello", Runtime="python3.13", Handler="app.handler", Role=ROLE, Code=code
    )
    logs.create_log_group(logGroupName="/aws/lambda/hello")
    logs.create_log_stream(logGroupName="/aws/lambda/hello", logStreamName="2026/11/23/[$LATEST]0a")
    s3 = world.client("s3")
    s3.create_bucket(Bucket="pictures")
    for key in ("in/a.jpg", "in/b.jpg", "top.txt"):
        s3.put_object(Bucket="pictures", Key=key, Body=b"x")
    world.client("dynamodb").create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    world.settle()


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    furnish(made)
    yield made
    made.close()


@pytest.fixture
def console(world: World, bench: Any) -> Console:
    bench.files.content = {"code.zip": b"", "event.json": b"{}", "sub/policy.json": b"{}"}
    return Console(world.client, bench.files, ask=quietly(world))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("aws lambda invoke --function-name ", ["hello"]),
        ("aws lambda invoke --function-name h", ["hello"]),
        ("aws lambda invoke --function-name x", []),
        ("aws lambda create-function --function-name ", []),
        ("aws lambda create-function --role ", [ROLE]),
        ("aws lambda create-function --zip-file fileb://c", ["fileb://code.zip"]),
        ("aws lambda wait function-active-v2 --function-name ", ["hello"]),
        (
            "aws lambda invoke --payload file://",
            ["file://event.json", "file://code.zip", "file://sub/policy.json"],
        ),
        ("aws lambda invoke --function-name hello e", ["event.json"]),
        ("aws lambda update-function-configuration --dead-letter-config T", ["TargetArn="]),
        (
            "aws lambda update-function-configuration --dead-letter-config TargetArn=",
            [f"TargetArn={QUEUE_ARN}"],
        ),
        (
            "aws lambda put-function-event-invoke-config "
            "--destination-config OnFailure={Destination=arn:aws:sqs",
            [f"OnFailure={{Destination={QUEUE_ARN}"],
        ),
        ("aws lambda add-permission --source-arn ", ["arn:aws:s3:::pictures"]),
        ("aws iam delete-role --role-name ", ["hello-role"]),
        ("aws iam create-role --role-name ", []),
        (f"aws iam attach-role-policy --policy-arn {BASIC}", [BASIC]),
        ("aws iam detach-role-policy --role-name hello-role --policy-arn ", [BASIC]),
        ("aws iam delete-role-policy --role-name hello-role --policy-name ", ["send"]),
        ("aws iam delete-role-policy --role-name=hello-role --policy-name ", ["send"]),
        ("aws iam get-user --user-name ", ["ada", "admin"]),
        ("aws iam put-role-policy --policy-document file://s", ["file://sub/policy.json"]),
        ("aws sts assume-role --role-arn ", [ROLE]),
        ("aws sqs receive-message --queue-url ", [QUEUE]),
        ("aws sqs get-queue-url --queue-name ", ["letters"]),
        ("aws logs tail ", ["/aws/lambda/hello"]),
        ("aws logs filter-log-events --log-group-name /aws", ["/aws/lambda/hello"]),
        (
            "aws logs get-log-events --log-group-name /aws/lambda/hello --log-stream-name ",
            ["2026/11/23/[$LATEST]0a"],
        ),
        ("aws s3api put-object --bucket ", ["pictures"]),
        ("aws s3api create-bucket --bucket ", []),
        ("aws s3api get-object --bucket pictures --key in/", ["in/a.jpg", "in/b.jpg"]),
        ("aws s3api get-object --bucket nowhere --key ", []),
        ("aws s3api put-object --bucket pictures --body e", ["event.json"]),
        ("aws s3 ls s", ["s3://pictures/"]),
        ("aws s3 ls s3://pictures/", ["s3://pictures/in/", "s3://pictures/top.txt"]),
        ("aws s3 cp s3://pictures/in/", ["s3://pictures/in/a.jpg", "s3://pictures/in/b.jpg"]),
        ("aws s3 cp e", ["event.json"]),
        ("aws s3 cp event.json s3://", ["s3://pictures/"]),
        ("aws s3 mb ", []),
        ("aws dynamodb scan --table-name ", ["orders"]),
    ],
)
def test_names_of_what_is_there_are_offered(line: str, words: list[str], console: Console) -> None:
    found = [word for word in console.complete(line) if not word.startswith("--")]
    assert sorted(found) == sorted(words)


def test_the_statements_of_a_function_are_offered(console: Console, world: World) -> None:
    world.client("lambda").add_permission(
        FunctionName="hello",
        StatementId="from-s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )
    line = "aws lambda remove-permission --function-name hello --statement-id "
    assert console.complete(line) == ["from-s3"]


def test_completion_leaves_no_trace_and_moves_nothing(console: Console, world: World) -> None:
    before = (world.now, len(world.trace), world.trace.hash(), world.journal.rows[-1].hash)
    for boto, operation, member in TAKES:
        found = service(cli_name(boto))
        for name in found.operations if operation == "*" else [operation]:
            asked = command(found, name)
            option = next((option for option in asked.options.values() if option.member == member), None)
            if option is not None:
                console.complete(f"aws {found.name} {name} --{option.name} ")
    assert (world.now, len(world.trace), world.trace.hash(), world.journal.rows[-1].hash) == before


def test_a_twin_that_was_never_asked_goes_on_in_the_same_way(console: Console, world: World) -> None:
    twin = world.fork()
    for line in (
        "aws lambda invoke --function-name ",
        "aws sqs get-queue-url --queue-name ",
        "aws s3 ls s3://p",
    ):
        console.complete(line)
    for one in (world, twin):
        one.client("lambda").invoke(FunctionName="hello", InvocationType="Event", Payload=b"{}")
        one.client("sqs").send_message(QueueUrl=QUEUE, MessageBody="x")
        one.advance(minutes=1)
    assert twin.trace.hash() == world.trace.hash()
    twin.close()


def test_names_are_those_of_now_also_after_an_undo(console: Console, world: World) -> None:
    line = "aws sqs get-queue-url --queue-name "
    world.client("sqs").create_queue(QueueName="more")
    assert console.complete(line) == ["letters", "more"]
    world.undo()
    assert console.complete(line) == ["letters"]


def test_kinds_and_parameters_that_are_named_exist() -> None:
    for (boto, operation, member), kind in TAKES.items():
        assert kind in KINDS or kind == ""
        found = service(cli_name(boto))
        operations = found.operations if operation == "*" else {operation: found.operations[operation]}
        shapes = [found.model.operation_model(api).input_shape for api in operations.values()]
        assert any(shape is not None and member in shape.members for shape in shapes), (
            boto,
            operation,
            member,
        )
    assert {kind for kinds in INSIDE.values() for kind in kinds} <= set(KINDS)
    used = {*TAKES.values(), *(kind for kinds in INSIDE.values() for kind in kinds)}
    assert set(KINDS) <= used | {"log-group"}


def test_without_a_world_there_are_no_names(bench: Any) -> None:
    assert bench.console.complete("aws lambda invoke --function-name ") == []
