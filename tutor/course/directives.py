"""The parts of a page: Markdown, and directives between `:::name key=value` and `:::`.

What is between three backticks is left alone. Inside a directive a line `---word` begins its next part.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tutor.course.problems import Problems, did_you_mean, listed, shown
from tutor.course.source import Source

ATTRIBUTES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "notes-say": (("file",), ("title",)),
    "predict": (("item",), ("id", "title")),
    "demo": ((), ("id", "title")),
    "try": ((), ("id", "title")),
    "compare": ((), ("id", "title")),
    "note": ((), ("title",)),
    "picture": ((), ("id", "title")),
    "lab": (("id",), ("title",)),
    "quiz": ((), ("title",)),
}
"""Directive -> the attributes that it must have, and those that it may have."""

_OPEN = re.compile(r":::\s*([A-Za-z][\w-]*)(.*)")
_ATTRIBUTE = re.compile(r"""\s+([A-Za-z][\w-]*)=(?:"([^"]*)"|([^\s"]+))""")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_PART = re.compile(r"---\s*([^\s-].*)")
_ODD = re.compile(r"\s+:::|:{1,2}(?=[a-z][\w-]*( |$))[a-z-]+")
_TITLES = {"today", "spoken"}

CONSOLE = ("demo", "try", "compare")
"""Directives that hold console lines."""


class Part(NamedTuple):
    """A stretch of lines; `title` is the word after its `---`, "" for the first part."""

    title: str
    lines: list[str]
    first_line: int

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


class Directive(NamedTuple):
    """A directive as it stands; `name` is "" for plain Markdown, which is its only part."""

    name: str
    attributes: dict[str, str]
    parts: list[Part]
    line: int


def split_page(source: Source, first_line: int, problems: Problems) -> list[Directive]:
    """Split the text of a page, from line `first_line` on, into Markdown and directives, in their order."""
    splitter = _Splitter(source.file, problems)
    for number, line in enumerate(source.lines()[first_line - 1 :], first_line):
        splitter.take(number, line)
    return splitter.end()


class _Splitter:
    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.found: list[Directive] = []
        self.current: Directive | None = None
        self.fence = ""
        self.opened = (0, "")

    def take(self, number: int, line: str) -> None:
        if self._in_code(number, line):
            self._keep(number, line)
        elif (odd := _ODD.match(line)) and not self._in_console():
            expected = "`:::` at the beginning of the line"
            self.problems.add(self.file, number, shown(odd[0].rstrip()), expected)
            self._keep(number, line)
        elif self._is_lost_part(line):
            expected = "it inside a directive that has that part"
            self.problems.add(self.file, number, shown(line.rstrip()), expected, "Was that one closed?")
        elif line.startswith(":::"):
            self._marker(number, line.rstrip())
        elif self.current and self.current.name and (part := _PART.fullmatch(line.rstrip())):
            self.current.parts.append(Part(part[1], [], number + 1))
        else:
            self._keep(number, line)

    def end(self) -> list[Directive]:
        if self.fence:
            line, opened = self.opened
            found = f"code that is never closed ({opened})"
            expected = f"a line with {self.fence} alone"
            self.problems.add(self.file, line, found, expected)
        elif self.current and self.current.name:
            self._unclosed(self.current)
        self._close()
        return self.found

    def _in_console(self) -> bool:
        return self.current is not None and self.current.name in CONSOLE

    def _is_lost_part(self, line: str) -> bool:
        inside = self.current is not None and self.current.name
        return not inside and (part := _PART.fullmatch(line.rstrip())) is not None and part[1] in _TITLES

    def _in_code(self, number: int, line: str) -> bool:
        fence = _FENCE.match(line)
        if self.fence:
            if fence and fence[1].startswith(self.fence) and not line.strip().strip(fence[1][0]):
                self.fence = ""
            return True
        if fence and not (self.current and self.current.name in {"picture", *CONSOLE}):
            self.fence = fence[1]
            self.opened = (number, line.strip())
            return True
        return False

    def _keep(self, number: int, line: str) -> None:
        if self.current is None:
            self.current = Directive("", {}, [Part("", [], number)], number)
        self.current.parts[-1].lines.append(line)

    def _close(self) -> None:
        if self.current is not None:
            self.found.append(self.current)
        self.current = None

    def _unclosed(self, directive: Directive, next_line: int = 0) -> None:
        found = f"a `:::{directive.name}` that is never closed"
        hint = ""
        if next_line:
            hint = f"Another one begins on line {next_line}, and none may stand inside of another."
        self.problems.add(self.file, directive.line, found, "a line with `:::` alone after it", hint)

    def _marker(self, number: int, line: str) -> None:
        if line == ":::":
            if self.current and self.current.name:
                self._close()
            else:
                self.problems.add(self.file, number, "a `:::` that closes nothing", "`:::name` before it")
            return
        match = _OPEN.fullmatch(line)
        if match is None:
            self.problems.add(self.file, number, shown(line), "`:::name`, or `:::` alone")
            return
        if self.current and self.current.name:
            self._unclosed(self.current, number)
        self._close()
        name = match[1]
        if name not in ATTRIBUTES:
            hint = did_you_mean(name, ATTRIBUTES)
            self.problems.add(self.file, number, shown(name), f"one of {listed(ATTRIBUTES)}", hint)
        attributes = self._attributes(name, match[2], number)
        self.current = Directive(name, attributes, [Part("", [], number + 1)], number)

    def _attributes(self, name: str, text: str, number: int) -> dict[str, str]:
        must, may = ATTRIBUTES.get(name, ((), ()))
        found: dict[str, str] = {}
        at = 0
        for match in _ATTRIBUTE.finditer(text):
            if match.start() != at:
                break
            at = match.end()
            key = match[1]
            if name in ATTRIBUTES and key not in must + may:
                expected = f"one of {listed(must + may)}"
                self.problems.add(self.file, number, shown(key), expected, did_you_mean(key, must + may))
            if key in found:
                self.problems.add(self.file, number, f"{shown(key)} again", "each attribute once")
            found[key] = match[2] if match[2] is not None else match[3]
        if text[at:].strip():
            self.problems.add(
                self.file, number, shown(text[at:].strip()), '`key=value` or `key="some words"`'
            )
        for key in must:
            if key not in found:
                self.problems.add(
                    self.file, number, f"a `:::{name}` without {shown(key)}", f"`{key}=...` after it"
                )
        return found
