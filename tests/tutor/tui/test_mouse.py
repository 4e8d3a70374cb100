"""What keys do, the mouse does too."""

from __future__ import annotations

from textual.geometry import Offset
from textual.selection import Selection

from tests.tutor.tui.helper import driving
from tutor.tui.widgets.bars import Bar


async def click_text(it, text):
    """Click on the first place where a text stands on the screen."""
    for y, line in enumerate(it.text.split("\n")):
        if (x := line.find(text)) >= 0:
            await it.pilot.click(offset=(x + 1, y))
            await it.quiet()
            return
    raise AssertionError(f"{text!r} is not on the screen:\n{it.text}")


async def test_a_click_opens_an_entry_of_the_outline(tmp_path):
    async with driving(tmp_path, (120, 40)) as it:
        await click_text(it, "Three tries and a")
        assert it.performed("go.lab") == [{"ref": "three-tries"}]


async def test_a_click_on_a_key_does_what_the_key_does(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await click_text(it, "F5 Deploy")
        assert it.performed("lab.deploy") == [{}]
        await click_text(it, "esc leave")
        await click_text(it, "h Hint")
        assert it.performed("lab.hint") == [{}]


async def test_a_click_on_a_tab_shows_its_pane(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        await click_text(it, "3 Editor")
        assert "def handler" in it.text
    async with driving(tmp_path, (120, 40), "lab") as it:
        await click_text(it, "4 Log")
        assert "No log lines yet" in it.text


async def test_a_click_on_the_head_of_a_block_runs_it(tmp_path):
    async with driving(tmp_path, (120, 60)) as it:
        await click_text(it, "$ clock advance 5m")
        assert it.performed("lesson.run") == []
        await click_text(it, "Demo  enter")
        assert it.performed("lesson.run") == [{"block": "retry"}]


async def test_a_click_skips_and_a_click_chooses_an_option(tmp_path):
    async with driving(tmp_path, (120, 40), "lab") as it:
        await it.type("Event")
        await it.press("enter")
        await click_text(it, "space skips")
        assert it.performed("lab.skip") == [{}]
    async with driving(tmp_path, (120, 40), "quiz") as it:
        await click_text(it, "about 09:03")
        assert "● B" in it.text
        await it.press("enter")
        assert it.performed("quiz.answer") == [{"response": "B"}]


async def test_text_can_be_selected_and_copied(tmp_path):
    async with driving(tmp_path, (120, 40)) as it:
        reader = it.app.panes.reader
        row = next(n for n, r in enumerate(reader.rows) if "An asynchronous caller" in r.text)
        chosen = Selection(Offset(3, row), Offset(15, row))
        it.app.screen.selections = {reader: chosen}
        await it.quiet()
        assert reader.get_selection(chosen) == ("asynchronous", "\n")
        assert it.app.screen.get_selected_text() == "asynchronous"
        assert "An asynchronous caller" in it.text


async def test_a_name_wider_than_its_bar_is_cut(tmp_path):
    async with driving(tmp_path, (60, 16), "lab") as it:
        assert all(
            bar.render_line(0).cell_length == bar.size.width for bar in it.app.query(Bar) if bar.display
        )
