"""Which panes are on the screen, and where: one below 120 columns, two from 120, three from 160."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

SMALLEST = Size(60, 16)
"""Below this, columns and rows, there is only a line that says so."""
TWO_PANES, THREE_PANES = 120, 160
"""Columns from which two and three panes stand side by side."""
STACKED = 30
"""Rows from which two panes stand one above the other."""

PANES = {
    "outline": ("outline", "reader"),
    "lesson": ("reader", "outline"),
    "lab": ("tasks", "console", "editor", "log", "timeline"),
    "quiz": ("quiz", "proof"),
}
"""The panes of a place, in the order of their number keys."""
MAIN = {"outline": "outline", "lesson": "reader", "lab": "console", "quiz": "quiz"}
"""Where the focus goes when a place is entered."""


def is_small(size: Size) -> bool:
    """Whether a terminal is too small for the course."""
    return size.width < SMALLEST.width or size.height < SMALLEST.height


class Cell(NamedTuple):
    """A part of the screen: the panes that share it, one of them in front, and where it is."""

    panes: tuple[str, ...]
    region: Region


def plan(place: str, size: Size) -> tuple[Cell, ...]:
    """Where the panes of a place go.

    Args:
        place: outline, lesson, lab or quiz.
        size: of the space for panes, in cells. The widths that decide are those of the terminal.
    """
    width, height = size
    if width < TWO_PANES:
        return (Cell(PANES[place], Region(0, 0, width, height)),)
    if place == "lab":
        return _lab(width, height)
    side = min(40, width * 3 // 10)
    if place == "quiz":
        left = width * 3 // 5
        return (
            Cell(("quiz",), Region(0, 0, left, height)),
            Cell(("proof",), Region(left, 0, width - left, height)),
        )
    cells = [Cell(("outline",), Region(0, 0, side, height))]
    third = side if width >= THREE_PANES else 0
    cells.append(Cell(("reader",), Region(side, 0, width - side - third, height)))
    if third:
        cells.append(Cell(("guide",), Region(width - third, 0, third, height)))
    return tuple(cells)


def _lab(width: int, height: int) -> tuple[Cell, ...]:
    if height < STACKED:
        left = width // 2
        return (
            Cell(("console", "tasks"), Region(0, 0, left, height)),
            Cell(("editor", "log", "timeline"), Region(left, 0, width - left, height)),
        )
    if width < THREE_PANES:
        left, top = width // 2, height * 2 // 5
        return (
            Cell(("tasks",), Region(0, 0, left, top)),
            Cell(("console",), Region(0, top, left, height - top)),
            Cell(("editor", "log", "timeline"), Region(left, 0, width - left, height)),
        )
    first, second = width * 27 // 100, width * 37 // 100
    top, middle = height // 2, height * 11 // 20
    third = width - first - second
    return (
        Cell(("tasks",), Region(0, 0, first, top)),
        Cell(("timeline",), Region(0, top, first, height - top)),
        Cell(("editor",), Region(first, 0, second, middle)),
        Cell(("log",), Region(first, middle, second, height - middle)),
        Cell(("console",), Region(first + second, 0, third, height)),
    )


def cell_of(pane: str, cells: tuple[Cell, ...]) -> int | None:
    """The index of the cell that has a pane, or None."""
    return next((index for index, cell in enumerate(cells) if pane in cell.panes), None)


class CellLayout(Layout):
    """Puts each pane where its cell is.

    Args:
        regions: where each pane in front goes, for a size. Asked for each size, because what is arranged is
            kept: regions worked out for the size before would stay.
    """

    name = "cells"

    def __init__(self, regions: Callable[[Size], dict[str, Region]]) -> None:
        self._regions = regions

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Place the children that have a region; others are not shown anyway."""
        nowhere, regions = Region(0, 0, 0, 0), self._regions(size)
        return [
            WidgetPlacement(
                regions.get(child.name or "", nowhere), Offset(0, 0), Spacing(), child, 0, False, False
            )
            for child in children
        ]
