"""What the learner has changed since the lab began, as AWS sees it: two inventories, compared in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import World
from tutor.practice.inventory import inventory
from tutor.words import _

_WIDE = 100
"""Characters of a value that are shown; longer ones are cut."""


def changes(world: World) -> list[str]:
    """What is different from how the world stood when undo ends, one line for each.

    Args:
        world: the learner's; it is asked in a fork, and so is its past.

    Returns:
        Lines such as "function worker: Timeout 3 -> 30" and "role worker-role: inline policy letters added".
    """
    with world.at_mark() as past, world.fork() as present:
        before, after = inventory(past), inventory(present)
    told = []
    for resource in sorted(before.keys() | after.keys()):
        if resource not in before:
            told.append(_("{what} added").format(what=resource))
        elif resource not in after:
            told.append(_("{what} deleted").format(what=resource))
        else:
            told += [f"{resource}: {line}" for line in differences(before[resource], after[resource])]
    return told


def differences(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """What differs between two descriptions, one line for each.

    Args:
        before: as it was.
        after: as it is.
        path: what leads to both, in words.
    """
    for key in [*before, *(key for key in after if key not in before)]:
        name = f"{path} {key}".strip()
        old, new = before.get(key), after.get(key)
        if old == new or (_nothing(old) and _nothing(new)):
            continue
        if key == "CodeSha256":
            yield _("code deployed")
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from differences(old, new, name)
        elif _nothing(old) and isinstance(new, Mapping) and not _allowed(new):
            yield from differences({}, new, name)
        elif _nothing(new) and isinstance(old, Mapping) and not _allowed(old):
            yield from differences(old, {}, name)
        elif _nothing(old):
            yield _("{name} added{value}").format(name=name, value=_besides(new))
        elif _nothing(new):
            yield _("{name} removed{value}").format(name=name, value=_besides(old))
        else:
            yield f"{name} {_short(old)} -> {_short(new)}"


def _nothing(value: Any) -> bool:
    # A limit of 0 is something: it stops everything.
    return value is None or value in ({}, [], "")


def _besides(value: Any) -> str:
    return f": {_short(value)}" if value not in ("attached", "there") else ""


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else _allowed(value) or json.dumps(value, default=str)
    return text if len(text) <= _WIDE else text[: _WIDE - 1] + "…"


def _allowed(value: Any) -> str:
    """A policy, or one of its statements, as people say it: "Allow sqs:SendMessage on *"; "" for all else."""
    if not isinstance(value, Mapping):
        return ""
    if "Effect" in value:
        parts = [_listed(value.get(key)) for key in ("Effect", "Action", "NotAction", "Resource")]
        return " ".join(filter(None, [*parts[:3], parts[3] and f"on {parts[3]}"]))
    parts = [_allowed(part) for part in value.values()]
    return "; ".join(parts) if parts and all(parts) else ""


def _listed(value: Any) -> str:
    return value if isinstance(value, str) else ", ".join(value or ())
