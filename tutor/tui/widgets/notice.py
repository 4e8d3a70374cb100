"""A few lines that take their own room, so that they lie over no input and no window, and are not cut."""

from __future__ import annotations

from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tutor.tui.widgets.bars import painted
from tutor.tui.widgets.styled import Piece, Row, cut, wrap


class Notice(Widget):
    """Says one thing, for some seconds or until it is taken back. A newer one replaces it.

    Args:
        id: the widget's id.
        most: rows at most.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Notice { height: 1; width: 1fr; background: $panel; color: $foreground; display: none; }"

    def __init__(self, id: str, most: int = 3) -> None:  # noqa: A002
        super().__init__(id=id)
        self._most = most
        self._text = self._tone = ""
        self._timer: Timer | None = None

    def say(self, text: str, tone: str = "", seconds: float = 0) -> None:
        """Show a text.

        Args:
            text: what to say; "" takes back what is shown.
            tone: how it looks.
            seconds: of real time until it goes; 0 for lasting.
        """
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._text, self._tone = text.strip(), tone
        self.display = bool(self._text)
        self._grow()
        self.refresh()
        if self._text and seconds:
            self._timer = self.set_timer(seconds, lambda: self.say(""))

    def fits(self, text: str) -> bool:
        """Whether a text can be shown whole."""
        return len(self._wrapped(text)) <= self._most

    def _wrapped(self, text: str) -> list[Row]:
        width = max(1, self.app.size.width - 2)
        return wrap((Piece(text, self._tone),), width, first=(Piece(" "),))

    def _grow(self) -> None:
        self.styles.height = min(self._most, len(self._wrapped(self._text)))

    def on_resize(self) -> None:
        """Another width needs other rows."""
        self._grow()

    def render_line(self, y: int) -> Strip:
        """Paint a row; the last one says that there was more."""
        rows = self._wrapped(self._text)
        pieces: tuple[Piece, ...] = rows[y].pieces if y < len(rows) else ()
        if y == self._most - 1 and len(rows) > self._most:
            pieces = (Piece(cut(rows[y].text + " " * self.size.width, self.size.width - 1), self._tone),)
        return painted(self, pieces)
