"""What is asked before an action is done: what it needs to know, and whether the person is sure."""

from __future__ import annotations

from tutor.actions.registry import BY_ID, Action
from tutor.actions.view import View
from tutor.tui import words
from tutor.tui.hearing import Hearing


class Asking(Hearing, inherit_bindings=False):
    """How the app asks.

    Attributes:
        view: what there is to show.
    """

    view: View

    def action_with(self, action_id: str, given: dict[str, str]) -> None:
        """Do an action of which something is known: ask for the rest, and whether the person is sure."""
        action = BY_ID[action_id]
        missing = [arg for arg in action.args if not arg.optional and arg.name not in given]
        if missing:
            self._ask(action, given)
        elif any(arg.name == "confirm" for arg in action.args):
            self._confirm(action, given)
        else:
            self.perform(action_id, **given)

    def solution(self) -> None:
        """Ask whether to show the solution; it is not asked of who has tried nothing yet."""
        lab = self.view.lab
        if lab is not None and not lab.tried:
            self.perform("lab.solution")  # it says why it does not come yet
        else:
            self.action_with("lab.solution", {})

    def with_file(self, action_id: str) -> None:
        """Do an action with the file that is open in the editor."""
        name = self.panes.current_file
        if not name:
            self.notify(words.NO_FILE)
        elif action_id == "lab.rename_file":
            self._ask(BY_ID[action_id], {"name": name})
        else:
            self.action_with(action_id, {"name": name})

    def _confirm(self, action: Action, given: dict[str, str]) -> None:
        from tutor.tui.screens.ask import ConfirmScreen

        def answered(sure: bool | None) -> None:
            if sure:
                self.perform(action.id, **given, confirm="yes")

        self.push_screen(ConfirmScreen(action, given), answered)

    def _ask(self, action: Action, given: dict[str, str]) -> None:
        from tutor.tui.screens.ask import AskScreen

        def answered(values: dict[str, str] | None) -> None:
            if values is not None:
                self.perform(action.id, **values)

        self.push_screen(AskScreen(action, given), answered)
