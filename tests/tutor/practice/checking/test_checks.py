"""Every kind of check, where it holds and where it does not, and what it says then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sandbox import World
from tests.sandbox.services.awslambda.shop import LETTERS, Shop
from tests.tutor.practice.bench import must_replay, small_lab
from tests.tutor.practice.check_cases import FAILS, HOLDS, MINUTE, at
from tutor.course import Compare
from tutor.course.checks import (
    Advance,
    Answer,
    ApiCall,
    Clock,
    Code,
    Cost,
    Denied,
    Log,
    Metric,
    NotThat,
    Object,
    Probe,
    Queue,
    TableItem,
    Timeline,
    Trace,
)
from tutor.course.model import Role
from tutor.practice.checking.checks import Cancelled, Result, Scene, answer, figure, nonce
from tutor.practice.naming import Naming

LAB = small_lab(
    roles={
        "worker": Role(function="{names}"),
        "gone": Role(function="nobody"),
        "letters": Role(where="on_failure_of", function="worker"),
        "parcels": Role(where="on_success_of", function="worker"),
        "box": Role(queue="letters"),
        "inbox": Role(bucket="inbox"),
        "orders": Role(table="orders"),
    }
)
FLAKY = """
def handler(event, context):
    print("packing", event.get("n"))
    if not event.get("ok"):
        raise RuntimeError("no")
    return 1
