"""The newer types of questions, spoken: what there is, how it is answered, and what was right."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tutor import questions
from tutor.actions.registry import ACTIONS
from tutor.actions.view import View
from tutor.plain import question, typed
from tutor.plain.typed import Act, Refused

HERE = [action for action in ACTIONS if action.place in {"", "quiz"}]


def said(pieces) -> list[str]:
    return [f"{piece.word}: {piece.text}" if piece.word else piece.text for piece in pieces]


def meaning(quiz, line: str):
    view = View("Course", "quiz", (), "quiz:L5.3", quiz=quiz)
    return typed.understand(line, view, HERE, 0)


@pytest.mark.parametrize(
    ("quiz", "how"),
    [
        (questions.ORDER, "Type: all the letters, from first to last, such as BAC."),
        (questions.MATCH, "Type: a letter for each row, such as 1B 2A 3B. A letter may stand twice."),
        (questions.TEXT, "Type: the answer. Capitals and quotes make no difference."),
        (questions.NUMBER, "Type: a number of ms. 5 more or less is right too."),
        (questions.LINES, "Type: the number of a line."),
        (questions.SOME, "Type: one of these line numbers: 2, 4."),
        (questions.view("number"), "Type: a number."),
    ],
    ids=lambda value: value.type if hasattr(value, "type") else "",
)
def test_each_type_says_how_it_is_answered(quiz, how):
    lines = said(question.question(quiz))
    assert lines[0] == "Question 1 of 2: What is right?"
    assert lines[-1] == how


def test_rows_and_lines_are_read_with_their_numbers():
    assert said(question.question(questions.MATCH))[1:-1] == [
        "Row 1: Errors",
        "Row 2: Throttles",
        "Row 3: Invocations",
        "A: three",
        "B: none",
    ]
    assert said(question.question(questions.SOME))[1:-1] == [
        "Line 1: def handler(event, context):",
        "Line 2, to choose:     print(event)",
        "Line 3: ",
        'Line 4, to choose:     raise RuntimeError("no")',
        "End of the lines.",
    ]
    assert "Line 2:     print(event)" in said(question.question(questions.LINES))


def test_an_order_is_judged_in_its_right_order():
    assert said(question.question(questions.ORDERED))[1:-2] == [
        "Answer: Not right.",
        "Answer: In place: 1 of 3.",
        "Right answer: B C A",
        "1, letter B: you had it at 3, wrong. step b. It begins.",
        "2, letter C: right. step c. It goes on.",
        "3, letter A: you had it at 1, wrong. step a. It ends.",
    ]


def test_a_match_is_judged_row_by_row():
    lines = said(question.question(questions.MATCHED))
    assert "Row 1: Errors: you said A, right. Each try failed." in lines
    assert "Row 3: Invocations: you said B, wrong. It is A. Each try counts." in lines
    assert "B: none. There was room." in lines
    assert "Why: Metrics count tries." in lines


def test_what_was_typed_is_told_beside_the_right_answer():
    lines = said(question.question(questions.TEXTED))
    assert lines[1:5] == [
        "Answer: Not right.",
        "You answered: Exception",
        "Right answer: RuntimeError",
        "Why: It is the class.",
    ]
    assert "Line 2: wrong. print(event). It only prints." in said(question.question(questions.PICKED))


def test_the_end_says_what_is_left():
    over = replace(questions.TEXTED, finished=True, left=1)
    assert said(question.question(over))[-1] == (
        "Type: quiz-again to be asked the 1 question that has not been right yet, or next to go on."
    )
    assert said(question.question(replace(over, left=0)))[-1].endswith("the quiz is done.")


@pytest.mark.parametrize(
    ("quiz", "lines"),
    [
        (questions.ORDER, ["bca", "B C A", "b,c,a"]),
        (questions.MATCH, ["bab", "1B 2A 3B", "1=b, 2=a, 3=b"]),
        (questions.TEXT, ["RuntimeError", "a longer answer", "B", "7", '"quoted"', "answer 3"]),
        (questions.NUMBER, ["3", "3 ms", "3MS", "1,000"]),
        (questions.SOME, ["2", " 4 ", "3"]),
    ],
    ids=lambda value: value.type if hasattr(value, "type") else "",
)
def test_an_answer_alone_is_an_answer(quiz, lines):
    for line in lines:
        found = meaning(quiz, line)
        assert isinstance(found, Act), line
        assert found.action.id == "quiz.answer", line
        assert found.args["response"] == line.strip().removeprefix("answer ")


def test_words_of_the_skin_are_no_answers_to_a_text():
    assert meaning(questions.TEXT, "proof").action.id == "quiz.proof"
    assert meaning(questions.TEXT, "next").action.id == "quiz.next"
    near = meaning(questions.TEXT, "outlin")
    assert isinstance(near, Refused)
    assert near.reason == "Did you mean outline? Type answer outlin if that is your answer."
    assert isinstance(meaning(questions.TEXTED, "RuntimeError"), Refused)
