"""Rules of the house that no single package can hold: what is imported when, and how the source is kept."""

from __future__ import annotations

import ast
import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 450
"""Lines of the longest file that one head can hold."""

PAGES = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")
PACKAGES = ("tutor", "sandbox")
GENERATED = (
    "__pycache__",
    ".git",
    ".venv",
    "build",
    "dist",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
)


@functools.cache
def tracked() -> list[Path]:
    """The files that belong to the project: git's answer, or outside of git all that is not generated."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if listed.returncode == 0:
            found = (ROOT / name for name in listed.stdout.split("\0") if name)
            return sorted(path for path in found if path.is_file())
    everything = (path for path in ROOT.rglob("*") if not generated(path.relative_to(ROOT)))
    return sorted(path for path in everything if path.is_file())


def generated(path: Path) -> bool:
    """Whether a file is of the kind that is not kept."""
    return any(part in GENERATED or part.endswith(".egg-info") for part in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules() -> list[Path]:
    """The Python files of our packages."""
    return [path for path in tracked() if path.suffix == ".py" and name_of(path).startswith(PACKAGES)]


# -- what is imported when -----------------------------------------------------------------------------------

REPORT = "\nimport sys\nprint('imported', *sorted(n for n in sys.argv[1].split(',') if n in sys.modules))\n"


def imported(script: str, names: tuple[str, ...], folder: Path, given: str = "") -> list[str]:
    """Which of some modules are loaded at the end of a script."""
    done = subprocess.run(
        [sys.executable, "-c", script + REPORT, ",".join(names)],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "LAMBDA_TUTOR_HOME": str(folder / "state"),
        },
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()[1:]


USE_A_WORLD = """
from sandbox import World
from sandbox.console import Console
import sandbox.observe.explain, sandbox.observe.logs, sandbox.observe.metrics, sandbox.observe.timeline
world = World(seed=7)
world.client("sqs").create_queue(QueueName="letters")
world.fork().close()
world.close()
"""


def test_the_sandbox_knows_no_tutor_and_no_terminal(tmp_path: Path) -> None:
    strangers = ("tutor", "textual", "rich", "markdown_it", "pygments")
    assert imported(USE_A_WORLD, strangers, tmp_path) == []


START_PLAIN = """
from tutor.cli import main
assert main(["--plain"]) == 0
"""


def test_plain_mode_starts_without_textual_and_without_a_world(tmp_path: Path) -> None:
    heavy = ("textual", "rich", "botocore", "boto3", "sandbox.world", "sandbox.runtime")
    assert imported(START_PLAIN, heavy, tmp_path, given="quit\n") == []


OPEN_THE_TUTOR = """
from tutor.actions.tutor import Tutor
tutor = Tutor.open()
assert tutor.view.lesson.blocks
tutor.close()
"""


def test_a_compiled_lesson_opens_without_compiler_and_without_a_world(tmp_path: Path) -> None:
    assert imported(OPEN_THE_TUTOR, ("markdown_it", "yaml"), tmp_path) == ["markdown_it", "yaml"]
    heavy = (
        "yaml",
        "markdown_it",
        "botocore",
        "boto3",
        "dateutil",
        "sandbox.world",
        "sandbox.runtime",
        "textual",
    )
    assert imported(OPEN_THE_TUTOR, heavy, tmp_path) == []


# -- what must not be in it ----------------------------------------------------------------------------------

MACHINE = re.compile(r"(?<![\w.])/(?:root|work|farm|opt/(?:pypi|wheels)|(?:home|Users)/\w+)/\w|\.pyenv\b")
INDEX = re.compile(r"(?i)--(?:extra-)?index-url|--find-links|--trusted-host|\bpypi\.org/simple|file:///\w")
SECRETS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}|\bxox[baprs]-\w{10,}|\bpypi-[A-Za-z0-9_-]{50,}"
    # Key ids that AWS's own documentation uses as examples say so.
    r"|\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}\b"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
HERE = name_of(Path(__file__))


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern is in the project's texts; this file, which spells the patterns, is left out."""
    found = []
    for path in tracked():
        if name_of(path) == HERE:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if match := pattern.search(line):
                found.append(f"{name_of(path)}:{number}: {match[0]}")
    return found


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(MACHINE, id="paths of a machine"),
        pytest.param(INDEX, id="addresses of a package index"),
        pytest.param(SECRETS, id="secrets"),
        pytest.param(UNFINISHED, id="unfinished work"),
    ],
)
def test_nothing_is_in_the_project_that_does_not_belong(pattern: re.Pattern[str]) -> None:
    assert lines_with(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "bad", "good"),
    [
        (
            MACHINE,
            [
                "/".join(["", "root", "x"]),
                "cd " + "/".join(["", "work", "x"]),
                "'/home/ada/x'",
                "~/.pyenv/shims",
            ],
            ["/aws/work", "/var/task"],
        ),
        (INDEX, ["pip --index-url x", "https://pypi.org/simple"], ["https://pypi.org/project/textual"]),
        (SECRETS, ["AKIA" + "QRSTUVWXYZ234567", "ghp_" + "a1" * 18], ["AKIAIOSFODNN7EXAMPLE"]),
        (UNFINISHED, ["# TODO: later", "FIXME"], ["todos"]),
    ],
)
def test_the_patterns_find_what_they_are_for(
    pattern: re.Pattern[str], bad: list[str], good: list[str]
) -> None:
    assert [text for text in bad if not pattern.search(text)] == []
    assert [text for text in good if pattern.search(text)] == []


