"""Handler code that content names: `{folder: code/NAME}` where AWS wants a zip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tutor.course.checks import PACKAGES, ApiCall, Step
from tutor.course.problems import Problems, shown
from tutor.course.source import MOST_CODE, inside


def code_folders(steps: Iterable[Step]) -> tuple[str, ...]:
    """The folders that the steps name, in their order, each once."""
    calls = [step for step in steps if isinstance(step, ApiCall)]
    named = [value["folder"] for step in calls for _, value in _packages(step.params) if "folder" in value]
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))


def _packages(params: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where code may stand: (parameter, its value), `Code: {ZipFile: ...}` as its inner part too."""
    for key in PACKAGES:
        value = params.get(key)
        if isinstance(value, Mapping):
            yield key, value
            yield from _packages(value)


def check_code(steps: Iterable[Step], file: str, folder: Path, problems: Problems) -> None:
    """Note code that steps name and that is not there, or that leads out of the lesson.

    Args:
        steps: of a lab, a probe or a question.
        file: the name of their file as messages show it.
        folder: the lesson's folder.
        problems: where to note it.
    """
    for step in steps:
        if isinstance(step, ApiCall):
            for key, value in _packages(step.params):
                if "folder" in value or key == "ZipFile":
                    _check(key, value, _Place(file, step.line, folder, problems))
            for key in PACKAGES:
                if isinstance(text := step.params.get(key), str):
                    expected = f"`{key}: {{folder: code/NAME}}`"
                    problems.add(file, step.line, f"{shown(key)} as the text {shown(text)}", expected)


class _Place:
    def __init__(self, file: str, line: int, folder: Path, problems: Problems) -> None:
        self.file, self.line, self.folder, self.problems = file, line, folder, problems

    def wrong(self, found: str, expected: str) -> None:
        self.problems.add(self.file, self.line, found, expected)


def _check(key: str, value: Mapping[str, Any], place: _Place) -> None:
    name = value.get("folder")
    if not isinstance(name, str) or len(value) != 1:
        place.wrong(f"{shown(key)} as it is", f"`{key}: {{folder: code/NAME}}`")
        return
    path = inside(place.folder, name)
    if path is None:
        place.wrong(f"the folder {shown(name)}", "a folder inside the lesson's folder")
    elif not path.is_dir():
        place.wrong(f"no folder {shown(name)}", "a folder with handler code beside lesson.md")
    else:
        _check_files(path, name, place)


def _check_files(path: Path, name: str, place: _Place) -> None:
    files = [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    if not files:
        place.wrong(f"an empty folder {shown(name)}", "at least one file of handler code")
    if any(not file.resolve().is_relative_to(path) for file in files):
        place.wrong(f"a link out of {shown(name)}", "plain files")
    elif (size := sum(file.stat().st_size for file in files)) > MOST_CODE:
        place.wrong(f"{size:,} bytes in {shown(name)}", f"at most {MOST_CODE:,} bytes")
