"""One learner in one quiz: reading answers, judging them, going on, coming back."""

from __future__ import annotations

import msgspec
import pytest

from tests.tutor.quiz.conftest import item
from tutor.course.checks import Queue
from tutor.quiz import Question, UnreadableAnswerError

ONE = item("choice", True, False, False, id="Q1")
MANY = item("multi", True, False, True, False, id="Q2")
NUMBER = item("number", id="Q3", answer=Queue(name="{names}"))


def letters(session, *, true: bool = True) -> str:
    options = session.question().solved.options
    return "".join(letter for letter, option in zip("ABCDEFGH", options, strict=False) if option.true is true)


def with_answer(session, number: float):
    """The session, as if the run had come to that number."""
    solved = session.question().solved
    session._solved["Q3"] = msgspec.structs.replace(solved, key=f"{number:.15g}")
    return session


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{}\n", "{}.", "({})", "{})", "{0}{0}", "{},"])
def test_one_letter_in_any_spelling(session, spelling):
    asked = session(ONE)
    right, wrong = letters(asked), letters(asked, true=False)[0]
    for case in (str.upper, str.lower):
        assert asked.judge(spelling.format(case(right))) == (right, True)
        assert asked.judge(spelling.format(case(wrong))) == (wrong, False)


@pytest.mark.parametrize("between", ["", " ", ",", ", ", ";", "  "])
def test_several_letters_in_any_order_and_spelling(session, between):
    asked = session(MANY)
    right = letters(asked)
    assert len(right) == 2
    for order in (right, right[::-1], right.lower()):
        assert asked.judge(between.join(order)) == ("".join(sorted(right)), True)
    assert asked.judge(between.join("ABCD")) == ("ABCD", False)
    assert asked.judge(right[0]) == (right[0], False)


@pytest.mark.parametrize("response", ["", " ", "D", "AB", "1", "?", "A or B", "ab", "é", "ÀA", "A\0", "-"])
def test_what_is_not_one_of_the_letters_is_asked_again(session, response):
    with pytest.raises(UnreadableAnswerError, match=r"^Answer with one letter, A to C\.$"):
        session(ONE).judge(response)


@pytest.mark.parametrize("response", ["", ",", "E", "ABCDE", "all", "3"])
def test_what_is_not_some_of_the_letters_is_asked_again(session, response):
    with pytest.raises(UnreadableAnswerError, match=r"^Answer with one or more letters, A to D\.$"):
        session(MANY).judge(response)


@pytest.mark.parametrize(
    ("response", "plain", "number"),
    [
        ("3", "3", 3),
        (" 3 ", "3", 3),
        ("+3", "+3", 3),
        ("3.0", "3.0", 3),
        ("03", "03", 3),
        ("-3", "-3", -3),
        ("2.5", "2.5", 2.5),
        ("1000", "1000", 1000),
        ("1,000", "1000", 1000),
        ("1_000", "1000", 1000),
        ("1 000 000", "1000000", 1_000_000),
        ("1,000.5", "1000.5", 1000.5),
    ],
)
def test_a_number_in_any_spelling(session, response, plain, number):
    assert with_answer(session(NUMBER), number).judge(response) == (plain, True)
    assert with_answer(session(NUMBER), number + 1).judge(response) == (plain, False)


@pytest.mark.parametrize(
    "response",
    [
        "",
        "three",
        "3,5",
        "1,00",
        "1,0000",
        "3 times",
        "0x3",
        "1e3",
        "nan",
        "inf",
        "3..5",
        "--3",
        "9" * 16,
        "²",
    ],
)
def test_what_is_not_a_number_is_asked_again(session, response):
    with pytest.raises(UnreadableAnswerError, match=r"^Answer with a number, in digits\.$"):
        with_answer(session(NUMBER), 15).judge(response)


@pytest.mark.parametrize(
    ("number", "words"), [(3.0, "3"), (0.5, "0.5"), (1_000_000.0, "1000000"), (1_234_567.0, "1234567")]
)
def test_the_right_number_is_told_in_full(session, number, words):
    assert with_answer(session(NUMBER), number).question().right_answer == words


def test_the_right_letters_are_told_with_their_texts(session):
    question = session(MANY).question()
    assert question.right_answer == ", ".join(
        f"{letter}: {option.text}"
        for letter, option in zip("ABCD", question.solved.options, strict=True)
        if option.true
    )
    assert isinstance(question, Question)


def test_judging_notes_nothing(session):
    asked = session(ONE)
    asked.judge("A")
    assert asked.question().response == ""
    assert asked.score == (0, 0)


def test_a_quiz_from_its_beginning_to_its_end(session):
    asked = session(ONE, MANY, NUMBER)
    assert asked.question().item.id == "Q1"
    asked.note(*asked.judge(letters(asked)))
    assert asked.question().correct
    assert asked.next()
    asked.note(*asked.judge(letters(asked)[0]))
    assert not asked.question().correct
    assert asked.next()
    assert not asked.finished
    asked.note(*asked.judge("0"))
    assert asked.finished
    assert asked.score == (2, 3)
    assert not asked.next()
    assert asked.question().item.id == "Q3"


def test_a_question_that_was_passed_over_comes_again_after_the_last(session):
    asked = session(ONE, MANY, NUMBER)
    asked.note("A", False)
    assert asked.next()
    assert asked.next()
    asked.note("0", True)
    assert not asked.finished
    assert asked.next()
    assert asked.question().item.id == "Q2"
    asked.note("A", False)
    assert asked.finished
    assert asked.next()  # to the last one, which can be read again
    assert not asked.next()


def test_a_session_goes_on_where_it_was_left(session):
    asked = session(ONE, MANY, NUMBER, answers=[("Q1", "B", False)])
    assert (asked.index, asked.score, asked.finished) == (1, (0, 1), False)
    assert asked.question().item.id == "Q2"
    asked.note("AB", True)
    again = session(ONE, MANY, NUMBER, answers=[("Q1", "B", False), ("Q2", "AB", True)])
    assert (again.index, again.score) == (2, (1, 2))


def test_a_finished_session_opens_at_its_last_question(session):
    asked = session(ONE, NUMBER, answers=[("Q1", "A", True), ("Q3", "0", True)])
    assert asked.finished
    assert asked.question().response == "0"
    assert not asked.next()


def test_answers_to_questions_that_are_no_more_do_not_count(session):
    asked = session(ONE, NUMBER, answers=[("Q1", "A", True), ("gone", "A", True)])
    assert asked.score == (1, 1)
    assert not asked.finished


def test_the_same_question_twice_is_solved_once(session, monkeypatch):
    asked = session(ONE)
    solved = []
    solve = asked.solver.solve
    monkeypatch.setattr(asked.solver, "solve", lambda *given: solved.append(given) or solve(*given))
    asked.question()
    asked.question()
    assert len(solved) == 1
