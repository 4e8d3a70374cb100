"""What was under way when an environment was reset is nothing to the process that comes after it."""

import json
from typing import Any

import pytest

from sandbox import World
from sandbox.runtime import Inbound
from sandbox.trace import ApiCalled, EnvironmentReset, InvocationEnded
from tests.sandbox.services.awslambda.shop import LETTERS_URL, Shop

CALLING = """
import boto3, json, os, threading, time
lam, sqs = boto3.client("lambda"), boto3.client("sqs")
def call(seconds):
    reply = lam.invoke(FunctionName="worker", Payload=json.dumps({"for": seconds}))
    return json.loads(reply["Payload"].read())
"""
NAPS = "import time\ndef handler(event, context):\n    time.sleep(event['for'])\n    return event['for']\n"


@pytest.fixture
def calling(shop: Shop) -> Shop:
    """A shop whose functions may do everything; `worker` sleeps for as long as it is told."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="all", PolicyDocument=policy)
    shop.function(NAPS, Timeout=60)
    shop.letters()
    return shop


def invoked(shop: Shop, payload: object) -> Any:
    return json.loads(shop.invoke(payload, "caller")["Payload"])


def inbounds(world: World, uid: str) -> list[Inbound]:
    """What the processes of an environment have been told."""
    return [step.inbound() for step in world.cloud.environments._tapes[uid].steps if step.message]


def test_an_answer_to_the_process_before_is_not_taken_for_one_of_its_own(calling: Shop) -> None:
    calling.function(CALLING + "def handler(event, context): return call(event)\n", "caller", Timeout=5)
    assert invoked(calling, 8)["errorType"] == "Sandbox.Timedout"
    # The first call of the new process has the same number, and the old one is answered sooner.
    assert invoked(calling, 4) == 4
    assert [event.payload for event in calling.world.trace.of(InvocationEnded)] == [
        json.dumps({"errorType": "Sandbox.Timedout", "errorMessage": _timed_out(calling)}).encode(),
        b"8",
        b"4",
        b"4",
    ]


def _timed_out(shop: Shop) -> str:
    (reset,) = shop.world.trace.of(EnvironmentReset)
    request = shop.world.trace.of(InvocationEnded)[0].request_id
    assert reset.why == "timeout"
    return f"RequestId: {request} Error: Task timed out after 5.00 seconds"


def test_a_call_on_its_way_when_its_process_ends_is_not_made(calling: Shop) -> None:
    source = f"""
def handler(event, context):
    if event:
        threading.Thread(target=sqs.send_message, kwargs=event).start()
        time.sleep(0.001)
        os._exit(0)
    return sqs.send_message(QueueUrl="{LETTERS_URL}", MessageBody="mine")["MessageId"]
"""
    calling.function(CALLING + source, "caller")
    assert "exited" in invoked(calling, {"QueueUrl": LETTERS_URL, "MessageBody": "late"})["errorMessage"]
    calling.world.settle()
    sent = invoked(calling, {})
    letters = calling.received()
    assert [(letter["Body"], letter["MessageId"]) for letter in letters] == [("mine", sent)]
    calls = [event for event in calling.world.trace.of(ApiCalled) if event.operation == "SendMessage"]
    assert len(calls) == 1


def test_a_new_process_is_told_no_answers_to_the_one_before(calling: Shop) -> None:
    source = """
def handler(event, context):
    if event:
        threading.Thread(target=call, args=[0.5]).start()
        while True: pass
    return "new"
"""
    calling.function(CALLING + source, "caller", Timeout=3)
    assert invoked(calling, {"loop": 1})["errorType"] == "Sandbox.Timedout"
    nap, loop = calling.world.trace.of(InvocationEnded)
    assert nap.payload == b"0.5"
    assert nap.time < loop.time, "the answer came while the code was running"
    assert invoked(calling, {}) == "new"
    told = inbounds(calling.world, loop.environment)
    assert [inbound.kind for inbound in told].count("init") == 2
    assert [inbound.replies for inbound in told if inbound.replies] == []
