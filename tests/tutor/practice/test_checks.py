"""Every kind of check, where it holds and where it does not, and what it says then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sandbox import World
from tests.sandbox.services.awslambda.shop import LETTERS, Shop
from tests.tutor.practice.bench import must_replay, small_lab
from tutor.course import Compare
from tutor.course.checks import (
    Advance,
    AllOf,
    Allowed,
    Answer,
    AnyOf,
    ApiCall,
    Clock,
    Config,
    Denied,
    Log,
    Metric,
    Missing,
    NotThat,
    Probe,
    Queue,
    Resource,
    Timeline,
    Trace,
)
from tutor.course.model import Role
from tutor.course.values import parse_time
from tutor.practice.checks import Cancelled, Result, Scene, answer, figure
from tutor.practice.naming import Naming

MINUTE = 60_000_000
LAB = small_lab(
    roles={
        "worker": Role(function="{names}"),
        "gone": Role(function="nobody"),
        "letters": Role(where="on_failure_of", function="worker"),
        "parcels": Role(where="on_success_of", function="worker"),
        "box": Role(queue="letters"),
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
    yield world
    must_replay(world)
    world.close()


def at(time: str) -> Compare:
    return Compare(equals=parse_time(time), of="time")


def between(first: str, last: str) -> Compare:
    return Compare(between=(parse_time(first), parse_time(last)), of="time")


HOLDS = {
    "trace": Trace("worker", count=Compare(equals=4)),
    "trace, at least one": Trace("worker"),
    "trace of a type": Trace("worker", type="RequestResponse", count=Compare(equals=1)),
    "trace of an outcome": Trace("worker", outcome="error", count=Compare(between=(3, 3))),
    "trace of all failures": Trace("worker", outcome="failure", count=Compare(atmost=3)),
    "trace of a payload": Trace("worker", containing='"n": 8', count=Compare(equals=1)),
    "timeline, last": Timeline("worker", last_start=between("09:59:00", "10:01:00")),
    "timeline, first": Timeline("worker", first_start=between("08:59:59", "09:00:05")),
    "metric": Metric("worker", "Errors", "Sum", Compare(equals=3)),
    "metric, another statistic": Metric("worker", "Errors", "Maximum", Compare(equals=1)),
    "metric without data": Metric("worker", "Throttles", "Sum", Compare(equals=0)),
    "log": Log("worker", "packing 7", Compare(equals=3)),
    "log, at least one": Log("worker", "RuntimeError"),
    "config": Config("worker", "Timeout", 3),
    "config, nothing there": Config("worker", "DeadLetterConfig", None),
    "config, inside": Config("worker", "EventInvokeConfig.MaximumRetryAttempts", 1),
    "config, nothing inside": Config(
        "worker", "EventInvokeConfig.DestinationConfig.OnFailure.Destination", None
    ),
    "config, reserved": Config("worker", "ReservedConcurrentExecutions", 5),
    "config of nobody": Config("gone", "Timeout", None),
    "resource, function": Resource("function", "{names}"),
    "resource, queue": Resource("queue", "letters"),
    "resource, role": Resource("role", "{names}-role"),
    "resource, user": Resource("user", "ann"),
    "resource, log group": Resource("log-group", "/aws/lambda/worker"),
    "missing function": Missing(function="gone"),
    "missing queue": Missing(queue="parcels"),
    "missing role": Missing(role="nobody"),
    "queue by name": Queue(name="letters", count=Compare(equals=2)),
    "queue by role": Queue(role="box", contains="red", count=Compare(equals=1)),
    "allowed": Allowed("worker", "logs:PutLogEvents", "{arn:log-group//aws/lambda/worker}:*"),
    "clock": Clock(30 * MINUTE),
    "answer, what is read": Answer(reads=Metric("worker", "Invocations", "Sum")),
    "all": AllOf((Queue(name="letters"), Resource("user", "ann"))),
    "any": AnyOf((Queue(name="parcels"), Resource("user", "ann"))),
    "not": NotThat(Resource("user", "bob")),
    "not, of what nothing plays yet": NotThat(Queue(role="letters")),
    "probe": Probe(
        (ApiCall("lambda", "invoke", {"FunctionName": "{role:worker}", "Payload": {"ok": True}}),),
        (Trace("worker", outcome="success", count=Compare(equals=1)),),
    ),
}
FAILS = {
    "trace": (
        Trace("worker", count=Compare(equals=3)),
        "attempts of worker: exactly 3",
        "attempts of worker: 4",
    ),
    "trace of an outcome": (
        Trace("worker", outcome="error", count=Compare(atmost=2)),
        "failed attempts of worker: at most 2",
        "failed attempts of worker: 3",
    ),
    "trace of another outcome": (
        Trace("worker", outcome="timeout"),
        "timeout attempts of worker: at least 1",
        "timeout attempts of worker: 0",
    ),
    "trace of a payload": (
        Trace("worker", outcome="success", containing="nobody"),
        "successful attempts of worker: at least 1",
        "successful attempts of worker: 0",
    ),
    "timeline, first": (
        Timeline("worker", first_start=at("08:00:00")),
        "first start at 08:00:00",
        "first start at 09:00:0",
    ),
    "timeline, last": (
        Timeline("worker", last_start=between("09:00:00", "09:05:00")),
        "last start between 09:00:00 and 09:05:00",
        "last start at 10:00:0",
    ),
    "timeline of nobody": (Timeline("gone", first_start=at("08:00:00")), "an attempt", "no attempt yet"),
    "timeline, gaps": (Timeline("worker", gaps=(MINUTE,)), "gaps 1m", "gaps 1m, 2m, 57m"),
    "metric": (
        Metric("worker", "Errors", "Sum", Compare(equals=1)),
        "Errors (Sum) of worker: exactly 1",
        "Errors (Sum) of worker: 3",
    ),
    "log": (
        Log("worker", "packing 9"),
        "log events with 'packing 9': at least 1",
        "log events with 'packing 9': 0",
    ),
    "log of nobody": (Log("gone", "x"), "log events with 'x': at least 1", "log events with 'x': 0"),
    "config": (Config("worker", "Timeout", 9), "Timeout is 9", "Timeout is 3"),
    "config, nothing there": (
        Config("worker", "DeadLetterConfig.TargetArn", LETTERS),
        f"DeadLetterConfig.TargetArn is {LETTERS}",
        "DeadLetterConfig.TargetArn is not set",
    ),
    "resource": (Resource("role", "nobody"), "role nobody exists", "role nobody does not exist"),
    "resource, log group": (
        Resource("log-group", "/x"),
        "log-group /x exists",
        "log-group /x does not exist",
    ),
    "missing function": (Missing(function="worker"), "function worker is gone", "function worker exists"),
    "missing queue": (Missing(queue="letters"), "queue letters is gone", "queue letters exists"),
    "missing role": (Missing(role="{names}-role"), "role worker-role is gone", "role worker-role exists"),
    "queue by name": (
        Queue(name="letters", contains="green"),
        "letters in the queue: at least 1",
        "letters in the queue: 0",
    ),
    "queue by role": (
        Queue(role="letters"),
        "a queue that takes the letters",
        "worker has no queue for its failed events",
    ),
    "queue by another role": (
        Queue(role="parcels"),
        "a queue that takes the letters",
        "worker has no queue for its successes",
    ),
    "denied": (
        Denied("sqs:SendMessage"),
        "sqs:SendMessage is refused",
        "sqs:SendMessage is not being refused",
    ),
    "allowed": (
        Allowed("worker", "sqs:SendMessage", "{arn:queue/letters}"),
        f"sqs:SendMessage on {LETTERS} is allowed",
        "denied because no identity-based policy allows the sqs:SendMessage action",
    ),
    "allowed, nobody": (
        Allowed("gone", "sqs:SendMessage", "*"),
        "sqs:SendMessage on * is allowed",
        "there is no role that could be allowed anything",
    ),
    "clock": (Clock(90 * MINUTE), "1h30m pass", "1h passed"),
    "answer, nothing said": (Answer("403"), "the right answer", "no answer yet"),
    "all, the first that fails": (
        AllOf((Resource("user", "ann"), Resource("user", "bob"), Resource("user", "eve"))),
        "user bob exists",
        "user bob does not exist",
    ),
    "any, the last": (
        AnyOf((Resource("user", "bob"), Resource("user", "eve"))),
        "user eve exists",
        "user eve does not exist",
    ),
    "not": (NotThat(Resource("user", "ann")), "not: user ann exists", "user ann exists"),
    "probe": (
        Probe((Advance(MINUTE),), (Clock(0), Clock(2 * MINUTE))),
        "2m pass",
        "1m passed",
    ),
    "probe that is refused": (
        Probe((ApiCall("lambda", "invoke", {"FunctionName": "nobody"}, 12),), (Clock(0),)),
        "the trial call is taken",
        "An error occurred (ResourceNotFoundException) when calling the Invoke operation",
    ),
}


@pytest.mark.parametrize("check", HOLDS.values(), ids=HOLDS)
def test_a_check_that_holds(history, check):
    began = history.cloud.kernel.now - 70 * MINUTE
    assert answer(check, scene(history, began=began, said="4")).holds


@pytest.mark.parametrize(("check", "expected", "actual"), FAILS.values(), ids=FAILS)
def test_a_check_that_does_not_hold_says_what_there_is_instead(history, check, expected, actual):
    began = history.cloud.kernel.now - 60 * MINUTE
    verdict = answer(check, scene(history, began=began))
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
    asking = Probe(steps, (Log("worker", "{nonce}"),))
    with history.fork() as later:
        later.advance(seconds=1)
        words = [answer(asking, scene(world)).expected for world in (history, history, later)]
    assert words[0] == words[1] != words[2]
    assert all("with 'probe-" in word for word in words)
    assert scene(history).naming.value("nonce") == ""


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
    result = Result("captured", "not_yet", "Make it so", "exactly 1", "0", "The role.", (3, 4))
    assert msgspec.json.decode(msgspec.json.encode(result)) == {
        "id": "captured",
        "status": "not_yet",
        "say": "Make it so",
        "expected": "exactly 1",
        "actual": "0",
        "why": "The role.",
        "evidence": [3, 4],
    }
