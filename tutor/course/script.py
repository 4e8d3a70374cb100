"""Console lines in content: demos, try blocks and `.try` files share the console's grammar.

A command is `aws` or one of our verbs; how lines become commands is the console's business
(`sandbox.console.split_script`), and so is what the words after the first mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.course.problems import Problems, did_you_mean, listed, shown

WORDS = ("aws", "deploy", "clock", "load", "show", "explain", "edit", "undo", "redo", "reset", "answer")
_EDIT = re.compile(r"edit\b.*<<\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)\s*")
_FAILS = re.compile(r"\s+# *fails\s*$")
_LINE = re.compile(r"line \d+: found (?P<found>.*), expected (?P<expected>.*)", re.DOTALL)


def commands(lines: Sequence[str]) -> tuple[str, ...]:
    """The commands of console lines, each as it is typed: an `edit` has its text and its end behind it."""
    from sandbox.console import split_script

    parts = split_script("\n".join(lines))
    return tuple(part.text if part.body is None else _typed(part.text, part.body) for part in parts)


def _typed(command: str, body: str) -> str:
    end = "END"
    while end in body.splitlines():
        end += "D"
    return f"{command} <<{end}\n{body}{end}"


def by_command(lines: Sequence[str]) -> list[list[str]]:
    """Console lines as they are shown: an `edit` and the text that it writes, up to its end, are together.

    Like `sandbox.console.split_script`, but for a skin's first screen, which imports no console. The comment
    `# fails` behind a line is for `course check`, and is left out.
    """
    found: list[list[str]] = []
    end = ""
    for line in lines:
        if end:
            found[-1].append(line)
            end = "" if line.rstrip() == end else end
            continue
        found.append([_FAILS.sub("", line)])
        begun = _EDIT.fullmatch(line.strip())
        end = begun["end"] if begun else ""
    return found


def check_script(lines: Sequence[str], file: str, first_line: int, problems: Problems) -> bool:
    """Note what is not a command, and what has no end: an `edit`, a quote.

    Args:
        lines: the console lines.
        file: its name as messages show it.
        first_line: the line of the file that the first of them is.
        problems: where to note it.

    Returns:
        Whether the lines can be told apart into commands.
    """
    from sandbox.console import ScriptError, split_script

    try:
        parts = split_script("\n".join(lines))
    except ScriptError as error:
        told = _LINE.fullmatch(str(error))
        found, expected = (told["found"], told["expected"]) if told else (str(error), "a whole command")
        problems.add(file, first_line + error.line - 1, found, expected)
        return False
    for part in parts:
        number, word = first_line + part.number - 1, part.text.split()[0]
        if word not in WORDS:
            problems.add(file, number, shown(word), f"a command: {listed(WORDS)}", did_you_mean(word, WORDS))
        elif word == "edit" and part.body is None:
            problems.add(file, number, shown(part.text), "`edit FILE <<END`, the file's lines, and `END`")
    return True
