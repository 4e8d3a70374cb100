"""The newer types of questions in the terminal: answered by keys, judged in words and symbols."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tutor import questions
from tests.tutor.tui.fake import FakeTutor
from tests.tutor.tui.helper import driving
from tutor.actions import Outcome
from tutor.course import Block, Span
from tutor.tui.widgets import question
from tutor.tui.widgets.blocks import Renderer
from tutor.tui.widgets.styled import Row

SIZES = [(80, 24), (120, 40)]


def core(quiz, answered=None) -> FakeTutor:
    made = FakeTutor("quiz")
    made.view = replace(made.view, quiz=quiz)
    if answered is not None:

        def quiz_answer(response: str) -> Outcome:
            made.view = replace(made.view, quiz=answered)
            return Outcome()

        made.quiz_answer = quiz_answer
    return made


def text(rows: list[Row]) -> str:
    return "\n".join(row.text.rstrip() for row in rows)


@pytest.mark.parametrize("size", SIZES)
async def test_an_order_is_made_by_its_letters(tmp_path, size):
    made = core(questions.ORDER, questions.ORDERED)
    async with driving(tmp_path, size, core=made) as it:
        assert "Press the letters from first to last" in " ".join(it.text.split())
        await it.press("b", "a")
        assert it.line_with(r"2\. A  step a")
        assert it.line_with(r"1\. B  step b")
        assert "Your order: B A" in it.text
        await it.press("backspace", "backspace", "a", "c", "c", "c", "b")
        assert "Your order: A C B" in it.text
        await it.press("enter")
        assert it.performed("quiz.answer") == [{"response": "ACB"}]
        assert "NOT RIGHT ✗   In place: 1 of 3.   The answer: B C A" in it.text
        assert [it.text.index(step) for step in ("step b", "step c", "step a")] == sorted(
            it.text.index(step) for step in ("step a", "step b", "step c")
        )
        assert it.line_with(r"✗ you had it at 3  It begins\.")
        assert it.line_with(r"✓ in place  It goes on\.")


@pytest.mark.parametrize("size", SIZES)
async def test_a_match_gives_each_row_a_letter(tmp_path, size):
    made = core(questions.MATCH, questions.MATCHED)
    async with driving(tmp_path, size, core=made) as it:
        assert it.line_with(r"\[ \] 1  Errors")
        await it.press("a", "b", "enter")
        assert it.performed("quiz.answer") == []
        assert "Choose an answer first" in it.text
        await it.press("a")
        assert it.line_with(r"\[A\] 3  Invocations")
        await it.press("up", "up", "b", "down", "backspace", "b", "enter")
        assert it.performed("quiz.answer") == [{"response": "BBA"}]
        assert "Rows that are right: 2 of 3." in it.text
        assert it.line_with(r"\[B\] 3  Invocations")
        assert it.line_with(r"✗ wrong  It is A\. Each try counts\.")
        assert it.line_with(r"✓ right  Each try failed\.")
        assert "There was room." in it.text
        await it.press("end")
        assert "Metrics count tries." in it.text


async def test_a_match_by_mouse_and_by_space(tmp_path):
    async with driving(tmp_path, (80, 24), core=core(questions.MATCH)) as it:
        paper = it.app.panes.quiz.paper
        paper.choose("B")
        paper.move_cursor("row 3")
        paper.choose("A")
        assert paper.marked == ["B", "", "A"]
        await it.press("down", "down", "down", "space")
        assert paper.marked == ["B", "B", "A"]


@pytest.mark.parametrize("size", SIZES)
async def test_a_line_is_picked_by_the_arrows(tmp_path, size):
    made = core(questions.SOME, questions.PICKED)
    async with driving(tmp_path, size, core=made) as it:
        await it.press("enter")
        assert it.performed("quiz.answer") == []
        await it.press("down", "down", "up", "enter")
        assert it.performed("quiz.answer") == [{"response": "2"}]
        assert it.line_with(r"✗ 2      print\(event\)")
        assert it.line_with(r"✗ wrong  It only prints\.")
        assert it.line_with(r"✓ 4      raise RuntimeError")
        assert it.line_with(r"✓ right  It raises\.")
        assert it.line_with(r"^\W* 1  def handler")


async def test_the_mark_goes_with_the_arrows(tmp_path):
    async with driving(tmp_path, (80, 24), core=core(questions.LINES)) as it:
        await it.press("down", "down", "down")
        assert it.line_with(r"● 4")
        assert it.text.count("●") == 1
        await it.press("up", "enter")
        assert it.performed("quiz.answer") == [{"response": "2"}]


async def test_a_line_that_was_marked_is_the_answer(tmp_path):
    async with driving(tmp_path, (80, 24), core=core(questions.LINES)) as it:
        await it.press("down", "down", "down", "space", "up")
        assert it.line_with(r"● 4")
        await it.press("enter")
        assert it.performed("quiz.answer") == [{"response": "4"}]


@pytest.mark.parametrize("size", SIZES)
async def test_a_text_is_typed(tmp_path, size):
    async with driving(tmp_path, size, core=core(questions.TEXT, questions.TEXTED)) as it:
        assert it.app.focused.id == "answer-line"
        await it.type("Exception")
        await it.press("enter")
        assert it.performed("quiz.answer") == [{"response": "Exception"}]
        shown = " ".join(it.text.split())
        assert "You typed: Exception. The answer: RuntimeError" in shown
        assert "It is the class." in shown


def test_a_number_says_its_unit_and_how_far_off_it_may_be():
    rows = question.ask(questions.NUMBER, [], 76)
    assert text(rows) == "Type a number of ms (5 more or less is right too); enter answers."
    assert text(question.ask(replace(questions.NUMBER, unit="", tolerance=""), [], 76)) == (
        "Type a number; enter answers."
    )


def test_the_end_says_what_is_left():
    over = replace(questions.TEXTED, finished=True, total=1, left=2)
    assert "2 questions have not been right yet." in text(question.finished(over, 76, "a", "n"))
    assert "a asks again what was never right" in text(question.finished(over, 76, "a", "n"))
    done = text(question.finished(replace(over, left=0), 76, "a", "n"))
    assert "Every question was right at least once: the quiz is done ✓" in done


async def test_the_keys_lead_forward_and_back(tmp_path):
    async with driving(tmp_path, (80, 24), core=core(questions.MATCH)) as it:
        await it.press("a", "left")
        assert it.performed("quiz.back") == [{}]


async def test_a_question_whose_options_changed_begins_unmarked(tmp_path):
    made = core(questions.MATCH)
    async with driving(tmp_path, (80, 24), core=made) as it:
        await it.press("a")
        other = replace(questions.MATCH, options=tuple(reversed(questions.MATCH.options)))
        made.view = replace(made.view, quiz=other)
        it.app.perform("app.help")
        await it.quiet()
        assert it.app.panes.quiz.paper.marked == ["", "", ""]


def test_a_page_offers_a_guess_only_where_one_can_be_marked():
    words = Block("paragraph", spans=(Span("step a"),))
    option = Block("paragraph", level=1, spans=(Span("step b"),), prefix="•")
    (head, *_rows) = Renderer(76).render([Block("predict", id="p", children=(words,))])
    assert head.text.rstrip().endswith("think of your answer")
    listed = Block("list", level=1, children=(option,))
    (head, *_rows) = Renderer(76).render([Block("predict", id="p", children=(words, listed))])
    assert head.text.rstrip().endswith("enter marks your guess")


@pytest.mark.parametrize("width", [20, 40, 76])
@pytest.mark.parametrize(
    "quiz", [questions.ORDERED, questions.MATCHED, questions.PICKED, questions.TEXTED], ids=lambda q: q.type
)
def test_no_row_is_wider_than_its_room(quiz, width):
    rows = question.verdict(quiz, width) + question.body(quiz, [], width)
    assert max(row.width for row in rows) <= width


async def test_after_an_answer_the_key_bar_says_that_enter_goes_on(tmp_path):
    middle = replace(questions.ORDERED, number=1, total=3)
    made = core(replace(questions.ORDER, number=1, total=3), middle)
    async with driving(tmp_path, SIZES[0], core=made) as it:
        assert "enter Answer" in it.app.keybar.text
        await it.press("b", "a", "c", "enter")
        assert "enter Next question" in it.app.keybar.text
