"""Windows that ask: is the person sure, and what an action needs to know. Both are made from the action."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tutor.actions.registry import Action
from tutor.tui import words
from tutor.tui.screens.modal import Window


class ConfirmScreen(Window[bool]):
    """Asks whether to do an action."""

    DEFAULT_CSS = """
    ConfirmScreen > .window { max-width: 64; }
    ConfirmScreen .keys { color: $text-muted; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", show=False),
        Binding("n,escape", "answer(False)", show=False),
    ]

    def __init__(self, action: Action, given: dict[str, str]) -> None:
        super().__init__()
        self._action = action
        self._given = given

    def compose(self) -> ComposeResult:
        """What it does, to what, and the keys."""
        label = next((arg.label for arg in self._action.args if arg.name == "confirm"), "")
        with Vertical(classes="window") as window:
            window.border_title = Content(f" {self._action.title} ").markup
            for arg in self._action.args:
                if arg.name in self._given:
                    yield Static(f"{arg.label}: {self._given[arg.name]}", markup=False)
            yield Static(self._action.help, markup=False)
            yield Static(f"{label}   {words.YES_KEYS}", markup=False, classes="keys")

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)


class AskScreen(Window["dict[str, str] | None"]):
    """Asks for the arguments of an action, a line for each."""

    DEFAULT_CSS = """
    AskScreen Input { border: round $border; background: $surface; }
    AskScreen Input:focus { border: round $accent; }
    AskScreen .keys, AskScreen .help { color: $text-muted; }
    AskScreen .label { margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", show=False)]

    def __init__(self, action: Action, given: dict[str, str]) -> None:
        super().__init__()
        self._action = action
        self._given = given

    def compose(self) -> ComposeResult:
        """A label and a line for each argument."""
        with Vertical(classes="window") as window:
            window.border_title = Content(f" {self._action.title} ").markup
            yield Static(self._action.help, markup=False, classes="help")
            for arg in self._action.args:
                label = arg.label + (f" ({' / '.join(arg.choices)})" if arg.choices else "")
                label += f" ({words.OPTIONAL})" if arg.optional else ""
                yield Static(label, markup=False, classes="label")
                yield Input(self._given.get(arg.name, ""), id=f"arg-{arg.name}")
            yield Static(words.ASK_KEYS, markup=False, classes="keys")

    def on_mount(self) -> None:
        """Begin at the first line that is empty."""
        for arg in self._action.args:
            if arg.name not in self._given:
                self.query_one(f"#arg-{arg.name}", Input).focus()
                return

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next line that is empty and needed, or closes with the answers."""
        event.stop()
        values: dict[str, str] = {}
        for arg in self._action.args:
            field = self.query_one(f"#arg-{arg.name}", Input)
            value = field.value.strip()
            if (not value and not arg.optional) or (value and arg.choices and value not in arg.choices):
                field.focus()
                return
            if value:
                values[arg.name] = value
        self.dismiss(values)

    def action_cancel(self) -> None:
        """Close without answers."""
        self.dismiss(None)
