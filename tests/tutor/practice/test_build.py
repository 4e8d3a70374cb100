"""A lab's world as its steps make it."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO

import pytest
from msgspec import structs

from sandbox import NothingToUndoError
from tests.tutor.practice.bench import course, lesson_folder, must_replay, small_lab
from tutor.course import ContentError
from tutor.course.checks import Advance, ApiCall, Load
from tutor.course.model import Role, Variant, WorldSpec
from tutor.practice.build import RefusedStepError, StepError, build, perform
from tutor.practice.files import zipped
from tutor.practice.naming import Naming

HOUR = 3_600_000_000


def built(*steps, folder=None, seed=7, **fields):
    lab = small_lab(world=WorldSpec(tuple(steps), **fields.pop("world", {})), **fields)
    return build(lab, seed, folder or lesson_folder("L5.3"))


def test_a_lab_begins_settled_at_nine_and_undo_does_not_go_behind_it():
    with build(course().lab("three-tries"), 7, lesson_folder("L5.3")) as world:
        assert world.now == datetime.fromisoformat("2026-11-23T09:00:00Z")
        assert not world.cloud.kernel.busy()
        name = course().lab("three-tries").choose(7)["names"]
        found = world.fork().client("lambda").get_function_configuration(FunctionName=name)
        assert found["State"] == "Active"
        with pytest.raises(NothingToUndoError):
            world.undo()
        must_replay(world)


def test_the_same_seed_builds_the_same_world_and_another_seed_another():
    lab = course().lab("three-tries")
    worlds = [build(lab, seed, lesson_folder("L5.3")) for seed in (7, 7, 8)]
    first, again, other = (world.trace.hash() for world in worlds)
    assert first == again != other
    for world in worlds:
        world.close()


def test_steps_that_take_more_than_an_hour_begin_the_lab_later():
    with built(Advance(3 * HOUR)) as world:
        assert world.now == datetime.fromisoformat("2026-11-23T11:00:00Z")


def test_each_step_finds_what_the_one_before_it_made_ready():
    name = course().lab("three-tries").choose(7)["names"]
    lab = course().lab("three-tries")
    later = ApiCall("lambda", "update_function_configuration", {"FunctionName": name, "Timeout": 9})
    steps = (*lab.world.steps, later, later)
    longer = structs.replace(lab, world=structs.replace(lab.world, steps=steps))
    with build(longer, 7, lesson_folder("L5.3")) as world:
        assert not world.cloud.kernel.busy()
        found = world.client("lambda").get_function_configuration(FunctionName=name)
        assert (found["Timeout"], found["LastUpdateStatus"]) == (9, "Successful")


def test_the_lab_chooses_the_limit_of_the_account():
    with built(world={"account_limit": 10}) as world:
        assert world.journal.rows[0].params["account_limit"] == 10
    with built() as world:
        assert world.journal.rows[0].params["account_limit"] is None


def test_objects_stand_for_json_texts_and_names_are_filled_in():
    trust = ApiCall(
        "iam", "create_role", {"RoleName": "{names}-role", "AssumeRolePolicyDocument": {"trust": "lambda"}}
    )
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    deny = ApiCall(
        "iam", "put_role_policy", {"RoleName": "a-role", "PolicyName": "no", "PolicyDocument": policy}
    )
    with built(trust, deny, variants={"names": Variant(choices=("a",))}) as world:
        iam = world.client("iam")
        role = iam.get_role(RoleName="a-role")["Role"]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
        found = iam.get_role_policy(RoleName="a-role", PolicyName="no")
        assert found["PolicyDocument"] == policy


def test_a_payload_may_be_written_as_an_object(shop):
    shop.function("def handler(event, context):\n    print(event)\n")
    naming = Naming(small_lab(roles={"worker": Role(function="worker")}), {}, shop.world)
    step = ApiCall("lambda", "invoke", {"FunctionName": "{role:worker}", "Payload": {"n": [1, {"m": None}]}})
    assert perform(shop.world, [step], naming, lesson_folder("L5.3"))
    (line,) = [event.text for event in shop.world.trace if type(event).__name__ == "LineLogged"]
    assert line.strip() == "{'n': [1, {'m': None}]}"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (ApiCall("sqs", "delete_queue", {"QueueUrl": "nowhere"}, 12), "The specified queue does not exist"),
        (ApiCall("sqs", "create_queue", {"QueueName": 7}, 12), "Invalid type for parameter QueueName"),
        (ApiCall("sqs", "create_queue", {"Name": "x"}, 12), "Missing required parameter"),
        (ApiCall("sqs", "creat_queue", {}, 12), "boto3's sqs has no creat_queue"),
        (ApiCall("sqs", "creat_queue", {}, 12), "Did you mean `create_queue`?"),
        (ApiCall("sqz", "create_queue", {}, 12), "sqz is not implemented here"),
        (ApiCall("sqz", "create_queue", {}, 12), "Did you mean `sqs`?"),
        (
            ApiCall("lambda", "update_function_code", {"FunctionName": "x", "ZipFile": {"folder": "no"}}, 12),
            "there is no code in no",
        ),
    ],
)
def test_a_step_that_does_not_work_is_a_problem_of_content(step, said):
    with pytest.raises(StepError) as caught:
        built(step)
    assert isinstance(caught.value, ContentError)
    text = str(caught.value)
    assert text.startswith("lessons/05-invocation/async-retries/labs/small.yaml:12: found ")
    assert f"{step.client}.{step.method}, which is answered with `" in text
    assert said in text


def test_only_what_aws_refused_may_be_the_learners_doing():
    with pytest.raises(RefusedStepError):
        built(ApiCall("sqs", "delete_queue", {"QueueUrl": "nowhere"}))
    with pytest.raises(StepError) as caught:
        built(ApiCall("sqs", "create_queue", {"QueueName": 7}))
    assert not isinstance(caught.value, RefusedStepError)


def test_code_may_be_a_folder_wherever_a_zip_may_be(shop, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "app.py").write_text("def handler(event, context):\n    print('new')\n")
    shop.function("def handler(event, context):\n    print('old')\n")
    naming = Naming(small_lab(), {}, shop.world)
    code = {"FunctionName": "worker", "ZipFile": {"folder": "new"}}
    steps = [
        ApiCall("lambda", "update_function_code", code),
        Advance(HOUR),
        ApiCall("lambda", "invoke", {"FunctionName": "worker"}),
    ]
    assert perform(shop.world, steps, naming, tmp_path)
    (line,) = [event.text for event in shop.world.trace if type(event).__name__ == "LineLogged"]
    assert line.strip() == "new"


def test_a_payload_may_have_a_key_that_is_called_folder(shop):
    shop.function("def handler(event, context):\n    print(event)\n")
    naming = Naming(small_lab(), {}, shop.world)
    step = ApiCall("lambda", "invoke", {"FunctionName": "worker", "Payload": {"folder": "inbox"}})
    assert perform(shop.world, [step], naming, lesson_folder("L5.3"))
    (line,) = [event.text for event in shop.world.trace if type(event).__name__ == "LineLogged"]
    assert line.strip() == "{'folder': 'inbox'}"


@pytest.mark.parametrize(
    ("payload", "seen"), [({"n": "{names}"}, "{'n': 'worker'}"), ('"{names}"', "worker"), (None, "{}")]
)
def test_a_load_comes_as_time_passes(shop, payload, seen):
    shop.function("def handler(event, context):\n    print(event)\n")
    lab = small_lab(roles={"worker": Role(function="{names}")})
    naming = Naming(lab, {"names": "worker"}, shop.world)
    load = Load("{role:worker}", 2, 3_000_000, payload=payload, type="Event")
    before = shop.world.now
    assert perform(shop.world, [load], naming, lesson_folder("L5.3"))
    assert shop.world.now == before
    assert perform(shop.world, [Advance(HOUR)], naming, lesson_folder("L5.3"))
    lines = [event.text.strip() for event in shop.world.trace if type(event).__name__ == "LineLogged"]
    assert lines == [seen] * 6


def test_numbers_may_be_a_variants(shop):
    shop.function("def handler(event, context):\n    print(event)\n")
    naming = Naming(small_lab(), {"few": "3"}, shop.world)
    keep = ApiCall(
        "lambda",
        "put_function_concurrency",
        {"FunctionName": "worker", "ReservedConcurrentExecutions": "{few}"},
    )
    steps = [keep, Load("worker", "{few}", 2_000_000, payload={"n": "{few}"}), Advance(HOUR)]
    assert perform(shop.world, steps, naming, lesson_folder("L5.3"))
    kept = shop.world.client("lambda").get_function_concurrency(FunctionName="worker")
    assert kept["ReservedConcurrentExecutions"] == 3
    lines = [event.text.strip() for event in shop.world.trace if type(event).__name__ == "LineLogged"]
    assert lines == ["{'n': '3'}"] * 6
    with pytest.raises(StepError, match="could not convert"):
        perform(shop.world, [Load("worker", "{names}", HOUR)], naming, lesson_folder("L5.3"))


def test_a_load_that_cannot_be_is_told_with_its_line(shop):
    load = Load("worker", 1_000_000, HOUR, line=9)
    with pytest.raises(StepError, match=r"small.yaml:9: found load, which is answered with `a load has"):
        perform(shop.world, [load], Naming(small_lab(), {}, shop.world), lesson_folder("L5.3"))


def test_the_same_files_make_the_same_package(tmp_path):
    for name in ("b/c.py", "a.py", ".hidden", "__pycache__/a.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    first = zipped(tmp_path)
    (tmp_path / "a.py").touch()
    assert zipped(tmp_path) == first
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert archive.namelist() == ["a.py", "b/c.py"]
        assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o644}


def test_cancelled_steps_stop_and_say_so(shop):
    naming = Naming(small_lab(), {}, shop.world)
    before = shop.world.now
    assert not perform(shop.world, [Advance(HOUR)], naming, lesson_folder("L5.3"), lambda: True)
    assert shop.world.now == before
