"""Loads: when their requests come, what becomes of them, and that they are history like everything else."""

from datetime import timedelta
from pathlib import Path

import pytest

from sandbox import World
from sandbox.kernel import SECOND
from sandbox.load import MOST_REQUESTS, planned
from sandbox.observe.metrics import MetricFold
from sandbox.observe.timeline import attempts
from sandbox.trace import ApiCalled, InvocationThrottled
from tests.sandbox.services.awslambda.shop import Shop

SLOW = "import time\ndef handler(event, context):\n    time.sleep(2)\n"
QUICK = "def handler(event, context):\n    return event\n"


@pytest.fixture
def small(make_world) -> World:
    """A world in which ten may run at once."""
    return make_world(account_limit=10)


def starts(world: World, since: int, name: str = "worker") -> list[int]:
    calls = world.trace.of(ApiCalled)
    return [event.time - since for event in calls if event.operation == "Invoke" and name in event.arn]


def test_the_requests_come_evenly_and_only_as_the_clock_moves(world):
    Shop(world).function(QUICK)
    began = world.cloud.kernel.now
    world.load("worker", rate=4, duration=timedelta(seconds=2), payload=b'{"n": 1}')
    assert starts(world, began) == []
    assert world.cloud.kernel.pending()[0] == (began, "request 1 of 8 to worker")
    world.advance(seconds=1)
    assert starts(world, began) == [0, 250_000, 500_000, 750_000, 1_000_000]
    world.advance(seconds=60)
    assert starts(world, began) == [number * SECOND // 4 for number in range(8)]
    assert {attempt.payload for attempt in attempts(world.trace, "worker")} == {b'{"n": 1}'}


def test_who_finds_no_room_is_throttled_and_does_not_come_again(small):
    Shop(small).function(SLOW, Timeout=5)
    small.load("worker", rate=10, duration=timedelta(seconds=4))
    small.advance(seconds=10)
    metrics = MetricFold().catch_up(small.trace)
    throttled = list(small.trace.of(InvocationThrottled))
    assert metrics.total("Invocations", "worker") + metrics.total("Throttles", "worker") == 40
    assert metrics.total("Throttles", "worker") == len(throttled) > 0
    assert {event.reason for event in throttled} == {"ConcurrentInvocationLimitExceeded"}
    assert metrics.total("ConcurrentExecutions", "worker", "Maximum") == 10
    assert len(starts(small, 0)) == 40


def test_asynchronous_requests_wait_for_room(small):
    Shop(small).function(SLOW, Timeout=5)
    small.load("worker", rate=30, duration=timedelta(seconds=1), invocation_type="Event")
    small.settle()
    assert MetricFold().catch_up(small.trace).total("Invocations", "worker") == 30


def test_a_load_on_nothing_is_refused_request_by_request(world):
    world.load("nobody", rate=1, duration=timedelta(seconds=3))
    world.settle()
    assert len(starts(world, 0, "nobody")) == 3


def test_a_fork_goes_on_with_the_load_and_the_parent_does_not_hear_of_it(world):
    Shop(world).function(QUICK)
    world.load("worker", rate=10, duration=timedelta(seconds=2))
    world.advance(seconds=1)
    before = world.trace.hash()
    with world.fork() as fork:
        fork.settle()
        there = fork.trace.hash()
    assert world.trace.hash() == before
    world.settle()
    assert world.trace.hash() == there


def test_undo_takes_a_load_back_and_a_saved_world_keeps_it(world, tmp_path: Path):
    Shop(world).function(QUICK)
    began = world.trace.hash()
    world.load("worker", rate=10, duration=timedelta(seconds=2))
    assert [row.kind for row in world.undo()] == ["load"]
    world.settle()
    assert world.trace.hash() == began
    world.load("worker", rate=10, duration=timedelta(seconds=2), payload=b"[]")
    world.advance(seconds=1)
    world.save(tmp_path / "busy.world")
    with World.open(tmp_path / "busy.world") as again, World.rebuilt(world.journal) as rebuilt:
        for other in (world, again, rebuilt):
            other.settle()
        assert again.trace.hash() == rebuilt.trace.hash() == world.trace.hash()
        assert len(starts(again, 0)) == 20


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"function": ""}, "the name of a function"),
        ({"rate": 0}, "requests a second"),
        ({"rate": float("nan")}, "requests a second"),
        ({"rate": "20"}, "requests a second"),
        ({"rate": 10**9}, "requests a second"),
        ({"rate": 5e-324}, "requests a second"),
        ({"duration": 0}, "longer than nothing"),
        ({"payload": "{}"}, "bytes"),
        ({"invocation_type": "DryRun"}, "RequestResponse or Event"),
        ({"duration": 3600 * SECOND}, f"{MOST_REQUESTS:,} requests at the most"),
    ],
)
def test_what_is_no_load_is_refused_in_words(given, said):
    sound = {"function": "f", "rate": 20, "duration": SECOND, "payload": b"", "invocation_type": "Event"}
    planned(**sound)
    with pytest.raises(ValueError, match=said):
        planned(**{**sound, **given})
