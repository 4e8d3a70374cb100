"""Several threads of one environment and what they have under way: calls, answers, the next invocation."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import World
from sandbox.runtime.memo import memo
from sandbox.trace import EnvironmentReset, InvocationEnded, InvocationStarted, LineLogged
from tests.sandbox.services.awslambda.shop import LETTERS_URL, Shop

CALLING = """
import boto3, json, threading, time
from concurrent.futures import ThreadPoolExecutor
lam = boto3.client("lambda")
def call(event, name="worker"):
    try:
        return json.loads(lam.invoke(FunctionName=name, Payload=json.dumps(event))["Payload"].read())
    except Exception as error:
        return type(error).__name__
"""
FAN = f"""{CALLING}
def handler(event, context):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(call, event))
"""
NAPS = "import time\ndef handler(event, context):\n    time.sleep(event['for'])\n    return event['for']\n"
THREE_NAPS = [{"for": 3}, {"for": 1}, {"for": 2}]


def may_invoke(shop: Shop, *names: str) -> None:
    resources = [f"arn:aws:lambda:us-east-1:123456789012:function:{name}" for name in names]
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resources}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="invoke", PolicyDocument=policy)


def fan(shop: Shop, **more: Any) -> None:
    may_invoke(shop, "worker", "fan")
    shop.function(NAPS, Timeout=10)
    shop.function(FAN, "fan", Timeout=10, **more)


def invoked(shop: Shop, payload: object, name: str = "worker") -> Any:
    return json.loads(shop.invoke(payload, name)["Payload"])


def ended(shop: Shop, name: str) -> list[InvocationEnded]:
    found: list[InvocationEnded] = [
        event for event in shop.world.trace.of(InvocationEnded) if event.arn.endswith(f":{name}")
    ]
    return found


def lines(shop: Shop) -> list[str]:
    return [event.text for event in shop.world.trace.of(LineLogged)]


def test_synchronous_calls_of_several_threads_overlap(shop: Shop) -> None:
    fan(shop)
    assert invoked(shop, THREE_NAPS, "fan") == [3, 1, 2]
    (outer,) = ended(shop, "fan")
    assert 3_000_000 < outer.duration < 4_000_000, "as long as the longest of them, not as all together"
    assert [event.payload for event in ended(shop, "worker")] == [b"1", b"2", b"3"]


def test_what_one_of_them_comes_to_reaches_who_has_asked(shop: Shop) -> None:
    fan(shop)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=1)
    source = FAN.replace(
        "pool.map(call, event)", "pool.map(lambda each: call(each, each.get('name', 'worker')), event)"
    )
    shop.function(source, "mixed", Timeout=20)
    events = [{"for": 2}, {"for": 1}, {"name": "secret"}]
    assert invoked(shop, events, "mixed") == [2, "TooManyRequestsException", "ClientError"]


def test_a_function_that_calls_itself_from_threads_gets_environments_of_its_own(shop: Shop) -> None:
    may_invoke(shop, "fan")
    source = """
