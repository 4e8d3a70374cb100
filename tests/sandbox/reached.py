"""Everything mutable that can be reached from an object: for telling that two worlds share none of it."""

import datetime
import enum
import functools
import gc
import pathlib
import re
import types
import weakref
from collections.abc import Iterable

import msgspec

from sandbox.facts import Facts

_NEVER_CHANGE = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    range,
    enum.Enum,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    pathlib.PurePath,
    re.Pattern,
    type,
    types.BuiltinFunctionType,
    types.CodeType,
    types.FunctionType,
    types.ModuleType,
    weakref.ref,
)
_READ_BY_ALL = (Facts,)
"""What one process has once, and nobody changes."""


def mutable(*roots: object) -> dict[int, tuple[str, object]]:
    """The way to every mutable object, and the object, by id.

    What is not known here counts as mutable: better a question too many than one object that was overlooked.
    """
    found: dict[int, tuple[str, object]] = {}
    seen: set[int] = set()
    kept: list[object] = []  # so that no id is given twice
    waiting = [(type(root).__name__, root) for root in roots]
    while waiting:
        way, item = waiting.pop()
        if id(item) in seen or isinstance(item, (*_NEVER_CHANGE, *_READ_BY_ALL)):
            continue
        seen.add(id(item))
        kept.append(item)
        changes, inside = _look(item)
        if changes:
            found[id(item)] = (way, item)
        waiting += [(f"{way}{step}", inner) for step, inner in inside]
    return found


def _look(item: object) -> tuple[bool, Iterable[tuple[str, object]]]:
    """Whether an object can change, and what it holds, with the step that leads there."""
    if isinstance(item, msgspec.Struct):
        fields = [(f".{name}", getattr(item, name)) for name in item.__struct_fields__]
        return not item.__struct_config__.frozen, fields
    if type(item) in {tuple, frozenset}:
        return False, [("[]", one) for one in item]  # type: ignore[attr-defined]
    if isinstance(item, types.MethodType):
        return False, [(".__self__", item.__self__)]
    if isinstance(item, functools.partial):
        return True, [("()", one) for one in (item.func, *item.args, *item.keywords.values())]
    inside: list[tuple[str, object]] = []
    if isinstance(item, dict):
        inside += [(f"[{str(key)[:30]}]", one) for key, one in item.items()]
        inside += [("{}", key) for key in item]
    elif isinstance(item, list | tuple | set | frozenset):
        inside += [("[]", one) for one in item]
    inside += [(f".{name}", one) for name, one in getattr(item, "__dict__", {}).items()]
    if not inside:
        inside += [("?", one) for one in gc.get_referents(item)]
    return True, inside


def shared(one: object, other: object) -> list[str]:
    """The ways to every mutable object that both reach."""
    ours, theirs = mutable(one), mutable(other)
    return sorted(f"{ours[key][0]} is {theirs[key][0]}" for key in ours.keys() & theirs.keys())
