"""Attribute values: what they may hold, how numbers are kept, how two are compared, how much room they take.

Source: DynamoDB Developer Guide, HowItWorks.NamingRulesDataTypes and CapacityUnitCalculations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import partial
from typing import Any

import msgspec

from sandbox.facts import Facts
from sandbox.services.dynamodb import errors
from sandbox.services.dynamodb.model import AttributeValue, Item, ItemKey, KeyPart, Table

SETS = {"SS": "S", "NS": "N", "BS": "B"}
KINDS = ("B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M")
"""The types of values, in the order in which AWS tells them."""
_SET_NAMES = {"SS": "string", "NS": "number", "BS": "binary"}
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Sums are exact in it."""


def number(text: str, facts: Facts) -> str:
    """A number as DynamoDB gives it back: plain digits, no zeros at the ends.

    Raises:
        AwsError: it is none, or none that DynamoDB can keep.
    """
    if not _NUMBER.fullmatch(text):
        raise errors.invalid(f"The parameter cannot be converted to a numeric value: {text}")
    return written(Decimal(text), facts)


def written(value: Decimal, facts: Facts) -> str:
    """A number in the form in which DynamoDB gives it back.

    Raises:
        AwsError: DynamoDB cannot keep it.
    """
    digits = facts["dynamodb.number_digits"]
    if len(EXACT.normalize(value).as_tuple().digits) > digits:
        raise errors.invalid(f"Attempting to store more than {digits} significant digits in a Number")
    lowest, highest = facts["dynamodb.number_exponents"]
    if value and value.adjusted() > highest:
        raise errors.invalid(
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        )
    if value and value.adjusted() < lowest:
        raise errors.invalid(
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        )
    return f"{EXACT.normalize(value):f}" if value else "0"


def checked(
    value: Mapping[str, Any], facts: Facts, *, writes: bool = False, depth: int = 1
) -> AttributeValue:
    """An attribute value as DynamoDB keeps it.

    Args:
        value: as the API writes it.
        facts: limits.
        writes: whether it is written, which changes how AWS says that a set is empty.
        depth: how deeply it is nested.

    Raises:
        AwsError: it has no type or several, an empty set, a number that is none, or is nested too deeply.
    """
    given = [name for name in value if value[name] is not None]
    if len(given) != 1:
        found = "is empty" if not given else "has more than one datatypes set"
        raise errors.invalid(
            f"Supplied AttributeValue {found}, must contain exactly one of the supported datatypes"
        )
    if depth > facts["dynamodb.nesting_max"]:
        raise errors.invalid("Nesting Levels have exceeded supported limits")
    kind, inner = given[0], value[given[0]]
    if kind == "N":
        return {kind: number(inner, facts)}
    if kind == "NULL" and inner is not True:
        raise errors.invalid("Null attribute value types must have the value of true")
    if kind in {"M", "L"}:
        check = partial(checked, facts=facts, writes=writes, depth=depth + 1)
        if kind == "L":
            return {kind: [check(one) for one in inner]}
        return {kind: {name: check(one) for name, one in inner.items()}}
    if kind in SETS:
        return {kind: _members(kind, inner, facts, writes)}
    return {kind: inner}


def _members(kind: str, members: list[Any], facts: Facts, writes: bool) -> list[Any]:
    if not members:
        raise errors.parameters(f"An {_SET_NAMES[kind]} set  may not be empty", writes=writes)
    plain = [number(one, facts) for one in members] if kind == "NS" else members
    if len(set(plain)) < len(plain):
        shown = ", ".join(map(str, members))
        raise errors.parameters(f"Input collection [{shown}] contains duplicates.", writes=writes)
    # [SIM] A set is given back in the order of its members; AWS promises none.
    return sorted(plain, key=Decimal) if kind == "NS" else sorted(plain)


def kind_of(value: AttributeValue) -> str:
    """The type of a value: S, N, M ..."""
    return next(iter(value))


def comparable(value: AttributeValue) -> Any:
    """What two values of one type are compared by."""
    kind = kind_of(value)
    inner = value[kind]
    if kind == "N":
        return Decimal(inner)
    return inner.encode() if kind == "S" else inner


