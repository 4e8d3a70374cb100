"""The console: history of each lab, completion, search; and what is news wherever one looks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.tutor.tui.helper import driving
from tutor.actions.registry import Line, Outcome
from tutor.tui.widgets.command_line import CommandLine


def line(it) -> CommandLine:
    return it.app.panes.console.line


async def test_tab_completes_the_word_and_lists_what_fits(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.type("de")
        await it.press("tab")
        assert line(it).value == "deploy "
        assert it.app.screen.focused is line(it)
        await it.press("ctrl+u")
        await it.type("show ")
        await it.press("tab")
        assert line(it).value == "show "
        assert "timeline  logs" in it.text
        await it.press("l")
        assert "timeline  logs" not in it.text
        await it.press("tab")
        assert line(it).value == "show logs "
        await it.type("x")
        await it.press("tab")
        assert "nothing fits here" in it.text


async def test_tab_on_the_empty_line_goes_to_the_next_pane(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("tab")
        assert it.app.screen.focused is not line(it)


async def test_a_completion_that_comes_late_changes_nothing(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.type("dep")
        it.app.panes.console.completed("de", ("deploy",))
        assert line(it).value == "dep"


async def test_ctrl_r_finds_what_was_typed(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        for text in ("aws lambda list-functions", "clock", "aws sqs list-queues", "show logs"):
            await it.type(text)
            await it.press("enter")
        await it.type("aws")
        await it.press("ctrl+r")
        assert line(it).value == "aws sqs list-queues"
        await it.press("ctrl+r")
        assert line(it).value == "aws lambda list-functions"
        await it.press("ctrl+r")
        assert line(it).value == "aws lambda list-functions"
        assert "you have not typed a line with aws" in it.text


async def test_another_lab_has_a_history_of_its_own(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.type("clock")
        await it.press("enter")
        lab = replace(it.core.view.lab, id="other", console=(Line("input", "show logs"),))
        it.core.view = replace(it.core.view, lab=lab)
        it.app.perform("lab.check")
        await it.quiet()
        await it.press("up")
        assert line(it).value == "show logs"
        await it.press("up")
        assert line(it).value == "show logs"


async def test_that_a_task_was_lost_is_said_wherever_one_looks(tmp_path):
    news = Outcome((Line("news", "Was done, is not any more: Make lost events land in a queue."),))
    for size, pane in (((80, 24), "log"), ((80, 24), "tasks"), ((120, 40), "console")):
        async with driving(tmp_path, size, "lab") as it:
            it.app.action_show_pane(pane)
            await it.quiet()
            it.core.examine = lambda cancelled=None: news
            it.app.perform("lab.undo")
            await it.quiet()
            assert "Was done, is not any more" in " ".join(it.text.split())


async def test_a_file_is_begun_and_shown_and_deleted_after_a_yes(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.press("escape", "plus")
        await it.type("lib/helper.py")
        await it.press("enter")
        editor = it.app.panes.editor
        assert editor.current == "lib/helper.py"
        await it.type("x = 1")
        await it.press("escape", "delete")
        assert "File: lib/helper.py" in it.text
        await it.press("y")
        assert it.performed("lab.save_file") == [{"name": "lib/helper.py", "text": "x = 1"}]
        assert it.performed("lab.delete_file") == [{"name": "lib/helper.py", "confirm": "yes"}]
        assert editor.current != "lib/helper.py"
        assert editor.unsaved() == [], "what was typed in a file that is gone does not come back"


async def test_a_file_is_renamed_with_its_name_filled_in(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.app.action_show_pane("editor")
        await it.press("escape", "m")
        await it.type("new.py")
        await it.press("enter")
        (asked,) = it.performed("lab.rename_file")
        assert asked == {"name": it.core.view.lab.files[0].name, "to": "new.py"}


async def test_what_is_not_text_says_so_and_cannot_be_changed(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        lab = it.core.view.lab
        files = (replace(lab.files[0], text="", readable=False),)
        it.core.view = replace(it.core.view, lab=replace(lab, files=files))
        it.app.perform("lab.check")
        it.app.action_show_pane("editor")
        await it.quiet()
        assert "This file is not text in UTF-8." in it.text
        await it.type("x")
        assert it.app.panes.editor.unsaved() == []
        assert it.performed("lab.save_file") == []


async def test_a_solution_is_asked_about_only_after_a_try(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.press("escape", "s")
        assert it.performed("lab.solution") == [{}]
        it.core.view = replace(it.core.view, lab=replace(it.core.view.lab, tried=True))
        it.app.perform("lab.check")
        await it.quiet()
        await it.press("s", "y")
        assert it.performed("lab.solution")[1:] == [{"confirm": "yes"}]


async def test_a_lesson_is_found_in_the_palette_by_its_id(tmp_path):
    async with driving(tmp_path, (80, 24), "lesson") as it:
        lesson = next(entry for entry in it.core.view.outline if entry.kind == "lesson")
        await it.press("ctrl+p")
        await it.type(lesson.id)
        assert lesson.title in it.text


async def test_the_sandbox_has_nothing_to_check_and_nothing_done(tmp_path):
    for size in ((80, 24), (120, 40), (200, 60)):
        async with driving(tmp_path, size, "lab") as it:
            bare = replace(it.core.view.lab, id=":sandbox", title="Sandbox", minutes=0, tasks=())
            it.core.view = replace(it.core.view, lab=bare)
            it.app.perform("lab.undo")
            await it.quiet()
            assert "Sandbox" in it.text
            assert "LAB DONE" not in it.text
            assert "0 min" not in it.text
            assert "checking" not in it.text


@pytest.mark.parametrize("pane", ["1", "2", "4"])
async def test_a_command_typed_beside_the_console_lands_in_it(tmp_path, pane):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.press("escape", pane, "escape", *"aws", "space", *"sqs")
        assert it.app.panes.console.line.value == "aws sqs"
        assert it.performed("lab.solution") == []
        assert it.performed("lab.changes") == []


async def test_the_keys_that_are_shown_are_those_of_the_board_after_a_window(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        assert "esc leave the field" in it.text
        await it.press("question_mark", "escape")
        assert "esc leave the field" in it.text
        await it.press("escape")
        assert "esc leave the field" not in it.text
