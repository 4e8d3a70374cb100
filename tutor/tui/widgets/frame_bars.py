"""The bars at top and bottom: where one is, the tabs of a narrow terminal, and the keys that work now."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.actions.registry import Action
from tutor.tui import words
from tutor.tui.widgets.bars import Bar
from tutor.tui.widgets.styled import Piece


class TitleBar(Bar):
    """The program, the course, what is open; at the right what is being done, and that it is saved."""

    def __init__(self) -> None:
        super().__init__(id="titlebar")
        self._course = self._open = self._saved = self._level = self._working = ""

    def show(self, course: str, opened: str, saved: str, level: str) -> None:
        """Say where the person is."""
        self._course, self._open, self._saved, self._level = course, opened, saved, level
        self.refresh()

    def work(self, action: str) -> None:
        """Say what is being done; "" when nothing is."""
        self._working = action
        self.refresh()

    def left(self) -> list[tuple[Piece, str]]:
        """Names, from the general to the particular."""
        parts = [
            (Piece(" λ ", "accent"), ""),
            (Piece(self._course or words.NAME, "strong"), "app.do('go.outline')"),
        ]
        if self._open:
            parts += [(Piece("  /  ", "muted"), ""), (Piece(self._open), "")]
        return parts

    def right(self) -> list[tuple[Piece, str]]:
        """What is being done, or that all is saved."""
        if self._working:
            return [(Piece(words.WORKING.format(action=self._working) + " ", "notyet"), "")]
        level = f"{words.ISOLATION.format(level=self._level)} · " if self._level else ""
        tone = "notyet" if self._saved else "muted"
        return [(Piece(level, "muted"), ""), (Piece(f"{self._saved or words.SAVED} ", tone), "")]


class TabBar(Bar):
    """The panes of this place, for terminals that show one at a time."""

    def __init__(self) -> None:
        super().__init__(id="tabbar")
        self._tabs: list[tuple[int, str]] = []
        self._front = ""

    def show(self, tabs: list[tuple[int, str]], front: str) -> None:
        """Show number keys and names of panes."""
        self._tabs, self._front = tabs, front
        self.refresh()

    def left(self) -> list[tuple[Piece, str]]:
        """A tab for each pane."""
        parts: list[tuple[Piece, str]] = []
        for number, name in self._tabs:
            tone = "front" if name == self._front else "muted"
            parts.append((Piece(f" {number} {words.PANES[name]} ", tone), f"app.show_pane('{name}')"))
        return parts


class KeyBar(Bar):
    """The keys that work now, from the registry of actions. In a text field only those that work there."""

    def __init__(self) -> None:
        super().__init__(id="keybar")
        self._actions: tuple[Action, ...] = ()
        self._typing = False

    def show(self, actions: Iterable[Action], typing: bool) -> None:
        """Show keys for these actions.

        Args:
            actions: those that make sense now.
            typing: whether a text field has the focus, so that letters are text.
        """
        shown = [action for action in actions if action.footer and action.key]
        self._actions = tuple(sorted(shown, key=lambda action: action.place == ""))
        self._typing = typing
        self.refresh()

    def left(self) -> list[tuple[Piece, str]]:
        """A key and a word for each action; the last ones give way when it is narrow."""
        parts: list[tuple[Piece, str]] = []
        if self._typing:
            parts += self._item("esc", words.LEAVE, "app.leave_field")
        for action in self._actions:
            if self._typing and not works_while_typing(action.key):
                continue
            parts += self._item(words.key_name(action.key), action.title, f"app.do('{action.id}')")
        return parts

    def right(self) -> list[tuple[Piece, str]]:
        """The palette, which has everything."""
        return self._item("f1", words.PALETTE_TITLE, "app.command_palette")

    def _item(self, key: str, title: str, action: str) -> list[tuple[Piece, str]]:
        return [(Piece(" "), ""), (Piece(key, "key"), action), (Piece(f" {title} ", "muted"), action)]


def works_while_typing(key: str) -> bool:
    """Whether a key is no text: function keys and combinations with ctrl."""
    return key.startswith("ctrl+") or (key[:1] == "f" and key[1:].isdigit())
