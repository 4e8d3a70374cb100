"""A pack of one's own, as `course new pack` makes it, to be broken by one edit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tutor.authoring.check import Options, Report, check_course
from tutor.authoring.findings import Finding
from tutor.authoring.new import new_pack

LESSON = "01-first/a-slow-greeting"
PAGE = f"{LESSON}/lesson.md"
LAB = f"{LESSON}/labs/slow-greeting.yaml"
CODE = f"{LESSON}/code/slow-greeting/app.py"
SOLUTION = f"{LESSON}/solutions/slow-greeting.try"
WRONG = f"{LESSON}/wrong/slow-greeting-more-memory.try"
QUIZ = "quizzes/L1.1.yaml"


class Pack:
    """A course folder, ways to change it, and what `course check` says of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / name

    def edit(self, name: str, old: str, new: str) -> None:
        """Put a text in place of another, which must stand there exactly once."""
        text = self.path(name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.path(name).write_text(text.replace(old, new), encoding="utf-8")

    def line(self, name: str, text: str) -> int:
        """The first line that holds a text."""
        lines = self.path(name).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if text in line)

    def label(self, name: str) -> str:
        return f"{self.folder.name}/{name}"

    def check(self, *wanted: str, **options: object) -> Report:
        return check_course(self.folder, Options(wanted=wanted, **options), lambda _verdict: None)

    def findings(self, *wanted: str) -> list[Finding]:
        return [finding for verdict in self.check(*wanted).verdicts for finding in verdict.findings]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs") / "my-pack"
    new_pack(folder)
    return folder


@pytest.fixture
def pack(whole: Path, tmp_path: Path) -> Pack:
    """A copy of the pack, whole."""
    shutil.copytree(whole, tmp_path / "my-pack")
    return Pack(tmp_path / "my-pack")


@pytest.fixture(autouse=True)
def no_cache_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
