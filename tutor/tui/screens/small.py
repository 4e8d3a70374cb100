"""What is seen in a terminal that is too small: one line that says what to do."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.tui import arrange, words


class SmallScreen(ModalScreen[None]):
    """Covers everything until the terminal grows.

    Args:
        warning: that nothing is saved; "" when all is.
    """

    DEFAULT_CSS = """
    SmallScreen { align: center middle; background: $background; }
    SmallScreen > Static { width: 100%; height: auto; text-align: center; color: $foreground; }
    SmallScreen > .warning { color: $error; }
    SmallScreen > .keys { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "app.interrupt", show=False)]

    def __init__(self, warning: str = "") -> None:
        super().__init__()
        self._warning = warning

    def on_screen_resume(self) -> None:
        """The terminal may have grown while a window lay over this one."""
        self.app.call_later(self._go_when_large)

    def _go_when_large(self) -> None:
        if self.is_current and not arrange.is_small(self.app.size):
            self.dismiss()

    def compose(self) -> ComposeResult:
        """The line, and how to leave."""
        yield Static(words.TOO_SMALL, markup=False)
        if self._warning:
            yield Static(words.WARNING.format(what=self._warning), markup=False, classes="warning")
        yield Static(words.TOO_SMALL_QUIT, markup=False, classes="keys")
