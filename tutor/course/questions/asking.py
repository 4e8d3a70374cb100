"""A question on a page, where it is asked to be thought about: its stem and what there is to choose from."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from tutor.course.blocks import Block, Span
from tutor.course.questions.question import Item
from tutor.course.source import inside


def asked(item: Item, folder: Path) -> tuple[Block, ...]:
    """The blocks of a question, without letters: the quiz asks in an order of its own.

    Options of which one is to be taken are a list, so that a reader can mark a guess; what is to be put in
    order or beside one another are lines, not in the order of the file, which may be the right one.

    Args:
        item: the question.
        folder: the lesson's folder, with the code that a `pick-line` shows.
    """
    stem = Block("paragraph", spans=(Span(item.stem),))
    if item.type == "pick-line":
        return (stem, *_code(item, folder))
    texts = [option.text for option in item.options]
    if item.type in {"order", "match"}:
        texts = _mixed(item.id, texts)
    if item.type == "order":
        return stem, _together("-", texts)
    if item.type == "match":
        rows = (f"{number}." for number in range(1, len(item.rows) + 1))
        return (
            stem,
            _lines(zip(rows, [row.text for row in item.rows], strict=True)),
            _together("-", texts),
        )
    options = tuple(Block("paragraph", level=1, spans=(Span(text),), prefix="•") for text in texts)
    return (stem, Block("list", level=1, children=options)) if options else (stem,)


def _mixed(seed: str, texts: list[str]) -> list[str]:
    """The texts in an order that is not theirs, the same whenever it is asked for."""
    chance, order = random.Random(seed), range(len(texts))
    mixed = list(order)
    while mixed == list(order) and len(texts) > 1:
        mixed = chance.sample(order, len(texts))
    return [texts[n] for n in mixed]


def can_be_asked(item: Item) -> bool:
    """Whether a page can show it. The lines of a log or a document come out of a run, and a page has none."""
    return item.type != "pick-line" or (item.lines is not None and bool(item.lines.code))


def _code(item: Item, folder: Path) -> tuple[Block, ...]:
    path = inside(folder, item.lines.code) if item.lines is not None else None
    try:
        text = path.read_text(encoding="utf-8") if path is not None else ""
    except (OSError, ValueError):
        text = ""  # what is wrong with the file is said where the question stands
    return (Block("code", lines=tuple(text.rstrip("\n").split("\n"))),) if text else ()


def _together(mark: str, texts: Iterable[str]) -> Block:
    return _lines((mark, text) for text in texts)


def _lines(marked: Iterable[tuple[str, str]]) -> Block:
    return Block("paragraph", spans=(Span("\n".join(f"{mark} {text}" for mark, text in marked)),))
