"""Lines typed in the console that are words of the registry, files to edit, or slips."""

from __future__ import annotations

import pytest

from tests.tutor.tui.helper import driving
from tutor.actions.registry import ACTIONS, BY_ID, BY_WORD
from tutor.tui.screens.ask import ConfirmScreen
from tutor.tui.screens.help import HelpScreen
from tutor.tui.typed import Act, Edit, Refused, Send, understand

LAB = [action for action in ACTIONS if action.place in ("", "lab")]


async def enter(it, line):
    await it.type(line)
    await it.press("enter")


@pytest.mark.parametrize(
    "word", ["hint", "next", "tasks", "goal", "undo", "skip", "outline", "quit", "check"]
)
def test_a_word_of_the_registry_is_its_action(word):
    assert understand(f" {word} ", LAB) == Act(BY_WORD[word], {})


def test_a_word_takes_its_argument_and_no_more():
    assert understand("lesson L5.3", LAB) == Act(BY_ID["go.lesson"], {"ref": "L5.3"})
    assert isinstance(understand("hint please", LAB), Refused)
    assert isinstance(understand("reset yes", LAB), Refused)


@pytest.mark.parametrize(
    "line", ["aws sqs list-queues", "clock", "show logs", "explain 3", "deploy", "xyzzy"]
)
def test_other_lines_go_on_as_they_are(line):
    assert understand(line, LAB) == Send(line)
    assert understand(f"do {line}", LAB) == Send(line)


def test_a_word_of_another_place_is_refused_with_the_place():
    meaning = understand("proof", LAB)
    assert isinstance(meaning, Refused)
    assert "a quiz" in meaning.reason


@pytest.mark.parametrize("line", ["edit app.py", "edit app.py <<END", "edit app.py <<'END'"])
def test_edit_names_a_file_and_leaves_the_text_to_the_editor(line):
    assert understand(line, LAB) == Edit("app.py")


async def test_words_work_by_typing(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await enter(it, "hint")
        assert it.performed("lab.hint") == [{}]
        assert it.line_with(r"\$ hint")
        assert "aws lambda invoke has an option" in it.text
        await enter(it, "help")
        assert isinstance(it.app.screen, HelpScreen)
        await it.press("escape")
        await enter(it, "reset")
        assert isinstance(it.app.screen, ConfirmScreen)
        await it.press("y")
        assert it.performed("lab.reset") == [{"confirm": "yes"}]
        await enter(it, "lesson L5.3")
        assert it.performed("go.lesson") == [{"ref": "L5.3"}]
        assert it.performed("lab.command") == []


async def test_a_slip_is_answered_with_the_near_word(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await enter(it, "solutoin")
        assert "Did you mean solution?" in it.text
        assert it.performed("lab.command") == []


async def test_edit_opens_a_file_that_is_there(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await enter(it, "edit rules.json <<END")
        assert it.app.panes.editor.current == "rules.json"
        assert it.app.focused.id == "code"
        assert "rules.json is open in the editor" in it.text
        assert it.performed("lab.command") == []


async def test_edit_begins_a_new_file_that_is_saved_when_typed_into(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await enter(it, "edit new.py")
        assert "new.py is a new file" in it.text
        assert it.performed("lab.save_file") == []
        await it.type("x")
        await it.press("ctrl+s")
        assert it.performed("lab.save_file") == [{"name": "new.py", "text": "x"}]
        assert it.app.panes.editor.area.text == "x"
