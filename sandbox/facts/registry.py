"""Loading facts and putting them into words."""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

_US = {"ns": 0.001, "us": 1, "ms": 1_000, "s": 1_000_000}
_SPOKEN = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


class UnknownFactError(LookupError):
    """There is no fact of that id; the message says which ids are near."""


class Earlier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that a fact had until a date, and the year-month-day (or less of it) of that date."""

    value: Any
    until: str


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dated fact.

    Attributes:
        id: dotted, such as "async.retry_delays".
        value: a number, a text, a boolean, or a list of these.
        unit: s, ms, us, MB, bytes, count, usd, or "" for none.
        source: a facts-sheet section and the page or recording behind it.
        verified: the date on which it was last read there.
        confidence: V, V2, M or SIM.
        was: earlier values, newest first; profile 2019 reads the one in force at the end of 2019.
        note: one sentence where a rule needs saying.
    """

    id: str
    value: Any
    unit: str
    source: str
    verified: str
    confidence: str
    was: tuple[Earlier, ...] = ()
    note: str = ""

    def text(self) -> str:
        """The value in words: "6 hours", "1 minute and 2 minutes", "128 MB", "1,000"."""
        if isinstance(self.value, list):
            words = [_words(item, self.unit) for item in self.value] or ["none"]
            return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
        return _words(self.value, self.unit)


def _words(value: Any, unit: str) -> str:
    if unit == "usd":
        return f"${value}"
    if isinstance(value, str | bool):
        return str(value)
    if unit == "s":
        for size, word in _SPOKEN:
            if value >= size and value % size == 0:
                return _count(value // size, word)
        return _count(value, "second")
    if unit == "bytes":
        for size, word in ((1024 * 1024, "MB"), (1024, "KB")):
            if value >= size and value % size == 0:
                return f"{value // size:,} {word}"
        return _count(value, "byte")
    if unit in {"MB", "ms"}:
        return f"{value:,} {unit}"
    return f"{value:,}"


def _count(number: int | float, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


class Facts:
    """The facts as one profile sees them.

    Args:
        profile: "today", or "2019" for the values in force at the end of 2019.
    """

    def __init__(self, facts: dict[str, Fact], profile: str) -> None:
        self._facts = facts
        self.profile = profile

    @staticmethod
    def load(profile: str = "today") -> Facts:
        """The packaged facts; loaded once per process and profile.

        Raises:
            ValueError: there is no such profile.
        """
        if profile not in {"today", "2019"}:
            raise ValueError(f"there is no profile {profile!r}; there are today and 2019")
        return _load(profile)

    def fact(self, fact_id: str) -> Fact:
        """The fact of that id.

        Raises:
            UnknownFactError: there is none; near ids are named.
        """
        try:
            return self._facts[fact_id]
        except KeyError:
            near = difflib.get_close_matches(fact_id, self._facts, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise UnknownFactError(f"there is no fact {fact_id!r}.{hint}") from None

    def __getitem__(self, fact_id: str) -> Any:
        return self.fact(fact_id).value

    def us(self, fact_id: str) -> int:
        """A duration in microseconds."""
        fact = self.fact(fact_id)
        return int(fact.value * _US[fact.unit])

    def us_list(self, fact_id: str) -> list[int]:
        """Durations in microseconds."""
        fact = self.fact(fact_id)
        return [int(value * _US[fact.unit]) for value in fact.value]

    def text(self, fact_id: str) -> str:
        """The fact in words, as lessons show it."""
        return self.fact(fact_id).text()

    def __iter__(self) -> Any:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return Facts.load, (self.profile,)


@cache
def _load(profile: str) -> Facts:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = Path(__file__).with_name("facts.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=loader)
    facts: dict[str, Fact] = {}
    for fact_id, row in rows.items():
        fact = msgspec.convert({"id": fact_id, **row}, Fact)
        if profile == "2019":
            fact = _as_of(fact, "2019-12-31")
        facts[fact_id] = fact
    return Facts(facts, profile)


def _as_of(fact: Fact, date: str) -> Fact:
    # `was` runs from the newest to the oldest: in force is the oldest value that ended after the date.
    value = fact.value
    for earlier in fact.was:
        if earlier.until > date:
            value = earlier.value
    return msgspec.structs.replace(fact, value=value)
