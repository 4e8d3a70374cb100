"""Asking a condition of an item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.services.dynamodb.model import AttributeValue
from sandbox.services.dynamodb.trees import (
    Among,
    Ask,
    Between,
    Both,
    Compare,
    Either,
    Literal,
    Negation,
    Path,
    Size,
)
from sandbox.services.dynamodb.values import SETS, compares, equal, kind_of

Attributes = Mapping[str, AttributeValue]


def holds(condition: Any, attributes: Attributes) -> bool:
    """Whether a condition is true of an item.

    Args:
        condition: a tree of `language.condition`.
        attributes: the item's; empty for an item that is not there.
    """
    match condition:
        case Both(left, right):
            return holds(left, attributes) and holds(right, attributes)
        case Either(left, right):
            return holds(left, attributes) or holds(right, attributes)
        case Negation(inner):
            return not holds(inner, attributes)
        case Compare(sign, left, right):
            return compares(value_of(left, attributes), sign, value_of(right, attributes))
        case Between(operand, low, high):
            value = value_of(operand, attributes)
            return compares(value, ">=", value_of(low, attributes)) and compares(
                value, "<=", value_of(high, attributes)
            )
        case Among(operand, options):
            value = value_of(operand, attributes)
            return any(equal(value, value_of(option, attributes)) for option in options)
        case Ask(function, arguments):
            return _asked(function, [value_of(argument, attributes) for argument in arguments])
    raise TypeError(f"{condition!r} is no condition")


def value_of(operand: Any, attributes: Attributes) -> AttributeValue | None:
    """What an operand stands for in an item; None when there is no such thing."""
    if isinstance(operand, Literal):
        return operand.value
    if isinstance(operand, Size):
        return _size(at(operand.path, attributes))
    assert isinstance(operand, Path)
    return at(operand, attributes)


def at(path: Path, attributes: Attributes) -> AttributeValue | None:
    """What lies at a path of an item, or None."""
    found: Any = {"M": attributes}
    for part in path.parts:
        if isinstance(part, int):
            inner = found.get("L")
            found = inner[part] if inner is not None and part < len(inner) else None
        else:
            found = found.get("M", {}).get(part)
        if found is None:
            return None
    return found  # type: ignore[no-any-return]


def _size(value: AttributeValue | None) -> AttributeValue | None:
    if value is None or kind_of(value) in {"N", "BOOL", "NULL"}:
        return None
    inner = value[kind_of(value)]
    return {"N": str(len(inner.encode() if isinstance(inner, str) else inner))}


def _asked(function: str, values: list[AttributeValue | None]) -> bool:
    first, *rest = values
    if function == "attribute_exists":
        return first is not None
    if function == "attribute_not_exists":
        return first is None
    second = rest[0]
    if first is None or second is None:
        return False
    if function == "attribute_type":
        return kind_of(first) == second.get("S")
    if function == "begins_with":
        same = kind_of(first) == kind_of(second) and kind_of(first) in {"S", "B"}
        return bool(same and first[kind_of(first)].startswith(second[kind_of(second)]))
    return _contains(first, second)


def _contains(whole: AttributeValue, part: AttributeValue) -> bool:
    kind = kind_of(whole)
    if kind == "L":
        return part in whole["L"]
    if kind in SETS:
        return bool(part.get(SETS[kind]) in whole[kind])
    return bool(kind in {"S", "B"} and kind_of(part) == kind and part[kind] in whole[kind])
