"""A synchronous invoke through a world: authorised, traced, logged, run, answered."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Callable

import pytest

from sandbox import World
from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import bare_python, interleaved, took

pytestmark = pytest.mark.benchmark

INVOKE_AT_MOST = 0.05
"""Starts of a bare Python: 250 us on the machine of reference, where one takes 10 ms, and as much again."""

FLIGHT = 1_000
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
LOGS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
HANDLER = """
import time
def handler(event, context):
    print("hello")
    time.sleep(event.get("sleep", 0) if isinstance(event, dict) else 0)
    return len(event)
"""


def function_in_a_world() -> World:
    world = World()
    iam = world.client("iam")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="r", PolicyName="logs", PolicyDocument=json.dumps(LOGS))
    world.settle()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), HANDLER)
    functions = world.client("lambda")
    functions.create_function(
        FunctionName="f",
        Runtime="python3.13",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": buffer.getvalue()},
        Timeout=30,
        MemorySize=1769,
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="f")
    return world


def test_a_warm_invoke_of_a_client(report: Callable[[Figure], None]) -> None:
    world = function_in_a_world()
    functions = world.client("lambda")
    numbers = itertools.count()

    def invoke() -> float:
        payload = json.dumps("x" * 1_000 + str(next(numbers)))
        replies = []
        seconds = took(lambda: replies.append(functions.invoke(FunctionName="f", Payload=payload)))
        assert int(replies[0]["Payload"].read()) > 1_000
        return seconds

    best = interleaved(1_000, {"invoke": invoke})["invoke"]
    python = interleaved(10, {"python": bare_python})["python"]
    world.close()
    report(
        Figure(
            "`client.invoke` of a warm function: 1 KB, permissions, trace, one log line",
            f"{best * 1e6:.0f} us",
            f"`python -c pass`, {python * 1e3:.1f} ms",
            f"{best / python:.3f}",
            f"ratio at most {INVOKE_AT_MOST}; for reference, 250 us",
        )
    )
    assert best / python <= INVOKE_AT_MOST


def test_a_thousand_events_at_once_through_a_world_are_reported(report: Callable[[Figure], None]) -> None:
    def flight() -> float:
        world = function_in_a_world()
        functions = world.client("lambda")

        def act() -> None:
            for number in range(FLIGHT):
                event = json.dumps({"sleep": 25, "number": number})
                functions.invoke(FunctionName="f", InvocationType="Event", Payload=event)
            world.settle()

        seconds = took(act)
        ended = [event for event in world.trace.events if type(event).__name__ == "InvocationEnded"]
        assert [event.outcome for event in ended] == ["success"] * FLIGHT
        world.close()
        return seconds

    best = interleaved(2, {"flight": flight})["flight"]
    report(Figure("1,000 events given to a world, each handler asleep for 25 s", f"{best * 1e3:.0f} ms"))
