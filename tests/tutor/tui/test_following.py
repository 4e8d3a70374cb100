"""Panes that grow at their end."""

from __future__ import annotations

from tests.tutor.tui.helper import driving
from tutor.actions.view import LogRow


def lines(first, last):
    return tuple(LogRow(f"09:00:00.{n:03}", "s", f"line {n}", "line") for n in range(first, last))


async def test_the_log_follows_its_end_until_one_scrolls_back(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.core._lab(log=lines(0, 50))
        await it.press("escape", "4", "c")
        assert "line 49" in it.text
        await it.press("home")
        it.core._lab(log=lines(0, 60))
        await it.press("c")
        assert "line 1" in it.text
        assert "line 59" not in it.text
        await it.press("end")
        it.core._lab(log=lines(0, 70))
        await it.press("c")
        assert "line 69" in it.text


async def test_known_lines_of_the_log_are_not_built_again(tmp_path, monkeypatch):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.core._lab(log=lines(0, 50))
        await it.press("escape", "4", "c")
        tail = it.app.panes.log
        built = []
        monkeypatch.setattr(tail, "build", lambda width: built.append(width) or [])
        it.core._lab(log=lines(0, 55))
        await it.press("c")
        assert built == []
        assert [r.text.split()[-1] for r in tail.rows[-2:]] == ["53", "54"]


async def test_another_log_replaces_the_old_one(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.core._lab(log=lines(0, 5))
        await it.press("escape", "4", "c")
        it.core._lab(log=lines(100, 103))
        await it.press("c")
        assert "line 102" in it.text
        assert "line 4" not in it.text


async def test_a_pane_out_of_view_is_at_its_end_when_it_is_shown(tmp_path):
    async with driving(tmp_path, (80, 24), "lab") as it:
        it.core._lab(log=lines(0, 50))
        await it.press("escape", "c", "4")
        assert "line 49" in it.text


async def test_ctrl_c_frees_a_block_whose_run_was_dropped(tmp_path):
    async with driving(tmp_path) as it:
        it.app.panes.reader.begin("demo:retry")
        await it.press("ctrl+c")
        assert it.app.panes.reader.running == ""


async def test_enter_runs_a_block_that_is_seen_whole(tmp_path):
    async with driving(tmp_path, (80, 24)) as it:
        reader = it.app.panes.reader
        height = reader.scrollable_content_region.height
        seen = set()
        for y in [*range(reader.max_scroll_y), *range(reader.max_scroll_y, -1, -1)]:
            reader.scroll_to(y=y, animate=False)
            await it.pilot.pause()
            places = {target: reader.place_of(target) for target in reader.in_view()}
            whole = {target for target, (first, last) in places.items() if y <= first and last < y + height}
            assert not places or reader.current() in (whole or places)
            seen |= whole
        assert len(seen) > 1
