"""Undo begins at a checkpoint, and comes to what a replay of everything comes to."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from sandbox import World
from sandbox.cloud import Cloud
from sandbox.history import replaying
from sandbox.history.checkpoints import KEPT, Checkpoints
from sandbox.runtime.memo import memo
from sandbox.trace import InvocationEnded
from tests.sandbox.services.awslambda.shop import LETTERS_URL, Shop

TAKES = (
    "count, kept = 0, []\n\ndef handler(event, context):\n    global count\n    count += 1\n"
    "    kept.append(bytearray(event.get('take', 0) << 20))\n"
    "    for place in range(0, len(kept[-1]), 4096):\n        kept[-1][place] = 1\n    return count\n"
)


@pytest.fixture
def shop(make_world: Callable[..., World]) -> Shop:
    made = Shop(make_world())
    made.letters()
    made.function(TAKES, MemorySize=512)
    made.world.mark()
    return made


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the rows that are done again."""
    done: list[int] = []
    real = replaying.apply

    def watched(cloud: Any, row: Any, journal: Any) -> Any:
        done.append(row.number)
        return real(cloud, row, journal)

    monkeypatch.setattr(replaying, "apply", watched)
    return done


def write_letters(shop: Shop, count: int) -> None:
    for number in range(count):
        shop.sqs.send_message(QueueUrl=LETTERS_URL, MessageBody=str(number))


def stands(world: World) -> tuple[str, Any]:
    return world.trace.hash(), world.now


def check_against_a_replay(world: World) -> None:
    with World.replay(world.journal) as other:
        assert stands(other) == stands(world)


def test_an_undo_late_in_a_session_does_little_again(shop: Shop, again: list[int]) -> None:
    for _ in range(2_000):
        shop.world.advance(seconds=1)
    shop.world.undo()
    assert len(again) < 500, "no more than since the last checkpoint"
    stood = stands(shop.world)
    with World.replay(shop.world.journal) as other:
        assert stands(other) == stood


def test_a_fork_is_a_checkpoint(shop: Shop, again: list[int]) -> None:
    write_letters(shop, 40)
    shop.world.fork().close()
    last = len(shop.world.journal.rows)
    shop.invoke()
    shop.world.undo()
    assert [number for number in again if number < last] == []
    check_against_a_replay(shop.world)


def test_a_fork_can_undo_too_and_its_parent_stays(shop: Shop) -> None:
    before = stands(shop.world)
    write_letters(shop, 3)
    written = stands(shop.world)
    with shop.world.fork() as fork:
        for _ in range(3):
            fork.undo()
        assert stands(fork) == before
        fork.client("sqs").send_message(QueueUrl=LETTERS_URL, MessageBody="other")
        fork.fork().close()
    assert stands(shop.world) == written
    shop.world.undo()
    write_letters(shop, 1)
    check_against_a_replay(shop.world)


def test_undo_after_undo_passes_checkpoints_one_after_the_other(shop: Shop) -> None:
    stood = [stands(shop.world)]
    for number in range(12):
        shop.invoke({"take": number % 3 * 12})
        stood.append(stands(shop.world))
        if number % 3 == 0:
            shop.world.fork().close()
    for expected in reversed(stood[:-1]):
        shop.world.undo()
        assert stands(shop.world) == expected
    write_letters(shop, 2)
    check_against_a_replay(shop.world)


def test_what_was_observed_before_an_undo_is_not_used_after_it(shop: Shop) -> None:
    def used() -> int:
        return shop.world.trace.of(InvocationEnded)[-1].memory_used

    shop.invoke()
    shop.world.fork().close()
    base = used()
    shop.invoke({"take": 100})
    assert used() >= base + 96
    shop.world.undo()
    shop.invoke({"take": 1})
    assert used() == base, "the same environment, the same segment, other code paths"
    shop.invoke({"take": 50})
    assert base + 48 <= used() < base + 96
    check_against_a_replay(shop.world)


def test_a_resumed_world_has_checkpoints_from_its_replay(shop: Shop, again: list[int]) -> None:
    for number in range(200):
        shop.invoke({"n": number})
    shop.invoke({"take": 60})
    memo.clear()
    with World.replay(shop.world.journal) as resumed:
        assert stands(resumed) == stands(shop.world)
        everything = len(again)
        again.clear()
        resumed.undo()
        assert len(again) < everything / 2
        shop.world.undo()
        assert stands(resumed) == stands(shop.world)
        resumed.client("lambda").invoke(FunctionName="worker", Payload=b'{"take": 90}')
        check_against_a_replay(resumed)


def test_nothing_before_the_mark_is_done_again(shop: Shop, again: list[int]) -> None:
    mark = len(shop.world.journal.rows) - 1
    shop.invoke()
    shop.world.undo()
    assert [number for number in again if number <= mark] == []
    write_letters(shop, 2)
    shop.world.undo()
    assert len(again) == 1, "what came before is in the mark's checkpoint"


def _cloud() -> Cloud:
    return Cloud(seed=1, profile="today", account_limit=None, start=0)


def test_few_are_kept_close_together_lately_and_far_apart_long_ago() -> None:
    cloud, checkpoints = _cloud(), Checkpoints()
    for row in range(1, 401):
        checkpoints.keep(row, cloud)
    kept = []
    while (last := checkpoints.latest) is not None:
        kept.append(last.row)
        checkpoints.forget(last.row - 1)
    assert len(kept) == KEPT
    assert (kept[0], kept[-1]) == (400, 1)
    gaps = [later - earlier for later, earlier in pairwise(kept)]
    assert gaps[0] == 1
    assert max(gaps[:4]) <= 8
    assert all(gap <= 400 - later + 8 for gap, later in zip(gaps, kept, strict=False) if later < 380)


def test_one_that_is_there_already_is_not_taken_again() -> None:
    cloud, checkpoints = _cloud(), Checkpoints()
    first = checkpoints.keep(3, cloud)
    assert checkpoints.keep(3, cloud) is first
    cloud.kernel.run_until(5)
    second = checkpoints.keep(3, cloud)
    assert second.time == 5
    assert checkpoints.latest is second
    checkpoints.forget(2)
    assert checkpoints.latest is None


def test_another_is_due_when_much_was_done_for_its_size() -> None:
    cloud, checkpoints = _cloud(), Checkpoints()
    assert not checkpoints.due(10, 10)
    assert checkpoints.due(40, 40)
    size = len(checkpoints.keep(40, cloud).state.written)
    assert not checkpoints.due(50, 0)
    assert checkpoints.due(40 + size // 80 + 64, 0)
    cloud.iam._roles["big"] = ["x" * 100, *map(str, range(20_000))]  # type: ignore[assignment]
    checkpoints.keep(50, cloud)
    assert not checkpoints.due(200, 100)
