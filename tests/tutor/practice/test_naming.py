"""What the names in content stand for, whatever a learner wired."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.services.awslambda.shop import LETTERS
from tests.tutor.practice.bench import OTHERS, small_lab
from tutor.course import arns, fill
from tutor.course.checks import Queue
from tutor.course.model import Role
from tutor.course.values import Compare
from tutor.practice.checking.checks import Scene, answer
from tutor.practice.naming import Naming, UnboundRoleError, UnknownRoleError

LAB = small_lab(
    roles={
        "worker": Role(function="{names}"),
        "letters": Role(where="on_failure_of", function="worker"),
        "parcels": Role(where="on_success_of", function="worker"),
        "box": Role(queue="{names}-box"),
        "shelf": Role(bucket="{names}-shelf"),
        "orders": Role(table="{names}-orders"),
        "rights": Role(where="role_of", function="worker"),
        "none": Role(where="role_of", function="box"),
    }
)
ANYWHERE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@pytest.fixture
def naming(shop) -> Naming:
    shop.letters()
    shop.sqs.create_queue(QueueName="others")
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="all", PolicyDocument=json.dumps(ANYWHERE))
    shop.function("def handler(event, context):\n    raise ValueError\n")
    return Naming(LAB, {"names": "worker", "order": "7"}, shop.world, "probe-1")


def dead_letters(shop, target: str) -> None:
    shop.lam.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": target})
    shop.world.settle()


def destination(shop, on: str, target: str) -> None:
    shop.lam.put_function_event_invoke_config(
        FunctionName="worker", DestinationConfig={on: {"Destination": target}}
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("names", "worker"),
        ("order", "7"),
        ("nonce", "probe-1"),
        ("role:worker", "worker"),
        ("role:box", "worker-box"),
        ("role:shelf", "worker-shelf"),
        ("role:rights", "worker-role"),
        ("arn:bucket/x", "arn:aws:s3:::x"),
        ("role:orders", "worker-orders"),
        ("arn:table/x", "arn:aws:dynamodb:us-east-1:123456789012:table/x"),
        ("arn:role/x", "arn:aws:iam::123456789012:role/x"),
        ("arn:user/x", "arn:aws:iam::123456789012:user/x"),
        ("arn:function/x", "arn:aws:lambda:us-east-1:123456789012:function:x"),
        ("arn:queue/letters", LETTERS),
        ("arn:log-group//aws/lambda/x", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/x"),
        ("fact:async.retries", "2"),
        ("arn:planet/x", None),
        ("nobody", None),
    ],
)
def test_a_placeholder_stands_for(naming, name, value):
    assert naming.value(name) == value


def test_placeholders_are_filled_in_values_of_any_shape(naming):
    assert fill({"a": ["{names}-{order}", 3], "b": "{arn:queue/{names}}"}, naming.value) == {
        "a": ["worker-7", 3],
        "b": "arn:aws:sqs:us-east-1:123456789012:worker",
    }
    assert fill('{"order": {order}} {x} {}', naming.value) == '{"order": 7} {x} {}'


def test_nothing_takes_failures_before_something_is_wired(naming):
    with pytest.raises(UnboundRoleError, match="worker has no queue for its failed events"):
        naming.played_by("letters")
    with pytest.raises(UnboundRoleError, match="worker has no queue for its successes"):
        naming.queues_of("parcels")


def test_a_role_that_the_lab_does_not_have_is_said_so(naming):
    with pytest.raises(UnknownRoleError, match="there is no role x in this lab"):
        naming.value("role:x")


def test_the_execution_role_is_whatever_the_learner_gave_the_function(naming, shop):
    shop.iam.create_role(RoleName="other", Path="/team/", AssumeRolePolicyDocument=json.dumps(TRUST))
    arn = "arn:aws:iam::123456789012:role/team/other"
    shop.lam.update_function_configuration(FunctionName="worker", Role=arn)
    shop.world.settle()
    assert naming.value("role:rights") == "other"


def test_a_function_that_is_not_there_has_no_execution_role(naming):
    with pytest.raises(UnboundRoleError, match="there is no function worker-box, so it has no"):
        naming.played_by("none")


def test_a_dead_letter_queue_takes_failures(naming, shop):
    dead_letters(shop, LETTERS)
    assert naming.queues_of("letters") == ["letters"]
    assert naming.value("role:letters") == "letters"


def test_an_on_failure_destination_takes_failures(naming, shop):
    destination(shop, "OnFailure", OTHERS)
    assert naming.queues_of("letters") == ["others"]


def test_an_on_success_destination_takes_successes_only(naming, shop):
    destination(shop, "OnSuccess", OTHERS)
    assert naming.queues_of("parcels") == ["others"]
    with pytest.raises(UnboundRoleError):
        naming.queues_of("letters")


def test_with_both_the_fuller_queue_counts(naming, shop):
    dead_letters(shop, LETTERS)
    destination(shop, "OnFailure", OTHERS)
    assert naming.queues_of("letters") == ["letters", "others"]
    shop.send({"n": 1})
    shop.world.settle()
    scene = Scene(shop.world, naming, shop.world)  # type: ignore[arg-type] - no step of it reads a folder
    assert answer(Queue(role="letters", count=Compare(equals=1)), scene).holds
    shop.sqs.purge_queue(QueueUrl="letters")
    assert answer(Queue(role="letters", count=Compare(equals=1)), scene).holds


def test_the_same_queue_twice_counts_once(naming, shop):
    dead_letters(shop, LETTERS)
    destination(shop, "OnFailure", LETTERS)
    assert naming.queues_of("letters") == ["letters"]


def test_a_target_that_is_no_queue_takes_no_letters(naming, shop):
    shop.function("def handler(event, context):\n    return 1\n", name="packer")
    destination(shop, "OnFailure", "arn:aws:lambda:us-east-1:123456789012:function:packer")
    with pytest.raises(UnboundRoleError):
        naming.queues_of("letters")


def test_a_queue_that_is_wired_and_deleted_holds_nothing(naming, shop):
    dead_letters(shop, LETTERS)
    shop.sqs.delete_queue(QueueUrl="letters")
    scene = Scene(shop.world, naming, shop.world)  # type: ignore[arg-type] - no step of it reads a folder
    verdict = answer(Queue(role="letters"), scene)
    assert (verdict.holds, verdict.actual) == (False, "there is no queue letters")


def test_roles_of_a_function_that_is_gone_are_played_by_nothing(naming, shop):
    dead_letters(shop, LETTERS)
    shop.lam.delete_function(FunctionName="worker")
    assert naming.function("worker") is None
    with pytest.raises(UnboundRoleError):
        naming.queues_of("letters")


def test_pages_speak_of_the_account_and_the_region_of_every_world(world):
    assert (world.cloud.account, world.cloud.region) == (arns.ACCOUNT, arns.REGION)
