"""Small values that content is written in: durations, times of day, comparisons."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

SECOND = 1_000_000
DAY = 86_400 * SECOND
LONGEST = 400 * DAY

_UNITS = {"d": DAY, "h": 3_600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": 1_000}
DURATION = re.compile(
    r"(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?"
)
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")

Duration = Annotated[int, msgspec.Meta(extra={"content": "duration"})]
"""Microseconds; written "4m", "90s", "1h30m"."""


def parse_duration(text: str) -> int:
    """A duration such as "4m", "7h", "90s", "500ms" or "1h30m", in microseconds.

    Raises:
        ValueError: the text is not one, or longer than 400 days.
    """
    match = DURATION.fullmatch(text)
    if not text or match is None:
        raise ValueError(f"{text!r} is not a duration such as 4m, 7h or 90s")
    total = sum(
        int(number) * unit for number, unit in zip(match.groups(), _UNITS.values(), strict=True) if number
    )
    if total > LONGEST:
        raise ValueError(f"{text!r} is longer than 400 days")
    return total


_SPOKEN = re.compile(r"([0-9]{1,9})\s*(ms|s|m|h|d)[a-z]*\.?", re.IGNORECASE)
_SPOKEN_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?")


def meant_duration(written: object) -> str:
    """What a slip of the pen may have meant: "Did you mean `4m`?" for "4 minutes", "" for nothing."""
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return f"A duration has a unit: `{written}s`, `{written}m` or `{written}h`."
    match = _SPOKEN.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        return ""
    unit = "ms" if match[0].lower().rstrip(".").endswith(("ms", "milliseconds")) else match[2].lower()
    return f"Did you mean `{match[1]}{unit}`?"


def meant_time(written: object) -> str:
    """What a slip of the pen may have meant: "Did you mean `09:00`?" for "9:00", "" for nothing."""
    if isinstance(written, (int, float)):
        return "Put it in quotes."
    match = _SPOKEN_TIME.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None or int(match[1]) > 23:
        return ""
    parts = [match[1].rjust(2, "0"), match[2], *([match[3]] if match[3] else [])]
    return f"Did you mean `{':'.join(parts)}`?" if TIME.fullmatch(":".join(parts)) else ""


def duration_words(microseconds: int) -> str:
    """A duration as it is written in content: "4m", "1h30m", "0s"."""
    words, rest = "", microseconds
    for unit, size in _UNITS.items():
        count, rest = divmod(rest, size)
        words += f"{count}{unit}" if count else ""
    return words or "0s"


def parse_time(text: str) -> int:
    """A time of day such as "09:00:01" or "15:00", in microseconds since midnight.

    Raises:
        ValueError: the text is not one.
    """
    match = TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time of day such as 09:00:01")
    hours, minutes, seconds = match.groups(default="0")
    return (int(hours) * 3_600 + int(minutes) * 60 + int(seconds)) * SECOND


def time_words(microseconds: int) -> str:
    """A time of day as "09:00:01"."""
    seconds = microseconds // SECOND
    return f"{seconds // 3_600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


Usd = Annotated[str, msgspec.Meta(extra={"content": "usd"})]
"""An amount in US dollars as decimal text, "0.001"; a number may be written too."""

USD = re.compile(r"[0-9]{1,12}(\.[0-9]{1,20})?")


def parse_usd(written: str | float) -> str:
    """An amount such as "0.001" or 0.001, as decimal text.

    Raises:
        ValueError: it is not one.
    """
    from decimal import Decimal

    text = written if isinstance(written, str) else f"{Decimal(repr(written)):f}"
    if not USD.fullmatch(text):
        raise ValueError(f"{text!r} is not an amount such as 0.001")
    return text


class Compare(msgspec.Struct, frozen=True):
    """What a number must be. Exactly one of the four is set.

    Attributes:
        equals: exactly this.
        atleast: this or more.
        atmost: this or less.
        between: from the one to the other, both included.
        of: "count" for plain numbers; "time" for times of day in microseconds since midnight, of which those
            in the same second are equal.
    """

    equals: int | float | None = None
    atleast: int | float | None = None
    atmost: int | float | None = None
    between: tuple[int | float, int | float] | None = None
    of: str = "count"

    def holds(self, value: float) -> bool:
        """Whether the comparison is true of a value."""
        if self.between is not None:
            low, high = self.between
            return low <= value <= high
        if self.atleast is not None:
            return value >= self.atleast
        if self.atmost is not None:
            return value <= self.atmost
        if self.equals is None:
            return False
        if self.of == "time":
            return value // SECOND == self.equals // SECOND
        return value == self.equals

    def words(self) -> str:
        """For a learner: "exactly 3", "at least 1", "between 09:02:30 and 09:03:30"."""
        if self.between is not None:
            return f"between {self._word(self.between[0])} and {self._word(self.between[1])}"
        if self.atleast is not None:
            return f"at least {self._word(self.atleast)}"
        if self.atmost is not None:
            return f"at most {self._word(self.atmost)}"
        exactly = "at" if self.of == "time" else "exactly"
        return f"{exactly} {self._word(self.equals or 0)}"

    def _word(self, value: float) -> str:
        return time_words(int(value)) if self.of == "time" else f"{value:,}"


AT_LEAST_ONE = Compare(atleast=1)

Times = Annotated[Compare, msgspec.Meta(extra={"content": "times"})]
"""A comparison of times of day; written {equals: "09:00:01"} or {between: ["09:02:30", "09:03:30"]}."""
