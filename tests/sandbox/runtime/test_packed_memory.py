"""Memory of environments that share a process: each has what its function has, whoever else is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox import World
from sandbox.runtime import Environments, environments
from sandbox.runtime.memo import memo
from sandbox.trace import InvocationEnded
from tests.sandbox.runtime.playing import Ended, Player
from tests.sandbox.services.awslambda.shop import Shop

CATCHES = """
import time
def handler(event, context):
    time.sleep(0.5)
    kept = []
    try:
        while True: kept.append(bytearray(4 << 20))
    except MemoryError:
        kept = None
    time.sleep(0.5)
    return "caught"
"""
TAKES = """
import time
def handler(event, context):
    time.sleep(0.5); kept = bytearray({size} << 20); {then}; time.sleep(0.5)
    return 1
"""
CASES = {
    "what fits, in many at once": (9, TAKES.format(size=60, then="pass"), "return"),
    "too much for a moment": (4, TAKES.format(size=200, then="del kept"), "killed"),
    "too much that is caught": (2, CATCHES, "killed"),
}


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared process has no more than four times its function's memory, so that it is soon used up."""
    monkeypatch.setattr(environments, "_TOGETHER_LEAST", 1)


def played(source: str, own_processes: int, count: int) -> list[list[Ended]]:
    """What came of the only event of so many environments, which are all busy at the same time."""
    memo.clear()
    player = Player(Environments(own_processes=own_processes))
    for number in range(count):
        player.add(f"e{number}", source, [1], after=1_000 * number, log_stream=str(number))
    player.play()
    player.environments.close()
    return [life.ended for life in player.lives.values()]


@pytest.mark.parametrize("case", CASES)
def test_who_is_killed_does_not_depend_on_who_lives_in_the_same_process(case: str) -> None:
    count, source, kind = CASES[case]
    ((_, alone),) = played(source, 10**6, 1)
    assert (alone.kind, alone.duration > 500_000) == (kind, True)
    assert [ended for _, ended in played(source, 0, count)] == [alone] * count


def test_a_world_whose_code_swallows_the_error_is_forked_and_replayed(
    make_world: Callable[..., World],
) -> None:
    shop = Shop(make_world())
    shop.world.cloud.environments.own_processes = 0
    shop.function(CATCHES, Timeout=10)
    for _ in range(2):
        shop.send({})
    shop.world.advance(seconds=5)
    memo.clear()
    with shop.world.fork() as fork:
        for world in (fork, shop.world):
            world.client("lambda").invoke(FunctionName="worker")
        assert fork.trace.hash() == shop.world.trace.hash()
    ended = shop.world.trace.of(InvocationEnded)
    assert {(event.outcome, event.memory_used) for event in ended} == {("crash", 128)}
    memo.clear()
