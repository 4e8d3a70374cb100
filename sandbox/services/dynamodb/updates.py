"""Changing an item by an update expression. Every operand is read before anything is changed."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandbox.facts import Facts
from sandbox.services.base import AwsError
from sandbox.services.dynamodb import errors
from sandbox.services.dynamodb.conditions import at
from sandbox.services.dynamodb.model import AttributeValue
from sandbox.services.dynamodb.trees import (
    Arithmetic,
    Change,
    IfNotExists,
    ListAppend,
    Literal,
    Path,
)
from sandbox.services.dynamodb.values import EXACT, SETS, kind_of, written

Attributes = Mapping[str, AttributeValue]


def updated(attributes: Attributes, changes: Sequence[Change], facts: Facts) -> dict[str, AttributeValue]:
    """An item's attributes after an update; those that were given stay as they are.

    Raises:
        AwsError: an operand is missing or of the wrong type, or a path leads nowhere.
    """
    worked_out = [(change, _operand(change, attributes, facts)) for change in changes]
    item: dict[str, AttributeValue] = copy.deepcopy(dict(attributes))
    # What is put behind the end of a list comes there in the order of its positions; what is taken out is
    # taken from the end on, so that positions mean what they meant.
    for change, value in sorted(worked_out, key=_place):
        if value is not None:
            _put(item, change.path, value)
    for change, value in sorted(worked_out, key=_place, reverse=True):
        if value is None:
            _remove(item, change.path)
    return item


def _place(entry: tuple[Change, AttributeValue | None]) -> list[tuple[int, str]]:
    """Where a change is made, comparable: names by letters, positions by number."""
    return [(part, "") if isinstance(part, int) else (-1, part) for part in entry[0].path.parts]


def _operand(change: Change, attributes: Attributes, facts: Facts) -> AttributeValue | None:
    if change.clause == "REMOVE":
        return None
    if change.clause == "SET":
        return _worked_out(change.operand, attributes, facts)
    there = at(change.path, attributes)
    given: AttributeValue = change.operand.value
    kind = kind_of(given)
    if change.clause == "ADD":
        return _added(there, kind, given, facts)
    if kind not in SETS:
        raise _operand_type("DELETE", kind)
    if there is None:
        return None
    if kind_of(there) != kind:
        raise errors.invalid("An operand in the update expression has an incorrect data type")
    left = [one for one in there[kind] if one not in given[kind]]
    return {kind: left} if left else None


def _added(there: AttributeValue | None, kind: str, given: AttributeValue, facts: Facts) -> AttributeValue:
    if kind != "N" and kind not in SETS:
        raise _operand_type("ADD", kind)
    if there is None:
        return given
    if kind_of(there) != kind:
        raise errors.invalid("An operand in the update expression has an incorrect data type")
    if kind == "N":
        return _sum(there, "+", given, facts)
    both = {*there[kind], *given[kind]}
    return {kind: sorted(both, key=Decimal) if kind == "NS" else sorted(both)}


_TYPE_NAMES = {
    "S": "STRING", "B": "BINARY", "M": "MAP", "L": "LIST", "BOOL": "BOOLEAN", "NULL": "NULL", "N": "NUMBER",
    "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET",
}  # fmt: skip


def _operand_type(operator: str, kind: str) -> AwsError:
    return errors.invalid(
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: "
        f"{operator}, operand type: {_TYPE_NAMES[kind]}",
        writes=True,
    )


def _worked_out(operand: Any, attributes: Attributes, facts: Facts) -> AttributeValue:
    match operand:
        case Literal(value):
            return value
        case Path():
            found = at(operand, attributes)
            if found is None:
                raise errors.invalid(
                    "The provided expression refers to an attribute that does not exist in the item"
                )
            return found
        case IfNotExists(path, otherwise):
            there = at(path, attributes)
            return _worked_out(otherwise, attributes, facts) if there is None else there
        case ListAppend(first, second):
            lists = [_worked_out(part, attributes, facts) for part in (first, second)]
            if any(kind_of(one) != "L" for one in lists):
                raise errors.invalid("An operand in the update expression has an incorrect data type")
            return {"L": [*lists[0]["L"], *lists[1]["L"]]}
        case Arithmetic(sign, left, right):
            return _sum(
                _worked_out(left, attributes, facts), sign, _worked_out(right, attributes, facts), facts
            )
    raise TypeError(f"{operand!r} is no operand")


def _sum(left: AttributeValue, sign: str, right: AttributeValue, facts: Facts) -> AttributeValue:
    if kind_of(left) != "N" or kind_of(right) != "N":
        raise errors.invalid("An operand in the update expression has an incorrect data type")
    second = Decimal(right["N"])
    total = EXACT.add(Decimal(left["N"]), second if sign == "+" else second.copy_negate())
    return {"N": written(total, facts)}


def _holder(item: dict[str, AttributeValue], path: Path) -> Any:
    """What the last part of a path is a name or a position in."""
    whole: AttributeValue | None = {"M": item}
    if len(path.parts) > 1:
        whole = at(Path(path.parts[:-1]), item)
    wanted = "L" if isinstance(path.parts[-1], int) else "M"
    if whole is None or wanted not in whole:
        raise errors.invalid("The document path provided in the update expression is invalid for update")
    return whole[wanted]


def _put(item: dict[str, AttributeValue], path: Path, value: AttributeValue) -> None:
    holder, last = _holder(item, path), path.parts[-1]
    if isinstance(last, int) and last >= len(holder):
        # A position behind the end of a list is its end.
        holder.append(copy.deepcopy(value))
    else:
        holder[last] = copy.deepcopy(value)


def _remove(item: dict[str, AttributeValue], path: Path) -> None:
    holder, last = _holder(item, path), path.parts[-1]
    if isinstance(last, int):
        del holder[last : last + 1]
    else:
        holder.pop(last, None)
