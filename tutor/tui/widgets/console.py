"""The console of a lab: what was typed and answered, and the line to type on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from tutor.actions.registry import Line
from tutor.tui import words
from tutor.tui.widgets.command_line import CommandLine
from tutor.tui.widgets.following import Following
from tutor.tui.widgets.notice import Notice
from tutor.tui.widgets.said import said
from tutor.tui.widgets.styled import BLANK, Piece, Row, wrap

CAPACITY = 2000
"""Lines of the transcript kept for scrolling back."""


class Transcript(Following):
    """What was typed and answered. Lines are added at the end without building the others again."""

    DEFAULT_CSS = "Transcript { height: 1fr; padding: 0 0 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.focus('#console-line')", show=False)]

    def __init__(self) -> None:
        super().__init__(id="transcript")
        self.lines: list[Line] = []
        self.intro = ""
        """Said while there are no lines and the tasks, which say it too, are not in view."""

    def replace(self, lines: tuple[Line, ...]) -> None:
        """Show these lines and no others."""
        self.lines = list(lines[-CAPACITY:])
        self.following = True
        self.rebuild()
        self.to_end()

    def add(self, lines: tuple[Line, ...]) -> None:
        """Add lines at the end, and show the end."""
        if not lines:
            return
        self.lines += lines
        if len(self.lines) > CAPACITY or len(self.lines) == len(lines) or self._built_for < 0:
            self.replace(tuple(self.lines))
            return
        self.rows += said(lines, self._built_for)
        self.virtual_size = self.virtual_size.with_height(len(self.rows))
        self.refresh()
        self.following = True
        self.to_end()

    def build(self, width: int) -> list[Row]:
        """All lines, or how to begin."""
        if not self.lines:
            empty = wrap((Piece(words.CONSOLE_EMPTY, "muted"),), width)
            return [*wrap((Piece(self.intro),), width), BLANK, *empty] if self.intro else empty
        return said(self.lines, width)


class Prompt(Widget):
    """The row of the command line, with its dollar sign."""

    DEFAULT_CSS = """
    Prompt { height: 1; max-height: 1; layout: horizontal; background: $panel; }
    Prompt > #dollar { width: 3; color: $accent; text-style: bold; background: $panel; }
    """

    def compose(self) -> ComposeResult:
        """The sign and the line."""
        yield Dollar(id="dollar")
        yield CommandLine()


class Dollar(Widget):
    """The sign before the command line."""

    DEFAULT_CSS = "Dollar { height: 1; }"

    def render(self) -> str:
        """One sign."""
        return " $ "


class Console(Widget):
    """Transcript and command line."""

    DEFAULT_CSS = "Console { layout: vertical; background: $surface; }"

    @dataclass
    class Command(Message):
        """The person sent a line."""

        line: str

    def __init__(self) -> None:
        super().__init__(id="console")
        self.transcript = Transcript()
        self.choices = Notice("choices", most=8)
        """What could complete the line."""
        self.prompt = Prompt()
        self._lab = ""
        self._known: tuple[Line, ...] = ()

    def compose(self) -> ComposeResult:
        """The transcript above the line."""
        yield self.transcript
        yield self.choices
        yield self.prompt

    @property
    def line(self) -> CommandLine:
        """The line to type on."""
        return self.query_one(CommandLine)

    def introduce(self, intro: str) -> None:
        """Say what the lab is about, or stop saying it; it gives way to the first line."""
        if intro != self.transcript.intro:
            self.transcript.intro = intro
            if not self.transcript.lines:
                self.transcript.rebuild()

    def show(self, lab: str, lines: tuple[Line, ...], answered: tuple[Line, ...] = ()) -> None:
        """Show the lab's transcript, and what the last action answered if the transcript does not have it.

        Args:
            lab: the lab's id; another one starts another transcript.
            lines: the lab's transcript.
            answered: what the last action answered.
        """
        known, self._known = self._known, lines
        fresh = added(known, lines) if lab == self._lab else None
        if fresh is None:
            self._lab = lab
            self.line.forget()
            self.transcript.replace(lines)
            self._restore_history(lines)
            fresh = lines
        else:
            self.transcript.add(fresh)
        self.transcript.add(tuple(line for line in answered if line not in fresh))

    def say(self, *lines: Line) -> None:
        """Add lines of the skin's own, which the lab's transcript does not have."""
        self.transcript.add(lines)

    def _restore_history(self, lines: tuple[Line, ...]) -> None:
        for line in lines:
            if line.kind == "input":
                self.line.remember(line.text)

    def completed(self, line: str, found: tuple[str, ...]) -> None:
        """Complete the line as far as it is certain, and list what fits.

        Args:
            line: what was asked about; nothing happens when the person has typed on.
            found: whole words that could stand where it ends.
        """
        if self.line.typed != line:
            return
        self.line.extend(found)
        if len(found) > 1:
            self.choices.say("  ".join(found), "muted")
        elif not found:
            self.choices.say(words.NO_COMPLETION, "muted", 3)

    def on_input_changed(self, event: CommandLine.Changed) -> None:
        """What was listed is about another line."""
        event.stop()
        self.choices.say("")

    def on_command_line_scrolled_back(self, event: CommandLine.ScrolledBack) -> None:
        """Scroll the transcript, while the line keeps the focus."""
        event.stop()
        self.transcript.action_page(event.by)

    def on_command_line_said(self, event: CommandLine.Said) -> None:
        """The line has something to say about itself."""
        event.stop()
        self.choices.say(event.text, "muted", 3)

    def on_command_line_entered(self, event: CommandLine.Entered) -> None:
        """Enter sends the line."""
        event.stop()
        self.post_message(self.Command(event.line))


def added(known: tuple[Line, ...], lines: tuple[Line, ...]) -> tuple[Line, ...] | None:
    """What came to a transcript that forgets its oldest lines; None when it is another one.

    Args:
        known: the transcript before.
        lines: the transcript now.
    """
    for forgotten in range(len(known) + 1):
        kept = known[forgotten:]
        if (kept or not known) and lines[: len(kept)] == kept:
            return lines[len(kept) :]
    return None
