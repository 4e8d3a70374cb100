"""Our own lessons and quizzes go through the same door as anybody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.facts import Facts
from tutor.course import Block, Cache, Course, load_course, packaged
from tutor.course.model import Script

WIDTH = 80


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(packaged(), cache=Cache(None))


def all_blocks(blocks: tuple[Block, ...]) -> list[Block]:
    return [found for block in blocks for found in (block, *all_blocks(block.children))]


def test_nothing_is_wrong_with_it(course):
    assert course.check() == ()


def test_the_first_lesson_is_complete(course):
    lesson = course.lesson("L5.3")
    kinds = {block.kind for block in lesson.blocks}
    assert kinds >= {
        "notes-say",
        "predict",
        "demo",
        "try",
        "note",
        "picture",
        "compare",
        "lab",
        "quiz",
        "table",
    }
    assert lesson.quiz is not None
    assert len(lesson.quiz.items) >= 3
    assert {item.objective for item in lesson.quiz.items} == {
        objective.id for objective in lesson.front.objectives
    }


def test_facts_are_words_of_today(course):
    words = " ".join(block.text for block in all_blocks(course.lesson("L5.3").blocks))
    assert "{fact:" not in words
    for fact in ("async.retry_delays", "async.max_event_age", "metrics.errors", "dlq.targets"):
        assert Facts.load().text(fact) in words


def test_no_placeholder_is_left_without_a_meaning(course):
    lesson = course.lesson("L5.3")
    lab = lesson.lab("three-tries")
    assert set(lab.variants) == {"names", "order"}
    assert set(lab.roles) == {"worker", "letters", "badge"}


def test_right_ways_and_several_wrong_ones(course):
    lab = course.lab("three-tries")
    names = ["three-tries", "three-tries-destination", "three-tries-own-role"]
    assert [script.name for script in lab.solutions] == names
    assert {script.refused_by for script in lab.wrong} == {task.id for task in lab.tasks}


def before(script: Script, first: str, second: str) -> bool:
    places = [next(n for n, line in enumerate(script.commands) if word in line) for word in (first, second)]
    return places[0] < places[1]


def test_a_right_way_gives_the_right_before_it_names_the_queue(course):
    queue, destination, own_role = course.lab("three-tries").solutions
    assert before(queue, "put-role-policy", "--dead-letter-config")
    assert before(own_role, "put-role-policy", "--dead-letter-config")
    assert before(destination, "put-role-policy", "put-function-event-invoke-config")


def test_every_task_ends_its_hints_with_help_for_any_state(course):
    for task in course.lab("three-tries").tasks:
        assert task.hints[-1].when is None
        assert all(len(hint.say) >= 2 for hint in task.hints)


def test_misconceptions_of_the_lesson_are_explained(course):
    lesson = course.lesson("L5.3")
    explained = course.shared().misconceptions
    assert set(lesson.front.misconceptions) <= set(explained)


def test_prose_is_wrapped(course):
    long = []
    for path in sorted(packaged().rglob("lesson.md")):
        body = path.read_text().split("\n---\n", 1)[1]
        lines = [line for line in body.splitlines() if not line.startswith(("|", "aws "))]
        long += [line for line in lines if len(line) > WIDTH]
    assert long == []


def test_it_lies_where_the_package_says():
    assert (packaged() / "course.yaml").is_file()
    assert Path(packaged()).name == "lessons"
