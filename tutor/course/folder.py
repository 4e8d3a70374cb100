"""Where the files of a course lie, and what messages call them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tutor.course.source import inside

RESERVED = frozenset({"shared", "quizzes", "i18n", "packs"})
"""Folders of a course folder that are no modules."""

PARTS = ("labs", "code", "solutions", "wrong")
"""Folders of a lesson's folder."""

SHARED = ("misconceptions", "glossary", "errors")
"""Files of shared/, each with the ending `.yaml`."""

MOST_FILES = 2_000


class Folder:
    """A course folder.

    Args:
        path: the folder with course.yaml. Its quizzes lie in it or beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        within = self.path / "quizzes"
        self.quizzes = within if within.is_dir() else self.path.parent / "quizzes"

    def label(self, path: Path) -> str:
        """A file's name in messages: "lessons/05-invocation/module.yaml", "quizzes/L5.3.yaml"."""
        if path.is_relative_to(self.path):
            return (Path(self.path.name) / path.relative_to(self.path)).as_posix()
        if path.is_relative_to(self.quizzes):
            return (Path("quizzes") / path.relative_to(self.quizzes)).as_posix()
        return path.name

    def modules(self) -> list[Path]:
        """The module folders, in the order of their names."""
        return [
            path for path in _folders(self.path) if path.name not in RESERVED and inside(self.path, path.name)
        ]

    def lessons(self, module: Path) -> list[Path]:
        """The lesson folders of a module, in the order of their names."""
        return [
            path for path in _folders(module) if inside(self.path, path.relative_to(self.path).as_posix())
        ]

    def labs(self, lesson: Path) -> list[Path]:
        """The lab files of a lesson."""
        return _files(lesson / "labs", ".yaml")

    def scripts(self, lesson: Path, kind: str) -> list[Path]:
        """The `.try` files of a lesson; `kind` is "solutions" or "wrong"."""
        return _files(lesson / kind, ".try")

    def quiz(self, lesson_id: str) -> Path:
        """Where a lesson's questions lie, if it has any."""
        return self.quizzes / f"{lesson_id}.yaml"

    def shared(self, name: str) -> Path:
        """A file of shared/."""
        return self.shared_folder / f"{name}.yaml"

    @property
    def shared_folder(self) -> Path:
        """The folder with what all lessons share."""
        return self.path / "shared"

    def all_quizzes(self) -> list[Path]:
        """The files of questions, whether there is a lesson for them or not."""
        return _files(self.quizzes, ".yaml")

    def folders(self, lesson: Path) -> list[str]:
        """The names of the folders in a lesson's folder."""
        return [path.name for path in _folders(lesson)]

    def strays(self, folder: Path, ending: str, known: Sequence[str] = ()) -> list[Path]:
        """Files of a folder that nothing reads: of another ending, or none of the names that are known."""
        try:
            files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] not in "._")
        except OSError:
            return []
        return [path for path in files if path.suffix != ending or (known and path.stem not in known)]

    def outline_files(self) -> list[tuple[str, Path]]:
        """All that the outline is made from, with names, for a fingerprint."""
        files = [self.path / "course.yaml"]
        for module in self.modules():
            files.append(module / "module.yaml")
            for lesson in self.lessons(module):
                files += [lesson / "lesson.md", *self.labs(lesson)]
        named = [(self.label(path), path) for path in files]
        # Of the quizzes the outline says only whether they are there: their names count, not their contents.
        strays = self.strays(self.quizzes, ".yaml")
        names = [("quiz " + path.name, Path(path.anchor)) for path in (*self.all_quizzes(), *strays)]
        return named + names

    def lesson_files(self, lesson: Path, lesson_id: str) -> list[tuple[str, Path]]:
        """All that a lesson is made from, with names, for a fingerprint."""
        files = [*walk(lesson), self.quiz(lesson_id), self.shared("misconceptions")]
        return [(self.label(path), path) for path in files]


def walk(folder: Path) -> Iterator[Path]:
    """The files under a folder, in the order of their names; no caches of Python, no more than 2,000."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    for number, path in enumerate(found):
        if number >= MOST_FILES:
            return
        yield path


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts "L5.2" before "L5.10"."""
    return tuple(
        (int(part), "") if number % 2 else (-1, part)
        for number, part in enumerate(re.split(r"([0-9]{1,9})", name))
    )


def _folders(path: Path) -> list[Path]:
    try:
        return sorted(entry for entry in path.iterdir() if entry.is_dir() and entry.name[0] not in "._")
    except OSError:
        return []


def _files(folder: Path, ending: str) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if entry.suffix == ending)
    except OSError:
        return []
