"""Placeholders: `{names}`, `{role:worker}`, `{arn:queue/letters}`, `{nonce}`, `{fact:async.retries}`.

Nothing else in braces is touched, so that JSON and Python stay as they are. One placeholder may stand inside
`{arn:...}`: `{arn:role/{names}-role}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

ARN_KINDS = ("role", "user", "function", "queue", "bucket", "table", "log-group")

_SIMPLE = r"[A-Za-z_][\w-]*|role:[\w-]+|fact:[\w.-]+"
_PLACEHOLDER = re.compile(rf"\{{((?:{_SIMPLE})|arn:[\w-]+/(?:[^{{}}\s]|\{{(?:{_SIMPLE})\}})+)\}}")

Values = Callable[[str], str | None]
"""What a placeholder, given without its braces, stands for; None for "leave it as it is"."""

T = TypeVar("T")


def substitute(text: str, values: Values) -> str:
    """Replace the placeholders in a text.

    Args:
        text: any text.
        values: asked with "names", "role:worker", "arn:queue/letters", "nonce", "fact:async.retries". Inside
            an `arn:` the inner placeholder is replaced first.
    """
    if "{" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        name = match[1]
        if name.startswith("arn:"):
            name = substitute(name, values)
        value = values(name)
        return match[0] if value is None else value

    return _PLACEHOLDER.sub(one, text)


def fill(value: T, values: Values) -> T:
    """Replace the placeholders in every text of a value: a text, list, dict, or struct of this package.

    Keys of mappings are left alone.
    """
    plain = msgspec.to_builtins(value)
    filled = _walk(plain, values)
    return value if filled == plain else msgspec.convert(filled, type(value))


def placeholders(value: Any) -> set[str]:
    """The placeholders in every text of a value, without their braces, inner ones too."""
    found: set[str] = set()

    def note(name: str) -> None:
        found.add(name)

    _walk(msgspec.to_builtins(value), note)
    return found


def _walk(value: Any, values: Values) -> Any:
    if isinstance(value, str):
        return substitute(value, values)
    if isinstance(value, (list, tuple)):
        return [_walk(item, values) for item in value]
    if isinstance(value, dict):
        return {key: _walk(item, values) for key, item in value.items()}
    return value
