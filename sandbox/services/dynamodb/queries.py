"""Finding items: by the conditions of a query on the key, and page by page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sandbox.facts import Facts
from sandbox.services.base import AwsError
from sandbox.services.dynamodb import errors, values
from sandbox.services.dynamodb.conditions import at, holds
from sandbox.services.dynamodb.model import AttributeValue, Item, ItemKey, KeyPart, Table
from sandbox.services.dynamodb.trees import Ask, Between, Both, Compare, Literal, Path


class KeyCondition(msgspec.Struct, frozen=True):
    """Which items a query is about.

    Attributes:
        partition: the value of the partition key.
        sort: a condition on the sort key, or None for all.
    """

    partition: AttributeValue
    sort: Any


def key_condition(tree: Any, table: Table, facts: Facts) -> KeyCondition:
    """What a KeyConditionExpression asks for.

    Args:
        tree: of `language.condition`.
        table: whose key it is about.
        facts: limits of keys.

    Raises:
        AwsError: it is no condition on the table's key.
    """
    parts = [tree.left, tree.right] if isinstance(tree, Both) else [tree]
    named = {_subject(part): part for part in parts}
    if table.partition.name not in named:
        raise _missed(table.partition)
    first = named.pop(table.partition.name)
    if not isinstance(first, Compare) or first.sign != "=":
        raise errors.invalid("Query key condition not supported")
    rest = next(iter(named.values()), None)
    if rest is None and len(parts) > 1:
        raise errors.invalid("KeyConditionExpressions must only contain one condition per key")
    if rest is not None and (table.sort is None or _subject(rest) != table.sort.name):
        if table.sort is None:
            raise errors.invalid("Query key condition not supported")
        raise _missed(table.sort)
    if rest is not None and not _about_order(rest):
        raise errors.invalid("Query key condition not supported")
    for part, tree_of in ((table.partition, first), (table.sort, rest)):
        for literal in _literals(tree_of):
            _check_type(part, literal)
    value = next(_literals(first)).value
    values.key_of(_only_partition(table), {table.partition.name: value}, facts)
    return KeyCondition(value, rest)


def _only_partition(table: Table) -> Table:
    return Table(table.name, table.arn, table.uid, table.partition, None, table.created)


def _missed(part: KeyPart) -> AwsError:
    return errors.invalid(f"Query condition missed key schema element: {part.name}")


def _subject(part: Any) -> str:
    """The attribute that a part of a key condition is about."""
    operand = None
    if isinstance(part, Compare):
        operand = part.left if isinstance(part.left, Path) else part.right
    elif isinstance(part, Between):
        operand = part.operand
    elif isinstance(part, Ask) and part.function == "begins_with":
        operand = part.arguments[0]
    if not isinstance(operand, Path) or len(operand.parts) != 1 or next(_literals(part), None) is None:
        raise errors.invalid("Query key condition not supported")
    return str(operand.parts[0])


def _about_order(part: Any) -> bool:
    return not isinstance(part, Compare) or part.sign != "<>"


def _literals(part: Any) -> Any:
    if isinstance(part, Compare):
        candidates: Iterable[Any] = (part.left, part.right)
    elif isinstance(part, Between):
        candidates = (part.low, part.high)
    elif isinstance(part, Ask):
        candidates = part.arguments[1:]
    else:
        candidates = ()
    return (one for one in candidates if isinstance(one, Literal))


def _check_type(part: KeyPart | None, literal: Literal) -> None:
    if part is not None and values.kind_of(literal.value) != part.type:
        raise errors.parameters("Condition parameter type does not match schema type")


class Page(msgspec.Struct, frozen=True):
    """A page of a query or a scan.

    Attributes:
        items: those that passed the filter.
        scanned: how many were looked at.
        size: bytes of all that were looked at.
        last: the key that the next page begins behind; None when this is the last one.
    """

    items: tuple[Item, ...]
    scanned: int
    size: int
    last: dict[str, AttributeValue] | None


def queried(
    table: Table, wanted: KeyCondition, start: ItemKey | None, *, forward: bool
) -> list[tuple[ItemKey, Item]]:
    """The items of a partition, by their sort key.

    Args:
        table: whose they are.
        wanted: which.
        start: the key behind which to begin, whether or not its item is still there.
        forward: from the lowest sort key on.
    """
    partition = (table.partition.type, values.comparable(wanted.partition))
    found = [
        (key, item)
        for key, item in table.items.items()
        if key[0] == partition
        and (start is None or (key > start if forward else key < start))
        and (wanted.sort is None or holds(wanted.sort, item.attributes))
    ]
    return sorted(found, key=lambda entry: entry[0], reverse=not forward)


def scanned(table: Table, start: ItemKey | None, segment: int, segments: int) -> list[tuple[ItemKey, Item]]:
    """All items, or those of a segment.

    [SIM] By the SHA-256 of the partition key, then by sort key: an order that says nothing, as AWS's does.

    Args:
        table: whose they are.
        start: the key behind which to begin, whether or not its item is still there.
        segment: which part of the table.
        segments: how many parts there are.
    """
    begin = None if start is None else _place(start)
    placed = sorted((_place(key), key, item) for key, item in table.items.items())
    return [
        (key, item)
        for place, key, item in placed
        if int.from_bytes(place[0]) % segments == segment and (begin is None or place > begin)
    ]


def _place(key: ItemKey) -> tuple[bytes, ItemKey]:
    return hashlib.sha256(repr(key[0]).encode()).digest(), key


def page(
    table: Table, rest: list[tuple[ItemKey, Item]], limit: int | None, condition: Any, facts: Facts
) -> Page:
    """One page: as many items as the limit, or as AWS looks at in one request.

    Args:
        table: whose items they are.
        rest: those that are still to be looked at, in their order.
        limit: how many to look at; None for no limit.
        condition: the filter, or None.
        facts: how much one request looks at.
    """
    most, size, looked = facts["dynamodb.page_max"], 0, 0
    kept: list[Item] = []
    for _, item in rest:
        if looked == limit or size >= most:
            break
        looked += 1
        size += item.size
        if condition is None or holds(condition, item.attributes):
            kept.append(item)
    over = looked == len(rest) and looked != limit
    last = None if over or not looked else values.named(rest[looked - 1][1].attributes, table.keys)
    return Page(tuple(kept), looked, size, last)


def projected(
    attributes: Mapping[str, AttributeValue], paths: tuple[Path, ...] | None
) -> dict[str, AttributeValue]:
    """The parts of an item that were asked for; all of it when `paths` is None."""
    if paths is None:
        return dict(attributes)
    shown: dict[str, AttributeValue] = {}
    for path in paths:
        value = at(path, attributes)
        if value is not None:
            _graft(shown, path.parts, value)
    return shown


def _graft(shown: dict[str, Any], parts: tuple[str | int, ...], value: AttributeValue) -> None:
    # Elements of a list that were asked for stand side by side, in the order in which they were asked for.
    name, rest = parts[0], parts[1:]
    if not rest:
        shown[str(name)] = value
        return
    if isinstance(rest[0], int):
        held = shown.setdefault(str(name), {"L": []})["L"]
        if len(rest) == 1:
            held.append(value)
            return
        inner: dict[str, Any] = {}
        _graft(inner, ("x", *rest[1:]), value)
        held.append(inner["x"])
        return
    _graft(shown.setdefault(str(name), {"M": {}})["M"], rest, value)
