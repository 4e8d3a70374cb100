"""Every pane, driven by keys alone."""

from __future__ import annotations

from msgspec.structs import replace

from tests.tutor.tui.fake import FakeTutor
from tests.tutor.tui.helper import driving
from tutor.actions.view import FileView
from tutor.tui.widgets.command_line import CommandLine
from tutor.tui.widgets.console import added
from tutor.tui.widgets.timeline import microseconds

INVOKE = "aws Event"


async def test_a_lesson_is_scrolled_and_its_blocks_run(tmp_path):
    async with driving(tmp_path, (80, 24)) as it:
        assert "Async retries, slowly" in it.text
        await it.press("tab", "tab", "enter")
        assert it.performed("lesson.run") == [{"block": "retry"}]
        assert "09:01:00" in it.text
        await it.press("end")
        assert "End of the lesson" in it.text
        await it.press("home")
        assert "After this you can" in it.text
        await it.press("tab", "tab", "enter")
        assert it.performed("lesson.run") == [{"block": "retry"}] * 2


async def test_a_guess_is_marked_in_a_prediction(tmp_path):
    async with driving(tmp_path) as it:
        await it.press("tab", "enter")
        assert "Your guess: 09:00:01" in it.text
        await it.press("enter")
        assert "Your guess: about 09:03" in it.text
        assert it.performed("lesson.run") == []


async def test_tab_goes_on_to_the_next_pane_after_the_last_block(tmp_path):
    async with driving(tmp_path, (200, 60)) as it:
        await it.press(*["tab"] * 6)
        assert it.app.focused.id == "guide"
        await it.press("shift+tab")
        assert it.app.focused.id == "reader"


async def test_the_lesson_opens_its_lab_and_its_quiz(tmp_path):
    async with driving(tmp_path) as it:
        await it.press("tab", "tab", "tab", "tab", "enter")
        assert it.performed("go.lab") == [{"ref": "three-tries"}]
        assert it.app.view.place == "lab"
        await it.press("f2")
        assert it.app.view.place == "lesson"


async def test_the_guide_jumps_to_a_heading(tmp_path):
    async with driving(tmp_path, (200, 20)) as it:
        it.app.panes.guide.focus()
        await it.press("end", "enter")
        assert it.app.panes.reader.scroll_offset.y > 5


async def test_the_outline_opens_an_entry(tmp_path):
    async with driving(tmp_path, (80, 24)) as it:
        await it.press("o")
        assert it.app.focused.id == "outline"
        await it.press("down", "enter")
        assert it.performed("go.lab") == [{"ref": "three-tries"}]


async def test_a_quiz_of_the_outline_is_asked_for_by_its_lesson(tmp_path):
    async with driving(tmp_path, (80, 24)) as it:
        await it.press("o", "down", "down", "enter")
        assert it.performed("go.quiz") == [{"ref": "L5.3"}]


