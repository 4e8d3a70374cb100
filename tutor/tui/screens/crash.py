"""The crash window: what happened, that nothing is lost, where the details are, how to report it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from tutor.tui import words
from tutor.tui.screens.modal import Window


class CrashScreen(Window[None]):
    """Says that the program made a mistake; leaving is all that is left to do.

    Args:
        action: the title of what was being done.
        where: the sentence about the log file.
    """

    DEFAULT_CSS = """
    CrashScreen > .window { border: round $error; border-title-color: $error; }
    CrashScreen Static { margin-bottom: 1; }
    CrashScreen .keys { color: $text-muted; margin-bottom: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape,q", "app.leave(1)", show=False)]

    def __init__(self, action: str, where: str) -> None:
        super().__init__()
        self._action = action
        self._where = where

    def compose(self) -> ComposeResult:
        """A sentence a line."""
        with Vertical(classes="window") as window:
            window.border_title = f" ✗ {words.CRASH_TITLE} "
            for text in (
                words.CRASH_WHAT.format(action=self._action),
                words.CRASH_SAVED,
                self._where,
                words.CRASH_REPORT,
            ):
                yield Static(text, markup=False)
            yield Static(words.CRASH_KEYS, markup=False, classes="keys")
