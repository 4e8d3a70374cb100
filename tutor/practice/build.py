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
from tutor.course.checks import Advance, ApiCall, Step
from tutor.practice.files import zipped
from tutor.practice.naming import Naming

_LEAD = timedelta(hours=1)
"""How long before its start a lab's world is set up, so that the learner finds it at a round time."""


class StepError(ContentError):
    """A step of content does not work; tells where it stands and what AWS said. For the author."""


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
) -> bool:
    """Do steps to a world.

    Returns:
        False when `cancelled` said so before the last one.

    Raises:
        StepError: AWS, or the parameters' validation, refused a step.
    """
    for step in steps:
        if cancelled():
            return False
        if isinstance(step, Advance):
            world.advance(microseconds=step.duration)
        else:
            _call(world, step, naming, folder)
    return True


def _call(world: World, step: ApiCall, naming: Naming, folder: Path) -> None:
    model = service_model(step.client).operation_model(operation_names(step.client)[step.method])
    given = fill(dict(step.params), naming.value)
    members = model.input_shape.members if model.input_shape else {}
    params = {name: _prepared(value, members.get(name), folder) for name, value in given.items()}
    try:
        getattr(world.client(step.client), step.method)(**params)
    except (ClientError, BotoCoreError, LookupError) as error:
        found = f"{step.client}.{step.method}, which is answered with `{error}`"
        place = f"steps with {naming.lab.id}"
        raise StepError([ContentProblem(place, step.line, found, "a step that works")]) from error


def _prepared(value: Any, shape: Any, folder: Path) -> Any:
    """A parameter as AWS takes it: the loader's conveniences are turned into what they stand for."""
    if isinstance(value, Mapping) and value.keys() == {"folder"}:
        return {"ZipFile": zipped(folder / value["folder"])}
    kind = getattr(shape, "type_name", "")
    if kind in {"string", "blob"} and isinstance(value, Mapping | list):
        if isinstance(value, Mapping) and value.keys() == {"trust"}:
            value = _trust(value["trust"])
        text = json.dumps(value)
        return text if kind == "string" else text.encode()
    if kind == "structure" and isinstance(value, Mapping):
        return {name: _prepared(item, shape.members.get(name), folder) for name, item in value.items()}
    if kind == "list" and isinstance(value, list | tuple):
        return [_prepared(item, shape.member, folder) for item in value]
    return value


def _trust(service: str) -> dict[str, Any]:
    name = service if "." in service else f"{service}.amazonaws.com"
    statement = {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}