async def test_the_console_sends_a_line_and_shows_the_answer(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.type(INVOKE)
        await it.press("enter")
        assert it.performed("lab.command") == [{"line": INVOKE}]
        assert '"StatusCode": 202' in it.text
        assert f"$ {INVOKE}" in it.text
        assert "next: order 7 is tried again in 59 s" in it.text


async def test_up_and_down_bring_back_what_was_typed(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        for line in ("one", "two"):
            await it.type(line)
            await it.press("enter")
        await it.type("dra")
        line = it.app.query_one(CommandLine)
        await it.press("up")
        assert line.value == "two"
        await it.press("up", "up")
        assert line.value == "one"
        await it.press("down", "down")
        assert line.value == "dra"


async def test_letters_are_text_in_the_console_and_commands_outside(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.type("h")
        assert it.performed("lab.hint") == []
        assert "leave the field" in it.line_with("esc")
        await it.press("escape", "h")
        assert it.performed("lab.hint") == [{}]
        await it.press("colon")
        assert it.app.focused.id == "console-line"


async def test_space_on_the_empty_line_skips(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.press("space")
        assert it.performed("lab.skip") == [{}]
        assert "Mon 09:03:00" in it.text
        await it.type("a b")
        assert it.app.query_one(CommandLine).value == "a b"


async def test_number_keys_go_to_the_panes_of_a_lab(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.type(INVOKE)
        await it.press("enter", "escape", "1")
        assert "PASS" in it.text
        await it.press("4")
        assert "[ERROR] RuntimeError" in it.text
        await it.press("5")
        assert "RuntimeError: out of stock" in it.text
        await it.press("3")
        assert "def handler" in it.text
        await it.press("escape", "2")
        assert "StatusCode" in it.text


async def test_the_task_strip_is_in_view_when_the_tasks_are_not(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        assert "NOT YET  Send one asynchronous event" in it.text
        await it.press("escape", "1")
        assert "NOT YET  Send one" not in it.text
        assert "○ NOT YET" in it.text


async def test_hints_are_shown_with_their_task(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "h", "h")
        assert "hint 1/2" in it.text
        assert "--invocation-type Event" in it.text


async def test_a_task_that_passes_is_told(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.type(INVOKE)
        await it.press("enter")
        assert it.line_with("✓ PASS")
        assert it.line_with(r"wanted\s+1 letter")


async def test_an_event_of_the_timeline_is_explained(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("space", "escape", "t", "down", "enter")
        assert it.performed("lab.command") == [{"line": "explain 11"}]


async def test_a_question_is_answered_by_its_letter(tmp_path):
    async with driving(tmp_path, (120, 40), "quiz") as it:
        await it.press("b", "enter")
        assert it.performed("quiz.answer") == [{"response": "B"}]
        assert "RIGHT ✓" in it.text
        assert "One minute, then two more." in it.text
        assert "Six hours is for throttles." in it.text


async def test_a_question_is_answered_by_the_arrows(tmp_path):
    async with driving(tmp_path, (80, 24), "quiz") as it:
        await it.press("down", "down", "down", "enter")
        assert it.performed("quiz.answer") == [{"response": "C"}]
        assert it.line_with(r"● C")


async def test_next_in_a_quiz_goes_to_the_next_question_as_long_as_there_is_one(tmp_path):
    async with driving(tmp_path, (80, 24), "quiz") as it:
        await it.press("n")
        assert len(it.performed("quiz.next")) == 1
        assert it.performed("go.next") == []
    last = FakeTutor("quiz")
    last.view = replace(last.view, quiz=replace(last.view.quiz, number=last.view.quiz.total))
    async with driving(tmp_path, (80, 24), core=last) as it:
        await it.press("n")
        assert it.performed("quiz.next") == []
        assert len(it.performed("go.next")) == 1


async def test_enter_without_a_choice_answers_nothing(tmp_path):
    async with driving(tmp_path, (120, 40), "quiz") as it:
        await it.press("enter")
        assert it.performed("quiz.answer") == []
        assert "Choose an answer first" in it.text
        await it.press("b", "enter")
        assert "Choose an answer first" not in it.text


async def test_the_quiz_goes_on_to_a_number_and_to_its_end(tmp_path):
    async with driving(tmp_path, (120, 40), "quiz") as it:
        await it.press("b", "enter", "enter")
        assert it.app.focused.id == "answer-line"
        await it.type("3")
        await it.press("enter")
        assert it.performed("quiz.answer") == [{"response": "B"}, {"response": "3"}]
        assert "You had 2 of 2 right." in it.text
        await it.press("a")
        assert it.performed("quiz.again") == [{}]
        assert "Question 1 of 2" in it.text


async def test_a_letter_after_the_answer_does_not_begin_the_quiz_again(tmp_path):
    async with driving(tmp_path, (120, 40), "quiz") as it:
        await it.press("b", "enter", "a")
        assert it.performed("quiz.again") == []


async def test_the_proof_is_shown_beside_or_instead_of_the_question(tmp_path):
    async with driving(tmp_path, (120, 40), "quiz") as it:
        await it.press("b", "enter", "p")
        assert "09:03:00  flaky  third try" in it.text
        assert "RIGHT ✓" in it.text
    async with driving(tmp_path, (80, 24), "quiz") as it:
        await it.press("b", "enter", "p")
        assert "09:03:00  flaky  third try" in it.text
        await it.press("enter")
        assert it.performed("quiz.next") == []
        assert "RIGHT ✓" in it.text
        await it.press("enter")
        assert it.performed("quiz.next") == [{}]


def test_a_transcript_that_forgets_its_beginning_is_still_known():
    assert added((), ("a",)) == ("a",)
    assert added(("a", "b"), ("a", "b", "c")) == ("c",)
    assert added(("a", "b"), ("b", "c")) == ("c",)
    assert added(("a", "b"), ("x",)) is None
    assert added(("a",), ()) is None


def test_times_of_the_timeline_are_read():
    assert microseconds("09:01:00") == 32_460_000_000
    assert microseconds("Tue 00:00:01.500") == 86_401_500_000
    assert microseconds("soon") is None


async def test_a_lab_whose_tasks_all_pass_is_not_done_while_it_warns(tmp_path):
    core = FakeTutor("lab")
    tasks = tuple(replace(task, status="pass") for task in core.view.lab.tasks)
    core.view = replace(
        core.view, lab=replace(core.view.lab, tasks=tasks, warnings=("The role is gone. Type reset.",))
    )
    async with driving(tmp_path, (120, 40), core=core) as it:
        assert it.line_with("NOT DONE LIKE THIS ○  The role is gone")
        assert "LAB DONE" not in it.text
    async with driving(tmp_path, (80, 24), core=core) as it:
        assert it.line_with("NOT DONE LIKE THIS ○  The role is gone")
        assert "LAB DONE" not in it.text


async def test_a_file_that_is_no_code_is_not_said_to_be_deployed_or_changed(tmp_path):
    core = FakeTutor("lab")
    policy = FileView("policy.json", "{}", False, code=False)
    core.view = replace(core.view, lab=replace(core.view.lab, files=(policy,)))
    async with driving(tmp_path, (120, 40), core=core) as it:
        assert "for commands to read" in it.text
        assert "policy.json●" not in it.text
        assert "changed since the last deploy" not in it.text
