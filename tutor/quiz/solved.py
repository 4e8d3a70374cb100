"""A question as one learner gets it, with its key. Plain data."""

from __future__ import annotations

import msgspec

LETTERS = "ABCDEFGH"


class SolvedOption(msgspec.Struct, frozen=True):
    """An option, and what the engine found of it.

    Attributes:
        text: what it says, names and numbers filled in.
        true: whether it is true; of a `match`, whether it belongs to a row.
        why: why it is right or wrong.
        misconception: what somebody who takes it believes.
        place: of an `order`: its place, from 1.
    """

    text: str
    true: bool
    why: str
    misconception: str = ""
    place: int = 0


class SolvedRow(msgspec.Struct, frozen=True):
    """A row of a `match`; `letter` is that of the option that belongs to it."""

    text: str
    why: str
    letter: str


class SolvedLine(msgspec.Struct, frozen=True):
    """A line of a `pick-line`; `open` if it can be chosen. `why` is empty where nobody gave a reason."""

    text: str
    open: bool
    true: bool
    why: str = ""
    misconception: str = ""


class Solved(msgspec.Struct, frozen=True):
    """An item as one learner gets it, and its key.

    Attributes:
        item: the item's id.
        type: its type.
        stem: the question, names and numbers filled in.
        key: the right answer as it is typed: "B", "AC", "3", "BDAC" (an order; for each row its letter), a
            text, the number of a line.
        options: in the order of this learner.
        rows: of a `match`.
        lines: of a `pick-line`, the first is number 1.
        why: shown after the answer.
        proof: the run that decides, as lines of a timeline; or the fact.
        unit: what a number counts; "" for nothing that needs saying.
        tolerance: how far off a number may be.
        places: for each option the place that it has in its file, from 0.
    """

    item: str
    type: str
    stem: str
    key: str
    options: tuple[SolvedOption, ...] = ()
    rows: tuple[SolvedRow, ...] = ()
    lines: tuple[SolvedLine, ...] = ()
    why: str = ""
    proof: tuple[str, ...] = ()
    unit: str = ""
    tolerance: float = 0
    places: tuple[int, ...] = ()

    @property
    def lettered(self) -> tuple[tuple[str, SolvedOption], ...]:
        """The options with their letters."""
        return tuple(zip(LETTERS, self.options, strict=False))

    @property
    def words(self) -> str:
        """The key in words."""
        if self.type in {"choice", "multi"}:
            return ", ".join(f"{letter}: {option.text}" for letter, option in self.lettered if option.true)
        if self.type == "match":
            return ", ".join(f"{number}{letter}" for number, letter in enumerate(self.key, 1))
        if self.type == "order":
            return " ".join(self.key)
        if self.type == "pick-line":
            return f"{self.key}: {self.lines[int(self.key) - 1].text.strip()}"
        if self.type == "number" and self.unit:
            return f"{self.key} {self.unit}"
        return self.key
