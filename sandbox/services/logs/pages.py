"""Tokens: how a reader says where the next page begins.

[SIM] AWS's tokens are opaque; ours carry the place of a line, or the name after which to go on. They do not
expire.
"""

from __future__ import annotations

import base64
import binascii
import bisect
from typing import TypeVar

from sandbox.kernel import MILLISECOND
from sandbox.observe.logs import LogLine
from sandbox.services.base import AwsError

Place = tuple[int, int]
"""Timestamp and order of a line: where it stands among the others."""

_BEGINNING: Place = (0, 0)
_TIME_DIGITS, _ORDER_DIGITS = 20, 36

T = TypeVar("T")


def place(line: LogLine) -> Place:
    """Where a line stands."""
    return line.time, line.order


def event_id(line: LogLine) -> str:
    """The eventId of a line: 56 digits, as AWS's have."""
    return _digits(place(line))


def _digits(where: Place) -> str:
    return f"{where[0]:0{_TIME_DIGITS}d}{where[1]:0{_ORDER_DIGITS}d}"


def token(direction: str, where: Place) -> str:
    """A GetLogEvents token: "f/" or "b/" and 56 digits."""
    return f"{direction}/{_digits(where)}"


def parse_token(text: str) -> tuple[str, Place]:
    """Direction and place of a token.

    Raises:
        AwsError: it is not one of ours.
    """
    direction, _, digits = text.partition("/")
    if direction not in {"f", "b"} or len(digits) != _TIME_DIGITS + _ORDER_DIGITS or not digits.isdecimal():
        raise invalid_token()
    return direction, (int(digits[:_TIME_DIGITS]), int(digits[_TIME_DIGITS:]))


def invalid_token() -> AwsError:
    """What AWS answers to a token that is not its own."""
    return AwsError("InvalidParameterException", "The specified nextToken is invalid.")


def page(items: list[T], limit: int, next_token: str | None) -> tuple[list[T], str | None]:
    """One page of a list, and the token for the next page; None when this is the last.

    Raises:
        AwsError: the token is not one of ours.
    """
    start = 0
    if next_token is not None:
        try:
            start = int(base64.urlsafe_b64decode(next_token.encode()).decode())
        except (binascii.Error, ValueError):
            raise invalid_token() from None
    end = start + limit
    more = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(items) else None
    return items[start:end], more


def between(lines: list[LogLine], start: int | None, end: int | None) -> list[LogLine]:
    """The lines from `start` up to, not including, `end`, in milliseconds since the epoch."""
    return [
        line
        for line in lines
        if (start is None or line.time // MILLISECOND >= start)
        and (end is None or line.time // MILLISECOND < end)
    ]


def window(
    lines: list[LogLine], limit: int, next_token: str | None, from_head: bool
) -> tuple[list[LogLine], Place, Place]:
    """One page of a stream, the place where it begins, and the place where it ends.

    A page without lines keeps the place of the token, so that a reader gets back the token that it gave.
    """
    if next_token is None:
        start = 0 if from_head else max(0, len(lines) - limit)
        end = min(len(lines), start + limit)
        at = _BEGINNING
    else:
        direction, at = parse_token(next_token)
        middle = bisect.bisect_left(lines, at, key=place)
        start, end = (middle, middle + limit) if direction == "f" else (max(0, middle - limit), middle)
    shown = lines[start:end]
    if not shown:
        return [], at, at
    time, order = place(shown[-1])
    return shown, place(shown[0]), (time, order + 1)


def search_page(
    lines: list[LogLine], limit: int, next_token: str | None, from_head: bool
) -> tuple[list[LogLine], str | None]:
    """One page of a search and the token for the next one; the token also says the direction."""
    direction, at = ("f" if from_head else "b"), None
    if next_token is not None:
        direction, at = parse_token(next_token)
    if direction == "f":
        start = 0 if at is None else bisect.bisect_left(lines, at, key=place)
        shown, rest = lines[start : start + limit], len(lines) - start - limit
    else:
        end = len(lines) if at is None else bisect.bisect_left(lines, at, key=place)
        start = max(0, end - limit)
        shown, rest = lines[start:end][::-1], start
    if rest <= 0 or not shown:
        return shown, None
    time, order = place(shown[-1])
    return shown, token(direction, (time, order + 1 if direction == "f" else order))
