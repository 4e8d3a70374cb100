"""Values that keys are made of: numbers and texts that are read off a run, and when two are the same."""

from __future__ import annotations

import json
import re
from typing import Any

_NUMBER = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)(?: ?[A-Za-z%]+)?")
"""A number, and perhaps its unit: "128 MB"."""

_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
"""Straight ones, and those that a phone or a word processor makes of them."""

LONGEST_TEXT = 80


class NoKeyError(Exception):
    """A question has no key, or several; the message says what was found, to the author.

    Args:
        found: what was found.
        wanted: what was expected.
    """

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(found)
        self.wanted = wanted


def as_number(value: Any) -> float:
    """A value as a number.

    Raises:
        NoKeyError: it is none.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    match = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise NoKeyError(f"the reading {_excerpt(value)}", "a number")
    return float(match[1])


def number_words(number: float) -> str:
    """A number as it is typed: "3", "0.5", "1000000"."""
    return f"{number:.15g}"


def as_text(value: Any) -> str:
    """A value as a text of one line that a learner can type.

    Raises:
        NoKeyError: it is empty, has several lines, is too long, or is no scalar.
    """
    if isinstance(value, bool):
        text = json.dumps(value)
    elif isinstance(value, int | float):
        text = number_words(value)
    else:
        text = value.strip().strip(_QUOTES) if isinstance(value, str) else ""
    if not text or len(text.splitlines()) > 1 or len(text) > LONGEST_TEXT:
        raise NoKeyError(
            f"the reading {_excerpt(value)}", f"one short line, at most {LONGEST_TEXT} characters"
        )
    return text


def _excerpt(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "..."


def plain_text(text: str) -> str:
    """A text as texts are compared: quotes, case and stretches of blanks make no difference."""
    return " ".join(text.strip().strip(_QUOTES).casefold().split())


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same: numbers as numbers, texts as a learner's answer is compared."""
    if isinstance(one, str) and isinstance(other, str):
        return plain_text(one) == plain_text(other)
    if isinstance(one, str) or isinstance(other, str):
        words = [
            value if isinstance(value, str) else number_words(value)
            for value in (one, other)
            if value is not None and not isinstance(value, list | dict)
        ]
        return len(words) == 2 and plain_text(words[0]) == plain_text(words[1])
    return bool(one == other)
