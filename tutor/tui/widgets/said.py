"""How lines that the core says become rows: symbol and tone by kind, in every pane alike."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.actions.registry import Line
from tutor.tui import words
from tutor.tui.widgets.styled import Piece, Row, wrap


def said(
    lines: Iterable[Line], width: int, *, indent: str = "", target: str = "", fill: str = ""
) -> list[Row]:
    """Rows for what was said.

    Args:
        lines: from the core.
        width: cells per row.
        indent: stands before each row.
        target: what the rows belong to.
        fill: laid under each row.
    """
    rows: list[Row] = []
    for line in lines:
        symbol, tone = words.LINE_TONES.get(line.kind, ("", ""))
        if line.kind == "check":
            tone = _tone_of(line.text)
        first = (Piece(indent), Piece(symbol, tone or "muted")) if symbol else (Piece(indent),)
        body = "" if line.kind in BODY_PLAIN else tone
        for text in line.text.rstrip("\n").split("\n"):
            # What is indented stays indented when it is broken, so that JSON can be read.
            deep = len(indent) + len(symbol) + min(width // 2, len(text) - len(text.lstrip(" ")))
            rest = (Piece(" " * (deep + 2 * (line.kind in INDENTED))),)
            rows += wrap((Piece(text, body),), width, first=first, rest=rest, target=target, fill=fill)
            first = (Piece(indent + " " * len(symbol)),)
    return rows


def _tone_of(check: str) -> str:
    """The tone of a check's result, by the word that it begins with."""
    return next((tone for word, _symbol, tone in words.STATUS.values() if check.startswith(word)), "strong")


INDENTED = ("output", "log", "proof")
"""Kinds whose broken lines go on two cells further in."""
BODY_PLAIN = ("hint", "proof", "answer")
"""Kinds whose symbol alone is coloured; the text is read, so it stays calm."""
