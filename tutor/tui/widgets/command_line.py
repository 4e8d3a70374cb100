"""The line of the console to type on: history, completion, search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from tutor.tui import words

SHORTCUTS = ("space", "question_mark")
"""Keys that begin no command, so on the empty line they do what they do elsewhere."""


class CommandLine(Input):
    """The line to type on. Up and down bring back earlier lines, tab completes; escape leaves."""

    DEFAULT_CSS = """
    CommandLine {
        border: none; height: 1; padding: 0; background: $panel; color: $foreground; width: 1fr;
        &:focus { border: none; background-tint: $foreground 0%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "recall(-1)", show=False),
        Binding("down", "recall(1)", show=False),
        Binding("pageup", "scroll_back(-1)", show=False),
        Binding("pagedown", "scroll_back(1)", show=False),
        Binding("ctrl+r", "search", show=False),
        Binding("escape", "screen.focus('#transcript')", show=False),
    ]

    @dataclass
    class Shortcut(Message):
        """A key of a command on the empty line, where it cannot be the beginning of one."""

        key: str

    @dataclass
    class Entered(Message):
        """A line was entered."""

        line: str

    @dataclass
    class Complete(Message):
        """The line, up to the cursor, is to be completed."""

        line: str

    @dataclass
    class ScrolledBack(Message):
        """What was typed and answered is to be scrolled, by pages."""

        by: int

    @dataclass
    class Said(Message):
        """Something about the line that the person should know."""

        text: str

    def __init__(self) -> None:
        super().__init__(placeholder=words.CONSOLE_PROMPT, id="console-line", select_on_focus=False)
        self.cursor_blink = False
        self.history: list[str] = []
        self._at = 0
        self._draft = ""
        self._sought: str | None = None
        """What is searched for in the history, while it is."""

    @property
    def typed(self) -> str:
        """What stands before the cursor."""
        return self.value[: self.cursor_position]

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            # As a binding it would be done only after what is typed or pasted behind it.
            event.stop()
            event.prevent_default()
            await self.action_submit()
            return
        if event.key == "tab" and self.typed.strip():
            event.stop()
            event.prevent_default()
            self.post_message(self.Complete(self.typed))
            return
        if event.key != "ctrl+r":
            self._sought = None
        if not self.value and event.key in SHORTCUTS:
            event.stop()
            event.prevent_default()
            self.post_message(self.Shortcut(event.key))

    async def action_submit(self) -> None:
        """Send the line and begin a new one at once: what is typed next belongs to the next line."""
        line = self.value.strip()
        if line:
            self.remember(line)
            self.value = ""
            self.post_message(self.Entered(line))

    def action_scroll_back(self, by: int) -> None:
        """Scroll what was typed and answered, without leaving the line."""
        self.post_message(self.ScrolledBack(by))

    def remember(self, line: str) -> None:
        """Keep a line for `up`."""
        if line and (not self.history or self.history[-1] != line):
            self.history.append(line)
        self._at, self._draft = len(self.history), ""

    def action_recall(self, by: int) -> None:
        """Bring back an earlier line; what was begun comes back after the last."""
        if self._at == len(self.history):
            self._draft = self.value
        at = min(max(self._at + by, 0), len(self.history))
        if at != self._at:
            self._at = at
            self.value = self.history[at] if at < len(self.history) else self._draft
            self.cursor_position = len(self.value)

    def forget(self) -> None:
        """Forget all lines: another attempt has its own."""
        self.history.clear()
        self._at, self._draft = 0, ""

    def extend(self, found: tuple[str, ...]) -> None:
        """Put in what all these words have in common; a word that is the only one is whole.

        Args:
            found: words that begin as the last word before the cursor does.
        """
        last = self.typed.split(" ")[-1]
        common = _common(found)
        more = common[len(last) :] + (" " if len(found) == 1 else "")
        if common.startswith(last) and more:
            with self.prevent(Input.Changed):
                self.insert_text_at_cursor(more)

    def action_search(self) -> None:
        """Bring back the latest line that has what is typed in it; again, the one before."""
        if self._sought is None:
            self._sought, self._at = self.value, len(self.history)
            self._draft = self.value
        for at in range(self._at - 1, -1, -1):
            if self._sought in self.history[at]:
                self._at = at
                self.value = self.history[at]
                self.cursor_position = len(self.value)
                return
        self.post_message(self.Said(words.NOT_TYPED.format(text=self._sought)))


def _common(words: tuple[str, ...]) -> str:
    """What all words begin with."""
    if not words:
        return ""
    first, last = min(words), max(words)
    same = next((at for at, letter in enumerate(first) if last[at : at + 1] != letter), len(first))
    return first[:same]
