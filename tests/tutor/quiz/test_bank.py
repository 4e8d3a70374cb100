"""Many questions over many seeds: problems with their places, where the keys are, and what rests on what."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sandbox.facts import Facts
from tests.tutor.practice.bench import course, lesson_folder
from tests.tutor.quiz.conftest import LAB, RUN, item
from tutor.course import Option
from tutor.course.checks import ApiCall, Queue
from tutor.course.questions.question import Run
from tutor.quiz import statistics, verify, weak_facts

FOLDER = Path()
LABS = {LAB.id: LAB}
GOOD = item("choice", True, False, False, id="Q1")
BROKEN = item("choice", True, True, id="Q2")
STUCK = item(
    "choice", True, False, id="Q3", run=Run("small", (ApiCall("sqs", "purge_queue", {"QueueUrl": "no"}, 12),))
)
SOMETIMES = item(
    "choice",
    id="Q4",
    options=(Option("red", "W.", Queue(name="red", count=None)), Option("x", "W.", Queue(name="no"))),
    run=Run("small", (ApiCall("sqs", "send_message", {"QueueUrl": "{names}", "MessageBody": "m"}),)),
)


def test_each_question_is_asked_with_every_seed():
    checked = verify([GOOD], LABS, FOLDER, range(1, 6))
    assert checked.problems == ()
    assert [solved.item for solved in checked.solved["Q1"]] == ["Q1"] * 5
    assert {solved.stem for solved in checked.solved["Q1"]} == {
        f"{LAB.choose(seed)['names']}?" for seed in range(1, 6)
    }


def test_what_is_wrong_is_told_once_with_its_place(tmp_path):
    file = tmp_path / "quizzes" / "L1.yaml"
    file.parent.mkdir()
    file.write_text(
        "lesson: L1\nitems:\n  - id: Q1\n    type: choice\n  - {id: Q2, type: choice}\n  - id: Q3\n"
    )
    checked = verify([GOOD, BROKEN, STUCK], LABS, FOLDER, range(1, 4), file)
    assert set(checked.solved) == {"Q1"}
    no_key, no_step = checked.problems
    assert (no_key.file, no_key.line) == ("quizzes/L1.yaml", 5)
    assert no_key.found == "2 of 2 options that are true (A1, B2) with seed 1, in Q2"
    assert (no_step.file, no_step.line) == ("quizzes/L1.yaml", 12)
    assert no_step.found.startswith("sqs.purge_queue, which is answered with")
    assert no_step.found.endswith(", in Q3")


def test_a_key_that_only_some_seeds_have_is_found():
    names = {seed: LAB.choose(seed)["names"] for seed in range(1, 21)}
    first = next(seed for seed, name in names.items() if name != "red")
    (problem,) = verify([SOMETIMES], LABS, FOLDER).problems
    assert problem.found == f"0 of 2 options that are true (none) with seed {first}"


def test_our_own_questions_have_their_keys():
    lesson = course().lesson("L5.3")
    assert lesson.quiz is not None
    labs = {lab.id: lab for lab in lesson.labs}
    checked = verify(lesson.quiz.items, labs, lesson_folder("L5.3"), (11, 12))
    assert checked.problems == ()
    assert {item.type for item in lesson.quiz.items} == {
        "choice", "multi", "number", "order", "match", "text", "pick-line"
    }  # fmt: skip


def test_where_keys_are_and_whether_length_gives_them_away():
    solved = verify([GOOD], LABS, FOLDER, range(1, 21)).solved["Q1"]
    figures = statistics(solved)
    assert figures.asked == 20
    assert sum(figures.positions.values()) == 20
    assert set(figures.positions) == {"A", "B", "C"}
    assert figures.longest_right == 0
    long = msgspec.structs.replace(
        GOOD, options=(Option("much longer", "W.", GOOD.options[0].claim), *GOOD.options[1:])
    )
    one = verify([long], LABS, FOLDER, (1,)).solved["Q1"]
    assert statistics([*one, solved[0]]).longest_right == 0.5
    assert statistics([]).longest_right == 0
    assert statistics([]).shortest_right == 0
    assert statistics([]).right_of_multi == {}
    many = verify([item("multi", True, True, False)], LABS, FOLDER, (1,)).solved["Q-multi"]
    assert statistics(many).asked == 0


@pytest.mark.parametrize("confidence", ["SIM", "M", "V", "V2"])
def test_questions_that_rest_on_what_no_source_says_are_known(confidence):
    fact = next((fact for fact in Facts.load() if fact.confidence == confidence), None)
    if fact is None:
        pytest.skip(f"there is no fact of confidence {confidence}")
    asked = item("choice", True, False, facts=(fact.id, "async.retries"))
    by_option = item("order", options=(Option("a", "W.", fact=fact.id),), run=RUN)
    expected = (fact.id,) if confidence in {"SIM", "M"} else ()
    assert weak_facts(asked) == weak_facts(by_option) == expected
