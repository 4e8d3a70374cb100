"""The base of the one-line bars: pieces from the left and from the right, cut to the width, clickable."""

from __future__ import annotations

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tutor.tui.widgets.styled import Piece, Row, cut
from tutor.tui.widgets.tones import tones_of


def painted(widget: Widget, pieces: Iterable[Piece]) -> Strip:
    """A line of a widget as wide as it is."""
    base, table = widget.rich_style, tones_of(widget.app)
    segments = [Segment(p.text, base + table[p.tone] if p.tone else base) for p in pieces]
    return Strip(segments).extend_cell_length(widget.size.width, base).crop(0, widget.size.width)


class Bar(Widget):
    """One line. Subclasses say what stands left and right; a piece may carry an action for clicks."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Bar {
        height: 1; width: 1fr; background: $panel; color: $foreground;
    }
    """

    def left(self) -> list[tuple[Piece, str]]:
        """Pieces from the left, each with a Textual action for a click, or ""."""
        raise NotImplementedError

    def right(self) -> list[tuple[Piece, str]]:
        """Pieces at the right edge; they give way first when it is narrow."""
        return []

    @property
    def text(self) -> str:
        """What stands left, as words."""
        return "".join(piece.text for piece, _action in self.left())

    def render_line(self, y: int) -> Strip:
        """Paint the bar."""
        width = self.size.width
        if y:
            return Strip.blank(width, self.rich_style)
        right = self.right()
        right_width = Row(tuple(piece for piece, _action in right)).width
        left = self._fit(self.left(), width)
        used = sum(segment.cell_length for segment in left)
        if used + right_width + 1 <= width and right:
            left.append(Segment(" " * (width - used - right_width), self.rich_style))
            left += self._fit(right, right_width)
        return Strip(left).extend_cell_length(width, self.rich_style)

    def _fit(self, pieces: list[tuple[Piece, str]], width: int) -> list[Segment]:
        segments: list[Segment] = []
        for piece, action in pieces:
            text = cut(piece.text, width)
            if not text:
                break
            style = self.rich_style
            if piece.tone:
                style += tones_of(self.app)[piece.tone]
            if action:
                style += Style(meta={"@click": action})
            segment = Segment(text, style)
            segments.append(segment)
            width -= segment.cell_length
        return segments