import boto3, json, threading
lam = boto3.client("lambda")
def handler(event, context):
    if event["depth"] == 0: return 1
    answers = []
    def ask():
        reply = lam.invoke(FunctionName="fan", Payload=json.dumps({"depth": event["depth"] - 1}))
        answers.append(json.loads(reply["Payload"].read()))
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return sum(answers)
"""
    shop.function(source, "fan", Timeout=10)
    assert invoked(shop, {"depth": 3}, "fan") == 8
    assert len({event.environment for event in ended(shop, "fan")}) > 3


def test_a_thread_goes_on_in_the_next_invocation(shop: Shop) -> None:
    shop.function(
        "import threading, time\n"
        "def work():\n"
        "    for step in range(3):\n        time.sleep(0.5); print('step', step)\n"
        "def handler(event, context):\n"
        "    if event['start']: threading.Thread(target=work).start()\n"
        "    else: time.sleep(0.7)\n"
        "    return threading.active_count()\n"
    )
    assert invoked(shop, {"start": True}) == 2
    shop.world.advance(minutes=3)
    assert lines(shop) == [], "between invocations the process is frozen"
    assert invoked(shop, {"start": False}) == 2
    steps = [event for event in shop.world.trace.of(LineLogged) if event.text.startswith("step")]
    started = shop.world.trace.of(InvocationStarted)[-1]
    assert [event.text for event in steps] == ["step 0", "step 1"]
    assert [(event.time - started.time) // 100_000 for event in steps] == [0, 5]
    assert {event.request_id for event in steps} == {started.request_id}
    assert invoked(shop, {"start": False}) == 1
    assert lines(shop) == ["step 0", "step 1", "step 2"]


def test_an_answer_that_comes_while_the_environment_is_frozen_waits_for_it(shop: Shop) -> None:
    fan(shop)
    shop.function(
        CALLING + "def work(): print('answer', call({'for': 5}))\n"
        "def handler(event, context):\n"
        "    if event.get('start'): threading.Thread(target=work).start()\n"
        "    time.sleep(0.2)\n",
        "late",
    )
    shop.invoke({"start": True}, "late")
    shop.invoke({}, "late")
    assert lines(shop) == []
    shop.world.advance(minutes=1)
    assert lines(shop) == []
    assert ended(shop, "worker")[0].payload == b"5"
    shop.invoke({}, "late")
    assert lines(shop) == ["answer 5"]


def test_a_timeout_ends_threads_and_what_they_have_asked_for_is_not_delivered(shop: Shop) -> None:
    fan(shop)
    shop.function(
        CALLING + "def work(): print('answer', call({'for': 5}))\n"
        "def handler(event, context):\n"
        "    if event.get('start'): threading.Thread(target=work).start(); time.sleep(60)\n"
        "    time.sleep(0.5); return threading.active_count()\n",
        "late",
    )
    assert invoked(shop, {"start": True}, "late")["errorType"] == "Sandbox.Timedout"
    assert len(shop.world.trace.of(EnvironmentReset)) == 1
    shop.world.advance(minutes=1)
    assert ended(shop, "worker")[0].payload == b"5", "what was called runs to its end all the same"
    assert invoked(shop, {}, "late") == 1
    assert lines(shop) == []


def test_a_deadlock_is_told_in_the_log_and_ends_in_a_timeout(shop: Shop) -> None:
    shop.function("import threading\ndef handler(event, context):\n    threading.Event().wait()\n")
    assert invoked(shop, {})["errorType"] == "Sandbox.Timedout"
    assert ended(shop, "worker")[0].duration == 3_000_000
    assert lines(shop) == [
        "[lambda sandbox: deadlock: the only thread waits, and nothing can end that (app.py:3)]"
    ]


def test_a_long_poll_in_one_thread_is_ended_by_what_another_one_sends(shop: Shop) -> None:
    shop.letters()
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="all", PolicyDocument=policy)
    shop.function(
        "import boto3, threading, time\n"
        "sqs, seen = boto3.client('sqs'), []\n"
        f"url = '{LETTERS_URL}'\n"
        "def poll():\n"
        "    for letter in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20).get('Messages', []):\n"
        "        seen.append([letter['Body'], round(time.time() - began, 1)])\n"
        "def handler(event, context):\n"
        "    global began\n"
        "    began = time.time()\n"
        "    thread = threading.Thread(target=poll); thread.start()\n"
        "    time.sleep(2); sqs.send_message(QueueUrl=url, MessageBody='hello'); thread.join()\n"
        "    return seen\n",
        Timeout=30,
    )
    assert invoked(shop, {}) == [["hello", 2.0]]


def pending(shop: Shop, payload: object, name: str) -> None:
    """Invoke, and stand in the middle of it."""
    shop.world.submit("lambda", "Invoke", {"FunctionName": name, "Payload": json.dumps(payload).encode()})


def shape(world: World) -> list[Any]:
    return [(type(event).__name__, event.time) for event in world.trace]


@pytest.mark.parametrize("seconds", [0.5, 1.5, 2.5])
def test_a_fork_in_the_middle_of_calls_goes_on_as_its_parent(shop: Shop, seconds: float) -> None:
    fan(shop)
    pending(shop, THREE_NAPS, "fan")
    shop.world.advance(seconds=seconds)
    memo.clear()
    twin = shop.world.fork()
    try:
        twin.advance(seconds=60)
        assert [event.payload for event in twin.trace.of(InvocationEnded)][-1] == b"[3, 1, 2]"
        memo.clear()
        shop.world.advance(seconds=60)
        assert shape(twin) == shape(shop.world)
        assert twin.trace.hash() == shop.world.trace.hash()
    finally:
        twin.close()


def test_undo_in_the_middle_of_calls_goes_back_and_on_again(shop: Shop) -> None:
    fan(shop)
    pending(shop, THREE_NAPS, "fan")
    shop.world.advance(seconds=1)
    before = shop.world.trace.hash()
    shop.world.advance(seconds=60)
    after = shop.world.trace.hash()
    shop.world.undo()
    assert shop.world.trace.hash() == before
    memo.clear()
    shop.world.advance(seconds=60)
    assert shop.world.trace.hash() == after


def test_packed_or_not_is_the_same_to_a_world(make_world: Any) -> None:
    hashes = []
    for own_processes in (0, 10**6):
        memo.clear()
        shop = Shop(make_world(seed=3))
        shop.world._cloud.environments.own_processes = own_processes
        fan(shop)
        for n in range(6):
            pending(shop, [{"for": 1 + n * 0.1}, {"for": 0.5}, {"for": "x"}], "fan")
        shop.world.advance(seconds=30)
        assert len(ended(shop, "worker")) == 18
        hashes.append(shape(shop.world))
    assert hashes[0] == hashes[1]


def test_throttles_reach_threads_as_errors(shop: Shop) -> None:
    fan(shop)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=0)
    assert invoked(shop, THREE_NAPS, "fan") == ["TooManyRequestsException"] * 3
    with pytest.raises(ClientError):
        shop.invoke({"for": 1})
