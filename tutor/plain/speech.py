"""How things are said: one message after the other, each with a word for its kind.

The lines are made for a screen reader or a pipe, which takes them as they come.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TextIO

import msgspec

from tutor.words import _

MAX_WIDTH = 76
MIN_WIDTH = 20
HANGING = "    "
"""What stands before the rest of a row that did not fit."""

_DRAWN = {
    **dict.fromkeys(range(0x2500, 0x2580), "+"),
    **dict.fromkeys(range(0x2580, 0x25A0), "#"),
    **dict.fromkeys(range(0x2800, 0x2900), "."),
    **{ord(char): "-" for char in "─━┄┅┈┉╌╍═╴╶╸╺"},
    **{ord(char): "|" for char in "│┃┆┇┊┋╎╏║╵╷╹╻"},
}
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
_SAFE = str.maketrans({**_DRAWN, **_CONTROL})


class Piece(msgspec.Struct, frozen=True):
    """One thing to say.

    Attributes:
        word: its kind, as it is said ("Check"); "" for running text.
        text: what is said; may have several lines.
        verbatim: whether lines stay as they are (code, output, logs) or are wrapped as prose.
        rows: whether lines are the course's own rows (a timeline): each stays a line of its own, and one
            that is longer than the terminal goes on below, indented.
    """

    word: str
    text: str
    verbatim: bool = False
    rows: bool = False


def safe(text: str) -> str:
    """The text without what would move the cursor, and with drawn lines as plain characters.

    What a learner's function prints is shown here, so it must not be able to clear the screen.
    """
    return text.replace("\r\n", "\n").translate(_SAFE)


def kind_words() -> dict[str, str]:
    """The spoken word for each kind of line that an action answers."""
    return {
        "title": _("Heading"),
        "say": _("Tutor"),
        "output": _("Output"),
        "log": _("Log"),
        "check": _("Check"),
        "hint": _("Hint"),
        "why": _("Why"),
        "error": _("Error"),
        "news": _("News"),
        "clock": _("Clock"),
        "answer": _("Answer"),
        "proof": _("Proof"),
        "note": _("Note"),
        "input": _("Command"),
    }


VERBATIM = {"output", "log", "proof", "input"}
"""Kinds of lines that are not prose: they are copied, compared or indented on purpose."""


class Speaker:
    """Says things and remembers what it said last.

    Args:
        out: where it says them.
        width: how many columns the terminal has; None for a pipe, where no row needs to be broken.
    """

    def __init__(self, out: TextIO, width: int | None = None) -> None:
        self._out = out
        self._width = max(MIN_WIDTH, min(MAX_WIDTH, MAX_WIDTH if width is None else width))
        self._row_width = None if width is None else max(MIN_WIDTH, width)
        self._said: list[Piece] = []
        self._last: list[Piece] = []

    def say(self, word: str, text: str, *, verbatim: bool = False) -> None:
        """Say one thing."""
        self.pieces([Piece(word, text, verbatim)])

    def pieces(self, pieces: Iterable[Piece]) -> None:
        """Say several things, one after the other."""
        for piece in pieces:
            self._said.append(piece)
            for line in lay_out(piece, self._width, self._row_width):
                self._out.write(line + "\n")
        self._out.flush()

    def echo(self, line: str) -> None:
        """Show a line that came through a pipe, so that what follows can be understood."""
        self._out.write(safe(line) + "\n")
        self._out.flush()

    def begin(self) -> None:
        """A new command begins: what it says is what `again` repeats."""
        if self._said:
            self._last = self._said
        self._said = []

    def again(self) -> None:
        """Say once more what the last command said."""
        self.pieces(self._last or [Piece(_("Note"), _("Nothing was said yet."))])


def lay_out(piece: Piece, width: int, row_width: int | None = None) -> list[str]:
    """The lines of a piece.

    Args:
        piece: what is said.
        width: columns for prose; what is verbatim keeps its own.
        row_width: columns for rows; None to leave them whole.
    """
    text = safe(piece.text).strip("\n")
    head = f"{piece.word}: " if piece.word else ""
    if piece.verbatim or piece.rows:
        rows = text.split("\n")
        lines = [head + rows[0], *rows[1:]] if len(rows) == 1 or not head else [head.rstrip(), *rows]
        if piece.verbatim or row_width is None:
            return lines
        return [part for line in lines for part in _hanging(line, row_width)]
    return [line for paragraph in f"{head}{text}".split("\n") for line in _wrapped(paragraph, width)]


def _hanging(row: str, width: int) -> list[str]:
    # JSON is there to be copied into a command, and a command is one line.
    if len(row) <= width or '{"' in row:
        return [row]
    indent = row[: len(row) - len(row.lstrip())] + HANGING
    return textwrap.wrap(row, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _wrapped(paragraph: str, width: int) -> list[str]:
    # Commands and ARNs must stay whole, so that they can be copied: a long word may stand out.
    return textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False) or [""]
