"""The folds over what the engine itself traces, and the two services that read them."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from datetime import timedelta

import pytest

from sandbox import World
from sandbox.observe import attempts, explain, timeline
from sandbox.trace import DeadLetterDelivered, DeadLetterFailed, EnvironmentCreated, InvocationStarted

CODE = """
print("loading")
def handler(event, context):
    print("hello")
    if not event.get("ok"):
        raise ValueError("no stock")
    return {"a": 1}
"""
GROUP = "/aws/lambda/worker"
ARN = "arn:aws:{}:us-east-1:123456789012:{}"


def statement(**fields):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **fields}]})


def package(code):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("app.py", code)
    return archive.getvalue()


@pytest.fixture
def world():
    with World(seed=7) as world:
        iam, lam = world.client("iam"), world.client("lambda")
        trust = statement(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
        role = iam.create_role(RoleName="worker-role", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        iam.attach_role_policy(RoleName="worker-role", PolicyArn=basic)
        send = statement(Action="sqs:SendMessage", Resource="*")
        iam.put_role_policy(RoleName="worker-role", PolicyName="send", PolicyDocument=send)
        world.client("sqs").create_queue(QueueName="letters")
        lam.create_function(
            FunctionName="worker",
            Runtime="python3.13",
            Handler="app.handler",
            Role=role,
            Code={"ZipFile": package(CODE)},
            DeadLetterConfig={"TargetArn": ARN.format("sqs", "letters")},
        )
        lam.get_waiter("function_active_v2").wait(FunctionName="worker")
        yield world


def lose_an_event(world):
    world.client("lambda").invoke(FunctionName="worker", InvocationType="Event", Payload=b'{"order": 7}')
    world.advance(minutes=5)


def total(world, name):
    reply = world.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=name,
        Dimensions=[{"Name": "FunctionName", "Value": "worker"}],
        StartTime=world.now - timedelta(hours=1),
        EndTime=world.now + timedelta(minutes=1),
        Period=7200,
        Statistics=["Sum"],
    )
    return sum(point["Sum"] for point in reply["Datapoints"])


def test_the_log_of_a_cold_invocation_is_in_its_stream_and_in_the_tail(world):  # facts 5.6, 5.8
    reply = world.client("lambda").invoke(FunctionName="worker", Payload=b'{"ok": true}', LogType="Tail")
    events = world.client("logs").filter_log_events(logGroupName=GROUP)["events"]
    words = [event["message"].split()[0] for event in events]
    assert words == ["INIT_START", "loading", "START", "hello", "END", "REPORT"]
    tail = base64.b64decode(reply["LogResult"]).decode()
    assert tail == "".join(event["message"] for event in events[1:])
    (environment,) = world.trace.of(EnvironmentCreated)
    (stream,) = world.client("logs").describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert stream["logStreamName"] == f"2026/11/23/[$LATEST]{environment.environment}"


def test_a_lost_event_is_counted_told_and_explained(world):  # facts 6.1, 11.5
    lose_an_event(world)
    names = ("Invocations", "Errors", "AsyncEventsDropped", "DeadLetterErrors")
    assert [total(world, name) for name in names] == [3, 3, 1, 0]
    words = [row.word for row in timeline(world.trace, "worker")]
    assert words == [
        "accepted", "cold start", "started", "error", "retry in 1 min", "started", "error", "retry in 2 min",
        "started", "error", "gave up", "message", "letter",
    ]  # fmt: skip
    first, second, third = (attempt.start for attempt in attempts(world.trace, "worker"))
    assert [round((second - first) / 60e6), round((third - second) / 60e6)] == [1, 2]
    (letter,) = world.trace.of(DeadLetterDelivered)
    told = explain(world.trace, letter.seq)
    assert "that is the dead-letter target of worker" in told[0]
    assert "because user admin invoked worker with type Event" in told[-1]


def test_a_letter_that_the_role_may_not_write_is_counted_and_explained(world):  # facts 11.5
    world.client("iam").delete_role_policy(RoleName="worker-role", PolicyName="send")
    lose_an_event(world)
    assert total(world, "DeadLetterErrors") == 1
    (lost,) = world.trace.of(DeadLetterFailed)
    assert "role worker-role may not sqs:SendMessage on it" in explain(world.trace, lost.seq)[0]
    assert [row.word for row in timeline(world.trace, "worker")][-2:] == ["refused", "letter lost"]


def test_without_permission_to_log_the_function_runs_and_only_the_logs_are_missing(world):  # facts 5.8
    basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    world.client("iam").detach_role_policy(RoleName="worker-role", PolicyArn=basic)
    reply = world.client("lambda").invoke(FunctionName="worker", Payload=b'{"ok": true}')
    assert json.load(reply["Payload"]) == {"a": 1}
    assert total(world, "Invocations") == 1
    assert world.client("logs").describe_log_groups()["logGroups"] == []


def test_a_throttle_counts_as_nothing_else(world):  # facts 4.4, 11.5
    lam = world.client("lambda")
    lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=0)
    with pytest.raises(lam.exceptions.TooManyRequestsException):
        lam.invoke(FunctionName="worker")
    assert [total(world, name) for name in ("Throttles", "Invocations", "Errors")] == [1, 0, 0]


def test_a_fork_reads_the_same_lines_and_goes_its_own_way(world):
    lose_an_event(world)
    with world.fork() as fork:
        lines = [w.client("logs").filter_log_events(logGroupName=GROUP)["events"] for w in (world, fork)]
        assert lines[0] == lines[1]
        lose_an_event(fork)
        assert total(fork, "Invocations") == 6
    assert total(world, "Invocations") == 3


def test_after_an_undo_the_metrics_are_those_of_before(world):
    world.client("lambda").invoke(FunctionName="worker", Payload=b'{"ok": true}')
    assert total(world, "Invocations") == 1
    world.undo()
    assert total(world, "Invocations") == 0
    assert world.trace.of(InvocationStarted) == []


def test_every_event_of_a_world_can_be_explained(world):
    lose_an_event(world)
    for event in world.trace:
        assert all(sentence.endswith(".") for sentence in explain(world.trace, event.seq))
