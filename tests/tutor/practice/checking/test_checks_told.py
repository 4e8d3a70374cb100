"""What a verdict carries beside its words: evidence, the story of a trial, and whose mistake it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.services.awslambda.shop import Shop
from tests.tutor.practice.bench import small_lab
from tutor.course import Compare, ContentError
from tutor.course.checks import (
    Advance,
    AllOf,
    AnyOf,
    ApiCall,
    Clock,
    Code,
    Config,
    Cost,
    Denied,
    NotThat,
    Object,
    Probe,
    Queue,
    Resource,
    TableItem,
    Trace,
)
from tutor.course.model import Role, Task
from tutor.practice.checking.checks import Scene, answer, figure, holds
from tutor.practice.naming import Naming
from tutor.practice.tasks import Tasks

LAB = small_lab(
    roles={
        "worker": Role(function="{names}"),
        "letters": Role(where="on_failure_of", function="worker"),
    }
)
ECHO = """
def handler(event, context):
    if event.get("fail"):
        raise KeyError("no")
    return event
"""
FOLDER = Path("lessons", "05-calls", "echo")


def scene(world, **more) -> Scene:
    return Scene(world, Naming(LAB, {"names": "worker"}, world), FOLDER, **more)


def call(operation: str, **params) -> ApiCall:
    client, _, method = operation.partition(".")
    return ApiCall(client, method, params, line=7)


def invoke(**payload) -> ApiCall:
    return call("lambda.invoke", FunctionName="{role:worker}", Payload=payload)


@pytest.fixture
def echo(shop: Shop) -> Shop:
    shop.function(ECHO)
    shop.letters()
    return shop


# -- evidence ----------------------------------------------------------------------------------------------


def kinds(world, verdict) -> list[str]:
    return [type(world.trace.events[seq - 1]).__name__ for seq in verdict.evidence]


def test_a_message_in_a_queue_is_shown_by_its_arrival(echo):
    for body in ("red", "blue", "red too"):
        echo.sqs.send_message(QueueUrl="letters", MessageBody=body)
    verdict = answer(Queue(name="letters", contains="red"), scene(echo.world))
    assert kinds(echo.world, verdict) == ["MessageSent"] * 2
    assert [echo.world.trace.events[seq - 1].body for seq in verdict.evidence] == ["red", "red too"]


def test_all_keeps_the_evidence_of_its_parts(echo):
    echo.invoke({"n": 1})
    echo.sqs.send_message(QueueUrl="letters", MessageBody="red")
    verdict = answer(AllOf((Trace("worker"), Queue(name="letters"))), scene(echo.world))
    assert verdict.holds
    assert kinds(echo.world, verdict) == ["InvocationStarted", "MessageSent"]
    assert verdict.actual == "attempts of worker: 1; messages in the queue letters: 1"


def test_any_that_fails_keeps_what_all_of_its_parts_found(echo):
    echo.invoke({"n": 1})
    twice = Trace("worker", count=Compare(equals=2))
    verdict = answer(AnyOf((twice, Queue(name="letters"))), scene(echo.world))
    assert not verdict.holds
    assert kinds(echo.world, verdict) == ["InvocationStarted"]


def test_any_that_holds_tells_of_the_part_that_holds(echo):
    echo.invoke({"n": 1})
    verdict = answer(AnyOf((Queue(name="letters"), Trace("worker"))), scene(echo.world))
    assert (verdict.holds, verdict.actual) == (True, "attempts of worker: 1")
    assert kinds(echo.world, verdict) == ["InvocationStarted"]


def test_not_shows_what_there_is(echo):
    echo.invoke({"n": 1})
    verdict = answer(NotThat(Trace("worker")), scene(echo.world))
    assert (verdict.holds, kinds(echo.world, verdict)) == (False, ["InvocationStarted"])


def test_a_trial_that_does_not_pass_tells_what_happened_in_it(echo):
    echo.invoke({"n": 1})
    before = len(echo.world.trace)
    probe = Probe((invoke(fail=1), Advance(1_000_000)), (Trace("worker", outcome="success"),))
    verdict = answer(probe, scene(echo.world))
    assert not verdict.holds
    story = "\n".join(verdict.trial)
    assert story.count("started") == 1, "only what happened in the trial"
    assert "KeyError" in story
    assert len(echo.world.trace) == before


def test_a_trial_that_passes_needs_no_story_and_keeps_its_evidence(echo):
    before = len(echo.world.trace)
    verdict = answer(Probe((invoke(n=1),), (Trace("worker"),)), scene(echo.world))
    assert (verdict.holds, verdict.trial) == (True, ())
    assert all(seq > before for seq in verdict.evidence)
    assert len(verdict.evidence) == 1


def test_a_trial_inside_of_others_is_told_too(echo):
    probe = Probe((invoke(fail=1),), (Trace("worker", outcome="success"),))
    for check in (AllOf((Resource("queue", "letters"), probe)), AnyOf((probe, Queue(name="letters")))):
        assert answer(check, scene(echo.world)).trial
    assert answer(NotThat(NotThat(probe)), scene(echo.world)).trial


# -- whose mistake it is -----------------------------------------------------------------------------------

MISTAKES = {
    "operation": (call("lambda.invok"), "boto3's lambda has no invok", "Did you mean `invoke`?"),
    "parameter": (call("lambda.invoke", Function="x"), "Missing required parameter", "FunctionName"),
    "service": (call("lamda.invoke"), "lamda is not implemented here", "Did you mean `lambda`?"),
    "code": (
        call("lambda.update_function_code", FunctionName="{names}", ZipFile={"folder": "code/no"}),
        "there is no code in code/no",
        "labs/small.yaml:7",
    ),
}


@pytest.mark.parametrize(("step", "found", "more"), MISTAKES.values(), ids=MISTAKES)
def test_a_step_that_can_never_work_is_its_authors_mistake(echo, step, found, more):
    with pytest.raises(ContentError) as caught:
        answer(Probe((step,), (Clock(0),)), scene(echo.world))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("lessons/05-calls/echo/labs/small.yaml", 7)
    assert found in str(problem)
    assert more in str(problem)


def test_a_step_that_aws_refuses_may_be_the_learners_doing(echo):
    echo.lam.delete_function(FunctionName="worker")
    verdict = answer(Probe((invoke(n=1),), (Trace("worker"),)), scene(echo.world))
    assert (verdict.holds, verdict.expected) == (False, "AWS takes the calls of a trial")
    assert "Function not found" in verdict.actual


def test_a_step_about_a_role_that_nothing_plays_yet_is_not_yet(echo):
    step = call("sqs.send_message", QueueUrl="{role:letters}", MessageBody="x")
    verdict = answer(Probe((step,), (Clock(0),)), scene(echo.world))
    assert (verdict.holds, verdict.expected) == (False, "a queue that takes the failed events of worker")
    assert verdict.actual == "worker has no queue for its failed events"


@pytest.mark.parametrize(
    "check",
    [Trace("wroker"), Queue(role="leters"), AllOf((Config("wroker", "Timeout", 3),)), Cost("0", "0", "x")],
)
def test_a_role_that_the_lab_does_not_have_is_its_authors_mistake(echo, check):
    with pytest.raises(ContentError, match="expected one of `worker` or `letters`"):
        answer(check, scene(echo.world))
    assert not holds(check, scene(echo.world))
    assert not holds(NotThat(check), scene(echo.world))


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("DeadLetterConfg", "Did you mean `DeadLetterConfig`?"),
        ("DeadLetterConfig.TargetARN", "Did you mean `TargetArn`?"),
        ("EventInvokeConfig.MaximumRetries", "Did you mean `MaximumRetryAttempts`?"),
        ("EventInvokConfig.MaximumRetryAttempts", "Did you mean `EventInvokeConfig`?"),
        ("Timeout.Seconds", "expected nothing behind `Timeout`"),
    ],
)
def test_a_path_at_which_aws_never_has_anything_is_its_authors_mistake(echo, path, hint):
    with pytest.raises(ContentError) as caught:
        answer(Config("worker", path, None), scene(echo.world))
    assert hint in str(caught.value)


def test_a_path_into_what_the_learner_names_may_be_any(echo):
    assert answer(Config("worker", "Environment.Variables.TABLE", None), scene(echo.world)).holds
    assert answer(Config("worker", "ReservedConcurrentExecutions", None), scene(echo.world)).holds


def test_a_task_whose_check_cannot_work_has_the_status_error(echo):
    broken = Task("broken", "Do it", Probe((call("lambda.invok"),), (Clock(0),)))
    after = Task("after", "And then", Clock(0), needs=("broken",))
    lab = small_lab(roles=LAB.roles, tasks=(broken, after))
    board = Tasks(lab, Naming(lab, {"names": "worker"}, echo.world))
    board.examine(scene(echo.world), "now")
    result = board.results["broken"]
    assert (result.status, board.results["after"].status) == ("error", "blocked")
    assert "no fault of yours" in result.why
    assert "boto3's lambda has no invok" in result.why


# -- answers, costs, code ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "right"),
    [
        ({"table": 7}, True),
        ({"table": 7, "rest": {"deep": True}}, True),
        ({"rest": {}}, True),
        ({"rest": {"list": [1, {"x": None}]}}, True),
        ({"table": 8}, False),
        ({"table": "7"}, False),
        ({"table": True}, False),
        ({"none": None}, False),
        ({"rest": {"list": [1]}}, False),
        ([], False),
        ("{}", False),
        (None, False),
    ],
)
def test_what_a_handler_answered_is_compared_key_by_key(echo, wanted, right):
    echo.invoke({"table": 7, "rest": {"deep": True, "list": [1, {"x": None, "y": 1}]}})
    assert answer(Trace("worker", reply=wanted), scene(echo.world)).holds is right


def test_an_answer_of_null_is_an_answer(shop):
    shop.function("def handler(event, context):\n    return None\n")
    assert not answer(Trace("worker", reply=None), scene(shop.world)).holds
    shop.invoke({})
    assert answer(Trace("worker", reply=None), scene(shop.world)).holds


def test_an_answer_may_hold_placeholders(echo):
    echo.invoke({"who": "worker"})
    assert answer(Trace("worker", reply={"who": "{names}"}), scene(echo.world)).holds


def test_an_error_is_found_by_its_type(echo):
    echo.lam.invoke(FunctionName="worker", Payload=b'{"fail": true}')
    assert answer(Trace("worker", error="KeyError"), scene(echo.world)).holds
    assert answer(Trace("worker", error="Key"), scene(echo.world)).actual == (
        "the last attempt of worker ended in KeyError"
    )


def test_a_cost_counts_from_the_beginning_of_the_scene(echo):
    for _ in range(3):
        echo.invoke({})
    one = Cost(atleast="0.0000002", atmost="0.0000003")
    assert not answer(one, scene(echo.world)).holds
    assert answer(Probe((invoke(n=1),), (one,)), scene(echo.world)).holds


def test_a_refusal_may_be_asked_for_by_a_name_of_this_learner(echo):
    echo.iam.create_user(UserName="worker-ann")
    ann = echo.world.client("sqs", "arn:aws:iam::123456789012:user/worker-ann")
    with pytest.raises(ann.exceptions.ClientError):
        ann.create_queue(QueueName="x")
    verdict = answer(Denied("sqs:CreateQueue", "{names}-ann"), scene(echo.world))
    assert (verdict.holds, verdict.actual) == (True, "sqs:CreateQueue of worker-ann was refused")
    assert not answer(Denied("sqs:CreateQueue", "{names}-bob"), scene(echo.world)).holds


SHAPES = """
import boto3
from os import environ as settings, path
s3 = boto3.client("s3")
a, (b, c) = 1, (2, 3)
class Parcel:
    size: int = 3
    def pack(self):
        inner = 1
        return inner
