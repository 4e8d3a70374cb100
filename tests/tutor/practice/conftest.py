"""Runs of the course's lab; every world of a test replays its journal when the test is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import World
from tests.sandbox.services.awslambda.shop import Shop
from tests.tutor.practice.bench import course, lesson_folder, must_replay
from tutor.course import Lab
from tutor.practice import LabRun

MakeRun = Callable[..., LabRun]


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[MakeRun]:
    made: list[LabRun] = []

    def make(
        lab: Lab | None = None, seed: int = 7, journal: Any = None, folder: Path | None = None
    ) -> LabRun:
        files = tmp_path / f"attempt-{len(made)}"
        files.mkdir()
        chosen = lab or course().lab("three-tries")
        made.append(LabRun(chosen, folder or lesson_folder("L5.3"), seed, files, journal))
        return made[-1]

    yield make
    for run in made:
        must_replay(run.world)
        run.close()


@pytest.fixture
def run(make_run: MakeRun) -> LabRun:
    return make_run()


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    must_replay(made)
    made.close()


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world)