"""


def scene(world: World, **more) -> Scene:
    return Scene(world, Naming(LAB, {"names": "worker"}, world), Path(), **more)


@pytest.fixture(scope="module")
def history() -> Iterator[World]:
    """One event that failed three times from 09:00 on, and one call that went well, an hour later."""
    world = World(start="2026-11-23T08:59:59Z")
    shop = Shop(world)
    shop.letters()
    shop.function(FLAKY)
    shop.send({"n": 7})
    world.advance(hours=1)
    shop.invoke({"n": 8, "ok": True})
    shop.sqs.send_message(QueueUrl="letters", MessageBody="red letter")
    shop.sqs.send_message(QueueUrl="letters", MessageBody="blue letter")
    shop.lam.put_function_event_invoke_config(FunctionName="worker", MaximumRetryAttempts=1)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=5)
    shop.iam.create_user(UserName="ann")
    s3 = world.client("s3")
    s3.create_bucket(Bucket="inbox")
    for key, text in (("in/1.txt", b"red"), ("in/2.txt", b"green"), ("out/1.txt", b"blue")):
        s3.put_object(Bucket="inbox", Key=key, Body=text)
    dynamodb = world.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    world.advance(minutes=1)
    parts = {"L": [{"N": "1"}, {"N": "0.5"}, {"M": {"n": {"NULL": True}, "more": {"S": "x"}}}]}
    order = {"id": {"N": "7"}, "by": {"S": "worker"}, "open": {"BOOL": True}, "parts": parts}
    dynamodb.put_item(TableName="orders", Item=order)
    dynamodb.put_item(TableName="orders", Item={"id": {"N": "9"}, "tags": {"SS": ["b", "a"]}})
    yield world
    must_replay(world)
    world.close()


@pytest.mark.parametrize("check", HOLDS.values(), ids=HOLDS)
def test_a_check_that_holds(history, check):
    began = history.cloud.kernel.now - 70 * MINUTE
    told = scene(history, began=began, said="4", replies={"call": {"Error": {"Code": "Missing"}}})
    assert answer(check, told).holds


@pytest.mark.parametrize(("check", "expected", "actual"), FAILS.values(), ids=FAILS)
def test_a_check_that_does_not_hold_says_what_there_is_instead(history, check, expected, actual):
    began = history.cloud.kernel.now - 60 * MINUTE
    verdict = answer(check, scene(history, began=began, replies={"call": {"Error": {"Code": "Missing"}}}))
    assert not verdict.holds
    assert verdict.expected == expected
    assert verdict.actual.startswith(actual)


def test_every_kind_of_check_is_tried_both_ways():
    from tutor.course.checks import KINDS

    assert {type(check) for check in HOLDS.values()} | {Denied} == set(KINDS.values())
    assert {type(row[0]) for row in FAILS.values()} == set(KINDS.values())


def test_gaps_are_whole_seconds_between_the_end_of_one_attempt_and_the_next(shop):
    shop.function(FLAKY)
    shop.send({})
    shop.world.settle()
    assert answer(Timeline("worker", gaps=(MINUTE, 2 * MINUTE)), scene(shop.world)).holds


@pytest.mark.parametrize(
    ("wanted", "said", "right"),
    [("403", "403", True), ("403", " 403 ", True), ("Event", "event", True), (3, "3", True), (3, "4", False)],
)
def test_an_answer_is_compared_with_what_was_said(history, wanted, said, right):
    assert answer(Answer(wanted), scene(history, said=said)).holds is right


def test_events_before_the_scene_do_not_count(history):
    now = scene(history, since=len(history.trace), began=history.cloud.kernel.now + 1)
    assert not answer(Trace("worker"), now).holds
    assert not answer(Log("worker", "packing"), now).holds
    assert not answer(Timeline("worker", first_start=at("09:00:00")), now).holds
    assert not answer(Clock(1), now).holds


def test_a_verdict_names_the_events_that_show_it(history):
    verdict = answer(Trace("worker", outcome="error", count=Compare(equals=3)), scene(history))
    told = [history.trace.events[seq - 1] for seq in verdict.evidence]
    assert [type(event).__name__ for event in told] == ["InvocationStarted"] * 3
    assert [event.attempt for event in told] == [1, 2, 3]


@pytest.mark.parametrize(
    ("check", "number"),
    [
        (Trace("worker"), 4),
        (Metric("worker", "Invocations", "Sum"), 4),
        (Log("worker", "packing"), 4),
        (Queue(name="letters"), 2),
        (Object(name="inbox"), 3),
        (TableItem(name="orders"), 2),
        (TableItem(name="orders", has={"tags": ["a", "b"]}), 1),
        (TableItem(name="orders", key={"id": "7"}), 0),
        (Code("worker", contains="event"), 3),
    ],
)
def test_a_figure_is_read_off_a_world(history, check, number):
    assert figure(check, scene(history)) == number


def test_a_refusal_counts_until_the_right_is_given(shop):
    shop.letters()
    shop.function(FLAKY)
    shop.may_write_letters()
    shop.lam.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": LETTERS})
    shop.world.settle()
    shop.iam.delete_role_policy(RoleName="worker-role", PolicyName="letters")
    check = Denied("sqs:SendMessage")
    assert not answer(check, scene(shop.world)).holds
    shop.send({})
    shop.world.settle()
    verdict = answer(check, scene(shop.world))
    assert verdict.holds
    assert verdict.actual == "sqs:SendMessage was refused"
    assert [shop.world.trace.events[seq - 1].allowed for seq in verdict.evidence] == [False]
    assert answer(Denied("sqs:SendMessage", "worker-role"), scene(shop.world)).holds
    assert not answer(Denied("sqs:SendMessage", "user/ann"), scene(shop.world)).holds
    assert not answer(check, scene(shop.world, since=len(shop.world.trace))).holds
    shop.may_write_letters()
    assert not answer(check, scene(shop.world)).holds


def test_a_refusal_of_somebody_who_is_gone_still_counts(shop):
    shop.iam.create_user(UserName="ann")
    with pytest.raises(shop.world.client("sqs").exceptions.ClientError):
        shop.world.client("sqs", "arn:aws:iam::123456789012:user/ann").create_queue(QueueName="x")
    shop.iam.delete_user(UserName="ann")
    assert answer(Denied("sqs:CreateQueue"), scene(shop.world)).holds


def both(world: World) -> tuple[str, int]:
    return world.journal.rows[-1].hash, len(world.trace)


def test_asking_leaves_no_trace_in_the_world(history):
    before = (*both(history), history.trace.hash(), history.now)
    for check in (*HOLDS.values(), *(row[0] for row in FAILS.values())):
        answer(check, scene(history))
    assert (*both(history), history.trace.hash(), history.now) == before


def test_a_probe_speaks_a_word_that_the_learner_cannot_have_foreseen(history):
    steps = (ApiCall("sqs", "send_message", {"QueueUrl": "letters", "MessageBody": "{nonce}"}),)
    sent = Probe(steps, (Queue(name="letters", contains="{nonce}", count=Compare(equals=1)),))
    assert answer(sent, scene(history)).holds
    with history.fork() as later:
        later.advance(seconds=1)
        words = [nonce(scene(world)) for world in (history, history, later)]
    assert words[0] == words[1] != words[2]
    assert scene(history).naming.value("nonce") == ""


def test_the_word_of_a_trial_is_no_news(history):
    steps = (ApiCall("sqs", "send_message", {"QueueUrl": "letters", "MessageBody": "{nonce}"}),)
    verdict = answer(Probe(steps, (NotThat(Queue(name="letters", contains="{nonce}")),)), scene(history))
    assert verdict.actual == "messages in the queue letters, tried in a copy of your world: 1"
    assert verdict.actual == verdict.parts[0].parts[0].actual
    assert "(some word)" in "".join(verdict.trial)


def test_the_word_of_a_trial_has_no_form_of_its_own(history):
    words = []
    with history.fork() as later:
        for _ in range(60):
            later.advance(seconds=1)
            words.append(nonce(scene(later)))
    assert len(set(words)) == len(words)
    assert len({word[:2] for word in words}) > 20
    assert len({re.sub("[a-z]", "a", re.sub("[0-9]", "0", word)) for word in words}) > 4
    # It may be part of the name of a bucket, a function or a role.
    assert all(re.fullmatch("[a-z][a-z0-9]*(-[a-z0-9]+)*", word) and len(word) <= 16 for word in words)


def test_what_happened_before_a_trial_is_not_counted_in_it(history):
    """`history` has runs of the worker, lines of it and errors: a trial that does nothing has none."""
    nothing = (ApiCall("sqs", "list_queues", {}),)
    for check in (
        Metric("worker", "Invocations", "Sum"),
        Metric("worker", "Errors", "Sum"),
        Metric("worker", "AsyncEventsReceived", "Sum"),
        Log("worker", "RequestId"),
        Trace("worker"),
        Cost(atleast="0.0000001", function="worker"),
    ):
        assert answer(check, scene(history)).holds, check
        assert not answer(Probe(nothing, (check,)), scene(history)).holds, check


def test_a_cancelled_probe_stops_between_its_steps(history):
    asked = []

    def after_two() -> bool:
        asked.append(1)
        return len(asked) > 2

    probe = Probe((Advance(MINUTE), Advance(MINUTE), Advance(MINUTE)), (Clock(0),))
    with pytest.raises(Cancelled):
        answer(probe, scene(history, cancelled=after_two))
    assert len(asked) == 3


def test_the_result_of_a_task_is_public_json():
    result = Result("captured", "not_yet", "Make it so", "exactly 1", "0", "The role.", (3, 4), ("x",))
    assert msgspec.json.decode(msgspec.json.encode(result)) == {
        "id": "captured",
        "status": "not_yet",
        "say": "Make it so",
        "expected": "exactly 1",
        "actual": "0",
        "why": "The role.",
        "evidence": [3, 4],
        "trial": ["x"],
        "parts": [],
    }


def test_what_was_logged_at_the_moment_a_scene_began_is_not_counted_in_it(history):
    here = scene(history, since=len(history.trace), began=0)
    assert answer(Log("worker", "RequestId"), scene(history)).holds
    assert not answer(Log("worker", "RequestId"), here).holds
