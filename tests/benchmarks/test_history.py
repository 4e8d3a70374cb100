"""What history costs: forks and undos, early in a session and late in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sandbox import World
from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import bare_python, interleaved, took
from tests.sandbox.services.awslambda.shop import LETTERS_URL, Shop, package

pytestmark = pytest.mark.benchmark

ENVIRONMENTS = 50
EACH = 4
FORK_AT_MOST = 1.7
"""Starts of a bare Python: 20 ms on the machine of reference, where one takes 11.5 ms."""

LENGTHS = (10, 100, 1_000, 5_000)
LATE_FORK_AT_MOST = 3.0
"""A fork after 5,000 commands beside one after 100, in a session that leaves as much lying about: what is
left to grow is a pointer for each event and each row."""

LATE_UNDO_AT_MOST = 5.0
"""The same for an undo. Early there is little to do again; late it is what came after the last checkpoint."""

ROUNDS = 15
HANDLER = (
    "import time\ncount = 0\n\ndef handler(event, context):\n    global count\n    count += 1\n"
    "    print('call', count)\n    time.sleep(event.get('for', 0))\n    return {'count': count, **event}\n"
)


def fork(world: World) -> float:
    """Seconds for a fork."""
    twins: list[World] = []
    seconds = took(lambda: twins.append(world.fork()))
    twins[0].close()
    return seconds


@pytest.fixture(scope="module")
def crowded() -> Iterator[World]:
    """A lab's world with 50 warm environments that have run 200 segments."""
    with World(seed=5) as world:
        shop = Shop(world)
        shop.letters()
        shop.function(HANDLER, Timeout=60, Code={"ZipFile": package(HANDLER)})
        world.mark()
        for _ in range(EACH // 2):
            for number in range(ENVIRONMENTS):
                shop.send({"for": 30, "number": number})
            world.advance(minutes=1)
        yield world


def test_a_fork_of_a_lab_takes_less_than_two_starts_of_python(
    crowded: World, report: Callable[[Figure], None]
) -> None:
    def fresh_fork() -> float:
        # A command in between, so that there is something new to copy.
        crowded.client("sqs").send_message(QueueUrl=LETTERS_URL, MessageBody="x")
        return fork(crowded)

    best = interleaved(ROUNDS, {"fork": fresh_fork, "python": bare_python})
    ratio = best["fork"] / best["python"]
    report(
        Figure(
            f"fork of a world with {ENVIRONMENTS} environments and {ENVIRONMENTS * EACH} segments",
            f"{best['fork'] * 1e3:.2f} ms",
            f"`python -c pass`, {best['python'] * 1e3:.1f} ms",
            f"{ratio:.2f}",
            f"ratio at most {FORK_AT_MOST:.1f}; for reference, 20 ms",
        )
    )
    assert ratio <= FORK_AT_MOST


class Session:
    """A learner's session: functions are called, letters written and read, settings changed."""

    def __init__(self) -> None:
        self.world = World(seed=6)
        self.shop = Shop(self.world)
        self.shop.letters()
        self.shop.function(HANDLER)
        self.world.mark()
        self.given = 0

    def go_on(self, until: int) -> None:
        while self.given < until:
            self.command(self.given)
            self.given += 1

    def command(self, number: int) -> None:
        kind = number % 10
        if kind in {0, 4}:
            self.shop.invoke({"number": number})
        elif kind == 1:
            self.shop.send({"number": number})
        elif kind in {2, 6}:
            self.shop.sqs.send_message(QueueUrl=LETTERS_URL, MessageBody=str(number))
        elif kind in {3, 7}:
            for letter in self.shop.received():
                self.shop.sqs.delete_message(QueueUrl=LETTERS_URL, ReceiptHandle=letter["ReceiptHandle"])
        elif kind == 5:
            settings = {"Variables": {"number": str(number)}} if number % 100 == 5 else {}
            if settings:
                self.shop.lam.update_function_configuration(FunctionName="worker", Environment=settings)
        else:
            self.world.advance(seconds=5)

    def undo(self) -> float:
        """Seconds for taking back an invocation."""
        self.shop.invoke({"number": -1})
        return took(self.world.undo)


@pytest.fixture(scope="module")
def sessions() -> Iterator[dict[int, Session]]:
    made = {length: Session() for length in LENGTHS}
    for length, session in made.items():
        session.go_on(length)
    yield made
    for session in made.values():
        session.world.close()


def test_a_long_session_forks_as_fast_as_a_short_one(
    sessions: dict[int, Session], report: Callable[[Figure], None]
) -> None:
    def contender(session: Session) -> Callable[[], float]:
        def one() -> float:
            # Time that passes leaves nothing behind, and makes a fork copy everything anew.
            session.world.advance(microseconds=1)
            return fork(session.world)

        return one

    best = interleaved(ROUNDS, {str(length): contender(session) for length, session in sessions.items()})
    ratio = best["5000"] / best["100"]
    report(
        Figure(
            "fork after 10, 100, 1,000, 5,000 commands",
            ", ".join(f"{best[str(length)] * 1e3:.2f}" for length in LENGTHS) + " ms",
            "after 5,000 beside after 100",
            f"{ratio:.2f}",
            f"ratio at most {LATE_FORK_AT_MOST:.0f}",
        )
    )
    assert ratio <= LATE_FORK_AT_MOST


def test_undo_late_in_a_session_is_about_as_fast_as_early(
    sessions: dict[int, Session], report: Callable[[Figure], None]
) -> None:
    best = interleaved(ROUNDS, {str(length): session.undo for length, session in sessions.items()})
    late = sessions[5_000].world
    everything = took(lambda: World.replay(late.journal).close())
    ratio = best["5000"] / best["100"]
    report(
        Figure(
            "undo of an invocation after 10, 100, 1,000, 5,000 commands",
            ", ".join(f"{best[str(length)] * 1e3:.1f}" for length in LENGTHS) + " ms",
            f"after 5,000 beside after 100; a replay of everything takes {everything * 1e3:.0f} ms",
            f"{ratio:.1f}",
            f"ratio at most {LATE_UNDO_AT_MOST:.0f}",
        )
    )
    assert ratio <= LATE_UNDO_AT_MOST
