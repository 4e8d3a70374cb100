"""From YAML nodes to the structs of the model, strictly: unknown keys and wrong types are problems.

The structs are the schema: their fields, types and defaults say what a file may hold. What is written
differently from how it is kept (checks, steps, comparisons, durations) has a method here.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

import msgspec

from tutor.course.checks import KINDS, Advance, ApiCall, CheckBase, Load, Metric, StepBase
from tutor.course.model import Task, Variant
from tutor.course.problems import Problems, did_you_mean, listed, shown
from tutor.course.questions.readings import MOMENTS, READINGS
from tutor.course.strict_yaml import Node
from tutor.course.values import (
    Compare,
    meant_duration,
    meant_time,
    parse_duration,
    parse_time,
    parse_usd,
)

BAD: Any = object()
"""Stands for a value that could not be read; the problem has been noted."""

MOST_ENTRIES = 400
"""Of one list: of steps, tasks, options. The longest of a real course has some thirty."""

COMPARISONS = ("equals", "atleast", "atmost", "between")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
REPLY_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
METHOD = re.compile(r"([a-z][a-z0-9-]*)\.([a-z][a-z0-9_]*)")
_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}

S = TypeVar("S", bound=msgspec.Struct)


class Decoder:
    """Decodes the nodes of one file and remembers where each struct came from.

    Args:
        file: its name as messages show it.
        problems: what is wrong is noted here.
    """

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self._origin: dict[int, tuple[msgspec.Struct, Node]] = {}

    def decode(self, node: Node, kind: type[S]) -> S | None:
        """A struct of that kind, or None when it could not be made."""
        value = self._struct(node, kind)
        return None if value is BAD else cast(S, value)

    def line(self, value: msgspec.Struct, key: str = "", index: int | None = None) -> int:
        """The line of a decoded struct, of one of its keys, or of an entry of the list under a key."""
        known = self._origin.get(id(value))
        if known is None:
            return 0
        node = known[1]
        if isinstance(node.value, dict) and key in node.value:
            child = node.value[key]
            if index is not None and isinstance(child.value, list) and index < len(child.value):
                return int(child.value[index].line)
            return node.keys[key][0]
        return node.line

    def wrong(self, node: Node, expected: str, hint: str = "") -> Any:
        """Note that a node is not what was expected; gives BAD."""
        self.problems.add(self.file, node.line, node.words(), expected, hint)
        return BAD

    def mapping_of(self, node: Node, kind: type[S], what: str) -> dict[str, S]:
        """A mapping of ids to structs; what is wrong in it is noted and left out."""
        if not isinstance(node.value, dict):
            self.wrong(node, f"a mapping of {what}")
            return {}
        found = {key: self.decode(item, kind) for key, item in node.value.items()}
        return {key: value for key, value in found.items() if value is not None}

    # --- types ---------------------------------------------------------------------------------------

    def _value(self, node: Node, kind: Any) -> Any:
        origin = get_origin(kind)
        if origin is Annotated:
            return self._annotated(node, kind)
        if origin is Union or origin is types.UnionType:
            return self._union(node, [member for member in get_args(kind) if member is not type(None)])
        if origin is Literal:
            return self._one_of(node, [str(choice) for choice in get_args(kind) if choice])
        if origin is tuple:
            return self._tuple(node, get_args(kind))
        if origin is not None and issubclass(origin, Mapping):
            return self._mapping(node, get_args(kind)[1])
        if kind is Any:
            return node.plain()
        if kind is Compare:
            return self._compare(node, "count")
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._struct(node, kind)
        return self._scalar(node, (kind,))

    def _annotated(self, node: Node, kind: Any) -> Any:
        inner, *rest = get_args(kind)
        meaning = next((meta.extra["content"] for meta in rest if meta.extra), "")
        if meaning == "times":
            return self._compare(node, "time")
        if meaning == "duration":
            return self._parsed(node, parse_duration, "a duration such as 4m, 7h or 90s", meant_duration)
        if meaning == "usd":
            return self._parsed(node, parse_usd, "an amount of dollars such as 0.001")
        if meaning in {"reading", "moment"}:
            return self._check(node, READINGS if meaning == "reading" else MOMENTS, f"a {meaning}")
        return self._value(node, inner)

    def _union(self, node: Node, members: list[Any]) -> Any:
        if len(members) == 1:
            return self._value(node, members[0])
        if all(isinstance(member, type) and issubclass(member, CheckBase) for member in members):
            return self._check(node)
        if all(isinstance(member, type) and issubclass(member, StepBase) for member in members):
            return self._step(node)
        return self._scalar(node, tuple(members))

    def _scalar(self, node: Node, kinds: tuple[Any, ...]) -> Any:
        value = node.value
        if isinstance(value, bool):
            fits = bool in kinds
        elif isinstance(value, str):
            fits = str in kinds and bool(value.strip())
        elif isinstance(value, int):
            fits = int in kinds and value >= 0
        else:
            fits = isinstance(value, float) and float in kinds and value >= 0
        if fits:
            return value
        expected = " or ".join(_NAMES[kind] for kind in kinds)
        is_number = isinstance(value, (bool, int, float))
        hint = "Put it in quotes." if is_number and str in kinds else _unquoted(value, kinds)
        return self.wrong(node, expected, hint)

    def _one_of(self, node: Node, choices: list[str]) -> Any:
        if isinstance(node.value, str) and node.value in choices:
            return node.value
        hint = did_you_mean(node.value, choices) if isinstance(node.value, str) else ""
        return self.wrong(node, f"one of {listed(choices)}", hint)

    def _tuple(self, node: Node, kinds: tuple[Any, ...]) -> Any:
        endless = len(kinds) == 2 and kinds[1] is Ellipsis
        if not isinstance(node.value, list):
            return self.wrong(node, "a list")
        if len(node.value) > MOST_ENTRIES:
            return self.wrong(node, f"at most {MOST_ENTRIES} entries", f"There are {len(node.value):,}.")
        if not endless and len(node.value) != len(kinds):
            return self.wrong(node, f"a list of {len(kinds)}")
        wanted = [kinds[0]] * len(node.value) if endless else list(kinds)
        values = [self._value(item, kind) for item, kind in zip(node.value, wanted, strict=True)]
        return BAD if any(value is BAD for value in values) else tuple(values)

    def _mapping(self, node: Node, kind: Any) -> Any:
        if not isinstance(node.value, dict):
            return self.wrong(node, "a mapping")
        values = {}
        for key, item in node.value.items():
            if not key.strip():
                self.problems.add(self.file, node.keys[key][0], "an empty key", "a name")
            values[key] = self._value(item, kind)
        return BAD if any(value is BAD for value in values.values()) else values

    def _parsed(
        self, node: Node, parse: Any, expected: str, meant: Callable[[object], str] = lambda _: ""
    ) -> Any:
        number = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
        if isinstance(node.value, str) or (number and parse is parse_usd):
            try:
                return parse(node.value)
            except ValueError:
                pass
        return self.wrong(node, expected, meant(node.value))

    # --- structs ----------------------------------------------------------------------------------------

    def _struct(self, node: Node, kind: type[msgspec.Struct]) -> Any:
        if kind is Variant and isinstance(node.value, list):
            node = _under("choices", node)
        if not isinstance(node.value, dict):
            return self.wrong(node, "a mapping")
        entries = dict(node.value)
        if kind is Task and not self._probe_is_a_check(node, entries):
            return BAD
        if kind is Metric and not self._inline_comparison(node, entries):
            return BAD
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind) if field.name != "line"}
        self._unknown_keys(node, entries, list(fields), kind)
        values: dict[str, Any] = {}
        for name, field in fields.items():
            if name in entries:
                values[field.name] = self._field(entries[name], name, field)
            elif field.required:
                self.problems.add(self.file, node.line, f"no {shown(name)}", f"{shown(name)} here")
                values[field.name] = BAD
        if any(value is BAD for value in values.values()):
            return BAD
        return self._remember(kind(**values), node)

    def _field(self, node: Node, name: str, field: msgspec.structs.FieldInfo) -> Any:
        value = self._value(node, field.type)
        if value is BAD:
            return BAD
        if name == "id" and not is_id(value):
            return self.wrong(node, "an id: letters, digits, `.`, `_`, `-`, at most 64")
        if value == () and field.required:
            self.problems.add(self.file, node.line, "an empty list", "at least one entry")
            return BAD
        return value

    def _unknown_keys(self, node: Node, entries: dict[str, Node], known: list[str], kind: type) -> None:
        allowed = [*known, "probe"] if kind is Task else known
        if kind is Metric:
            allowed = [*[name for name in known if name != "count"], *COMPARISONS]
        for key in entries:
            if key not in known:
                line = node.keys[key][0] if key in node.keys else node.line
                hint = did_you_mean(key, [name for name in allowed if name not in entries])
                self.problems.add(self.file, line, shown(key), f"one of {listed(allowed)}", hint)

    def _remember(self, value: msgspec.Struct, node: Node) -> msgspec.Struct:
        self._origin[id(value)] = (value, node)
        return value

    def _probe_is_a_check(self, node: Node, entries: dict[str, Node]) -> bool:
        probe = entries.pop("probe", None)
        if probe is None:
            return True
        if "check" in entries:
            line = node.keys["probe"][0]
            self.problems.add(self.file, line, "both `check` and `probe`", "one of the two")
            return False
        entries["check"] = _under("probe", probe)
        return True

    def _inline_comparison(self, node: Node, entries: dict[str, Node]) -> bool:
        if "count" in entries:  # kept under that name, but a metric is compared by the four words themselves
            self.problems.add(self.file, node.keys["count"][0], "`count`", f"one of {listed(COMPARISONS)}")
            return False
        words = {key: entries.pop(key) for key in COMPARISONS if key in entries}
        if words:
            first = next(iter(words))
            count = Node(words, *node.keys[first])
            count.keys = {key: node.keys[key] for key in words}
            entries["count"] = count
        return True

    # --- what is written differently ---------------------------------------------------------------------

    def _check(self, node: Node, kinds: Mapping[str, type[CheckBase]] = KINDS, what: str = "a check") -> Any:
        if not isinstance(node.value, dict) or len(node.value) != 1:
            return self.wrong(node, f"{what}: a mapping of one key, its kind", f"Kinds are {listed(kinds)}.")
        name, body = next(iter(node.value.items()))
        line = node.keys[name][0]
        kind = kinds.get(name)
        if kind is None:
            hint = did_you_mean(name, kinds)
            self.problems.add(self.file, line, shown(name), f"one of {listed(kinds)}", hint)
            return BAD
        if name in {"all", "any", "not"}:
            key = "check" if name == "not" else "checks"
            return self._struct(_under(key, body), kind)
        return self._struct(body, kind)

    def _step(self, node: Node) -> Any:
        expected = "a step: `client.method: {parameters}`, `advance: 4m` or `load: {function: ...}`"
        if not isinstance(node.value, dict) or not 1 <= len(node.value) <= 1 + ("as" in node.value):
            return self.wrong(node, expected)
        kept = node.value.get("as")
        name, body = next(((key, item) for key, item in node.value.items() if key != "as"), ("as", node))
        line = node.keys[name][0]
        if kept is not None and (name in {"advance", "load"} or not _is_name(kept)):
            return self.wrong(kept, "a name for the reply of a call: letters, digits, `_` and `-`")
        if name == "advance":
            duration = self._parsed(body, parse_duration, "a duration such as 4m, 7h or 90s", meant_duration)
            return BAD if duration is BAD else self._remember(Advance(duration, line=line), node)
        if name == "load":
            load = self._struct(body, Load)
            return BAD if load is BAD else self._remember(msgspec.structs.replace(load, line=line), body)
        method = METHOD.fullmatch(name)
        if method is None:
            self.problems.add(self.file, line, shown(name), expected, did_you_mean(name, ["advance", "load"]))
            return BAD
        if not isinstance(body.value, dict):
            return self.wrong(body, "the parameters of the call, `{}` for none")
        name = "" if kept is None else kept.value
        return self._remember(ApiCall(method[1], method[2], body.plain(), line=line, name=name), node)

    def _compare(self, node: Node, of: str) -> Any:
        if of == "count" and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            number = self._figure(node, of)
            return BAD if number is BAD else self._remember(Compare(equals=number), node)
        words = COMPARISONS if of == "count" else ("equals", "between")
        expected = f"one of {listed(words)}" + (", or a number" if of == "count" else "")
        if not isinstance(node.value, dict):
            return self.wrong(node, expected)
        for key in node.value:
            if key not in words:
                self.problems.add(
                    self.file, node.keys[key][0], shown(key), expected, did_you_mean(key, words)
                )
                return BAD
        if len(node.value) != 1:
            return self.wrong(node, f"exactly {expected}")
        key, body = next(iter(node.value.items()))
        value = self._bounds(body, of) if key == "between" else self._figure(body, of)
        return BAD if value is BAD else self._remember(Compare(**{key: value}, of=of), node)

    def _figure(self, node: Node, of: str) -> Any:
        if of == "time":
            return self._parsed(node, parse_time, "a time of day such as 09:00:01", meant_time)
        return self._scalar(node, (int, float))

    def _bounds(self, node: Node, of: str) -> Any:
        if not isinstance(node.value, list) or len(node.value) != 2:
            return self.wrong(node, "a list of two, the lower and the upper bound")
        low, high = (self._figure(item, of) for item in node.value)
        if low is BAD or high is BAD:
            return BAD
        if low > high:
            return self.wrong(node, "the lower bound first")
        return (low, high)


def _unquoted(value: Any, kinds: tuple[Any, ...]) -> str:
    """A hint for a text that stands where a number or a truth value should."""
    if not isinstance(value, str):
        return ""
    if bool in kinds:
        word = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.casefold(), "")
        word = word or (value.casefold() if value.casefold() in {"true", "false"} else "")
        return f"Did you mean `{word}`?" if word else ""
    if (int in kinds or float in kinds) and re.fullmatch(r"[0-9][0-9_,]*(\.[0-9]+)?", value):
        plain = re.sub("[_,]", "", value)
        return f"A number has no quotes, no leading zeros and no marks in it: `{plain.lstrip('0') or '0'}`."
    return ""


def is_id(text: str) -> bool:
    """Whether a text can be an id: letters, digits, `.`, `_` and `-`, at most 64."""
    return ID.fullmatch(text) is not None


def _is_name(node: Node) -> bool:
    return isinstance(node.value, str) and REPLY_NAME.fullmatch(node.value) is not None


def _under(key: str, node: Node) -> Node:
    """A mapping that holds a node under one key, as if it had been written so."""
    wrapper = Node({key: node}, node.line, node.column)
    wrapper.keys[key] = (node.line, node.column)
    return wrapper
