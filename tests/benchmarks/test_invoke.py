"""One invocation of a warm function by its client: parameters, IAM, trace, log target, journal, real code."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest

from sandbox import World
from sandbox.trace import InvocationEnded, InvocationStarted
from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import bare_python, interleaved, took
from tests.sandbox.services.awslambda.shop import Shop

pytestmark = pytest.mark.benchmark

ROUNDS = 1000
FLIGHT = 1000
INVOKE_AT_MOST = 0.05
"""Starts of a bare Python: 250 us on the machine of reference, where one takes 10 ms, and as much again."""


def test_a_warm_invocation_by_a_client(report: Callable[[Figure], None]) -> None:
    numbers = itertools.count()
    with World() as world:
        shop = Shop(world)
        shop.function("def handler(event, context):\n    return event\n", MemorySize=1769)

        def invoke() -> float:
            # Never the same event twice: what code answered before is remembered, and no process asked.
            event = json.dumps({"number": next(numbers), "filling": "x" * 1000}).encode()
            replies = []
            seconds = took(lambda: replies.append(shop.lam.invoke(FunctionName="worker", Payload=event)))
            assert replies[0]["Payload"].read() == event
            return seconds

        best = interleaved(ROUNDS, {"invoke": invoke})["invoke"]
        python = interleaved(10, {"python": bare_python})["python"]
        assert sum(event.cold for event in world.trace.of(InvocationStarted)) == 1
        assert world.trace.of(InvocationStarted)[-1].group == "/aws/lambda/worker"
        assert len(world.trace.of(InvocationEnded)) == ROUNDS + 1
    report(
        Figure(
            "`client.invoke` of a warm function, 1 KB, with IAM, trace, logs and journal",
            f"{best * 1e6:.0f} us",
            f"`python -c pass`, {python * 1e3:.1f} ms",
            f"{best / python:.3f}",
            f"ratio at most {INVOKE_AT_MOST}; for reference, 250 us",
        )
    )
    assert best / python <= INVOKE_AT_MOST


def test_a_thousand_events_at_once_through_a_world_are_reported(report: Callable[[Figure], None]) -> None:
    code = "import time\ndef handler(event, context):\n    time.sleep(25)\n    return event\n"

    def flight() -> float:
        with World() as world:
            shop = Shop(world)
            shop.function(code, Timeout=30)

            def act() -> None:
                for number in range(FLIGHT):
                    payload = json.dumps(number)
                    shop.lam.invoke(FunctionName="worker", InvocationType="Event", Payload=payload)
                world.settle()

            seconds = took(act)
            assert [event.outcome for event in world.trace.of(InvocationEnded)] == ["success"] * FLIGHT
        return seconds

    best = interleaved(3, {"flight": flight})["flight"]
    report(Figure("1,000 events given to a world, each handler asleep for 25 s", f"{best * 1e3:.0f} ms"))
