"""What expressions are, once they are read: conditions, operands, changes."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.services.dynamodb.model import AttributeValue


class Path(msgspec.Struct, frozen=True):
    """A document path: names of attributes and positions in lists."""

    parts: tuple[str | int, ...]


class Literal(msgspec.Struct, frozen=True):
    """A value out of ExpressionAttributeValues."""

    value: AttributeValue
    name: str


class Size(msgspec.Struct, frozen=True):
    """`size(path)`."""

    path: Path


class Compare(msgspec.Struct, frozen=True):
    """`left <sign> right`."""

    sign: str
    left: Any
    right: Any


class Between(msgspec.Struct, frozen=True):
    """`operand BETWEEN low AND high`, both included."""

    operand: Any
    low: Any
    high: Any


class Among(msgspec.Struct, frozen=True):
    """`operand IN (...)`."""

    operand: Any
    options: tuple[Any, ...]


class Ask(msgspec.Struct, frozen=True):
    """A function that is true or false, such as `attribute_exists(path)`."""

    function: str
    arguments: tuple[Any, ...]


class Both(msgspec.Struct, frozen=True):
    """`left AND right`."""

    left: Any
    right: Any


class Either(msgspec.Struct, frozen=True):
    """`left OR right`."""

    left: Any
    right: Any


class Negation(msgspec.Struct, frozen=True):
    """`NOT condition`."""

    condition: Any


class Arithmetic(msgspec.Struct, frozen=True):
    """`left + right` or `left - right` in an update."""

    sign: str
    left: Any
    right: Any


class IfNotExists(msgspec.Struct, frozen=True):
    """`if_not_exists(path, otherwise)` in an update."""

    path: Path
    otherwise: Any


class ListAppend(msgspec.Struct, frozen=True):
    """`list_append(first, second)` in an update."""

    first: Any
    second: Any


class Change(msgspec.Struct, frozen=True):
    """One action of an update: `clause` is SET, REMOVE, ADD or DELETE; `operand` is None for REMOVE."""

    clause: str
    path: Path
    operand: Any
