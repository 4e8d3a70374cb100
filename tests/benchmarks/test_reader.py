"""What a long lesson costs to show: our reader beside Textual's own Markdown widget, in seconds of CPU."""

from __future__ import annotations

import asyncio
import gc
import re
import time
from collections.abc import Callable

import pytest
from textual.app import App
from textual.widget import Widget
from textual.widgets import Markdown

from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import interleaved
from tutor.actions.view import LessonView
from tutor.course import Cache, load_course, packaged
from tutor.course.lesson import TITLES
from tutor.tui.widgets.reader import Reader

pytestmark = pytest.mark.benchmark

LESSON = "L2.2"
LINES = 300
AT_MOST = 1 / 25
TITLE = re.compile(r'title="([^"]*)"')
ROUNDS = 6


async def _shown(make: Callable[[], Widget]) -> float:
    app: App[None] = App()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        widget = make()
        gc.collect()
        began = time.process_time()
        await app.mount(widget)
        await pilot.pause()
        app.screen._compositor.render_update(full=True)
        seconds = time.process_time() - began
        assert widget.virtual_size.height > LINES / 2
        return seconds


def as_markdown(lines: list[str]) -> str:
    """A page without directives: each has its title, and lines to type and pictures are code."""
    found: list[str] = []
    fenced = False
    for line in lines:
        if not line.startswith(":::"):
            found.append(line)
        elif line != ":::":
            name = line.removeprefix(":::").partition(" ")[0]
            found += [
                "",
                f"#### {TITLE.search(line)[1] if TITLE.search(line) else TITLES.get(name, name)}",
                "",
            ]
            fenced = name in {"demo", "try", "compare", "picture"}
            found += ["```"] if fenced else []
        elif fenced and line == ":::":
            fenced = False
            found.append("```")
    return "\n".join(found)


def test_a_long_lesson_costs_a_fraction_of_the_stock_widget(
    report: Callable[[Figure], None],
) -> None:
    course = load_course(packaged(), cache=Cache(None))
    ref = course.find(LESSON)
    text = (course.folder / ref.folder / "lesson.md").read_text().split("---\n", 2)[2]
    markdown = as_markdown(text.split("\n"))
    lesson = course.lesson(LESSON)
    view = LessonView(LESSON, lesson.title, 30, ("exact", ""), (), lesson.blocks, done=False)
    assert text.count("\n") >= LINES

    def reader() -> Reader:
        made = Reader()
        made.show(view)
        return made

    best = interleaved(
        ROUNDS,
        {
            "reader": lambda: asyncio.run(_shown(reader)),
            "stock": lambda: asyncio.run(_shown(lambda: Markdown(markdown))),
        },
    )
    ratio = best["reader"] / best["stock"]
    report(
        Figure(
            f"a lesson of {text.count(chr(10))} lines shown, CPU",
            f"{best['reader'] * 1e3:.0f} ms",
            f"Textual's Markdown widget, {best['stock'] * 1e3:.0f} ms",
            f"1/{1 / ratio:.0f}",
            "ratio at most 1/25",
        )
    )
    assert ratio <= AT_MOST
