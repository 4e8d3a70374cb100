"""The base of all panes of text: rows painted line by line, with a cursor, selection and a cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tutor.tui.widgets.styled import Row
from tutor.tui.widgets.tones import tones_of


class LineView(ScrollView, can_focus=True):
    """A pane of rows. Subclasses build them in `build`; `rebuild` asks for it after new data."""

    ALLOW_SELECT = True
    DEFAULT_CSS = """
    LineView {
        background: $surface; color: $foreground;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        overflow-x: hidden; scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", show=False),
        Binding("down,j", "step(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """The person chose what a row belongs to, by enter or by a click."""

        view: LineView
        target: str

        @property
        def control(self) -> LineView:
            """The pane it happened in."""
            return self.view

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.rows: list[Row] = []
        self.cursor = ""
        self.fill_width = 0
        """How far fills reach, in cells; 0 for the whole width."""
        self._built_for = -1
        self._strips: dict[int, Strip] = {}
        self._styles_of: dict[tuple[str, str], Style] = {}

    # What subclasses do ---------------------------------------------------------------------------

    def build(self, width: int) -> list[Row]:
        """The rows for a pane `width` cells wide. Called again when the width or the data change."""
        raise NotImplementedError

    def rebuild(self) -> None:
        """Build the rows again: the data changed."""
        self._built_for = -1
        if self.is_attached and self.size.width:
            self._ensure()
            self.refresh()

    # Rows -----------------------------------------------------------------------------------------

    def _ensure(self) -> None:
        width = self.scrollable_content_region.width
        if width == self._built_for or width <= 0:
            return
        self._built_for = width
        self.rows = self.build(width)
        self._strips.clear()
        self.virtual_size = Size(width, len(self.rows))

    @property
    def targets(self) -> list[str]:
        """What the rows belong to, from top to bottom, each once."""
        return list(dict.fromkeys(r.target for r in self.rows if r.target))

    def place_of(self, target: str) -> tuple[int, int] | None:
        """First and last row that belong to a target, or None."""
        found = [index for index, r in enumerate(self.rows) if r.target == target]
        return (found[0], found[-1]) if found else None

    def move_cursor(self, target: str, *, reveal: bool = True) -> None:
        """Put the cursor on a target, and scroll so that it is seen."""
        if target != self.cursor:
            self.cursor = target
            self._strips.clear()
            self.refresh()
        if reveal:
            self.reveal(target)

    def reveal(self, target: str) -> None:
        """Scroll as little as possible so that the rows of a target are seen."""
        place = self.place_of(target)
        if place is None:
            return
        first, last = place
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if first < top or last - first >= height:
            self.scroll_to(y=first, animate=False)
        elif last >= top + height:
            self.scroll_to(y=last - height + 1, animate=False)

    # Painting -------------------------------------------------------------------------------------

    def style_of(self, tone: str, fill: str = "") -> Style:
        """The Rich style of a tone on a fill; see `tones.tones_of`."""
        style = self._styles_of.get((tone, fill))
        if style is None:
            table = tones_of(self.app)
            style = self.rich_style
            for name in filter(None, (fill, *tone.split())):
                style += table[name]
            self._styles_of[tone, fill] = style
        return style

    def render_line(self, y: int) -> Strip:
        """Paint one line of what is in view."""
        self._ensure()
        index = y + self.scroll_offset.y
        width = self.size.width
        if not 0 <= index < len(self.rows):
            return Strip.blank(width, self.style_of(""))
        selection = self.text_selection
        strip = None if selection else self._strips.get(index)
        if strip is None:
            strip = self._paint(index, width, selection)
            if not selection:
                self._strips[index] = strip
        return strip

    def _paint(self, index: int, width: int, selection: Selection | None) -> Strip:
        line = self.rows[index]
        fill = line.fill
        if line.target and line.target == self.cursor:
            fill = self.cursor_fill(line)
        segments = [Segment(piece.text, self.style_of(piece.tone, fill)) for piece in line.pieces]
        length = line.width
        # Blanks to the edge are put behind the text before a strip is made: each strip is dear.
        filled = min(self.fill_width or width, width)
        for edge, style in ((filled, self.style_of("", fill)), (width, self.style_of(""))):
            if length < edge:
                segments.append(Segment(" " * (edge - length), style))
                length = edge
        strip = Strip(segments, length)
        if selection is not None and (span := selection.get_span(index)) is not None:
            start, end = span
            chosen = self.screen.get_component_rich_style("screen--selection")
            written = line.width
            cuts = [start, written if end == -1 else min(end, written), length]
            parts = list(strip.divide(cuts))
            strip = Strip.join([part.apply_style(chosen) if n == 1 else part for n, part in enumerate(parts)])
        if length > width:
            strip = strip.crop(0, width)
        return strip.apply_offsets(0, index)

    def cursor_fill(self, line: Row) -> str:
        """The fill of a row that the cursor is on."""
        return "cursor" if self.has_focus else (line.fill or "resting")

    def notify_style_update(self) -> None:
        """Theme or classes changed: forget what was painted."""
        super().notify_style_update()
        self._styles_of.clear()
        self._strips.clear()

    def selection_updated(self, selection: Selection | None) -> None:
        """The mouse selects text."""
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that is selected, for copying."""
        return selection.extract("\n".join(r.text for r in self.rows)), "\n"

    # Moving ---------------------------------------------------------------------------------------

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The cursor looks different without focus."""
        super().watch_has_focus(_has_focus)
        self._strips.clear()

    def on_resize(self) -> None:
        """Another width wraps the rows anew; the cursor stays in view."""
        self._ensure()
        if self.cursor:
            self.reveal(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """A click chooses what its row belongs to."""
        index = event.y + self.scroll_offset.y - self.gutter.top
        if 0 <= index < len(self.rows) and (target := self.rows[index].target):
            self.move_cursor(target)
            self.post_message(self.Chosen(self, target))

    def action_step(self, by: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by a screenful, keeping a line of the old one."""
        self.scroll_to(y=self.scroll_offset.y + by * max(1, self.size.height - 2), animate=False)

    def action_edge(self, end: int) -> None:
        """Scroll to the beginning or to the end."""
        self.scroll_to(y=0 if end < 0 else self.virtual_size.height, animate=False)


class ListView(LineView):
    """A `LineView` whose cursor moves from target to target; enter chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", show=False)]

    def action_step(self, by: int) -> None:
        """Move the cursor to the next target."""
        targets = self.targets
        if not targets:
            super().action_step(by)
            return
        at = targets.index(self.cursor) if self.cursor in targets else (-1 if by > 0 else len(targets))
        self.move_cursor(targets[min(max(at + by, 0), len(targets) - 1)])

    def action_page(self, by: int) -> None:
        """Move the cursor by a screenful."""
        self.action_step(by * max(1, self.size.height - 2))

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first or to the last target."""
        if targets := self.targets:
            self.move_cursor(targets[0 if end < 0 else -1])

    def action_choose(self) -> None:
        """Choose what the cursor is on."""
        if self.cursor:
            self.post_message(self.Chosen(self, self.cursor))
