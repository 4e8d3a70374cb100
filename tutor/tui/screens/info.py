"""A window to read: what an action answered, where no pane in view shows it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tutor.actions.registry import Line
from tutor.tui import words
from tutor.tui.screens.modal import Window
from tutor.tui.widgets.lineview import LineView
from tutor.tui.widgets.said import said
from tutor.tui.widgets.styled import Row


class InfoText(LineView):
    """The lines, which scroll."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        super().__init__()
        self._lines = lines

    def build(self, width: int) -> list[Row]:
        """The lines as in every pane."""
        return said(self._lines, width)


class InfoScreen(Window[None]):
    """Shows lines until escape.

    Args:
        title: stands in the frame.
        lines: what there is to read.
    """

    DEFAULT_CSS = "InfoScreen > .window { height: 80%; padding: 1 1 0 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", show=False)]

    def __init__(self, title: str, lines: tuple[Line, ...]) -> None:
        super().__init__()
        self._text = InfoText(lines)
        self._title = title

    def compose(self) -> ComposeResult:
        """The text in a frame."""
        self._text.add_class("window")
        self._text.border_title = Content(f" {self._title} ").markup
        self._text.border_subtitle = f" {words.CLOSE} "
        yield self._text
