"""Filter patterns: plain terms, phrases in quotes, ?any, -not, and simple conditions on JSON.

`ERROR timeout` wants both terms, `?ERROR ?WARN` one of them, `ERROR -Retry` the first without the second, and
`{ $.level = "ERROR" && $.ms > 100 }` JSON messages whose fields are so. [SIM] A term matches wherever it
stands in the text, also inside a longer word. Regular expressions, patterns in square brackets and
parentheses inside JSON conditions are not there yet and are refused.
"""

from __future__ import annotations

import fnmatch
import json
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from sandbox.services.base import AwsError

_TERM = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))')
_CONDITION = re.compile(
    r"""\s*(\$(?:\.[\w-]+|\[\d+\]|\['[^']*'\])*)\s*
        (?:(!=|<=|>=|=|<|>)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"&|}]+))
          |(IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS))\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]")
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_MISSING = object()
_QUOTED = 30
"""Characters of a wrong pattern that our message shows."""


class Pattern(Protocol):
    """What decides which messages are wanted."""

    def matches(self, message: str) -> bool:
        """Whether the message is one of those."""
        ...


class Terms(NamedTuple):
    """A pattern of terms: all of some, one of others, none of the rest."""

    wanted: tuple[str, ...]
    either: tuple[str, ...]
    unwanted: tuple[str, ...]

    def matches(self, message: str) -> bool:
        """See `Pattern.matches`."""
        if any(term in message for term in self.unwanted):
            return False
        if not all(term in message for term in self.wanted):
            return False
        # Beside terms of the other kinds AWS ignores those with a question mark.
        alone = bool(self.either) and not self.wanted and not self.unwanted
        return not alone or any(term in message for term in self.either)


class Condition(NamedTuple):
    """One condition on a field of a JSON message."""

    steps: tuple[str | int, ...]
    sign: str
    value: str
    quoted: bool

    def holds(self, document: Any) -> bool:
        """Whether it holds for a message that has been parsed."""
        found = _look_up(document, self.steps)
        if self.sign == "NOT EXISTS":
            return found is _MISSING
        if found is _MISSING:
            return False
        if self.sign.startswith("IS "):
            return found is {"IS NULL": None, "IS TRUE": True, "IS FALSE": False}[self.sign]
        if isinstance(found, dict | list):
            return False
        number = None if self.quoted else _number(self.value)
        if self.sign in _ORDER:
            return number is not None and _is_number(found) and _ORDER[self.sign](found, number)
        return self._equal(found, number) == (self.sign == "=")

    def _equal(self, found: Any, number: float | None) -> bool:
        if number is not None:
            return _is_number(found) and bool(found == number)
        text = found if isinstance(found, str) else json.dumps(found)
        return fnmatch.fnmatchcase(text, self.value.replace("[", "[[]").replace("?", "[?]"))


class Conditions(NamedTuple):
    """A pattern on JSON: alternatives, each of conditions that must all hold."""

    alternatives: tuple[tuple[Condition, ...], ...]

    def matches(self, message: str) -> bool:
        """See `Pattern.matches`."""
        try:
            document = json.loads(message)
        except ValueError:
            return False
        if not isinstance(document, dict | list):
            return False
        return any(all(condition.holds(document) for condition in both) for both in self.alternatives)


def parse(text: str) -> Pattern:
    """The pattern that a text describes; an empty one wants every message.

    Raises:
        AwsError: InvalidParameterException, for what is not a pattern or not one that is known here.
    """
    stripped = text.strip()
    if stripped.startswith("{"):
        return _conditions(stripped)
    if stripped.startswith(("[", "%")):
        raise _refused("patterns in [square brackets] and %regular expressions% are not implemented here")
    return _terms(stripped)


def _refused(why: str) -> AwsError:
    return AwsError("InvalidParameterException", f"Invalid filter pattern: {why}")


def _terms(text: str) -> Terms:
    found: dict[str, list[str]] = {"": [], "?": [], "-": []}
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise _refused("a quotation mark is not closed")
        sign, phrase, word = match.groups()
        found[sign].append(word if phrase is None else _unescaped(phrase))
        position = match.end()
    return Terms(tuple(found[""]), tuple(found["?"]), tuple(found["-"]))


def _unescaped(phrase: str) -> str:
    return re.sub(r"\\(.)", r"\1", phrase)


def _conditions(text: str) -> Conditions:
    if not text.endswith("}"):
        raise _refused("a brace is not closed")
    inner = text[1:-1]
    alternatives: list[tuple[Condition, ...]] = []
    both: list[Condition] = []
    position = 0
    while True:
        match = _CONDITION.match(inner, position)
        if match is None:
            raise _refused(f"no condition at {inner[position:].strip()[:_QUOTED]!r}")
        both.append(_condition(match))
        joint, position = inner[match.end() : match.end() + 2], match.end() + 2
        if joint != "&&":
            alternatives.append(tuple(both))
            both = []
        if not joint:
            return Conditions(tuple(alternatives))
        if joint not in {"&&", "||"}:
            raise _refused(f"expected && or || before {inner[match.end() :][:_QUOTED]!r}")


def _condition(match: re.Match[str]) -> Condition:
    path, sign, phrase, word, test = match.groups()
    steps = tuple(
        int(index) if index else (name or quoted) for name, index, quoted in _STEP.findall(path[1:])
    )
    if test is not None:
        return Condition(steps, " ".join(test.upper().split()), "", False)
    value = word if phrase is None else _unescaped(phrase)
    return Condition(steps, sign, value, phrase is not None)


def _look_up(document: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        if isinstance(step, int):
            if not isinstance(document, list) or step >= len(document):
                return _MISSING
            document = document[step]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        else:
            return _MISSING
    return document


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
