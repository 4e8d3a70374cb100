"""Steps of content, done to a world: API calls in AWS's own names, and time that passes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox import World
from sandbox.models import operation_names, service_model
from sandbox.world import DEFAULT_START
from tutor.course import ContentError, ContentProblem, Lab, fill
from tutor.course.checks import PACKAGES, Advance, ApiCall, Load, Step
from tutor.course.problems import did_you_mean
from tutor.practice.checking.replies import plain
from tutor.practice.files import names, zipped
from tutor.practice.naming import Naming

_LEAD = timedelta(hours=1)
"""How long before its start a lab's world is set up, so that the learner finds it at a round time."""


class StepError(ContentError):
    """A step of content does not work; tells where it stands and what AWS said. For the author."""


class RefusedStepError(StepError):
    """AWS refused a step. In the learner's world that may be the learner's doing; see `__cause__`."""


class _MistakeError(Exception):
    """A step that no state of a world makes right; the message says why."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.hint = hint


def build(lab: Lab, seed: int, folder: Path) -> World:
    """The world that a lab begins with, settled, at nine o'clock sharp; undo does not go behind it.

    Args:
        lab: the lab.
        seed: the learner's; of the world and of the variants.
        folder: the lesson's folder, where code folders are found.

    Raises:
        StepError: a step does not work.
    """
    from datetime import datetime

    start = datetime.fromisoformat(DEFAULT_START)
    world = World(
        seed,
        profile=lab.world.profile,
        account_limit=lab.world.account_limit or None,
        start=(start - _LEAD).isoformat(),
    )
    naming = Naming(lab, lab.choose(seed), world)
    for step in lab.world.steps:
        perform(world, [step], naming, folder)
        world.settle()
    if world.now < start:
        world.run_until(start)
    world.mark()
    return world


def perform(
    world: World,
    steps: Iterable[Step],
    naming: Naming,
    folder: Path,
    cancelled: Callable[[], bool] = lambda: False,
    replies: dict[str, Any] | None = None,
) -> bool:
    """Do steps to a world.

    Args:
        world: the world.
        steps: what to do.
        naming: what names in the steps stand for.
        folder: the lesson's folder.
        cancelled: asked before each step.
        replies: replies of calls that have a name are put here, and for these an error of AWS is a reply.

    Returns:
        False when `cancelled` said so before the last one.

    Raises:
        RefusedStepError: AWS refused a step.
        StepError: a step is wrong in itself: no such operation, parameters that are none, no such code.
    """
    for step in steps:
        if cancelled():
            return False
        if isinstance(step, Advance):
            world.advance(microseconds=step.duration)
            continue
        try:
            if isinstance(step, Load):
                _load(world, step, naming)
            else:
                reply = _call(world, step, naming, folder)
                if step.name and replies is not None:
                    replies[step.name] = plain(reply)
        except (ClientError, BotoCoreError, _MistakeError) as error:
            named = step.name if isinstance(step, ApiCall) else ""
            if named and replies is not None and isinstance(error, ClientError):
                replies[named] = plain(error.response)
                continue
            kind = RefusedStepError if isinstance(error, ClientError) else StepError
            raise kind([_problem(step, naming.lab, folder, error)]) from error
    return True


def _problem(step: ApiCall | Load, lab: Lab, folder: Path, error: Exception) -> ContentProblem:
    what = "load" if isinstance(step, Load) else f"{step.client}.{step.method}"
    found = f"{what}, which is answered with `{error}`"
    return ContentProblem(
        file_of(lab, folder), step.line, found, "a step that works", getattr(error, "hint", "")
    )


def file_of(lab: Lab, folder: Path) -> str:
    """A lab's file as messages name it: from the course's folder on.

    Args:
        lab: the lab.
        folder: the lesson's folder, which is COURSE/MODULE/LESSON.
    """
    return Path(*folder.parts[-3:], "labs", f"{lab.id}.yaml").as_posix()


def _load(world: World, step: Load, naming: Naming) -> None:
    payload = fill({} if step.payload is None else step.payload, naming.value)
    text = payload if isinstance(payload, str) else json.dumps(payload)
    try:
        world.load(
            fill(step.function, naming.value),
            rate=float(fill(step.rate, naming.value)) if isinstance(step.rate, str) else step.rate,
            duration=timedelta(microseconds=step.duration),
            payload=text.encode(),
            invocation_type=step.type,
        )
    except ValueError as error:
        raise _MistakeError(str(error)) from error


def _call(world: World, step: ApiCall, naming: Naming, folder: Path) -> dict[str, Any]:
    try:
        client = world.client(step.client)
    except LookupError as error:
        raise _MistakeError(str(error), did_you_mean(step.client, world.cloud.services)) from error
    known = operation_names(step.client)
    if step.method not in known:
        raise _MistakeError(f"boto3's {step.client} has no {step.method}", did_you_mean(step.method, known))
    model = service_model(step.client).operation_model(known[step.method])
    given = fill(dict(step.params), naming.value)
    members = model.input_shape.members if model.input_shape else {}
    params = {name: _prepared(value, members.get(name), folder, name) for name, value in given.items()}
    reply: dict[str, Any] = getattr(client, step.method)(**params)
    return reply


def _prepared(value: Any, shape: Any, folder: Path, name: str = "") -> Any:
    """A parameter as AWS takes it: the loader's conveniences are turned into what they stand for."""
    if name in PACKAGES and isinstance(value, Mapping) and value.keys() == {"folder"}:
        if not names(folder / value["folder"]):
            raise _MistakeError(f"there is no code in {value['folder']}")
        package = zipped(folder / value["folder"])
        return package if name == "ZipFile" else {"ZipFile": package}
    kind = getattr(shape, "type_name", "")
    if kind in {"string", "blob"} and isinstance(value, Mapping | list):
        if isinstance(value, Mapping) and value.keys() == {"trust"}:
            value = _trust(value["trust"])
        text = json.dumps(value)
        return text if kind == "string" else text.encode()
    if kind in {"integer", "long"} and isinstance(value, str) and value.isdecimal():
        return int(value)  # a placeholder that was filled
    if kind == "structure" and isinstance(value, Mapping):
        return {key: _prepared(item, shape.members.get(key), folder, key) for key, item in value.items()}
    if kind == "list" and isinstance(value, list | tuple):
        return [_prepared(item, shape.member, folder) for item in value]
    return value


def _trust(service: str) -> dict[str, Any]:
    name = service if "." in service else f"{service}.amazonaws.com"
    statement = {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}
