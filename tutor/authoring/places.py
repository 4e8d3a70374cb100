"""Where things stand in the files of a course, for messages; and the files that a unit is made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tutor.course import Course, LessonRef
from tutor.course.folder import Folder, walk
from tutor.course.problems import ContentError, Problems
from tutor.course.source import Source, read_source
from tutor.course.strict_yaml import Node, parse_yaml


class Files:
    """The files of one lesson.

    Args:
        course: the course.
        ref: the lesson.
    """

    def __init__(self, course: Course, ref: LessonRef) -> None:
        self.layout = Folder(course.folder)
        self.folder = course.folder / ref.folder
        self.page = self.folder / "lesson.md"
        self.quiz = self.layout.quiz(ref.id)

    def lab(self, lab_id: str) -> Path:
        """A lab's file."""
        return self.folder / "labs" / f"{lab_id}.yaml"

    def label(self, path: Path) -> str:
        """What messages call a file."""
        return self.layout.label(path)

    def source(self, path: Path) -> Source:
        """The text of a file.

        Raises:
            ContentError: it cannot be read any more.
        """
        return read_source(path, self.label(path))

    def script(self, kind: str, name: str) -> Path:
        """A `.try` file; `kind` is "solutions" or "wrong"."""
        return self.folder / kind / f"{name}.try"

    def of_lab(self, lab_id: str) -> list[Path]:
        """What a lab's verdict rests on: its file, all handler code of the lesson, its scripts."""
        scripts = [
            path
            for kind in ("solutions", "wrong")
            for path in self.layout.scripts(self.folder, kind)
            if path.stem.startswith(lab_id)
        ]
        return [self.lab(lab_id), *self.code(), *scripts]

    def code(self) -> list[Path]:
        """All that lies in the lesson's folder but pages, labs and scripts: handler code, payloads."""
        apart = {"labs", "solutions", "wrong"}
        return [
            path
            for path in walk(self.folder)
            if path != self.page and path.relative_to(self.folder).parts[0] not in apart
        ]


class Places:
    """The lines of a YAML file.

    Args:
        source: the file; content that is no YAML has no lines.
    """

    def __init__(self, source: Source) -> None:
        self.file = source.file
        try:
            self._root: Node | None = parse_yaml(source, Problems())
        except ContentError:
            self._root = None

    def line(self, *path: str | int) -> int:
        """The line of what a path of keys and places (from 0) leads to; of the last part that is there.

        Args:
            path: such as "tasks", 1, "hints", 0.
        """
        node, line = self._root, 0
        for part in path:
            if node is None:
                break
            if isinstance(node.value, dict) and part in node.value:
                line = node.keys[str(part)][0]
                node = node.value[part]
            elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.line if node is not None else line
            else:
                break
        return line


def line_with(text: str, source: Source, after: int = 0) -> int:
    """The first line of a file, behind the line `after`, that holds a text; 0 when none does."""
    lines: Sequence[str] = source.lines()
    return next((number for number, line in enumerate(lines, 1) if number > after and text in line), 0)
