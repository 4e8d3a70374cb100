"""What is typed in the editor is never lost."""

from __future__ import annotations

import threading

from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tests.tutor.tui.helper import driving
from tutor.actions.view import FileView
from tutor.tui.widgets import editor as module


def saved(it):
    return [args["text"].split("\n")[0] for args in it.performed("lab.save_file")]


async def test_a_deploy_saves_first(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        await it.type("# ")
        await it.press("f5")
        names = [name for name, _args in it.core.calls]
        assert names.index("lab.save_file") < names.index("lab.deploy")
        assert saved(it) == ["# def handler(event, context):"]
        assert "deployed ✓" in it.text


async def test_ctrl_s_saves(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        await it.type("#")
        assert "being saved" in it.text
        await it.press("ctrl+s")
        assert saved(it) == ["#def handler(event, context):"]
        assert "changed since the last deploy" in it.text


async def test_escape_leaves_and_saves(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        await it.type("#")
        await it.press("escape", "h")
        assert saved(it) == ["#def handler(event, context):"]
        assert it.performed("lab.hint") == [{}]


async def test_a_pause_saves(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SAVE_AFTER", 0.02)
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        await it.type("#")
        await it.pilot.pause(0.1)
        await it.quiet()
        assert saved(it) == ["#def handler(event, context):"]


async def test_quitting_saves_first(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        await it.type("#")
        await it.pilot.press("ctrl+q")
        core = it.core
    names = [name for name, _args in core.calls]
    assert names.index("lab.save_file") < names.index("app.quit")
    assert core.closed


async def test_a_signal_to_end_saves(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        await it.type("#")
        it.app.action_leave(0)
        core = it.core
    assert [args["text"][:5] for name, args in core.calls if name == "lab.save_file"] == ["#def "]


async def test_an_older_view_does_not_undo_what_is_typed_meanwhile(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        await it.type("a")
        it.core.gate = threading.Event()
        await it.pilot.press("ctrl+s")
        await it.pilot.press("b")
        it.core.gate.set()
        await it.quiet()
        area = it.app.panes.editor.area
        assert area.text.startswith("abdef")
        await it.press("escape")
        assert saved(it)[-1].startswith("abdef")


async def test_a_file_changed_by_a_command_is_shown(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        it.core._lab(files=(FileView("app.py", "changed = 1\n", False),))
        await it.type("deploy")
        await it.press("enter")
        assert it.app.panes.editor.area.text == "changed = 1\n"


async def test_files_are_switched_by_keys(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3", "ctrl+pagedown")
        assert '{"stock": 0}' in it.text
        await it.press("escape", "left", "enter")
        assert it.app.panes.editor.current == "app.py"
        assert it.app.focused.id == "code"


async def test_a_name_is_no_markup(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.type("[b]x[/b] [@click=x]")
        await it.press("enter")
        assert "$ [b]x[/b] [@click=x]" in it.text


async def test_a_key_that_was_not_heard_of_yet_is_deployed_too(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        area = it.app.panes.editor.area
        with area.prevent(TextArea.Changed):
            area.insert("# ")
        await it.press("f5")
        assert saved(it) == ["# def handler(event, context):"]


async def test_a_new_line_begins_where_the_last_one_did(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        area = it.app.panes.editor.area
        area.load_text("")
        for line in ("def handler(event, context):", "if event:", "return 1"):
            await it.type(line)
            await it.press("enter")
        await it.press("backspace")
        await it.type("return 2")
        assert area.text.split("\n") == [
            "def handler(event, context):",
            "    if event:",
            "        return 1",
            "    return 2",
        ]


async def test_the_middle_of_a_line_is_broken_and_what_is_selected_goes(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("escape", "3")
        area = it.app.panes.editor.area
        area.load_text("    one, two, three")
        area.selection = Selection((0, 14), (0, 9))
        await it.press("enter")
        assert area.text == "    one, \n    three"
        assert area.cursor_location == (1, 4)
        await it.press("right", "backspace")
        assert area.text == "    one, \n    hree"