if a:
    late = 1
squares = [n * n for n in range(3)]
def handler(event, context):
    import json
    s3 = boto3.client("s3")
    return [n for n in range(3)]
async def other(): ...
"""
DEFINED = {
    "boto3": 1, "settings": 1, "environ": 0, "path": 1, "s3": 1, "a": 1, "c": 1, "Parcel": 1,
    "Parcel.size": 1, "Parcel.pack": 1, "squares": 1, "n": 0,
    "pack": 0, "inner": 0, "late": 1, "handler": 1, "json": 0, "other": 1, "event": 0,
}  # fmt: skip


@pytest.mark.parametrize(("name", "times"), DEFINED.items(), ids=DEFINED)
def test_what_code_defines_outside_of_its_functions(shop, name, times):
    shop.function(SHAPES)
    assert figure(Code("worker", defines=name), scene(shop.world)) == times


def test_code_that_is_not_python_says_so(shop):
    shop.function("def handler(event, context):\n    return 1\n\nelse:\n")
    verdict = answer(Code("worker", defines="handler"), scene(shop.world))
    assert (verdict.holds, verdict.actual) == (False, "app.py is not Python (line 4)")
    assert answer(Code("worker", contains="else"), scene(shop.world)).holds


def test_the_parts_of_a_check_are_answered_one_by_one(echo):
    probe = Probe((invoke(fail=1),), (Trace("worker"), Trace("worker", outcome="success")))
    verdict = answer(AllOf((probe, NotThat(Queue(name="letters")), Clock(0))), scene(echo.world))
    assert [part.holds for part in verdict.parts] == [False, True, True]
    assert [part.holds for part in verdict.parts[0].parts] == [True, False]
    assert [part.holds for part in verdict.parts[1].parts] == [False]
    assert verdict.actual == verdict.parts[0].actual == verdict.parts[0].parts[1].actual
    either = answer(AnyOf((Queue(name="letters"), Clock(0), Trace("worker"))), scene(echo.world))
    assert [part.holds for part in either.parts] == [False, True, False]


def test_an_object_in_a_bucket_is_shown_by_its_arrival(echo):
    s3 = echo.world.client("s3")
    s3.create_bucket(Bucket="inbox")
    for key in ("a.txt", "b.csv"):
        s3.put_object(Bucket="inbox", Key=key, Body=b"x")
    verdict = answer(Object(name="inbox", key="*.csv"), scene(echo.world))
    assert [echo.world.trace.events[seq - 1].key for seq in verdict.evidence] == ["b.csv"]


def test_an_item_in_a_table_is_shown_by_its_arrival(echo):
    dynamodb = echo.world.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    echo.world.advance(minutes=1)
    for number in ("7", "0.5"):
        dynamodb.put_item(TableName="orders", Item={"id": {"N": number}, "who": {"S": "ann"}})
    verdict = answer(TableItem(name="orders", key={"id": 0.5}, has={"who": "ann"}), scene(echo.world))
    assert verdict.holds
    assert [echo.world.trace.events[seq - 1].key for seq in verdict.evidence] == ['{"id": "0.5"}']


def test_a_function_that_ran_before_its_trial_is_not_said_never_to_have_run(echo):
    echo.invoke({})
    probe = Probe((Advance(1_000_000),), (Trace("worker"),))
    assert answer(probe, scene(echo.world)).actual == "attempts of worker: 0"
