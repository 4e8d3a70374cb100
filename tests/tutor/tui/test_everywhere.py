"""What holds in every place: keys, help, palette, questions, sizes, leaving and mistakes."""

from __future__ import annotations

import threading

import pytest
from textual.command import CommandInput

from tests.tutor.tui.fake import FakeTutor
from tests.tutor.tui.helper import driving
from tutor.actions.registry import ACTIONS, Outcome
from tutor.tui import arrange, crashlog, keys, words
from tutor.tui.screens.ask import AskScreen, ConfirmScreen
from tutor.tui.screens.crash import CrashScreen
from tutor.tui.screens.help import HelpScreen
from tutor.tui.screens.small import SmallScreen

PLACES = ("outline", "lesson", "lab", "quiz")


def test_every_key_of_the_registry_is_bound():
    bound = {key for binding in keys.bindings() for key in binding.key.split(",")}
    assert {action.key for action in ACTIONS if action.key} <= bound


def test_no_key_of_the_skin_is_a_key_of_the_registry():
    own = {key for skin_key in keys.SKIN_KEYS for key in skin_key.keys.split(",") if skin_key.action}
    own |= {str(number) for number in range(1, 7)}
    assert own.isdisjoint({action.key for action in ACTIONS})


def test_the_action_of_the_place_comes_before_one_for_everywhere():
    run = keys.for_key("enter", ACTIONS, "lesson")
    answer = keys.for_key("enter", ACTIONS, "quiz")
    assert run is not None
    assert answer is not None
    assert (run.id, answer.id) == ("lesson.run", "quiz.answer")
    assert keys.for_key("f12", ACTIONS, "lab") is None


async def test_the_help_window_names_every_action(tmp_path):
    async with driving(tmp_path, (120, 120), "lab") as it:
        await it.press("escape", "question_mark")
        assert isinstance(it.app.screen, HelpScreen)
        for action in ACTIONS:
            assert action.title in it.text
        await it.press("escape")
        assert not isinstance(it.app.screen, HelpScreen)


async def test_the_palette_finds_actions_and_lessons(tmp_path):
    async with driving(tmp_path, (120, 40)) as it:
        await it.press("f1")
        assert isinstance(it.app.focused, CommandInput)
        await it.type("tries")
        await it.pilot.pause(0.3)
        await it.press("enter")
        await it.pilot.pause(0.1)
        await it.quiet()
        assert it.performed("go.lab") == [{"ref": "three-tries"}]


