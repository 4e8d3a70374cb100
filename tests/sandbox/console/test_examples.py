"""Every operation that is here has a chosen example, and it runs in a world that has what it speaks of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import World
from sandbox.cloud import operations_of
from sandbox.console import Console
from sandbox.console.catalogue import cli_name
from sandbox.console.examples import EXAMPLES
from sandbox.services.registry import SERVICES

ACCOUNT = "123456789012"
SEND = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}],
}
ANYBODY = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


HELLO = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:hello"
CREATED = "s3:ObjectCreated:*"
METRIC = {"Namespace": "AWS/Lambda", "MetricName": "Errors"}


def trust(principal: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


BUCKET_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": ANYBODY,
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::pictures/*",
        }
    ],
}


FIRST = [
    "iam create-role --role-name hello-role --assume-role-policy-document file://trust.json",
    "iam create-role --role-name old-role --assume-role-policy-document file://trust.json",
    "iam create-role --role-name visitor --assume-role-policy-document file://visitor.json",
    "iam put-role-policy --role-name hello-role --policy-name send --policy-document file://policy.json",
    "iam create-policy --policy-name send --policy-document file://policy.json",
    "iam create-policy --policy-name old --policy-document file://policy.json",
    f"iam create-policy-version --policy-arn arn:aws:iam::{ACCOUNT}:policy/send --policy-document file://policy.json",
    f"iam attach-role-policy --role-name hello-role --policy-arn arn:aws:iam::{ACCOUNT}:policy/send",
    "iam create-user --user-name ada",
    "iam create-user --user-name bob",
    "iam put-user-policy --user-name ada --policy-name send --policy-document file://policy.json",
    f"iam attach-user-policy --user-name ada --policy-arn arn:aws:iam::{ACCOUNT}:policy/send",
    "iam put-user-permissions-boundary --user-name ada "
    "--permissions-boundary arn:aws:iam::aws:policy/PowerUserAccess",
    "iam put-role-permissions-boundary --role-name hello-role "
    "--permissions-boundary arn:aws:iam::aws:policy/AdministratorAccess",
    "sqs create-queue --queue-name letters --attributes VisibilityTimeout=60",
    "lambda create-function --function-name hello --runtime python3.13 --handler app.handler "
    f"--role arn:aws:iam::{ACCOUNT}:role/hello-role --zip-file fileb://hello.zip",
    "lambda wait function-active-v2 --function-name hello",
    "lambda put-function-event-invoke-config --function-name hello --maximum-retry-attempts 1",
    "lambda put-function-concurrency --function-name hello --reserved-concurrent-executions 5",
    "lambda add-permission --function-name hello --statement-id from-s3 --action lambda:InvokeFunction "
    "--principal s3.amazonaws.com",
    "logs create-log-group --log-group-name /aws/lambda/hello",
    "logs create-log-stream --log-group-name /aws/lambda/hello --log-stream-name '2026/11/23/[$LATEST]0123'",
    "s3api create-bucket --bucket pictures",
    "s3api create-bucket --bucket empty-pictures",
    "s3api put-object --bucket pictures --key cat.jpg --body cat.jpg",
    "s3api put-bucket-tagging --bucket pictures --tagging 'TagSet=[{Key=Team,Value=red}]'",
    "s3api put-bucket-policy --bucket pictures --policy file://bucket-policy.json",
    "dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST "
    "--attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH",
]
AGAIN = {
    "lambda create-function": "lambda delete-function --function-name hello",
    "iam create-role": "",
    "iam create-user": "",
    "iam create-policy": "",
    "dynamodb create-table": "",
}
"""Examples that make what there is already; they run where it is not."""


@pytest.fixture
def console(bench: Any) -> Iterator[Any]:
    files = bench.files
    documents = {
        "trust": trust({"Service": "lambda.amazonaws.com"}),
        "visitor": trust(ANYBODY),
        "policy": SEND,
        "bucket-policy": BUCKET_POLICY,
        "queries": [{"Id": "errors", "MetricStat": {"Metric": METRIC, "Period": 60, "Stat": "Sum"}}],
        "notification": {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": HELLO, "Events": [CREATED]}]},
    }
    files.content = {"hello.zip": files.content["code.zip"], "cat.jpg": b"meow"}
    files.content |= {f"{name}.json": json.dumps(document).encode() for name, document in documents.items()}
    worlds: list[World] = []

    def console(world: World) -> Console:
        worlds.append(world)
        return Console(world.client, files, now=lambda: world.now)

    yield console
    for world in worlds:
        world.close()


def test_every_operation_that_is_here_has_a_chosen_example() -> None:
    with World() as world:
        here = [
            f"{cli_name(name)} {operation.replace('_', '-')}"
            for name, service in world.cloud.services.items()
            for operation in operations_of(service)
        ]
    assert [name for name in here if name not in EXAMPLES] == []


@pytest.mark.parametrize("kind", SERVICES, ids=lambda kind: kind.name)
def test_every_example_runs(kind: Any, console: Any) -> None:
    prepared = World()
    first = console(prepared)
    for line in FIRST:
        done = first.run(f"aws {line}")
        assert done.code == 0, (line, done.err)
    prepared.settle()
    service = cli_name(kind.name)
    for operation in operations_of(prepared.cloud.services[kind.name]):
        name = f"{service} {operation.replace('_', '-')}"
        world = World() if AGAIN.get(name) == "" else prepared.fork()
        shell = console(world)
        if undone := AGAIN.get(name):
            assert shell.run(f"aws {undone}").code == 0
        line = f"aws {name} {EXAMPLES[name]}"
        if "AQEB..." in line:
            sqs = world.client("sqs")
            url = sqs.get_queue_url(QueueName="letters")["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody="hello")
            message = sqs.receive_message(QueueUrl=url)["Messages"][0]
            line = line.replace("AQEB...", message["ReceiptHandle"])
        done = shell.run(line)
        assert (done.code, done.err) == (0, ""), (line, done)
        assert "Failed" not in done.out, (line, done)
