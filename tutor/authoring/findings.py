"""What `course check` found: notes for the author, gathered per unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from tutor.course.problems import ContentProblem

_END = 1 << 30

UnitKind = Literal["course", "lesson", "lab", "item", "bank"]


class Unit(msgspec.Struct, frozen=True):
    """What is checked at once, and has one line in the report.

    Attributes:
        kind: course (what lies around the lessons), lesson (its page), lab, item (a question) or bank (all
            questions together).
        id: the course's, lesson's, lab's or item's.
        title: what a reader calls it; "" for an item.
        lesson: the lesson it belongs to; "" for none.
    """

    kind: UnitKind
    id: str
    title: str = ""
    lesson: str = ""


class Finding(msgspec.Struct, frozen=True):
    """One thing for the author. An error must be mended; a warning says what readers may stumble over."""

    level: Literal["error", "warning"]
    problem: ContentProblem


class Verdict(msgspec.Struct, frozen=True):
    """How a unit stands.

    Attributes:
        unit: which one.
        findings: what was found, errors first.
        seconds: how long it took to find out.
        cached: whether it is the verdict of an earlier time, of the same content and engine.
    """

    unit: Unit
    findings: tuple[Finding, ...]
    seconds: float
    cached: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing must be mended."""
        return not self.errors

    @property
    def errors(self) -> int:
        """How many findings must be mended."""
        return sum(finding.level == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return len(self.findings) - self.errors


class Findings:
    """Where the rules note what they find."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def error(self, file: str, line: int, found: str, expected: str, hint: str = "") -> None:
        """Note what must be mended; the arguments are those of `ContentProblem`."""
        self._found[Finding("error", ContentProblem(file, line, found, expected, hint))] = None

    def warn(self, file: str, line: int, found: str, expected: str, hint: str = "") -> None:
        """Note a warning; the arguments are those of `ContentProblem`."""
        self._found[Finding("warning", ContentProblem(file, line, found, expected, hint))] = None

    def take(self, problems: Iterable[ContentProblem]) -> None:
        """Note problems that somebody else found; they must be mended."""
        for problem in problems:
            self._found[Finding("error", problem)] = None

    def __iter__(self) -> Iterator[Finding]:
        """Errors first, each kind in the order of files and lines; what is about a whole file last."""
        return iter(
            sorted(
                self._found,
                key=lambda each: (each.level != "error", each.problem.file, each.problem.line or _END),
            )
        )

    def __len__(self) -> int:
        return len(self._found)
