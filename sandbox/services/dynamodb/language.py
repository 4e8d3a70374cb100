"""Expressions, read into trees: conditions, filters, key conditions, projections and updates.

Source: DynamoDB Developer Guide, Expressions.OperatorsAndFunctions and Expressions.UpdateExpressions.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox.services.base import AwsError
from sandbox.services.dynamodb.placeholders import Placeholders
from sandbox.services.dynamodb.reserved import RESERVED
from sandbox.services.dynamodb.trees import (
    Among,
    Arithmetic,
    Ask,
    Between,
    Both,
    Change,
    Compare,
    Either,
    IfNotExists,
    ListAppend,
    Literal,
    Negation,
    Path,
    Size,
)
from sandbox.services.dynamodb.values import KINDS, compares, kind_of

_TOKEN = re.compile(r"\s*(?:(?P<token>[#:]?[A-Za-z0-9_]+|<>|<=|>=|[=<>(),.\[\]+-])|(?P<other>\S))")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LAST_INDEX = sys.maxsize
_COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_PREDICATES = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}

_ORDERED = frozenset({"S", "N", "B"})
_TAKES = {
    **dict.fromkeys(("<", "<=", ">", ">=", "BETWEEN"), _ORDERED),
    "begins_with": frozenset({"S", "B"}),
    "attribute_type": frozenset({"S"}),
}
"""The types of values that operators and functions take; the others take all."""

_OPERATORS = frozenset(
    {*_COMPARATORS, *map(str.upper, _PREDICATES), "SIZE", "IF_NOT_EXISTS", "LIST_APPEND"}
    | {"AND", "OR", "NOT", "BETWEEN", "IN", "+", "-"}
)


def condition(text: str, kind: str, known: Placeholders) -> Any:
    """A ConditionExpression, FilterExpression or KeyConditionExpression.

    Args:
        text: the expression.
        kind: its name, for errors.
        known: what placeholders stand for.

    Raises:
        AwsError: it cannot be read.
    """
    reader = _Reader(text, kind, known)
    return reader.whole(reader.condition)


def projection(text: str, known: Placeholders) -> tuple[Path, ...]:
    """A ProjectionExpression.

    Raises:
        AwsError: it cannot be read, or two of its paths overlap.
    """
    reader = _Reader(text, "ProjectionExpression", known)
    paths = tuple(reader.whole(lambda: reader.listed(reader.path)))
    reader.check_apart(paths)
    return paths


def update(text: str, known: Placeholders) -> tuple[Change, ...]:
    """An UpdateExpression.

    Raises:
        AwsError: it cannot be read, a section is there twice, or two of its paths overlap.
    """
    reader = _Reader(text, "UpdateExpression", known)
    changes: tuple[Change, ...] = tuple(reader.whole(reader.changes))
    reader.check_apart([change.path for change in changes])
    return changes


class _Reader:
    """A reader of one expression; one token is looked at ahead."""

    def __init__(self, text: str, kind: str, known: Placeholders) -> None:
        self.text = text
        self.kind = kind
        self.known = known
        self._tokens: list[tuple[str, int, int]] = []
        self._at = 0
        self._depth = 0
        if not text.strip():
            raise self.wrong("The expression can not be empty;")
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > known.facts["dynamodb.expression_max"]:
            raise self.wrong(
                f"Expression size has exceeded the maximum allowed size; expression size: {size}"
            )
        unknown: list[int] = []
        for match in _TOKEN.finditer(text):
            token = match["token"] or match["other"]
            if match["other"]:
                unknown.append(len(self._tokens))
            self._tokens.append((token, match.end() - len(token), match.end()))
        if unknown:
            self._at = unknown[0]
            raise self.syntax()
        operators = sum(token.upper() in _OPERATORS for token, _, _ in self._tokens)
        if operators > known.facts["dynamodb.operators_max"]:
            raise self.wrong(f"The expression contains too many operators; operator count: {operators}")

    def wrong(self, reason: str) -> AwsError:
        """What AWS says of this expression."""
        return self.known.wrong(f"Invalid {self.kind}: {reason}")

    def syntax(self) -> AwsError:
        """A syntax error at the token that is looked at."""
        at = self._at
        around = self._tokens[max(0, at - 1) : at + 2]
        near = self.text[around[0][1] : around[-1][2]] if around else ""
        return self.wrong(f'Syntax error; token: "{self.peek() or "<EOF>"}", near: "{near}"')

    def peek(self, ahead: int = 0) -> str:
        """A token that is still to come; "" at the end."""
        at = self._at + ahead
        return self._tokens[at][0] if at < len(self._tokens) else ""

    def take(self, wanted: str = "") -> str:
        """The next token; it must be `wanted`, if that is given."""
        token = self.peek()
        if not token or (wanted and token.upper() != wanted):
            raise self.syntax()
        self._at += 1
        return token

    def follows(self, *wanted: str) -> bool:
        """Whether one of these comes next; words in capitals or not."""
        return self.peek().upper() in wanted

    def whole(self, read: Callable[[], Any]) -> Any:
        """What `read` reads; nothing may be left after it."""
        found = read()
        if self.peek():
            raise self.syntax()
        return found

    def listed(self, read: Callable[[], Any]) -> list[Any]:
        """One or more of what `read` reads, with commas between."""
        found = [read()]
        while self.follows(","):
            self.take()
            found.append(read())
        return found

    # -- paths and values ----------------------------------------------------------------------------------

    def path(self) -> Path:
        """A document path."""
        parts: list[str | int] = [self._name()]
        while self.follows(".", "["):
            if self.take() == ".":
                parts.append(self._name())
                continue
            position = self.take()
            if not position.isdigit():
                self._at -= 1
                raise self.syntax()
            if len(position) > len(str(_LAST_INDEX)) or int(position) > _LAST_INDEX:
                raise self.wrong(f"List index is not within the allowable range; index: [{position}]")
            parts.append(int(position))
            self.take("]")
        return Path(tuple(parts))

    def _name(self) -> str:
        token = self.peek()
        if token.startswith("#"):
            self.take()
            name = self.known.name(token)
            if name is None:
                raise self.wrong(
                    "An expression attribute name used in the document path is not defined; "
                    f"attribute name: {token}"
                )
            return name
        if not _WORD.fullmatch(token):
            raise self.syntax()
        if token.upper() in RESERVED:
            raise self.wrong(f"Attribute name is a reserved keyword; reserved keyword: {token}")
        return self.take()

    def literal(self) -> Literal:
        """A value's placeholder."""
        token = self.take()
        value = self.known.value(token)
        if value is None:
            raise self.wrong(
                f"An expression attribute value used in expression is not defined; attribute value: {token}"
            )
        return Literal(value, token)

    def operand(self) -> Any:
        """A value, a path or `size(path)`."""
        if self.peek().startswith(":"):
            return self.literal()
        if self.peek(1) != "(":
            return self.path()
        if self.peek() != "size":
            raise self._no_function()
        self.take()
        self.take("(")
        path = self.path()
        self.take(")")
        return Size(path)

    def _no_function(self) -> AwsError:
        name = self.peek()
        if name in {*_PREDICATES, "size", "if_not_exists", "list_append"}:
            return self.wrong(
                "The function is not allowed to be used this way in an expression; function: " + name
            )
        return self.wrong(f"Invalid function name; function: {name}")

    # -- conditions ----------------------------------------------------------------------------------------

    def condition(self) -> Any:
        """A condition: OR binds least, then AND, then NOT."""
        left = self._conjunction()
        while self.follows("OR"):
            self.take()
            left = Either(left, self._conjunction())
        return left

    def _conjunction(self) -> Any:
        left = self._term()
        while self.follows("AND"):
            self.take()
            left = Both(left, self._term())
        return left

    def _term(self) -> Any:
        self._depth += 1
        if self._depth > self.known.facts["dynamodb.expression_nesting"]:
            raise self.wrong("The expression is nested too deeply;")
        try:
            if self.follows("NOT"):
                self.take()
                return Negation(self._term())
            if self.follows("("):
                self.take()
                inner = self.condition()
                self.take(")")
                return inner
            if self.peek() in _PREDICATES and self.peek(1) == "(":
                return self._asking()
            return self._comparison()
        finally:
            self._depth -= 1

    def _asking(self) -> Ask:
        name = self.take()
        self.take("(")
        arguments = tuple(self.listed(self.operand))
        self.take(")")
        if len(arguments) != _PREDICATES[name]:
            raise self.wrong(
                "Incorrect number of operands for operator or function; operator or function: "
                f"{name}, number of operands: {len(arguments)}"
            )
        if name.startswith("attribute_") and not isinstance(arguments[0], Path):
            raise self.wrong(f"Operator or function requires a document path; operator or function: {name}")
        self._check_kinds(name, arguments)
        return Ask(name, arguments)

    def _check_kinds(self, name: str, operands: tuple[Any, ...]) -> None:
        """Whether the values that are written out are of a type that an operator or function takes."""
        for operand in operands:
            if not isinstance(operand, Literal):
                continue
            kind = kind_of(operand.value)
            if kind not in _TAKES.get(name, {kind}):
                raise self.wrong(
                    "Incorrect operand type for operator or function; operator or function: "
                    f"{name}, operand type: {kind}"
                )
            if name == "attribute_type" and operand.value.get("S") not in KINDS:
                raise self.wrong(
                    f"Invalid attribute type name found; type: {operand.value['S']}, "
                    f"valid types: {{{','.join(KINDS)}}}"
                )

    def _comparison(self) -> Any:
        left = self.operand()
        if self.follows("BETWEEN"):
            self.take()
            low = self.operand()
            self.take("AND")
            high = self.operand()
            self._check_kinds("BETWEEN", (left, low, high))
            self._check_bounds(low, high)
            return Between(left, low, high)
        if self.follows("IN"):
            self.take()
            self.take("(")
            options = tuple(self.listed(self.operand))
            self.take(")")
            return Among(left, options)
        if self.peek() not in _COMPARATORS:
            raise self.syntax()
        sign = self.take()
        right = self.operand()
        self._check_kinds(sign, (left, right))
        return Compare(sign, left, right)

    def _check_bounds(self, low: Any, high: Any) -> None:
        if isinstance(low, Literal) and isinstance(high, Literal):
            kinds = (kind_of(low.value), kind_of(high.value))
            if kinds[0] == kinds[1] and compares(low.value, ">", high.value):
                shown = [
                    f"AttributeValue: {{{kind}:{one.value[kind]}}}"
                    for kind, one in zip(kinds, (low, high), strict=True)
                ]
                raise self.wrong(
                    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                    f"lower bound operand: {shown[0]}, upper bound operand: {shown[1]}"
                )

    # -- updates -------------------------------------------------------------------------------------------

    def changes(self) -> list[Change]:
        """The sections of an update, in any order, each once."""
        found: list[Change] = []
        seen: set[str] = set()
        while self.peek():
            clause = self.peek().upper()
            if clause not in {"SET", "REMOVE", "ADD", "DELETE"}:
                raise self.syntax()
            if clause in seen:
                raise self.wrong(f'The "{clause}" section can only be used once in an update expression;')
            seen.add(clause)
            self.take()
            found += self.listed(partial(self._change, clause))
        return found

    def _change(self, clause: str) -> Change:
        path = self.path()
        if clause == "REMOVE":
            return Change(clause, path, None)
        if clause == "SET":
            self.take("=")
            return Change(clause, path, self._sum())
        return Change(clause, path, self.literal())

    def _sum(self) -> Any:
        left = self._summand()
        if not self.follows("+", "-"):
            return left
        sign = self.take()
        return Arithmetic(sign, left, self._summand())

    def _summand(self) -> Any:
        if self.peek().startswith(":"):
            return self.literal()
        if self.peek(1) != "(":
            return self.path()
        name = self.peek()
        if name not in {"if_not_exists", "list_append"}:
            raise self._no_function()
        self.take()
        self.take("(")
        if name == "if_not_exists":
            path = self.path()
            self.take(",")
            found: Any = IfNotExists(path, self._summand())
        else:
            first = self._summand()
            self.take(",")
            found = ListAppend(first, self._summand())
        self.take(")")
        return found

    def check_apart(self, paths: tuple[Path, ...] | list[Path]) -> None:
        """Whether no path leads into another one.

        Raises:
            AwsError: one does.
        """
        for number, one in enumerate(paths):
            for other in paths[number + 1 :]:
                shorter = min(len(one.parts), len(other.parts))
                if one.parts[:shorter] == other.parts[:shorter]:
                    raise self.wrong(
                        "Two document paths overlap with each other; must remove or rewrite one of these "
                        f"paths; path one: {_shown(one)}, path two: {_shown(other)}"
                    )


def _shown(path: Path) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else part for part in path.parts)
    return f"[{', '.join(parts)}]"