# -- how the source is kept ----------------------------------------------------------------------------------


def test_no_file_is_too_long_to_be_held_in_the_head() -> None:
    kinds = {".py", ".md", ".try", ".sh"}
    long = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked()
        if path.suffix in kinds
    }
    assert {name: count for name, count in long.items() if count > LONGEST} == {}


def test_every_package_says_what_lives_there() -> None:
    folders = {path.parent for path in modules()}
    missing = [name_of(folder) for folder in folders if not (folder / "__init__.py").is_file()]
    assert missing == []
    silent = []
    for folder in sorted(folders):
        text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
        if len(text.split()) < 12:
            silent.append(name_of(folder))
    assert silent == []


def public_without_docstring(node: ast.AST, prefix: str) -> Iterator[str]:
    """Public classes, functions and methods in a module or class that say nothing about themselves."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If | ast.Try):
            yield from public_without_docstring(child, prefix)
        if not isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if child.name.startswith("_") or explained_elsewhere(child):
            continue
        if ast.get_docstring(child) is None:
            yield f"{prefix}{child.name}"
        if isinstance(child, ast.ClassDef):
            yield from public_without_docstring(child, f"{prefix}{child.name}.")


def explained_elsewhere(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a definition is one of several of a thing, or replaces one: that one has the docstring."""
    marks = {ast.unparse(mark).split(".")[-1] for mark in node.decorator_list}
    return bool(marks & {"overload", "override", "setter", "deleter"})


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_public_says_what_it_is(package: str) -> None:
    silent = []
    for path in modules():
        if not name_of(path).startswith(f"{package}/"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name != "__init__.py" and ast.get_docstring(tree) is None:
            silent.append(name_of(path))
        silent += public_without_docstring(tree, f"{name_of(path)}: ")
    assert silent == []


# -- the pages -----------------------------------------------------------------------------------------------

SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
SUFFIXES = (".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".sh", "/", ".try", ".ci/run", "LICENSE")
PLACEHOLDER = re.compile(r"\b(?:NAME|MODULE|LESSON|ID)\b|FOLDER|<|\*|\{")
MADE_BY_USE = {"out.json"}


def mentioned(text: str) -> set[str]:
    """Files and folders that a page speaks of: links, words in code, and the drawing of the house."""
    words = {word.strip(",;") for span in SPAN.findall(text) for word in span.split()}
    found = set(LINK.findall(text)) | {word for word in words if word.endswith(SUFFIXES)}
    return {
        name for name in found if not PLACEHOLDER.search(name) and name not in MADE_BY_USE and name != "/"
    }


def drawn(text: str) -> set[str]:
    """The files and folders in the drawing of ARCHITECTURE.md; what is indented lies in the last folder."""
    drawing = text.split("```")[1]
    found: set[str] = set()
    top = ""
    for line in drawing.strip().splitlines():
        if not line.strip():
            continue
        names = re.split(r"  +", line.strip())[0].split()
        if not line.startswith(" "):
            top = names[0] if len(names) == 1 else ""
            found |= set(names)
        else:
            found |= {f"{top}{name}" for name in names}
    return found


def exists(name: str) -> bool:
    """Whether the project has such a file; pages leave the beginning of a path out where it is clear."""
    bare = name.rstrip("/")
    return any(
        path == bare or path.endswith(f"/{bare}") or f"/{bare}/" in f"/{path}"
        for path in map(name_of, tracked())
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_speak_only_of_files_that_there_are(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert sorted(name for name in mentioned(text) if not exists(name)) == []


def test_the_drawing_of_the_house_shows_what_is_there() -> None:
    shown = drawn((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert sorted(name for name in shown if not (ROOT / name).exists()) == []


def test_the_drawing_of_the_house_shows_every_package() -> None:
    shown = {name.rstrip("/") for name in drawn((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))}
    packages = {"/".join(path.relative_to(ROOT).parts[:2]) for path in modules() if len(path.parts) > 2}
    folders = {name for name in packages if (ROOT / name).is_dir()}
    assert folders - shown == set()


def test_every_change_of_the_changelog_stands_under_the_version_we_have() -> None:
    from tutor import __version__

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", text, re.MULTILINE)[0] == __version__


def test_the_readme_has_two_set_up_lines_and_ci_runs_the_same_tests() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.split("```sh\n")[1].split("```")[0]
    start, test = block.strip().splitlines()
    assert start.endswith(".venv/bin/lambda-tutor")
    assert "-m venv .venv" in start
    assert '".[test]"' in test
    command = test.split("&&")[-1].strip()
    assert command.startswith(".venv/bin/python -m pytest")
    assert f'"$venv"/bin/{command.removeprefix(".venv/bin/")}' in (ROOT / ".ci/run").read_text(
        encoding="utf-8"
    )


def test_the_example_of_the_readme_works(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    example = text.split("```python\n")[1].split("```")[0]
    checks = """
assert [f"{world.now:%H:%M}", world.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"]] == [
    "15:00", "hello"]
"""
    assert imported(example + checks, ("sandbox.world",), tmp_path) == ["sandbox.world"]
