"""Questions of our own course, and small ones, with what solves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.tutor.practice.bench import course, lesson_folder, small_lab
from tutor.course import Item, Option
from tutor.course.checks import Advance, ApiCall, Resource
from tutor.course.model import Variant, WorldSpec
from tutor.course.questions.question import Quiz, Run
from tutor.quiz import QuizSession, Solver

CREATE = ApiCall("sqs", "create_queue", {"QueueName": "{names}"})
LAB = small_lab(world=WorldSpec((CREATE,)), variants={"names": Variant(choices=("red", "blue", "green"))})
RUN = Run("small", (Advance(60_000_000),))


def option(text: str, true: bool) -> Option:
    """An option whose claim holds or not: there is a queue of the learner's name, and none called `no`."""
    return Option(text, f"Why {text}.", Resource("queue", "{names}" if true else "no"))


def item(kind: str, *truths: bool, **fields) -> Item:
    """A question with options A1, B2, ... in the file's order, true as given."""
    options = tuple(option(f"{'ABCDEFGH'[n]}{n + 1}", true) for n, true in enumerate(truths))
    given = {"id": f"Q-{kind}", "objective": "O1", "stem": "{names}?", "run": RUN, "options": options}
    return Item(type=kind, **{**given, **fields})  # type: ignore[arg-type]


@pytest.fixture
def solver() -> Iterator[Solver]:
    made = Solver({LAB.id: LAB}, lesson_folder("L5.3"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def own_solver() -> Iterator[Solver]:
    """The solver of our own lesson on retries."""
    lesson = course().lesson("L5.3")
    made = Solver({lab.id: lab for lab in lesson.labs}, lesson_folder("L5.3"))
    yield made
    made.close()


Session = Callable[..., QuizSession]


@pytest.fixture
def session(solver: Solver) -> Session:
    def begin(*items: Item, seed: int = 7, answers=()) -> QuizSession:
        return QuizSession(Quiz("L1", items), solver, seed, answers)

    return begin
