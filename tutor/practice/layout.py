"""Which of the learner's files belong to which function.

A lab whose functions share one code folder has its files side by side. Where they have several, each
function's files are in a folder of its name. `deploy` goes by the same rule: a folder with the name of the
function is its package; without one its package is everything that is not in another function's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from tutor.course import Lab, substitute
from tutor.course.checks import ApiCall
from tutor.practice.files import names


def originals(lab: Lab, folder: Path, value: Callable[[str], str | None]) -> dict[str, bytes]:
    """The files that a lab begins with, by name.

    Args:
        lab: the lab.
        folder: the lesson's, which its code folders are in.
        value: what placeholders stand for; see `Naming.value`.
    """
    given = _given(lab, value)
    if len(set(given.values())) <= 1:
        return {name: content for code in given.values() for name, content in _files(folder / code).items()}
    return {
        f"{function}/{name}": content
        for function, code in given.items()
        for name, content in _files(folder / code).items()
    }


def _given(lab: Lab, value: Callable[[str], str | None]) -> dict[str, str]:
    """The code folder that each function has when the lab begins."""
    given = {}
    for step in lab.world.steps:
        if isinstance(step, ApiCall) and step.client == "lambda":
            code: Any = step.params.get("Code", step.params.get("ZipFile"))
            if isinstance(code, Mapping) and isinstance(code.get("folder"), str):
                given[substitute(str(step.params.get("FunctionName", "")), value)] = code["folder"]
    return given


def _files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names(folder)}


def package_of(function: str, files: Collection[str], functions: Collection[str]) -> dict[str, str]:
    """The package of a function: the names in it, and the files that they are.

    Args:
        function: its name.
        files: the names of all the learner's files.
        functions: the names of all functions.
    """
    own = f"{function}/"
    if any(name.startswith(own) for name in files):
        return {name.removeprefix(own): name for name in files if name.startswith(own)}
    return {name: name for name in files if not _folder_of_one(name, functions)}


def _folder_of_one(name: str, functions: Collection[str]) -> bool:
    head, slash, _rest = name.partition("/")
    return bool(slash) and head in functions
