"""`lambda-tutor doctor`: looks at this machine and says what works, line by line.

Each finding is "Label: WORD, text" with OK, WARN (something is less good) or FAIL (something does not work).
A new line is a function that yields findings, named in `_EXAMINATIONS`.
"""

from __future__ import annotations

import importlib.metadata
import locale
import os
import platform
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from tutor import __version__
from tutor.words import _, many

OK, WARN, FAIL = "OK", "WARN", "FAIL"

PYTHONS = ((3, 11), (3, 13))
SQLITE_NEEDED = (3, 37, 0)  # STRICT tables
LITTLE_SPACE_MB = 50
SMALLEST_TERMINAL = (80, 24)  # columns, lines

RESET_SEQUENCES = (
    "\x1b[?1049l"  # leave the alternate screen
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l"  # mouse reports off
    "\x1b[?2004l"  # bracketed paste off
    "\x1b[?1004l"  # focus reports off
    "\x1b[<u"  # kitty keyboard protocol off
    "\x1b[?2026l"  # synchronised output off
    "\x1b[0m"  # plain letters
    "\x1b[?7h"  # lines wrap
    "\x1b[?25h"  # cursor shown
    "\r"
)
"""What puts right a terminal whose program was killed: all that Textual switches on, switched off."""


class Finding(msgspec.Struct, frozen=True):
    """One line of the report: `verdict` is OK, WARN or FAIL."""

    label: str
    verdict: str
    text: str


class Machine(msgspec.Struct, frozen=True):
    """What is looked at.

    Attributes:
        course: a course folder; None for the one that is shipped.
        state: the folder of the state.
        environ: the environment.
    """

    course: Path | None
    state: Path
    environ: Mapping[str, str]


def run(course: Path | None, state: Path | None) -> int:
    """Print the report.

    Args:
        course: the folder named by --course, if any.
        state: the folder named by --state, if any.

    Returns:
        The exit status: 1 when something FAILs, else 0.
    """
    from tutor.progress import state_folder

    machine = Machine(course, state_folder(state), os.environ)
    worst = 0
    for finding in findings(machine):
        print(f"{finding.label}: {finding.verdict}, {finding.text}", flush=True)
        worst = max(worst, int(finding.verdict == FAIL))
    words = (
        _("Something does not work; see the lines with FAIL.") if worst else _("Lambda Tutor can run here.")
    )
    print(_("Result") + f": {FAIL if worst else OK}, {words}")
    return worst


def reset_terminal() -> int:
    """Print the sequences that put a terminal right.

    Returns:
        The exit status, 0.
    """
    sys.stdout.write(RESET_SEQUENCES)
    sys.stdout.flush()
    return 0


def findings(machine: Machine) -> Iterator[Finding]:
    """All there is to say, one after the other, as it is found out."""
    for name, examine in _EXAMINATIONS:
        try:
            yield from examine(machine)
        except Exception as error:  # noqa: BLE001 - the boundary of one examination: the others still run
            yield Finding(name, FAIL, f"{type(error).__name__}: {error}")


def _program(machine: Machine) -> Iterator[Finding]:
    yield Finding("Lambda Tutor", OK, __version__)


def _python(machine: Machine) -> Iterator[Finding]:
    found = sys.version_info[:2]
    text = f"{platform.python_version()} ({sys.executable})"
    if found < PYTHONS[0]:
        yield Finding("Python", FAIL, _("{text}; 3.11 or newer is needed").format(text=text))
    elif found > PYTHONS[1]:
        yield Finding("Python", WARN, _("{text}; newer than what was tested").format(text=text))
    else:
        yield Finding("Python", OK, text)


def _platform(machine: Machine) -> Iterator[Finding]:
    text = f"{platform.system()} {platform.release()} {platform.machine()}"
    if platform.system() == "Linux":
        yield Finding("Platform", OK, text)
    else:
        yield Finding("Platform", WARN, _("{text}; nobody has tested this yet").format(text=text))


def _terminal(machine: Machine) -> Iterator[Finding]:
    if not sys.stdout.isatty():
        yield Finding("Terminal", OK, _("none here; the course would run in plain mode"))
        return
    size = shutil.get_terminal_size()
    text = _("{columns} columns, {lines} lines").format(columns=size.columns, lines=size.lines)
    if (size.columns, size.lines) < SMALLEST_TERMINAL or size.lines < SMALLEST_TERMINAL[1]:
        yield Finding("Terminal", WARN, _("{text}; 80 columns and 24 lines are better").format(text=text))
    else:
        yield Finding("Terminal", OK, text)


def _colours(machine: Machine) -> Iterator[Finding]:
    environ = machine.environ
    text = f"TERM={environ.get('TERM', '')} COLORTERM={environ.get('COLORTERM', '')}"
    if environ.get("NO_COLOR"):
        text += _("; NO_COLOR is set, so there are none")
    yield Finding("Colours", OK, text)


def _letters(machine: Machine) -> Iterator[Finding]:
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower().replace("_", "-")
    text = _("output {encoding}, locale {locale}").format(encoding=encoding, locale=locale.getlocale()[1])
    good = encoding.replace("-", "") == "utf8"
    hint = "" if good else _("; some signs become question marks, set LANG=C.UTF-8")
    yield Finding("Letters", OK if good else WARN, text + hint)


