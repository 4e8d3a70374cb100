"""A course folder of one's own: the three canonical examples, copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.course import Cache, ContentError, ContentProblem, Course, load_course

FIXTURES = Path(__file__).parent / "fixtures"
FACTS = {
    "async.retries": "2",
    "async.retry_delays": "1 minute and 2 minutes",
    "async.max_event_age": "6 hours",
    "metrics.invocations": "counts each time the code is run",
}

Opener = Callable[[], Course]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the fixtures: `lessons` and `quizzes` side by side."""
    target = tmp_path / "content"
    shutil.copytree(FIXTURES, target)
    return target


@pytest.fixture
def opened(folder: Path) -> Opener:
    """Opens the copy without a cache, with facts of its own."""

    def open_it() -> Course:
        return load_course(
            folder / "lessons", fact_text=FACTS.__getitem__, fact_ids=FACTS.keys, cache=Cache(None)
        )

    return open_it


@pytest.fixture
def problems(opened: Opener) -> Callable[[], list[ContentProblem]]:
    """All that is wrong with the copy, from opening it to reading everything."""

    def find() -> list[ContentProblem]:
        try:
            return list(opened().check())
        except ContentError as error:
            return list(error.problems)

    return find
