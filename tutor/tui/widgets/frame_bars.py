"""The bars at top and bottom: where one is, the tabs of a narrow terminal, and the keys that work now."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from tutor.actions.registry import BY_ID, Action
from tutor.tui import words
from tutor.tui.widgets.bars import Bar
from tutor.tui.widgets.styled import Piece


class TitleBar(Bar):
    """The program, the course, what is open; at the right what is being done, and that it is saved."""

    def __init__(self) -> None:
        super().__init__(id="titlebar")
        self._course = self._open = self._warning = self._level = self._working = ""

    def show(self, course: str, opened: str, warning: str, level: str) -> None:
        """Say where the person is; a warning when nothing is saved."""
        self._course, self._open, self._warning, self._level = course, opened, warning, level
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
        saved = Piece(f"{words.NOT_SAVED} ", "error") if self._warning else Piece(f"{words.SAVED} ", "muted")
        room = self.size.width - _width(self.left()) - cell_len(saved.text) - 1
        return [(Piece(level if cell_len(level) <= room else "", "muted"), ""), (saved, "")]


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


GIVE_WAY = ("go.lesson", "go.quiz", "go.lab")
"""What the key bar leaves out first; the tabs, the outline and the words lead there too."""
KEPT = ("app.help", "app.quit")
"""What it never leaves out."""


def _width(item: list[tuple[Piece, str]]) -> int:
    return sum(cell_len(piece.text) for piece, _action in item)


class KeyBar(Bar):
    """The keys that work now, from the registry of actions. In a text field only those that work there."""

    def __init__(self) -> None:
        super().__init__(id="keybar")
        self._actions: tuple[Action, ...] = ()
        self._typing = False
        self._also: tuple[str, ...] = ()
        self._answered = False

    def show(
        self, actions: Iterable[Action], typing: bool, also: tuple[str, ...] = (), *, answered: bool = False
    ) -> None:
        """Show keys for these actions.

        Args:
            actions: those that make sense now.
            typing: whether a text field has the focus, so that letters are text.
            also: keys that work in that field all the same.
            answered: whether the question is answered, so that its key goes on to the next one.
        """
        shown = [action for action in actions if action.footer and action.key]
        self._actions = tuple(sorted(shown, key=lambda action: action.place == ""))
        self._typing, self._also, self._answered = typing, also, answered
        self.refresh()

    def left(self) -> list[tuple[Piece, str]]:
        """A key and a word for each action; where it is narrow the least important give way whole."""
        shown = [a for a in self._actions if not self._typing or self._works(a.key)]
        items = {a.id: self._item(words.key_name(a.key), a.title, f"app.do('{a.id}')") for a in shown}
        if self._answered:
            following = BY_ID["quiz.next"]
            key = words.key_name(BY_ID["quiz.answer"].key)
            items = {following.id: self._item(key, following.title, f"app.do('{following.id}')"), **items}
        leave = self._item("esc", words.LEAVE, "app.leave_field") if self._typing else []
        for gives_way in (*GIVE_WAY, *reversed([a.id for a in shown if a.id not in KEPT])):
            # Where the help has no key, the palette at the right is the help.
            besides = 0 if "app.help" in items else _width(self.right()) + 1
            if _width(leave) + sum(map(_width, items.values())) + besides <= self.size.width:
                break
            items.pop(gives_way, None)
        return leave + [part for item in items.values() for part in item]

    def _works(self, key: str) -> bool:
        return works_while_typing(key) or key in self._also

    def right(self) -> list[tuple[Piece, str]]:
        """The palette, which has everything."""
        return self._item(words.key_name("f1"), words.PALETTE_TITLE, "app.command_palette")

    def _item(self, key: str, title: str, action: str) -> list[tuple[Piece, str]]:
        return [(Piece(" "), ""), (Piece(key, "key"), action), (Piece(f" {title} ", "muted"), action)]


def works_while_typing(key: str) -> bool:
    """Whether a key is no text: function keys and combinations with ctrl."""
    return key.startswith("ctrl+") or (key[:1] == "f" and key[1:].isdigit())