def _data_folder(machine: Machine) -> Iterator[Finding]:
    from tutor.progress import Store, StoreError
    from tutor.progress.store import FILE_NAME

    folder = machine.state
    home = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        if (folder / FILE_NAME).exists():
            Store.open(folder).close()
        else:
            # Asking whether one may says little (root always may); making something and removing it tells.
            with tempfile.TemporaryDirectory(dir=home):
                pass
    except OSError as error:
        words = _("{folder} cannot be made or written to: {why}")
        yield Finding("Data folder", FAIL, words.format(folder=folder, why=error.strerror))
        return
    except StoreError as error:
        yield Finding("Data folder", WARN if error.kind == "locked" else FAIL, error.message)
        return
    yield Finding("Data folder", OK, str(folder))
    free = shutil.disk_usage(home).free // (1024 * 1024)
    yield Finding("Free space", OK if free >= LITTLE_SPACE_MB else WARN, f"{free:,} MB")


def _sqlite(machine: Machine) -> Iterator[Finding]:
    good = sqlite3.sqlite_version_info >= SQLITE_NEEDED
    hint = "" if good else _("; 3.37 or newer is needed")
    yield Finding("SQLite", OK if good else FAIL, sqlite3.sqlite_version + hint)


def _packages(machine: Machine) -> Iterator[Finding]:
    for name, pin in requirements():
        version = _version(name)
        label = f"Package {name}"
        if version is None:
            yield Finding(label, FAIL, _("is not installed"))
        elif pin and version != pin:
            words = _("{version}; tested with {pin} only").format(version=version, pin=pin)
            yield Finding(label, WARN, words)
        else:
            yield Finding(label, OK, version)
    tree_sitter = _version("tree-sitter")
    if tree_sitter is not None and tree_sitter.startswith("0.26"):
        words = _("{version} crashes editors; install tree-sitter>=0.25.2,<0.26").format(version=tree_sitter)
        yield Finding("Package tree-sitter", WARN, words)
    if _version("tutor") is not None:
        words = _("Open edX's package of that name is here too; use an environment of its own for the course")
        yield Finding("Package tutor", WARN, words)


def requirements() -> list[tuple[str, str]]:
    """The packages that the program needs, each with its one version when it is pinned, else "".

    They are read from what was installed; a checkout that is not installed has them in its pyproject.toml.
    """
    try:
        rows = importlib.metadata.requires("lambda-tutor") or []
    except importlib.metadata.PackageNotFoundError:
        import tomllib

        project = Path(__file__).resolve().parents[1] / "pyproject.toml"
        rows = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    needed = [row for row in rows if "extra ==" not in row]
    return [(re.split(r"[^\w.-]", row, maxsplit=1)[0], _pin(row)) for row in needed]


def _pin(requirement: str) -> str:
    found = re.search(r"==\s*([\w.]+)", requirement)
    return found[1] if found else ""


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _isolation(machine: Machine) -> Iterator[Finding]:
    from sandbox.runtime import jail_report

    started = time.perf_counter()
    report = jail_report()
    milliseconds = (time.perf_counter() - started) * 1000
    # The report comes from a worker: when there is one, code can run.
    works = report.level != "none" or any(layer.name != "processes" for layer in report.layers)
    if works:
        words = _("the first one was ready after {ms:.0f} ms").format(ms=milliseconds)
        yield Finding("Workers", OK, words)
    else:
        yield Finding("Workers", FAIL, _("code cannot be run here; labs will not work"))
    yield Finding("Isolation", OK if report.level == "strict" else WARN, report.level)
    for layer in report.layers:
        text = layer.reason
        if layer.optional and not layer.ok:
            text = _("not used, and not needed: {why}").format(why=layer.reason)
        yield Finding(f"Isolation layer {layer.name}", OK if layer.ok or layer.optional else WARN, text)


def _course(machine: Machine) -> Iterator[Finding]:
    from tutor.course import Cache, ContentError, load_course, packaged

    started = time.perf_counter()
    try:
        course = load_course(machine.course or packaged(), cache=Cache(None))
        problems = course.check()
    except ContentError as error:
        problems = error.problems
    if problems:
        count = many(len(problems), "{n} problem", "{n} problems")
        yield Finding("Course", FAIL, count)
        for problem in problems:
            yield Finding("Course problem", FAIL, str(problem))
        return
    milliseconds = (time.perf_counter() - started) * 1000
    words = _("{title}, {lessons}, read in {ms:.0f} ms")
    lessons = many(len(course.lessons()), "{n} lesson", "{n} lessons")
    yield Finding("Course", OK, words.format(title=course.title, lessons=lessons, ms=milliseconds))


_EXAMINATIONS: tuple[tuple[str, Callable[[Machine], Iterator[Finding]]], ...] = (
    ("Lambda Tutor", _program),
    ("Python", _python),
    ("Platform", _platform),
    ("Terminal", _terminal),
    ("Colours", _colours),
    ("Letters", _letters),
    ("Data folder", _data_folder),
    ("SQLite", _sqlite),
    ("Packages", _packages),
    ("Isolation", _isolation),
    ("Course", _course),
)
