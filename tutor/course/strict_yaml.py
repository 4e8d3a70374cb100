"""YAML without surprises: only JSON's scalars are typed, and every value knows its line and column.

`on`, `09:00`, `002`, `1_000`, `~` and `yes` stay texts. Duplicate keys, tags, anchors and aliases, several
documents in a file and texts that a terminal would obey are problems. The tree is built from PyYAML's
events, not by its constructors: nothing is ever executed, and depth is bounded.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from tutor.course.problems import Problems, shown
from tutor.course.source import UNFIT, Source, problem

if TYPE_CHECKING:
    import yaml

DEEPEST = 40
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS = {"null": None, "true": True, "false": False}
_LONGEST_NUMBER = 24


class Node:
    """A value and where it stands.

    Attributes:
        value: None, bool, int, float or str for a scalar; `list[Node]`; `dict[str, Node]` for a mapping.
        line: counted from 1 in the file.
        column: counted from 1.
        keys: for a mapping, where each key stands: (line, column).
    """

    __slots__ = ("column", "keys", "line", "value")

    def __init__(self, value: Any, line: int, column: int) -> None:
        self.value = value
        self.line = line
        self.column = column
        self.keys: dict[str, tuple[int, int]] = {}

    def plain(self) -> Any:
        """The value as JSON's types, without positions."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value

    def words(self) -> str:
        """What a message calls it: "the text `x`", "a list", "nothing"."""
        value = self.value
        if isinstance(value, dict):
            return "a mapping"
        if isinstance(value, list):
            return "a list"
        if value is None:
            return "nothing"
        if isinstance(value, bool):
            return f"`{str(value).lower()}`"
        if isinstance(value, str):
            return f"the text {shown(value)}"
        return f"the number {value}"


def parse_yaml(source: Source, problems: Problems, *, first_line: int = 1) -> Node:
    """Read one YAML document.

    Args:
        source: the text.
        problems: duplicate keys and the like are noted here, so that the rest can be read too.
        first_line: the line of the file that the text begins on.

    Raises:
        ContentError: the text is not YAML, or not of the part of YAML that content may use.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(source.file, problems, first_line)
    try:
        for event in yaml.parse(source.text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        what = error.problem or error.context or "something that is not YAML"
        raise _broken(source, what, line, first_line) from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise problem(source.file, first_line, f"broken YAML ({type(error).__name__})", "YAML") from None
    if builder.root is None:
        raise problem(source.file, first_line, "nothing", "YAML")
    return builder.root


def _broken(source: Source, what: str, line: int, first_line: int) -> Exception:
    lines = source.lines()
    index = min(max(line - first_line, 0), len(lines) - 1)
    if "\t" in lines[index][: len(lines[index]) - len(lines[index].lstrip())] or "'\\t'" in what:
        return problem(source.file, line, "a tab", "spaces", "YAML is indented with spaces alone.")
    hint = ""
    if "mapping values are not allowed" in what:
        hint = "A text with a colon in it needs quotes."
    return problem(source.file, line, f"broken YAML ({what})", "YAML", hint)


class _Builder:
    """Makes nodes out of the parser's events."""

    def __init__(self, file: str, problems: Problems, first_line: int) -> None:
        self.file = file
        self.problems = problems
        self.first_line = first_line
        self.root: Node | None = None
        self.open: list[tuple[Node, Node | None]] = []  # container, and for a mapping the key that waits
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        import yaml

        mark = event.start_mark
        line = self.first_line + (mark.line if mark else 0)
        column = mark.column + 1 if mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise problem(self.file, line, "a second document (`---`)", "one document")
        elif isinstance(event, yaml.AliasEvent):
            raise problem(self.file, line, f"the alias `*{event.anchor}`", "the value itself")
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line, column)
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self.open.pop()

    def _node(self, event: yaml.NodeEvent, line: int, column: int) -> None:
        import yaml

        if event.anchor is not None:
            raise problem(self.file, line, f"the anchor `&{event.anchor}`", "a plain value")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise problem(self.file, line, f"the tag {shown(str(tag))}", "a plain value")
        if isinstance(event, yaml.ScalarEvent):
            is_key = bool(self.open) and isinstance(self.open[-1][0].value, dict) and self.open[-1][1] is None
            node = Node(event.value if is_key else self._scalar(event, line), line, column)
            self._fit(event.value, line)
            self._put(node)
            return
        node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], line, column)
        if self.open and isinstance(self.open[-1][0].value, dict) and self.open[-1][1] is None:
            raise problem(self.file, line, node.words() + " as a key", "a text as a key")
        if len(self.open) >= DEEPEST:
            raise problem(self.file, line, f"more than {DEEPEST} levels", "less nesting")
        self._put(node)
        self.open.append((node, None))

    def _put(self, node: Node) -> None:
        if not self.open:
            if self.root is None:
                self.root = node
            return
        container, key = self.open[-1]
        if isinstance(container.value, list):
            container.value.append(node)
        elif key is None:
            self.open[-1] = (container, node)
        else:
            self._entry(container, key, node)
            self.open[-1] = (container, None)

    def _entry(self, container: Node, key: Node, node: Node) -> None:
        name = str(key.value)
        if name in container.value:
            first = container.keys[name][0]
            self.problems.add(
                self.file,
                key.line,
                f"{shown(name)} again",
                "each key once",
                f"It stands on line {first} too.",
            )
            return
        container.value[name] = node
        container.keys[name] = (key.line, key.column)

    def _fit(self, text: str, line: int) -> None:
        if unfit := UNFIT.search(text):
            raise problem(self.file, line, f"the character U+{ord(unfit[0]):04X}", "text that can be shown")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        text = event.value
        if event.style is not None and event.style != "":
            return text
        if text == "":
            return None
        if text in _WORDS:
            return _WORDS[text]
        number = _NUMBER.fullmatch(text)
        if number is None:
            return text
        if len(text) > _LONGEST_NUMBER:
            raise problem(self.file, line, "a number of that length", "a shorter number, or a text in quotes")
        if number[2] is None and number[3] is None:
            return int(text)
        value = float(text)
        if math.isinf(value):
            raise problem(self.file, line, f"the number {text}", "a number that fits")
        return value
