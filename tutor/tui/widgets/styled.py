"""Rows of styled text, and how they are wrapped: what every pane is made of. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size


class Piece(NamedTuple):
    """A run of text in one tone. `tone` is a key of `tones.tones_of`; "" is plain text."""

    text: str
    tone: str = ""


class Row(NamedTuple):
    """One line of the screen.

    Attributes:
        pieces: from left to right.
        fill: the tone that the whole line is laid on, such as "block"; "" for none.
        target: what the line belongs to: the cursor and clicks choose by it; "" for nothing.
    """

    pieces: tuple[Piece, ...] = ()
    fill: str = ""
    target: str = ""

    @property
    def text(self) -> str:
        """The words without their tones."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def width(self) -> int:
        """How many cells it takes."""
        return sum(len(text) if text.isascii() else cell_len(text) for text, _ in self.pieces)


BLANK = Row()


def row(*pieces: Piece | str, fill: str = "", target: str = "") -> Row:
    """A row of pieces; bare strings are plain text."""
    return Row(tuple(Piece(p) if isinstance(p, str) else p for p in pieces if p), fill, target)


def wrap(
    pieces: Iterable[Piece],
    width: int,
    *,
    first: tuple[Piece, ...] = (),
    rest: tuple[Piece, ...] | None = None,
    fill: str = "",
    target: str = "",
) -> list[Row]:
    """Break styled text into rows, between words where possible.

    Args:
        pieces: the text; a line feed ends a row.
        width: cells per row, prefix included.
        first: what stands before the first row, such as a bullet.
        rest: what stands before the others; None for blanks as wide as `first`.
        fill: laid under each row.
        target: what each row belongs to.
    """
    before = sum(cell_len(piece.text) for piece in first)
    later = (Piece(" " * before),) if rest is None and before else (rest or ())
    room = max(4, width - max(before, sum(cell_len(piece.text) for piece in later)))
    rows: list[Row] = []
    for line in _lines(pieces):
        for broken in _break(line, room):
            rows.append(Row((first if not rows else later) + tuple(broken), fill, target))
    return rows or [Row(first, fill, target)]


def plain(
    text: str, width: int, tone: str = "", *, first: str = "", first_tone: str = "", target: str = ""
) -> list[Row]:
    """`wrap` for text in one tone."""
    before = (Piece(first, first_tone),) if first else ()
    return wrap((Piece(text, tone),), width, first=before, target=target)


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells, with an ellipsis where something is missing."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""


def _lines(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    line: list[Piece] = []
    for piece in pieces:
        parts = piece.text.expandtabs(4).split("\n")
        line.append(Piece(parts[0], piece.tone))
        for part in parts[1:]:
            yield line
            line = [Piece(part, piece.tone)]
    yield line


def _words(line: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Words and the gaps between them; a word may change its tone in the middle."""
    word: list[Piece] = []
    gap = False
    for text, tone in line:
        start = 0
        for index, letter in enumerate(text):
            if (letter == " ") != gap:
                if index > start:
                    word.append(Piece(text[start:index], tone))
                if word:
                    yield word
                word, start, gap = [], index, letter == " "
        if start < len(text):
            word.append(Piece(text[start:], tone))
    if word:
        yield word


def _break(line: list[Piece], room: int) -> Iterable[list[Piece]]:
    if all(piece.text.isascii() for piece in line):
        # A character is a cell: rows can be found in the text as a whole, which is much quicker.
        return _break_text(line, "".join([piece.text for piece in line]), room)
    if sum(cell_len(piece.text) for piece in line) <= room:
        return (line,)
    return _break_cells(line, room)


def _break_text(line: list[Piece], text: str, room: int) -> Iterator[list[Piece]]:
    if len(text) <= room:
        yield line
        return
    begin, end = 0, len(text.rstrip(" "))
    while end - begin > room:
        word = begin
        while text[word] == " ":
            word += 1
        space = text.rfind(" ", word, begin + room + 1)
        if space < 0 and begin < word:
            # What does not fit behind its indentation goes without it.
            begin = word
            continue
        if space < 0:
            # A word that is longer than a row begins one, and goes on in the next.
            space = begin + room
        yield _slice(line, begin, len(text[:space].rstrip(" ")))
        begin = space
        while text[begin] == " ":
            begin += 1
    yield _slice(line, begin, end)


def _slice(line: list[Piece], begin: int, end: int) -> list[Piece]:
    """The part of a line between two of its characters."""
    if len(line) == 1:
        return [Piece(line[0].text[begin:end], line[0].tone)]
    found = []
    for text, tone in line:
        if begin < len(text) and end > 0 and (part := text[max(0, begin) : end]):
            found.append(Piece(part, tone))
        begin, end = begin - len(text), end - len(text)
    return found


def _break_cells(line: list[Piece], room: int) -> Iterator[list[Piece]]:
    row_: list[Piece] = []
    used = 0
    gap: list[Piece] = []
    started = False
    for word in _words(line):
        size = sum(cell_len(piece.text) for piece in word)
        if word[0].text[:1] == " ":
            if started or not row_:
                gap = word
            continue
        gap_size = sum(cell_len(piece.text) for piece in gap)
        if used + gap_size + size <= room:
            row_ += gap + word
            used += gap_size + size
        else:
            if started:
                yield row_
                row_, used = [], 0
            for part in _chop(word, room):
                if row_:
                    yield row_
                row_, used = part, sum(cell_len(piece.text) for piece in part)
        gap, started = [], True
    yield row_


def _chop(word: list[Piece], room: int) -> Iterator[list[Piece]]:
    """A word, in parts that fit."""
    part: list[Piece] = []
    used = 0
    for text, tone in word:
        run = ""
        for letter in text:
            size = cell_len(letter)
            if used + size > room:
                yield [*part, Piece(run, tone)] if run else part
                part, run, used = [], "", 0
            run += letter
            used += size
        if run:
            part.append(Piece(run, tone))
    if part:
        yield part