async def test_the_palette_does_actions(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.press("ctrl+p")
        await it.type("hint")
        await it.pilot.pause(0.3)
        await it.press("enter")
        await it.pilot.pause(0.1)
        await it.quiet()
        assert it.performed("lab.hint") == [{}]


async def test_the_palette_offers_the_themes_and_nothing_else_of_textual(tmp_path):
    async with driving(tmp_path, (120, 40)) as it:
        titles = [command.title for command in it.app.get_system_commands(it.app.screen)]
        assert titles == ["Theme"]
        it.app.theme = "tutor-light"
        await it.quiet()
        assert it.app.panes.reader.style_of("heading").color.name == "#0b5cad"


async def test_an_action_that_wants_to_be_sure_asks(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.press("escape", "x")
        assert isinstance(it.app.screen, ConfirmScreen)
        await it.press("n")
        assert it.performed("lab.reset") == []
        await it.press("x", "y")
        assert it.performed("lab.reset") == [{"confirm": "yes"}]


async def test_an_action_that_needs_words_asks_for_them(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.app.action_with("lab.save_file", {})
        await it.quiet()
        assert isinstance(it.app.screen, AskScreen)
        await it.press("enter")
        assert isinstance(it.app.screen, AskScreen)
        await it.type("a.py")
        await it.press("enter")
        await it.type("x")
        await it.press("enter")
        assert it.performed("lab.save_file") == [{"name": "a.py", "text": "x"}]


@pytest.mark.parametrize("place", PLACES)
async def test_a_small_terminal_says_so_and_comes_back(tmp_path, place):
    async with driving(tmp_path, (80, 24), place) as it:
        before = it.text
        await it.pilot.resize_terminal(40, 10)
        await it.quiet()
        assert isinstance(it.app.screen, SmallScreen)
        assert "60x16" in it.text.replace("\n", " ")
        await it.press("escape", "h", "f5", "question_mark")
        assert [name for name, _args in it.core.calls] == ["resume"]
        await it.pilot.resize_terminal(80, 24)
        await it.quiet()
        assert it.text == before


async def test_an_app_that_starts_small_can_be_left(tmp_path):
    async with driving(tmp_path, (40, 10)) as it:
        assert "--plain" in it.text
        await it.pilot.press("ctrl+q")
        core = it.core
    assert ("app.quit", {}) in core.calls


@pytest.mark.parametrize("place", ["outline", "lab"])
async def test_every_size_between_is_arranged(tmp_path, place):
    async with driving(tmp_path, (60, 16), place) as it:
        for size in ((119, 29), (120, 30), (160, 40), (60, 16)):
            await it.pilot.resize_terminal(*size)
            await it.quiet()
            shown = [pane for pane in it.app.board.children if pane.display]
            assert sum(pane.size.area > 0 for pane in shown) == len(it.app.board.cells)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("size", [(80, 20), (120, 24), (120, 36), (200, 56)])
def test_cells_cover_the_board_without_overlap(place, size):
    cells = arrange.plan(place, arrange.Size(*size))
    assert sum(cell.region.area for cell in cells) == size[0] * size[1]
    for number, cell in enumerate(cells):
        assert not any(cell.region.overlaps(other.region) for other in cells[number + 1 :])
    assert set(arrange.PANES[place]) <= {pane for cell in cells for pane in cell.panes}


@pytest.mark.parametrize("key", ["ctrl+q", "f10"])
async def test_two_keys_quit_and_the_core_is_closed(tmp_path, key):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.pilot.press(key)
        core = it.core
    assert ("app.quit", {}) in core.calls
    assert core.closed


async def test_ctrl_c_says_how_to_quit(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await it.press("ctrl+c")
        assert words.QUIT_HOW in it.text
        await it.press("escape", "x", "ctrl+c")
        assert it.app.is_running
        assert isinstance(it.app.screen, ConfirmScreen)


async def test_ctrl_c_drops_what_waits(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.core.gate = threading.Event()
        it.app.perform("lab.hint")
        while not it.performed("lab.hint"):
            await it.pilot.pause(0.01)
        it.app.perform("lab.skip")
        await it.pilot.press("ctrl+c")
        it.core.gate.set()
        await it.quiet()
        assert it.performed("lab.skip") == []
        assert it.performed("lab.hint") == [{}]


async def test_a_slow_action_is_named_in_the_title(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        it.core.gate = threading.Event()
        it.app.perform("lab.deploy")
        await it.pilot.pause(0.4)
        assert "working: Deploy" in it.text
        it.core.gate.set()
        await it.quiet()
        assert "working" not in it.text


async def test_a_second_ctrl_q_does_not_wait(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.core.gate = threading.Event()
        it.app.perform("lab.deploy")
        await it.pilot.press("ctrl+q")
        assert it.app.return_value is None
        await it.pilot.press("ctrl+q")
        assert it.app.return_value == 0
        it.core.gate.set()


async def test_a_mistake_of_the_program_is_a_window_and_a_file(tmp_path):
    core = FakeTutor("lab")

    def broken(**args: str) -> Outcome:
        raise ZeroDivisionError("secret [bold]detail")

    core.lab_skip = broken
    async with driving(tmp_path, (120, 40), core=core) as it:
        await it.press("space")
        assert isinstance(it.app.screen, CrashScreen)
        assert words.CRASH_SAVED in it.text
        assert "Traceback" not in it.text
        report = (tmp_path / crashlog.FILE).read_text()
        assert "ZeroDivisionError: secret [bold]detail" in report
        assert "lab.skip" in report
        await it.pilot.press("enter")
        assert it.app.return_value == 1


async def test_a_report_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    async with driving(tmp_path / "file", (120, 40), "lab") as it:
        assert "could not be written" in it.app._report(ValueError("x"), "lab.skip")


async def test_errors_outside_the_lab_are_told(tmp_path):
    core = FakeTutor()
    core.go_lab = lambda **args: Outcome((words_line("error", "there is no lab [x]"),))
    async with driving(tmp_path, (120, 40), core=core) as it:
        await it.press("f3")
        assert "there is no lab [x]" in it.text


def words_line(kind, text):
    from tutor.actions.registry import Line

    return Line(kind, text)


def test_durations_are_said_as_people_say_them():
    said = [words.duration(n) for n in (0, 20_000, 59_000_000, 61_000_000, 250_000_000, 21_600_000_000)]
    assert said == ["0 s", "20 ms", "59 s", "1 min 1 s", "4 min 10 s", "6 h"]
