"""Console lines in content: demos, try blocks and `.try` files share one grammar, the console's.

A command is a line that begins with `aws` or one of our verbs; `edit FILE <<END` takes the lines up to `END`
with it. Lines that are empty or begin with `#` say nothing. What the words after the first mean is the
console's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.course.problems import Problems, did_you_mean, listed, shown

WORDS = ("aws", "deploy", "clock", "show", "explain", "edit", "undo", "reset")
_EDIT = re.compile(r"edit\s+\S+\s+<<\s*'?([A-Za-z_]+)'?")


def commands(lines: Sequence[str]) -> tuple[str, ...]:
    """Group console lines into commands; an `edit` keeps its lines, with line feeds between."""
    found: list[str] = []
    rest = iter(lines)
    for line in rest:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _EDIT.fullmatch(line.strip())
        if match is None:
            found.append(line.strip())
            continue
        body = [line.strip()]
        for inner in rest:
            body.append(inner)
            if inner.strip() == match[1]:
                break
        found.append("\n".join(body))
    return tuple(found)


def check_script(lines: Sequence[str], file: str, first_line: int, problems: Problems) -> None:
    """Note what is not a command, and an `edit` that never ends.

    Args:
        lines: the console lines.
        file: its name as messages show it.
        first_line: the line of the file that the first of them is.
        problems: where to note it.
    """
    rest = iter(enumerate(lines, first_line))
    for number, line in rest:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        word = line.split()[0]
        if word not in WORDS:
            problems.add(file, number, shown(word), f"a command: {listed(WORDS)}", did_you_mean(word, WORDS))
        elif word == "edit":
            _check_edit(line, number, rest, file, problems)


def _check_edit(
    line: str, number: int, rest: Iterator[tuple[int, str]], file: str, problems: Problems
) -> None:
    match = _EDIT.fullmatch(line.strip())
    if match is None:
        problems.add(file, number, shown(line.strip()), "`edit FILE <<END`, the file's lines, and `END`")
        return
    for _, inner in rest:
        if inner.strip() == match[1]:
            return
    problems.add(
        file, number, f"an `edit` without its {shown(match[1])}", f"a line with {shown(match[1])} alone"
    )
