"""The thread that owns the world. What is asked before it begins is there when it begins: nothing races."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import pytest

from sandbox import World
from sandbox.endpoint.engine import Answer, Engine, GoneError
from sandbox.kernel import MILLISECOND, Promise
from sandbox.services.sqs import SqsService
from sandbox.trace import InvocationEnded, InvocationStarted, MessageReceived
from sandbox.wire import Asked
from tests.sandbox.services.awslambda.shop import LETTERS_URL, Shop

WAIT = 30
LIST = Asked("sqs", "ListQueues", {}, "json")
STEPPER = """
import time

def handler(event, context):
    for _ in range(event.get("steps", 0)):
        time.sleep(0.05)
    time.sleep(event.get("seconds", 0))
    return event
"""


@pytest.fixture
def engine(make_world: Callable[..., World]) -> Iterator[Engine]:
    shop = Shop(make_world())
    shop.function(STEPPER, Timeout=60)
    shop.letters()
    engine = Engine(shop.world, "virtual")
    yield engine
    engine.close()


def sleep(seconds: float) -> Asked:
    payload = json.dumps({"seconds": seconds}).encode()
    return Asked("lambda", "Invoke", {"FunctionName": "worker", "Payload": payload}, "rest-json")


def steps(number: int) -> Asked:
    """A call that sleeps so many times 50 ms."""
    payload = json.dumps({"steps": number}).encode()
    return Asked("lambda", "Invoke", {"FunctionName": "worker", "Payload": payload}, "rest-json")


def sqs(operation: str, **params: Any) -> Asked:
    return Asked("sqs", operation, {"QueueUrl": LETTERS_URL, **params}, "json")


def body(future: Future[Answer]) -> Any:
    return json.loads(future.result(WAIT).response.body)


def test_clients_that_come_together_overlap(engine: Engine) -> None:
    futures = [engine.call(sleep(5), "key") for _ in range(20)]
    engine.start()
    assert [body(future) for future in futures] == [{"seconds": 5}] * 20
    trace = engine.world.trace
    assert trace.of(InvocationStarted)[-1].time < trace.of(InvocationEnded)[0].time


def test_the_shorter_is_answered_first(engine: Engine) -> None:
    long, short = engine.call(sleep(50), "key"), engine.call(sleep(1), "key")
    ended: list[str] = []
    long.add_done_callback(lambda _: ended.append("long"))
    short.add_done_callback(lambda _: ended.append("short"))
    engine.start()
    assert (body(long), body(short)) == ({"seconds": 50}, {"seconds": 1})
    assert ended == ["short", "long"]


def test_who_is_done_is_answered_at_once_whatever_comes_soon(engine: Engine) -> None:
    ticking, short = engine.call(steps(100), "key"), engine.call(sleep(1), "key")
    answered: list[int] = []
    # The callback runs on the engine's thread.
    short.add_done_callback(lambda _: answered.append(engine.world.cloud.kernel.now))
    engine.start()
    body(ticking)
    first = engine.world.trace.of(InvocationEnded)[0]
    assert answered[0] - first.time < 20 * MILLISECOND


def test_a_command_need_not_wait_for_who_waits(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ticking = engine.call(steps(100), "key")
    real, seen = World.proceed, list[Future[datetime]]()

    def proceed(world: World, enough: Callable[[int], bool]) -> None:
        def interrupted(due: int) -> bool:
            if not seen:
                seen.append(engine.do(lambda: world.now))
            return enough(due)

        real(world, interrupted)

    monkeypatch.setattr(World, "proceed", proceed)
    engine.start()
    body(ticking)
    assert (engine.world.now - seen[0].result(WAIT)).total_seconds() > 4


def test_time_does_not_jump_while_calls_come_in(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.endpoint.engine.QUIET", 3600.0)
    poll = engine.call(sqs("ReceiveMessage", WaitTimeSeconds=20), "key")
    before = engine.world.now
    engine.start()
    engine.do(lambda: None).result(WAIT)
    time.sleep(0.05)
    assert (engine.do(lambda: engine.world.now).result(WAIT) - before).total_seconds() < 19
    monkeypatch.setattr("sandbox.endpoint.engine.QUIET", 0.0)
    engine.do(lambda: None).result(WAIT)
    assert body(poll) == {}


def test_a_send_ends_a_long_poll_that_came_before(engine: Engine) -> None:
    poll = engine.call(sqs("ReceiveMessage", WaitTimeSeconds=20), "key")
    engine.call(sqs("SendMessage", MessageBody="at last"), "key")
    engine.start()
    assert [message["Body"] for message in body(poll)["Messages"]] == ["at last"]
    assert engine.world.trace.of(MessageReceived)


def test_time_does_not_jump_for_who_has_gone(engine: Engine) -> None:
    engine.set_mode("real")
    engine.start()
    poll = engine.call(sqs("ReceiveMessage", WaitTimeSeconds=20), "key")
    engine.do(lambda: None).result(WAIT)
    assert poll.cancel()
    engine.do(lambda: engine.set_mode("virtual")).result(WAIT)
    before = engine.do(lambda: engine.world.now).result(WAIT)
    # Long enough for a jump over twenty seconds; that takes ten milliseconds of quiet.
    time.sleep(0.1)
    assert (engine.do(lambda: engine.world.now).result(WAIT) - before).total_seconds() < 19


def test_many_moments_are_one_row_of_the_journal(engine: Engine) -> None:
    rows, before = len(engine.world.journal.rows), engine.world.cloud.kernel.steps
    ticking = engine.call(steps(200), "key")
    engine.start()
    body(ticking)
    engine.close()
    moves = [row for row in engine.world.journal.rows[rows:] if row.kind == "run_until"]
    assert engine.world.cloud.kernel.steps - before > 200
    # One for the way to the answer; a few more where the machine was slow, so that time flowed in between.
    assert len(moves) < 20


def test_what_waits_at_the_end_is_told_so(make_world: Callable[..., World]) -> None:
    shop = Shop(make_world())
    shop.letters()
    engine = Engine(shop.world, "real")
    engine.start()
    poll = engine.call(sqs("ReceiveMessage", WaitTimeSeconds=20), "key")
    engine.close()
    with pytest.raises(GoneError, match="closing"):
        poll.result(WAIT)
    with pytest.raises(GoneError, match="closing"):
        engine.call(sqs("ListQueues"), "key").result(WAIT)
    # The world is the caller's again, and sound.
    assert shop.sqs.list_queues()["QueueUrls"] == [LETTERS_URL]


def test_what_can_never_be_answered_is_a_mistake_and_is_told(
    make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(*_: Any, **__: Any) -> Promise:
        return Promise()

    never.spec = SqsService.list_queues.spec  # type: ignore[attr-defined]
    engine = Engine(make_world(), "virtual")
    engine.start()
    with monkeypatch.context() as patch:
        patch.setattr(SqsService, "list_queues", never)
        with pytest.raises(GoneError, match="a mistake of the sandbox"):
            engine.call(LIST, "key").result(WAIT)
    assert "StuckError" in capsys.readouterr().err
    assert engine.call(LIST, "key").result(WAIT).response.status == 200
    engine.close()


def test_a_mistake_in_the_middle_voids_what_waits_and_nothing_else(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.call(sqs("SendMessage", MessageBody="kept"), "key")
    engine.set_mode("real")
    engine.start()
    poll = engine.call(sleep(40), "key")
    engine.do(lambda: None).result(WAIT)

    def broken(self: World, **_: Any) -> None:
        raise ZeroDivisionError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(World, "advance", broken)
        with pytest.raises(GoneError, match="a mistake of the sandbox"):
            engine.do(lambda: engine.advance(1)).result(WAIT)
    with pytest.raises(GoneError, match="a mistake of the sandbox"):
        poll.result(WAIT)
    assert "planted" in capsys.readouterr().err
    assert [message["Body"] for message in body(engine.call(sqs("ReceiveMessage"), "key"))["Messages"]] == [
        "kept"
    ]
