"""Stock boto3 over the wire gets what the sandbox's own client hands out: replies, exceptions, payloads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox import World, wire
from sandbox.services.base import AwsError
from tests.sandbox.services.awslambda.shop import LOGGING, ROLE, TRUST, package
from tests.sandbox.wire.shapes import http_response

CODE = """
def handler(event, context):
    if event == "boom":
        raise ValueError("boom")
    return {"event": event}
"""
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/letters"


class Stock:
    """boto3's clients, whose requests go to a world by the wire and no socket."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: list[wire.Asked] = []

    def client(self, service: str) -> Any:
        session = boto3.Session("AKIDEXAMPLE", "secret", region_name="us-east-1")
        client = session.client(service, config=Config(retries={"total_max_attempts": 1}))
        client.meta.events.register("before-send", self._send)
        return client

    def _send(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        body = request.body.read() if hasattr(request.body, "read") else request.body or b""
        body = body.encode() if isinstance(body, str) else body
        sent = wire.HttpRequest(request.method, url.netloc, url.path, url.query, headers, body)
        assert wire.access_key(sent) == "AKIDEXAMPLE"
        asked = wire.parse(sent)
        self.asked.append(asked)
        ticket = self._world.submit(asked.service, asked.operation, asked.params)
        try:
            response = wire.reply(asked, self._world.drive(ticket), ticket.request_id)
        except AwsError as error:
            response = wire.refusal(
                asked, code=error.code, message=error.message, status=error.status, fields=error.fields,
                request_id=ticket.request_id,
            )  # fmt: skip
        return http_response(response)


@pytest.fixture
def both(make_world: Callable[..., World]) -> Iterator[Callable[..., None]]:
    """Calls an operation in two equal worlds, by our own client and by boto3 over the wire."""
    ours, theirs = make_world(), make_world()
    stock = Stock(theirs)
    clients: dict[str, Any] = {}

    def call(service: str, operation: str, **params: Any) -> dict[str, Any]:
        if service not in clients:
            clients[service] = stock.client(service)
        mine = _outcome(ours.client(service), operation, params)
        his = _outcome(clients[service], operation, params)
        assert his == mine
        for world in (ours, theirs):
            world.settle()
        return mine

    yield call
    assert theirs.trace.hash() == ours.trace.hash()


def _outcome(client: Any, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """What a caller sees, an exception included; of the metadata what both have."""
    try:
        seen = dict(getattr(client, operation)(**params))
    except ClientError as error:
        seen = {
            "class": type(error).__name__,
            # boto3 says that it did not try again; ours never does.
            "text": str(error).replace(" (reached max retries: 0)", ""),
            "operation": error.operation_name,
            "caught": isinstance(error, getattr(client.exceptions, type(error).__name__, ClientError)),
            "response": dict(error.response),
        }
        seen["response"]["ResponseMetadata"] = _metadata(error.response)
        return seen
    seen["ResponseMetadata"] = _metadata(seen)
    if "Payload" in seen:
        seen["Payload"] = seen["Payload"].read()
    return seen


def _metadata(reply: Any) -> dict[str, Any]:
    return {key: reply["ResponseMetadata"][key] for key in ("RequestId", "HTTPStatusCode", "RetryAttempts")}


def test_iam_and_sts(both: Callable[..., Any]) -> None:
    both(
        "iam",
        "create_role",
        RoleName="worker-role",
        AssumeRolePolicyDocument=TRUST,
        Tags=[{"Key": "a", "Value": ""}],
    )
    both("iam", "create_role", RoleName="worker-role", AssumeRolePolicyDocument=TRUST)
    both("iam", "attach_role_policy", RoleName="worker-role", PolicyArn=LOGGING)
    both("iam", "list_attached_role_policies", RoleName="worker-role")
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    )
    both("iam", "put_role_policy", RoleName="worker-role", PolicyName="p <&> ü", PolicyDocument=document)
    both("iam", "put_role_policy", RoleName="worker-role", PolicyName="p", PolicyDocument=document)
    shown = both("iam", "get_role_policy", RoleName="worker-role", PolicyName="p")
    assert shown["PolicyDocument"]["Statement"][0]["Effect"] == "Deny"
    both("iam", "get_role", RoleName="worker-role")
    both("iam", "get_role", RoleName="nobody")
    both("iam", "list_roles", MaxItems=1)
    both("iam", "create_policy", PolicyName="own", PolicyDocument=document)
    both("iam", "create_policy", PolicyName="own", PolicyDocument="{")
    both("iam", "list_policies", Scope="Local", OnlyAttached=False)
    both("sts", "get_caller_identity")
    both("sts", "assume_role", RoleArn=ROLE, RoleSessionName="me")
    both("iam", "delete_role", RoleName="worker-role")


def test_lambda(both: Callable[..., Any]) -> None:
    both("iam", "create_role", RoleName="worker-role", AssumeRolePolicyDocument=TRUST)
    both("iam", "attach_role_policy", RoleName="worker-role", PolicyArn=LOGGING)
    given = {
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": ROLE,
        "Code": {"ZipFile": package(CODE)},
    }
    both("lambda", "create_function", FunctionName="worker", Environment={"Variables": {"AB": "ü"}}, **given)
    both("lambda", "create_function", FunctionName="worker", **given)
    both("lambda", "get_function", FunctionName="worker")
    both(
        "lambda",
        "get_function_configuration",
        FunctionName="arn:aws:lambda:us-east-1:123456789012:function:worker",
    )
    assert both("lambda", "get_function", FunctionName="none")["class"] == "ResourceNotFoundException"
    both("lambda", "list_functions", MaxItems=1)
    good = both("lambda", "invoke", FunctionName="worker", Payload=b'"x"', LogType="Tail")
    assert (good["Payload"], good["ExecutedVersion"]) == (b'{"event": "x"}', "$LATEST")
    bad = both("lambda", "invoke", FunctionName="worker", Payload=b'"boom"')
    assert bad["FunctionError"] == "Unhandled"
    assert (
        both("lambda", "invoke", FunctionName="worker", Payload=b"1", InvocationType="Event")["StatusCode"]
        == 202
    )
    assert both("lambda", "invoke", FunctionName="worker", InvocationType="DryRun")["StatusCode"] == 204
    both("lambda", "invoke", FunctionName="worker", Payload=b"{")
    both("lambda", "put_function_concurrency", FunctionName="worker", ReservedConcurrentExecutions=0)
    assert both("lambda", "invoke", FunctionName="worker")["response"]["Reason"]
    both("lambda", "put_function_event_invoke_config", FunctionName="worker", MaximumRetryAttempts=1)
    both("lambda", "get_function_event_invoke_config", FunctionName="worker")
    both("lambda", "update_function_configuration", FunctionName="worker", Timeout=9)
    both("lambda", "delete_function_concurrency", FunctionName="worker")
    both("lambda", "get_account_settings")


def test_sqs(both: Callable[..., Any]) -> None:
    both("sqs", "create_queue", QueueName="letters", Attributes={"VisibilityTimeout": "1"}, tags={"a": "b"})
    both("sqs", "create_queue", QueueName="letters", Attributes={"VisibilityTimeout": "2"})
    attributes = {"a": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    both("sqs", "send_message", QueueUrl=QUEUE, MessageBody="ü <&>\r\n", MessageAttributes=attributes)
    entries = [{"Id": "1", "MessageBody": "x"}, {"Id": "2", "MessageBody": "\x07"}]
    both("sqs", "send_message_batch", QueueUrl=QUEUE, Entries=entries)
    both("sqs", "receive_message", QueueUrl=QUEUE, MessageAttributeNames=["All"], AttributeNames=["All"])
    both("sqs", "delete_message", QueueUrl=QUEUE, ReceiptHandle="wrong")
    missing = both("sqs", "get_queue_url", QueueName="none")
    assert missing["class"] == "QueueDoesNotExist"
    assert missing["response"]["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    both("sqs", "get_queue_attributes", QueueUrl=QUEUE, AttributeNames=["All"])
    both("sqs", "list_queues")
    both("sqs", "list_queue_tags", QueueUrl=QUEUE)
    both("sqs", "set_queue_attributes", QueueUrl=QUEUE, Attributes={"Colour": "red"})
    both("sqs", "delete_queue", QueueUrl=QUEUE)
    both("sqs", "receive_message", QueueUrl=QUEUE)


def test_logs_and_cloudwatch(both: Callable[..., Any]) -> None:
    both("logs", "create_log_group", logGroupName="/a")
    both("logs", "create_log_group", logGroupName="/a")
    both("logs", "create_log_stream", logGroupName="/a", logStreamName="s")
    event = {"timestamp": 1795424400000, "message": "ü \x07"}
    both("logs", "put_log_events", logGroupName="/a", logStreamName="s", logEvents=[event])
    both("logs", "get_log_events", logGroupName="/a", logStreamName="s", startFromHead=True)
    both("logs", "filter_log_events", logGroupName="/a")
    both("logs", "describe_log_groups")
    both("logs", "describe_log_streams", logGroupName="/b")
    start, end = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    asked = {"Namespace": "AWS/Lambda", "MetricName": "Invocations", "Period": 60, "Statistics": ["Sum"]}
    both("cloudwatch", "get_metric_statistics", StartTime=start, EndTime=end, **asked)
    both("cloudwatch", "get_metric_statistics", StartTime=start, EndTime=start, **asked)
    both("cloudwatch", "list_metrics")
