"""Wildcards and policy variables: does a pattern of a policy cover a name of a request?

`*` stands for any characters, `?` for one. Matchers are compiled once for a tuple of patterns and kept.
`${*}`, `${?}` and `${$}` stand for the characters themselves, and a filled-in variable is written so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Matcher = Callable[[str], re.Match[str] | None]
Lookup = Callable[[str], tuple[str, ...] | None]

_TOKEN = re.compile(r"\$\{[*?$]\}|\*+|\?|[^*?$]+|\$")
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_LITERALS = {"*", "?", "$"}
_PARTS = 6
"""An ARN has six parts; colons of the last one belong to it."""


@lru_cache(maxsize=4096)
def action_matcher(patterns: tuple[str, ...]) -> Matcher:
    """A test whether an action is among patterns such as "sqs:*"; case does not count."""
    return _compiled([_glob(pattern) for pattern in patterns], re.IGNORECASE)


@lru_cache(maxsize=4096)
def resource_matcher(patterns: tuple[str, ...]) -> Matcher:
    """A test whether an ARN is among the patterns of a Resource element; case counts.

    A `*` inside one of the first five parts stays within it; as the last character of a part it goes on
    beyond the colon. An incomplete ARN is completed with `*` (IAM User Guide, elements_resource, grammar).
    """
    return _compiled([_arn_regex(pattern) for pattern in patterns])


@lru_cache(maxsize=4096)
def text_matcher(pattern: str) -> Matcher:
    """A test for StringLike: `*` and `?` anywhere, case counts."""
    return _compiled([_glob(pattern)])


@lru_cache(maxsize=4096)
def arn_matcher(pattern: str) -> Matcher:
    """A test for ArnLike and ArnEquals: each of the six parts by itself, case counts.

    [SIM] A pattern with fewer than six parts covers nothing.
    """
    parts = pattern.split(":", _PARTS - 1)
    if len(parts) < _PARTS:
        return re.compile(r"(?!)").fullmatch
    head = [_within_part(part) for part in parts[:-1]]
    return _compiled([":".join([*head, _glob(parts[-1])])])


def _compiled(regexes: list[str], flags: int = 0) -> Matcher:
    if not regexes:
        return re.compile(r"(?!)").fullmatch
    return re.compile("|".join(f"(?:{regex})" for regex in regexes), flags | re.DOTALL).fullmatch


def _glob(pattern: str) -> str:
    """A regular expression in which each star commits to its first fit, so that no pattern is slow."""
    pieces: list[str] = [""]
    for token in _TOKEN.findall(pattern):
        if token.startswith("*"):
            pieces.append("")
        else:
            pieces[-1] += "." if token == "?" else _literal(token)
    if len(pieces) == 1:
        return pieces[0]
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1] if piece)
    return f"{pieces[0]}{middle}.*{pieces[-1]}"


def _within_part(pattern: str, last: str = "[^:]*") -> str:
    regex = ""
    tokens = _TOKEN.findall(pattern)
    for place, token in enumerate(tokens):
        if token.startswith("*"):
            regex += last if place == len(tokens) - 1 else "[^:]*"
        else:
            regex += "[^:]" if token == "?" else _literal(token)
    return regex


def _arn_regex(pattern: str) -> str:
    if pattern == "*":
        return ".*"
    parts = pattern.split(":", _PARTS - 1)
    parts += ["*"] * (_PARTS - len(parts))
    head = [_within_part(part, last=".*") for part in parts[:-1]]
    return ":".join([*head, _glob(parts[-1])])


def _literal(token: str) -> str:
    return re.escape(token[2:-1] if token.startswith("${") else token)


def has_variables(pattern: str) -> bool:
    """Whether a pattern holds a policy variable such as ${aws:username}."""
    return any(name not in _LITERALS for name in _VARIABLE.findall(pattern))


def escaped(text: str) -> str:
    """A text as a pattern that covers just this text."""
    return re.sub(r"[*?$]", r"${\g<0>}", text)


def unescaped(pattern: str) -> str:
    """A pattern as plain text, for operators that know no wildcards."""
    return re.sub(r"\$\{([*?$])\}", r"\1", pattern)


def filled(pattern: str, lookup: Lookup) -> str | None:
    """A pattern with its policy variables filled in.

    Args:
        pattern: of a Resource element or a condition's value.
        lookup: the values of a condition key given in lower case, or None.

    Returns:
        A pattern without variables; None when one has no value, or more than one, and no default.
    """
    if "${" not in pattern:
        return pattern
    missing = False

    def fill(found: re.Match[str]) -> str:
        nonlocal missing
        inner = found[1]
        if inner in _LITERALS:
            return found[0]
        key, _, default = inner.partition(",")
        values = lookup(key.strip().lower())
        if values is not None and len(values) == 1:
            return escaped(values[0])
        if default:
            return escaped(default.strip().strip("'"))
        missing = True
        return ""

    text = _VARIABLE.sub(fill, pattern)
    return None if missing else text
