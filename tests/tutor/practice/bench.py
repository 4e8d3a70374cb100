"""What tests of labs stand on: our own course, labs of a few lines, and worlds that must replay."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sandbox import World
from tutor.course import Cache, Course, Lab, load_course, packaged
from tutor.course.model import Reality, Role, Task, WorldSpec
from tutor.practice import LabRun

LETTERS = "arn:aws:sqs:us-east-1:123456789012:letters"
OTHERS = "arn:aws:sqs:us-east-1:123456789012:others"
MAY_SEND = (
    '{"Version": "2012-10-17", "Statement": '
    '[{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]}'
)
ALLOW = (
    f"aws iam put-role-policy --role-name {{names}}-role --policy-name letters --policy-document '{MAY_SEND}'"
)
SEND = "aws lambda invoke --function-name {names} --invocation-type Event --payload '{\"order\": 7}' out.json"
CALL = "aws lambda invoke --function-name {names} --payload '{\"ok\": true}' out.json"
DLQ = "aws lambda update-function-configuration --function-name {names} --dead-letter-config TargetArn="


@cache
def course() -> Course:
    """Our own course, compiled afresh once."""
    return load_course(packaged(), cache=Cache(None))


def lesson_folder(lesson: str) -> Path:
    """Where a lesson of our own course lies."""
    return course().folder / course().find(lesson).folder


def small_lab(**fields: Any) -> Lab:
    """A lab of a few lines; `worker` is the function of that name."""
    given: dict[str, Any] = {
        "id": "small",
        "title": "Small",
        "flavour": "build-it",
        "minutes": 1,
        "reality": Reality("exact", "It is small."),
        "world": WorldSpec(()),
        "tasks": (),
        "roles": {"worker": Role(function="worker")},
    }
    return Lab(**{**given, **fields})


def task(check: Any, **fields: Any) -> Task:
    """A task with that check."""
    return Task(**{"id": "it", "say": "Do it", "check": check, **fields})


def must_replay(world: World) -> None:
    """A world is a function of its journal: replayed, it has the same history."""
    again = World.replay(world.journal)
    same = again.trace.hash() == world.trace.hash() and again.now == world.now
    again.close()
    assert same, "the replay of the world's journal came out differently"


def do(run: LabRun, *lines: str) -> None:
    """Run console lines that must work."""
    for line in lines:
        printed = run.run(line)
        assert printed.code == 0, f"{line}: {printed.err}"


def status(run: LabRun) -> dict[str, str]:
    """How the tasks stand after a check."""
    run.examine()
    return {key: result.status for key, result in run.results.items()}
