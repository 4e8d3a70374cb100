"""The help window: every action and key, from the registry, those that work now first."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tutor.actions.registry import ACTIONS, Action
from tutor.tui import keys, words
from tutor.tui.screens.modal import Window
from tutor.tui.widgets.lineview import LineView
from tutor.tui.widgets.styled import BLANK, Piece, Row, wrap

KEY_WIDTH = 10


class HelpText(LineView):
    """The list of actions."""

    DEFAULT_CSS = "HelpText { height: 1fr; }"

    def __init__(self, available: tuple[Action, ...]) -> None:
        super().__init__()
        self._available = available

    def build(self, width: int) -> list[Row]:
        """Here, everywhere else, getting around."""
        now = {action.id for action in self._available}
        rows = wrap((Piece(words.FIRST_HELP, "muted"),), width)
        here = [action for action in ACTIONS if action.id in now]
        other = [action for action in ACTIONS if action.id not in now]
        for title, actions in ((words.HERE_TITLE, here), (words.ELSEWHERE_TITLE, other)):
            if not actions:
                continue
            rows += [BLANK, *wrap((Piece(title, "heading"),), width)]
            for action in actions:
                # What has no key is typed in the console, by its word.
                name = words.key_name(action.key) or f"`{action.word}`"
                rows += self._line(name, f"{action.title}. {action.help}", width)
        rows += [BLANK, *wrap((Piece(words.SKIN_KEYS_TITLE, "heading"),), width)]
        for key in keys.SKIN_KEYS:
            rows += self._line(key.shown, key.help, width)
        return rows

    def _line(self, key: str, text: str, width: int) -> list[Row]:
        title, _dot, rest = text.partition(". ")
        said = [Piece(title, "strong"), Piece(f"  {rest}", "muted")] if rest else [Piece(text, "muted")]
        return wrap(said, width, first=(Piece(f"{key:<{KEY_WIDTH}} ", "key"),))


class HelpScreen(Window[None]):
    """Shows the keys and commands. Escape closes it."""

    DEFAULT_CSS = "HelpScreen > .window { height: 90%; padding: 1 1 0 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", show=False),
    ]

    def __init__(self, available: tuple[Action, ...]) -> None:
        super().__init__()
        self._text = HelpText(available)

    def compose(self) -> ComposeResult:
        """The text in a frame."""
        self._text.add_class("window")
        self._text.border_title = f" {words.NAME} "
        self._text.border_subtitle = f" {words.CLOSE} "
        yield self._text
