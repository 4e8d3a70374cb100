"""Playing console lines of content: those that must work, and those that say that they are refused."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sandbox import Journal
from sandbox.console import split_script
from tutor.authoring.findings import Findings
from tutor.course import Lab
from tutor.course.problems import shown
from tutor.course.script import commands
from tutor.practice import LabRun

FAILS = "# fails"
"""The comment at the end of a line that is meant to be refused."""

_MARK = re.compile(r"(?<!\S)# *fails\s*$")
_LONGEST = 160


class Line(NamedTuple):
    """A command of a script: the line of its file, what is typed, and whether it is meant to be refused."""

    number: int
    text: str
    fails: bool


def read_lines(lines: Sequence[str], first_line: int = 1) -> list[Line]:
    """The commands of console lines that the loader has accepted.

    Args:
        lines: as they stand in the file.
        first_line: the line of the file that the first of them is.
    """
    parts = split_script("\n".join(lines))
    ends = [part.number - 1 for part in parts[1:]] + [len(lines)]
    found = []
    for part, end, text in zip(parts, ends, commands(lines), strict=True):
        typed = [line for line in lines[part.number - 1 : end] if not line.lstrip().startswith("#")]
        # What ends a command but is not part of it is a comment: inside of a quote it would be part of it.
        fails = any(_MARK.search(line) for line in typed) and not _MARK.search(part.text)
        found.append(Line(first_line + part.number - 1, text, fails and part.body is None))
    return found


@contextmanager
def opened(lab: Lab, folder: Path, seed: int, journal: Journal | None = None) -> Iterator[LabRun]:
    """A lab as one learner finds it, with files of its own; both are gone at the end.

    Args:
        lab: the lab.
        folder: the lesson's folder.
        seed: the learner's.
        journal: of an earlier session; None to begin afresh.

    Raises:
        JournalError: the journal cannot be used.
        StepError: the lab's own steps do not work.
    """
    with tempfile.TemporaryDirectory(prefix="lambda-tutor-check-") as files:
        run = LabRun(lab, folder, seed, Path(files), journal)
        try:
            yield run
        finally:
            run.close()


def play(run: LabRun, lines: Sequence[Line], file: str, found: Findings) -> Iterator[Line]:
    """Run lines one after another, and note those that come out otherwise than they say.

    Args:
        run: the lab, whose world they act on.
        lines: the lines.
        file: what messages call their file.
        found: where to note it.

    Yields:
        Each line, when it has run.
    """
    for line in lines:
        printed = run.run(line.text)
        command = shown(line.text.partition("\n")[0], 70)
        if printed.code and not line.fails:
            said = " ".join((printed.err or printed.out).split())
            words = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
            hint = f"Exit status {printed.code}. A line that is meant to be refused ends in `{FAILS}`."
            found.error(file, line.number, f"{command}, answered with: {words}", "a command that works", hint)
        elif line.fails and not printed.code:
            expected = f"a command that is refused, as its `{FAILS}` says"
            found.error(file, line.number, f"{command}, which works", expected)
        yield line
