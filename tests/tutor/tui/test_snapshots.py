"""The screens as text. After a change run this file with UPDATE_SNAPSHOTS=1, and look at the differences."""

from __future__ import annotations

import pytest

from tests.tutor.tui.helper import assert_snapshot, driving

SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)
STORIES = {
    "lesson": ("lesson", ["tab", "tab", "enter"]),
    "outline": ("outline", []),
    "lab": ("lab", ["a", "w", "s", "space", "E", "v", "e", "n", "t", "enter"]),
    "lab-skipped": ("lab", ["space", "escape", "h"]),
    "quiz": ("quiz", ["b"]),
    "quiz-answered": ("quiz", ["a", "enter", "p"]),
}


def name_of(story, size):
    return f"{story}-{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", [SMALL, MIDDLE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("story", STORIES)
async def test_a_place_at_two_sizes(tmp_path, story, size):
    place, pressed = STORIES[story]
    async with driving(tmp_path, size, place) as it:
        await it.press(*pressed)
        assert_snapshot(it.app, name_of(story, size))


@pytest.mark.parametrize("story", ["lesson", "lab-skipped"])
async def test_a_large_terminal(tmp_path, story):
    place, pressed = STORIES[story]
    async with driving(tmp_path, LARGE, place) as it:
        await it.press(*pressed)
        assert_snapshot(it.app, name_of(story, LARGE))


@pytest.mark.parametrize("pane", ["1", "3", "4", "5"])
async def test_each_pane_of_a_lab_fills_a_small_terminal(tmp_path, pane):
    async with driving(tmp_path, SMALL, "lab") as it:
        await it.press("space", "escape", pane)
        assert_snapshot(it.app, f"lab-pane-{pane}-80x24")


@pytest.mark.parametrize("key", ["question_mark", "x"])
async def test_windows(tmp_path, key):
    async with driving(tmp_path, SMALL, "lab") as it:
        await it.press("escape", key)
        assert_snapshot(it.app, f"window-{key}-80x24")


async def test_a_terminal_that_is_too_small(tmp_path):
    async with driving(tmp_path, (40, 10)) as it:
        assert_snapshot(it.app, "small-40x10")


@pytest.mark.parametrize("story", ["lesson", "lab-skipped", "quiz-answered"])
async def test_without_colour_state_is_still_said(tmp_path, story, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    place, pressed = STORIES[story]
    async with driving(tmp_path, MIDDLE, place) as it:
        await it.press(*pressed)
        assert_snapshot(it.app, f"{story}-nocolor-120x40")
        styles = {s.style for strip in it.app.screen._compositor.render_strips() for s in strip if s.style}
        assert all(style.color is None or style.color.is_default for style in styles)
        assert any(style.reverse for style in styles) or any(style.bold for style in styles)
