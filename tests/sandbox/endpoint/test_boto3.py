"""Stock boto3 over a socket: calls that wait block nobody, and time jumps only for them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from botocore.exceptions import ClientError

from sandbox.facts import Facts
from tests.sandbox.endpoint.conftest import SLEEPER, Served

OUTER = """
import json
import boto3

functions = boto3.client("lambda")

def handler(event, context):
    reply = functions.invoke(FunctionName=event["call"], Payload=json.dumps({"seconds": 30}))
    return {"inner": json.loads(reply["Payload"].read())}
"""
ANYTHING = "arn:aws:iam::aws:policy/AdministratorAccess"
TRUSTING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}],
    }
)


def test_every_service_answers(served: Served) -> None:
    assert served.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/admin"
    assert served.client("iam").list_roles()["Roles"] == []
    assert served.client("lambda").list_functions()["Functions"] == []
    assert "QueueUrls" not in served.client("sqs").list_queues()
    assert served.client("logs").describe_log_groups()["logGroups"] == []
    assert served.client("cloudwatch").list_metrics()["Metrics"] == []


def test_a_refusal_is_boto3s_own_exception(served: Served) -> None:
    sqs = served.client("sqs")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as caught:
        sqs.get_queue_url(QueueName="none")
    assert caught.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_what_is_not_here_is_said(served: Served) -> None:
    with pytest.raises(ClientError, match="not implemented here: kinesis"):
        served.client("kinesis").list_streams()
    with pytest.raises(ClientError, match="lambda ListLayers is not implemented here"):
        served.client("lambda").list_layers()


def test_a_handler_may_invoke_another_function(served: Served) -> None:
    functions = served.function("inner", SLEEPER)
    served.function("outer", OUTER, policy=ANYTHING)
    reply = functions.invoke(FunctionName="outer", Payload=b'{"call": "inner"}')
    assert json.loads(reply["Payload"].read()) == {"inner": {"seconds": 30}}


def test_twenty_clients_at_once(served: Served) -> None:
    functions = served.function("sleeper", SLEEPER)

    def call(number: int) -> int:
        payload = json.dumps({"seconds": 5, "number": number}).encode()
        reply = functions.invoke(FunctionName="sleeper", Payload=payload)
        return int(json.loads(reply["Payload"].read())["number"])

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(call, range(20))) == list(range(20))


def test_a_waiter_finishes(served: Served) -> None:
    functions = served.function("first", SLEEPER)
    functions.update_function_configuration(FunctionName="first", Timeout=9)
    assert functions.get_function(FunctionName="first")["Configuration"]["LastUpdateStatus"] == "InProgress"
    # Each question takes the world's time a little further, so that no real second needs to pass.
    functions.get_waiter("function_updated_v2").wait(
        FunctionName="first", WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )
    assert functions.get_function(FunctionName="first")["Configuration"]["Timeout"] == 9


def test_virtual_time_jumps_for_who_waits(served: Served) -> None:
    queue = served.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    before = served.clock()["now"]
    assert "Messages" not in served.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20)
    assert _seconds(served.clock()["now"]) - _seconds(before) >= 20


def test_who_only_looks_does_not_hold_time_up(served: Served) -> None:
    queue = served.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(served.client("sqs").receive_message, QueueUrl=queue, WaitTimeSeconds=20)
        while not poll.done():
            served.clock()
    assert "Messages" not in poll.result()
    assert time.monotonic() - began < 20


def test_a_send_ends_a_long_poll_and_real_time_does_not_jump(serve: Callable[..., Served]) -> None:
    served = serve(clock="real")
    queue = served.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(served.client("sqs").receive_message, QueueUrl=queue, WaitTimeSeconds=20)
        while not any(event["operation"] == "ReceiveMessage" for event in served.events("ApiCalled")):
            time.sleep(0.01)
        assert not poll.done()
        served.client("sqs").send_message(QueueUrl=queue, MessageBody="at last")
        assert [message["Body"] for message in poll.result()["Messages"]] == ["at last"]
    calls = served.events("ApiCalled")
    assert calls[-1]["time"] - calls[0]["time"] < 20_000_000


def test_a_long_poll_in_real_time_takes_its_time(serve: Callable[..., Served]) -> None:
    served = serve(clock="real")
    queue = served.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    began = time.monotonic()
    assert "Messages" not in served.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=1)
    assert time.monotonic() - began >= 1


def test_a_call_in_real_time_takes_as_long_as_it_does_in_the_world(serve: Callable[..., Served]) -> None:
    served = serve(clock="real")
    sqs = served.client("sqs")
    sqs.list_queues()
    began, latency = time.monotonic(), Facts.load()["command.latency"]
    for _ in range(10):
        sqs.list_queues()
    assert time.monotonic() - began >= 9 * latency / 1000


def test_time_flows_between_requests(served: Served) -> None:
    first = served.clock()["now"]
    time.sleep(0.05)
    assert _seconds(served.clock()["now"]) - _seconds(first) >= 0.05


# -- who calls ---------------------------------------------------------------------------------------------


def test_keys_that_sts_handed_out_are_their_sessions(served: Served) -> None:
    iam = served.client("iam")
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUSTING)["Role"]["Arn"]
    keys = served.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    own = {"key": keys["AccessKeyId"], "aws_session_token": keys["SessionToken"]}
    arn = served.client("sts", **own).get_caller_identity()["Arn"]
    assert arn == "arn:aws:sts::123456789012:assumed-role/reader/me"
    with pytest.raises(ClientError, match="is not authorized to perform: sqs:CreateQueue"):
        served.client("sqs", **own).create_queue(QueueName="letters")

    served.clock(advance=3601)
    with pytest.raises(ClientError) as caught:
        served.client("sts", **own).get_caller_identity()
    assert caught.value.response["Error"]["Code"] == "ExpiredToken"
    with pytest.raises(ClientError) as caught:
        served.client("lambda", **own).list_functions()
    assert caught.value.response["Error"]["Code"] == "ExpiredTokenException"
    assert served.client("sts", key="other").get_caller_identity()["Arn"].endswith(":user/admin")


def test_keys_are_forgotten_with_their_world(served: Served) -> None:
    iam = served.client("iam")
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=TRUSTING)["Role"]["Arn"]
    keys = served.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    served.ask("POST", "/_sandbox/reset")
    arn = served.client("sts", key=keys["AccessKeyId"]).get_caller_identity()["Arn"]
    served.endpoint.close()
    served.endpoint.world.close()
    assert arn.endswith(":user/admin")


def test_nobody_is_refused(served: Served) -> None:
    status, told = served.ask("GET", "/2015-03-31/functions")
    assert (status, told) == (403, {"message": "Missing Authentication Token"})


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
