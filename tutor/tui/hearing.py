"""What the panes say to the app: lines of the console, texts of the editor, answers of the quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.actions.registry import Action, Line
from tutor.tui import words
from tutor.tui.engine import COMPLETE
from tutor.tui.leaving import Leaving
from tutor.tui.typed import Act, Edit, Refused, Send, echoed_by_core, understand
from tutor.tui.widgets.pane import Board

if TYPE_CHECKING:
    from tutor.tui.widgets.command_line import CommandLine
    from tutor.tui.widgets.console import Console
    from tutor.tui.widgets.editor import Editor
    from tutor.tui.widgets.quiz import Paper


class Hearing(Leaving, inherit_bindings=False):
    """How the app takes the messages of its panes.

    Attributes:
        board: the panes, and which of them are seen.
        available: the actions that make sense now.
    """

    board: Board
    available: tuple[Action, ...]

    if TYPE_CHECKING:

        def action_do(self, action_id: str) -> None:
            """Do an action, after asking for what it needs."""

        def action_with(self, action_id: str, given: dict[str, str]) -> None:
            """Do an action of which something is known."""

        def action_key(self, key: str) -> None:
            """Do what a key stands for."""

        def action_show_pane(self, name: str) -> None:
            """Bring a pane to the front, and focus it."""

    def on_console_command(self, message: Console.Command) -> None:
        """A line of the console: an action's word, a file to edit, or something for the core."""
        meaning = understand(message.line, self.available)
        if isinstance(meaning, Send):
            self.perform("lab.command", line=meaning.line)
            return
        if not (isinstance(meaning, Act) and echoed_by_core(meaning.action.id)):
            self.panes.say(Line("input", message.line))
        if isinstance(meaning, Refused):
            self.panes.say(Line("error", meaning.reason))
        elif isinstance(meaning, Edit):
            self._edit(meaning.name)
        elif meaning.args:
            self.action_with(meaning.action.id, meaning.args)
        else:
            self.action_do(meaning.action.id)

    def _edit(self, name: str) -> None:
        """Open the editor on a file, and say so."""
        fresh = bool(name) and self.panes.begin_file(name)
        self.action_show_pane("editor")
        if name:
            said = (words.EDITING_NEW if fresh else words.EDITING).format(name=name)
            self.panes.say(Line("note", said))
            if "console" not in self.board.visible_panes:
                self.notify(said, timeout=6)

    def on_command_line_complete(self, message: CommandLine.Complete) -> None:
        """Tab on the command line: the core knows what there is."""
        self.engine.submit(COMPLETE, line=message.line)

    def on_command_line_shortcut(self, message: CommandLine.Shortcut) -> None:
        """A command's key on the empty command line."""
        self.action_key(message.key)

    def on_editor_save(self, message: Editor.Save) -> None:
        """A text of the editor."""
        self.perform("lab.save_file", name=message.name, text=message.text)

    def on_paper_answered(self, message: Paper.Answered) -> None:
        """An answer of the quiz."""
        self.perform("quiz.answer", response=message.response)

    def on_paper_go_on(self) -> None:
        """Enter after an answer."""
        self.perform("quiz.next")

    def on_paper_passed_over(self, message: Paper.PassedOver) -> None:
        """A question was left with a mark on it."""
        self.notify(words.MARK_KEPT.format(number=message.number), timeout=6)

    def on_paper_nothing(self, message: Paper.Nothing) -> None:
        """Enter without an answer."""
        self.notify(words.NOTHING_TYPED if message.typed else words.NOTHING_CHOSEN, markup=False)
