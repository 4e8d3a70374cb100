"""Verdicts that are kept: what was found about a unit, by a hash of all that it rests on."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import botocore
import msgspec

import sandbox
import tutor
from tutor.authoring.findings import Finding
from tutor.course import Cache
from tutor.course.cache import contents
from tutor.quiz import Solved

BELIEVED = ("tutor/authoring", "tutor/course", "tutor/practice", "tutor/quiz", "sandbox")
"""Our own folders that decide what a verdict is."""

NO_MATTER = (
    "sandbox/endpoint",
    "sandbox/console/complete.py",
    "sandbox/console/examples.py",
    "sandbox/console/help.py",
    "tutor/authoring/command.py",
    "tutor/authoring/new.py",
    "tutor/authoring/skeleton",
    "tutor/authoring/telling.py",
    "tutor/authoring/times.py",
    "tutor/practice/console/completing.py",
)
"""What in them decides nothing: the world over HTTP, help and completion, how a check is asked for and told.

Whatever is in doubt is not here: to check anew costs a minute, to believe too long costs trust.
"""

LEFT_OUT = {".pyc", ".pyo"}


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a verdict; `solved` is of a question."""

    findings: tuple[Finding, ...]
    seconds: float
    solved: tuple[Solved, ...] = ()


def of_user() -> Cache:
    """Where the system keeps caches of the user."""
    folder = Cache.of_user().folder
    return Cache(folder and folder.parent / "check")


@cache
def engine() -> str:
    """A hash of all but content that a verdict rests on: our sources, the facts, Python, botocore."""
    digest = hashlib.sha256(f"{platform.python_version()} {botocore.__version__}".encode())
    for package in (sandbox, tutor):
        top = Path(str(package.__file__)).parent
        for path in sorted(top.rglob("*")):
            name = path.relative_to(top.parent).as_posix()
            if counts(name) and path.is_file():
                _add(digest, name, path.read_bytes())
    return digest.hexdigest()


def counts(name: str) -> bool:
    """Whether a file of ours decides what a verdict is.

    Args:
        name: its path from the folder that our packages are in, with `/`.
    """
    return name.startswith(BELIEVED) and not name.startswith(NO_MATTER) and Path(name).suffix not in LEFT_OUT


def fingerprint(files: Iterable[tuple[str, Path]], *texts: str) -> str:
    """A hash of files, of texts, and of the engine.

    Args:
        files: name and path of each; one that cannot be read counts as a content of its own.
        texts: what else the verdict rests on.
    """
    digest = hashlib.sha256(engine().encode())
    for text in texts:
        _add(digest, "text", text.encode())
    for name, data in contents(files):
        _add(digest, name, data)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, name: str, data: bytes) -> None:
    digest.update(f"\n{len(name)} {name} {len(data)} ".encode())
    digest.update(data)
