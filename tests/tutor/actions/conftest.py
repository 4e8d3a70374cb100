"""State folders with a known learner in them, and a cache of compiled lessons of the tests' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tutor.actions.bench import Person
from tutor.progress import Store


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_cache(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(compiled))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A folder with the state of a learner whose names and numbers are always the same."""
    store = Store.open(tmp_path / "state")
    store.note("seed", "7")
    store.note("place", '{"place": "lesson", "lesson": "L5.3"}')
    store.close()
    return tmp_path / "state"


@pytest.fixture
def enter(state: Path) -> Iterator[Callable[..., Person]]:
    """Start the program; it is ended with the test."""
    here: list[Person] = []

    def start(folder: Path = state, course: Path | None = None) -> Person:
        here.append(Person(folder, course))
        return here[-1]

    yield start
    for person in here:
        person.leave()


@pytest.fixture
def person(enter: Callable[..., Person]) -> Person:
    return enter()


@pytest.fixture
def at_lab(person: Person) -> Person:
    person.do("go.lab")
    return person


@pytest.fixture
def at_quiz(person: Person) -> Person:
    person.do("go.quiz")
    return person
