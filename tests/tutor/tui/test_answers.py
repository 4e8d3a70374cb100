"""What is said, and where: nothing twice, nothing over an input, nothing only where it is hidden."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from tests.tutor.tui.fake import LAB, FakeTutor
from tests.tutor.tui.helper import Driven, driving
from tutor.actions.registry import ACTIONS, Line, Outcome
from tutor.tui.app import LambdaTutorApp
from tutor.tui.engine import Engine
from tutor.tui.screens.info import InfoScreen
from tutor.tui.screens.small import SmallScreen

UNSAVED = "Your progress is not being saved: the folder /somewhere/state cannot be written"
SIZES = [(60, 16), (80, 24), (120, 40), (200, 60)]
LARGE_ONES_SLOW = [*SIZES[:2], *(pytest.param(size, marks=pytest.mark.slow) for size in SIZES[2:])]


@pytest.mark.parametrize("size", LARGE_ONES_SLOW)
@pytest.mark.parametrize("place", ["lesson", "lab", "quiz", "outline"])
async def test_that_nothing_is_saved_is_said_at_every_size(tmp_path, size, place):
    core = FakeTutor(place)
    core.view = replace(core.view, saved=UNSAVED)
    async with driving(tmp_path, size, core=core) as it:
        assert f"WARNING: {UNSAVED}" in " ".join(it.text.split())
        assert "all saved" not in it.text
        await it.press("escape", "f2")
        assert "WARNING: Your progress" in it.text
        await it.pilot.resize_terminal(40, 10)
        await it.quiet()
        assert "not being saved" in " ".join(it.text.split())


async def test_a_hint_is_in_the_tasks_and_the_console_and_nowhere_else(tmp_path):
    for size in SIZES:
        async with driving(tmp_path, size, "lab") as it:
            await it.press("escape", "h")
            assert not it.app.notice.display
            assert "aws lambda invoke has an option" in " ".join(it.text.split())
            assert it.app.panes.console.transcript.lines[-1].kind == "hint"
            await it.press("1")
            assert "hint 1/2" in it.text


async def test_a_hint_is_said_where_neither_is_in_view(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.press("escape", "4", "h")
        assert it.app.notice.display
        assert "aws lambda invoke has an option" in it.text
        board, notice = it.app.board.region, it.app.notice.region
        assert not board.overlaps(notice)


async def test_a_newer_notice_replaces_the_older(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.app.notify("the first")
        it.app.notify("the second")
        await it.quiet()
        assert "the second" in it.text
        assert "the first" not in it.text
        it.app.notice.say("")
        await it.quiet()
        assert not it.app.notice.display


async def test_the_solution_is_a_window_that_scrolls_and_is_in_the_console(tmp_path):
    core = FakeTutor("lab")
    lines = tuple(Line("output", f"aws step {n}") for n in range(40))
    core.lab_solution = lambda confirm="": Outcome((Line("title", "One way to do it:"), *lines))
    async with driving(tmp_path, (80, 24), core=core) as it:
        await it.press("escape", "s", "y")
        assert isinstance(it.app.screen, InfoScreen)
        assert "One way to do it" in it.text
        await it.press("end")
        assert "aws step 39" in it.text
        await it.press("escape")
        assert it.app.panes.console.transcript.lines[-1].text == "aws step 39"


async def test_an_event_is_explained_where_the_person_is(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.press("space", "escape", "5", "home")
        assert "#11" in it.text
        await it.press("enter")
        assert isinstance(it.app.screen, InfoScreen)
        assert "explain 11" in it.text
        assert "StatusCode" in it.text
        await it.press("escape")
        assert it.app.board.visible_panes == ["timeline"]


async def test_tasks_are_checking_until_they_were_looked_at(tmp_path):
    core = FakeTutor("lab")
    bare = tuple(replace(t, status="not_yet", expected="", actual="") for t in LAB.tasks)
    core._lab(tasks=bare)
    gate = threading.Event()

    def resume():
        gate.wait(10)
        return Outcome()

    core.resume = resume
    async with driving_without_waiting(tmp_path, core) as it:
        assert "checking …" in it.text
        assert "NOT YET" not in it.text
        gate.set()
        await it.quiet()
        assert "NOT YET" in it.text
        assert "checking" not in it.text


@asynccontextmanager
async def driving_without_waiting(tmp_path, core):
    engine = Engine(lambda: core)
    engine.start()
    app = LambdaTutorApp(engine, *engine.opened.result(5), tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield Driven(app, pilot, core)
    assert engine.close(5)


async def test_a_long_transcript_opens_at_its_end_and_is_scrolled_from_the_line(tmp_path):
    core = FakeTutor("lab")
    core._lab(console=tuple(Line("output", f"line {n} of it") for n in range(100)))
    async with driving(tmp_path, (80, 24), core=core) as it:
        assert "line 99 of it" in it.text
        await it.press("pageup")
        assert "line 99 of it" not in it.text
        assert it.app.focused.id == "console-line"
        await it.press("pagedown")
        assert "line 99 of it" in it.text


async def test_a_text_that_could_not_be_saved_stays(tmp_path):
    core = FakeTutor("lab")
    core.lab_save_file = lambda name, text: Outcome((Line("error", "That name is not allowed."),))
    async with driving(tmp_path, (80, 24), core=core) as it:
        await it.type("edit ../x")
        await it.press("enter")
        await it.type("y")
        await it.press("ctrl+s")
        assert "NOT SAVED ✗" in it.text
        assert "That name is not allowed." in it.text
        assert it.app.panes.editor.text_of("../x") == "y"


async def test_marks_on_a_question_that_is_passed_over_are_kept(tmp_path):
    core = FakeTutor("quiz")
    first = core.view.quiz
    core.available = lambda: [action for action in ACTIONS if action.place in ("", "quiz")]
    async with driving(tmp_path, (80, 24), core=core) as it:
        await it.press("b", "right")
        assert "Question 1 is not answered yet; your mark on it is kept." in it.text
        core.view = replace(core.view, quiz=first)
        it.app.perform("app.help")
        await it.quiet()
        assert it.app.panes.quiz.paper.marked == ["B"]
        assert it.line_with("● B")


async def test_the_footer_keeps_help_and_quit_whole(tmp_path):
    for place in ("lesson", "lab", "quiz", "outline"):
        for width in (60, 80, 100):
            async with driving(tmp_path, (width, 24), place) as it:
                last = it.text.split("\n")[-1]
                assert "? Help" in last
                assert "ctrl+q Quit" in last


@pytest.mark.slow
async def test_at_the_smallest_size_nothing_of_another_size_stays(tmp_path):
    for place in ("lesson", "lab", "quiz"):
        async with driving(tmp_path, (60, 16), place) as it:
            before = it.text
            for size in ((59, 16), (60, 16), (60, 15), (60, 16), (120, 40), (60, 16), (200, 60), (60, 16)):
                await it.pilot.resize_terminal(*size)
                await it.quiet()
            assert it.text == before
            assert not isinstance(it.app.screen, SmallScreen)


async def test_no_palette_opens_over_a_terminal_that_is_too_small(tmp_path):
    async with driving(tmp_path, (40, 10), "lab") as it:
        await it.press("f1")
        assert isinstance(it.app.screen, SmallScreen)
