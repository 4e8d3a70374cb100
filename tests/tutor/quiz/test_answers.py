"""What a learner types: any sensible spelling is read, anything else is asked for again in words."""

from __future__ import annotations

import msgspec
import pytest

from tutor.quiz import Solved, UnreadableAnswerError
from tutor.quiz.answers import in_place, judge
from tutor.quiz.solved import SolvedLine, SolvedOption, SolvedRow

OPTIONS = tuple(
    SolvedOption(text, True, "W.", place=place) for text, place in zip("wxyz", (2, 1, 3, 4), strict=True)
)
ORDER = Solved("Q", "order", "S", "BACD", options=OPTIONS)
ROWS = tuple(SolvedRow(text, "", letter) for text, letter in zip(("one", "two", "three"), "BAB", strict=True))
MATCH = Solved("Q", "match", "S", "BAB", options=OPTIONS[:2], rows=ROWS)
TEXT = Solved("Q", "text", "S", "RuntimeError")
LINES = tuple(SolvedLine(text, bool(text), text == "c") for text in ("a", "", "c", "d"))
LINE = Solved("Q", "pick-line", "S", "3", lines=LINES)
SECONDS = Solved("Q", "number", "S", "900", unit="s", tolerance=5)


@pytest.mark.parametrize(
    "typed", ["BACD", "bacd", "b a c d", "B, A, C, D", "B-A-C-D", "B > A > C > D", " bacd\n"]
)
def test_an_order_in_any_spelling(typed):
    assert judge(ORDER, typed).response == "BACD"
    assert judge(ORDER, typed).correct


@pytest.mark.parametrize("typed", ["", "BAC", "BACDD", "BACE", "BBCD", "2134", "first B"])
def test_what_is_no_order_is_asked_again(typed):
    words = r"^Answer with the letters A to D, each once, from first to last, such as BACD\.$"
    with pytest.raises(UnreadableAnswerError, match=words):
        judge(ORDER, typed)


@pytest.mark.parametrize(
    "typed", ["BAB", "b a b", "1B 2A 3B", "3b,1b,2a", "1=B 2=A 3=B", "1: B; 2: A; 3: B", "1b2a3b"]
)
def test_a_match_in_any_spelling(typed):
    assert judge(MATCH, typed).response == "BAB"
    assert judge(MATCH, typed).correct
    assert not judge(MATCH, "AAB").correct


@pytest.mark.parametrize(
    "typed", ["", "BA", "BABA", "BAC", "1B 2A", "1B 2A 4B", "1B 2A 3B x", "1B 1A 2A 3", "123"]
)
def test_what_is_no_match_is_asked_again(typed):
    words = r"^Answer with a letter, A to B, for each of the 3 rows, such as 1A 2B 3A\.$"
    with pytest.raises(UnreadableAnswerError, match=words):
        judge(MATCH, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "RuntimeError",
        " runtimeerror ",
        '"RuntimeError"',
        "'RUNTIMEERROR'",
        "`RuntimeError`",
        "RuntimeError. ",
    ],
)
def test_a_text_whatever_its_quotes_and_capitals(typed):
    assert judge(TEXT, typed).correct


@pytest.mark.parametrize("typed", ["RuntimeErrors", "Error", "KeyError"])
def test_another_text_is_wrong(typed):
    assert not judge(TEXT, typed).correct
    assert judge(TEXT, f" {typed} ").response == typed


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Runtime Error", "Answer with one word, without blanks."),
        ("the KeyError", "Answer with one word, without blanks."),
        ("RuntimeError: 'table'", "Answer with a word that has no colon in it."),
        ("KeyError:'table'", "Answer with a word that has no colon in it."),
    ],
)
def test_a_text_of_another_form_is_asked_again_whether_or_not_the_right_one_is_in_it(typed, words):
    with pytest.raises(UnreadableAnswerError, match=f"^{words}$"):
        judge(TEXT, typed)


def test_a_text_with_a_colon_may_have_a_blank_beside_it():
    action = msgspec.structs.replace(TEXT, key="dynamodb:PutItem")
    assert judge(action, "dynamodb: PutItem").correct
    assert not judge(action, "dynamodb:GetItem").correct
    with pytest.raises(UnreadableAnswerError, match="has a colon in it"):
        judge(action, "PutItem")


@pytest.mark.parametrize("typed", ["", "  ", '""', "?!", "..."])
def test_a_text_without_a_letter_is_asked_again(typed):
    with pytest.raises(UnreadableAnswerError, match=r"^Type the answer in a word or a few\.$"):
        judge(TEXT, typed)


def test_a_line_is_one_that_can_be_chosen():
    assert judge(LINE, " 3. ").correct
    assert judge(LINE, "04").response == "4"
    for typed in ("2", "5", "0", "-1", "", "c", "3 4", "²"):
        with pytest.raises(
            UnreadableAnswerError, match=r"^Answer with one of these line numbers: 1, 3, 4\.$"
        ):
            judge(LINE, typed)
    many = Solved("Q", "pick-line", "S", "3", lines=LINES * 4)
    with pytest.raises(UnreadableAnswerError, match=r"a line that is not empty, 1 to 16\.$"):
        judge(many, "2")


def test_a_number_may_have_its_unit_and_its_tolerance():
    for typed in ("900", "900 s", "900S", "905", "895"):
        assert judge(SECONDS, typed).correct
    for typed in ("906", "894", "-900"):
        assert not judge(SECONDS, typed).correct
    with pytest.raises(UnreadableAnswerError):
        judge(SECONDS, "900 ms")


def test_how_much_is_right_is_told_of_orders_and_matches_alone():
    assert in_place(ORDER, "ABCD") == "In place: 2 of 4."
    assert in_place(MATCH, "AAA") == "Rows that are right: 1 of 3."
    assert in_place(TEXT, "x") == in_place(ORDER, "") == ""
