"""What all windows over the course have in common."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Window(ModalScreen[Result]):
    """A window in the middle. Ctrl-C says how to quit here too."""

    DEFAULT_CSS = """
    Window {
        align: center middle; background: $background 60%;
        & > .window {
            width: 80%; max-width: 84; height: auto; max-height: 90%; padding: 1 2;
            border: round $accent; background: $surface;
            border-title-color: $accent; border-title-style: bold; border-subtitle-color: $text-muted;
        }
        &:nocolor > .window { border: heavy $foreground; }
    }
    """
    AUTO_FOCUS = "*"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "app.interrupt", show=False)]