def equal(one: AttributeValue | None, other: AttributeValue | None) -> bool:
    """Whether two values are the same; what is not there equals nothing."""
    if one is None or other is None or kind_of(one) != kind_of(other):
        return False
    return one == other


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def compares(one: AttributeValue | None, sign: str, other: AttributeValue | None) -> bool:
    """Whether `one <sign> other` holds; only numbers, texts and bytes have an order."""
    if sign == "=":
        return equal(one, other)
    if sign == "<>":
        return not equal(one, other)
    if one is None or other is None or kind_of(one) != kind_of(other) or kind_of(one) not in {"S", "N", "B"}:
        return False
    return _ORDER[sign](comparable(one), comparable(other))


def size_of(value: AttributeValue) -> int:
    """Bytes that a value takes, without its name.

    [SIM] A number takes a byte for two digits and one more; AWS says that this is approximate.
    """
    kind = kind_of(value)
    inner = value[kind]
    if kind == "S":
        return len(inner.encode())
    if kind == "N":
        digits = str(inner).lstrip("-").replace(".", "").strip("0")
        return len(digits) // 2 + 1 + str(inner).startswith("-")
    if kind in {"BOOL", "NULL"}:
        return 1
    if kind == "B":
        return len(inner)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + size_of(one) for name, one in inner.items())
    if kind == "L":
        return 3 + sum(1 + size_of(one) for one in inner)
    return sum(size_of({SETS[kind]: one}) for one in inner)


def item_of(attributes: Mapping[str, AttributeValue]) -> Item:
    """An item of attributes that were checked."""
    size = sum(len(name.encode()) + size_of(value) for name, value in attributes.items())
    return Item(msgspec.msgpack.encode(attributes), size)


def key_of(table: Table, attributes: Mapping[str, AttributeValue], facts: Facts) -> ItemKey:
    """The key of an item that is to be stored.

    Raises:
        AwsError: a part of the key is missing, has another type, is empty or too long.
    """
    for part in table.keys:
        if part.name not in attributes:
            raise errors.parameters(f"Missing the key {part.name} in the item")
        kind = kind_of(attributes[part.name])
        if kind != part.type:
            raise errors.parameters(f"Type mismatch for key {part.name} expected: {part.type} actual: {kind}")
    return _key(table, attributes, facts)


def key_given(table: Table, key: Mapping[str, Mapping[str, Any]], facts: Facts) -> ItemKey:
    """The key that a caller names an item by.

    Raises:
        AwsError: it is not of the table's form, or a part of it is empty or too long.
    """
    plain = {name: checked(value, facts) for name, value in key.items()}
    if {(name, kind_of(value)) for name, value in plain.items()} != {(p.name, p.type) for p in table.keys}:
        raise errors.wrong_key()
    return _key(table, plain, facts)


def _key(table: Table, attributes: Mapping[str, AttributeValue], facts: Facts) -> ItemKey:
    return tuple(_part(part, attributes[part.name], part is table.partition, facts) for part in table.keys)


def _part(part: KeyPart, value: AttributeValue, partition: bool, facts: Facts) -> tuple[str, Any]:
    inner = value[part.type]
    if part.type != "N":
        if not inner:
            raise errors.empty_key(part.name, part.type)
        longest = facts["dynamodb.partition_key_max" if partition else "dynamodb.sort_key_max"]
        if size_of(value) > longest:
            what = (
                f"Size of hashkey has exceeded the maximum size limit of{longest} bytes"
                if partition
                else f"Aggregated size of all range keys has exceeded the size limit of {longest} bytes"
            )
            raise errors.parameters(what)
    return part.type, comparable(value)


def shown(part: tuple[str, Any]) -> str:
    """A part of a key as a text, as condition keys have it."""
    kind, value = part
    return value.decode() if kind == "S" else f"{value:f}" if kind == "N" else value.hex()


def named(attributes: Mapping[str, AttributeValue], parts: Iterable[KeyPart]) -> dict[str, AttributeValue]:
    """The attributes of an item that are its key."""
    return {part.name: attributes[part.name] for part in parts}
