from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tutor.questions import view as question
from tutor.actions.registry import ACTIONS, BY_ID, Action
from tutor.actions.view import View
from tutor.plain import typed

PLACES = ("outline", "lesson", "lab", "quiz")


def view(place: str) -> View:
    return View("", place, (), "")


def available(place: str) -> list[Action]:
    return [action for action in ACTIONS if action.place in {"", place}]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_of_the_registry_can_be_typed(action: Action) -> None:
    place = action.place or "lesson"
    meaning = typed.understand(action.word, view(place), available(place), 0)
    if action.id == "lab.save_file":
        assert meaning == typed.Edit("", "")
    else:
        assert meaning == typed.Act(action, {})


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_in_the_help_of_its_place(action: Action) -> None:
    place = action.place or "lesson"
    usages = [usage for usage, _ in typed.help_lines(view(place), available(place))]
    wanted = "aws ..." if action.id == "lab.command" else typed.usage(action)
    assert wanted in usages


def test_the_words_of_the_skin_are_no_words_of_actions() -> None:
    words = {action.word for action in ACTIONS}
    assert not words & {*typed.own_words(), *typed.CONSOLE_WORDS}


def test_answer_is_for_the_task_in_a_lab_and_for_the_question_in_a_quiz() -> None:
    in_lab = typed.understand("answer 3", view("lab"), available("lab"), 0)
    assert in_lab == typed.Act(BY_ID["lab.command"], {"line": "answer 3"})
    in_quiz = typed.understand("answer 3", view("quiz"), available("quiz"), 0)
    assert in_quiz == typed.Act(BY_ID["quiz.answer"], {"response": "3"})


@pytest.mark.parametrize("place", PLACES)
def test_every_line_of_the_help_has_words(place: str) -> None:
    assert all(usage and words for usage, words in typed.help_lines(view(place), available(place)))


@pytest.mark.parametrize(
    ("line", "args"),
    [
        ("deploy worker", {"function": "worker"}),
        ("do aws sqs list-queues", {"line": "aws sqs list-queues"}),
        ("solution yes", {"confirm": "yes"}),
    ],
)
def test_what_is_typed_behind_a_word_is_its_argument(line: str, args: dict[str, str]) -> None:
    meaning: Any = typed.understand(line, view("lab"), available("lab"), 0)
    assert meaning.args == args


def test_too_much_is_refused() -> None:
    meaning = typed.understand("hint please", view("lab"), available("lab"), 0)
    assert meaning == typed.Refused("hint takes nothing behind it.")


def test_a_wrong_choice_names_the_right_ones() -> None:
    meaning: Any = typed.understand("reset perhaps", view("lab"), available("lab"), 0)
    assert "yes, no" in meaning.reason


@pytest.mark.parametrize("line", ["edit app.py <<END", "edit app.py << 'END'", 'edit app.py <<"END"'])
def test_here_documents_are_written_as_in_a_shell(line: str) -> None:
    assert typed.understand(line, view("lab"), available("lab"), 0) == typed.Edit("app.py", "END")


@given(line=st.text(min_size=1), place=st.sampled_from(PLACES), menu=st.integers(0, 3))
def test_whatever_is_typed_is_understood_or_refused_in_words(line: str, place: str, menu: int) -> None:
    meaning = typed.understand(line, view(place), available(place), menu)
    if isinstance(meaning, typed.Refused):
        assert meaning.reason
    elif isinstance(meaning, typed.Act):
        assert meaning.action.id in BY_ID


@pytest.mark.parametrize(("typ", "line"), [("number", "six"), ("choice", "10"), ("order", "toomany")])
def test_what_is_no_answer_goes_to_whoever_says_how_one_looks(typ: str, line: str) -> None:
    open_one = msgspec.structs.replace(view("quiz"), quiz=question(typ))
    asked = typed.understand(line, open_one, available("quiz"), 0)
    assert asked == typed.Act(BY_ID["quiz.answer"], {"response": line})
    slip = typed.understand("proov", open_one, available("quiz"), 0)
    assert slip == typed.Refused("I do not know proov. Did you mean proof? Type help for all words.")


@pytest.mark.parametrize(("key", "action"), [("u", "lab.undo"), ("h", "lab.hint"), ("n", "go.next")])
def test_the_keys_of_the_other_skin_are_words_here(key: str, action: str) -> None:
    assert typed.understand(key, view("lab"), available("lab"), 0) == typed.Act(BY_ID[action], {})


def test_the_help_of_edit_says_what_edit_takes() -> None:
    usages = [usage for usage, _ in typed.help_lines(view("lab"), available("lab"))]
    assert "edit NAME" in usages
    refused: Any = typed.understand("edit app.py x = 1", view("lab"), available("lab"), 0)
    assert (
        refused.reason
        == "Type edit and the name of one file, such as edit app.py; the text comes after that."
    )
