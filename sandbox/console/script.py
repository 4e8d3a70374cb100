"""Reading a `.try` file, or the lines of a lesson's `demo` and `try` blocks.

One command a line, `aws` or a verb of the tutor. `#` begins a comment, a backslash at the end of a line joins
it with the next, a quote of an `aws` line may go over several lines, and `edit FILE <<END` takes the lines up
to `END` as the file's new content.
"""

from __future__ import annotations

import re

import msgspec

from sandbox.console.words import scan

_HERE = re.compile(r"^(?P<command>edit\b.*?)\s*<<\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)\s*$")


class ScriptError(ValueError):
    """A script that cannot be read.

    Args:
        line: the line, counted from 1.
        message: what was found and what was expected.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class ScriptLine(msgspec.Struct, frozen=True):
    """One command of a script.

    Attributes:
        number: its first line in the text, counted from 1.
        text: the command in one piece, without its comment.
        body: for `edit FILE <<END`, the lines up to `END`, each with its line end; otherwise None.
    """

    number: int
    text: str
    body: str | None = None


def split_script(text: str) -> list[ScriptLine]:
    """Read a script into its commands.

    Args:
        text: the content of a `.try` file, or of a block.

    Raises:
        ScriptError: a quote is not closed, or the end of an `edit` is missing.
    """
    lines = text.splitlines()
    found: list[ScriptLine] = []
    at = 0
    while at < len(lines):
        number = at + 1
        here = _HERE.match(lines[at].strip())
        if here is not None:
            at, body = _body(lines, at + 1, here["end"])
            found.append(ScriptLine(number, here["command"].rstrip(), body))
            continue
        at, command = _command(lines, at)
        if command:
            found.append(ScriptLine(number, command))
    return found


def _body(lines: list[str], at: int, end: str) -> tuple[int, str]:
    """The lines up to the one that says `end`, and where to read on."""
    for stop in range(at, len(lines)):
        if lines[stop].rstrip() == end:
            return stop + 1, "".join(line + "\n" for line in lines[at:stop])
    raise ScriptError(at, f"found 'edit ... <<{end}', expected a line that says only {end} after the text")


def _command(lines: list[str], at: int) -> tuple[int, str]:
    """One command, its joined lines in one piece, and where to read on."""
    first = at
    joined = lines[at]
    while True:
        seen = scan(joined)
        continued = seen.quote != "'" and seen.comment < 0 and _ends_in_backslash(joined)
        open_quote = seen.quote and joined.lstrip().startswith("aws ")
        if not continued and not open_quote:
            break
        if at + 1 == len(lines):
            if open_quote:
                raise ScriptError(first + 1, f"the quote {seen.quote} is not closed")
            joined = joined[:-1]
            break
        at += 1
        joined = joined[:-1] + lines[at] if continued else joined + "\n" + lines[at]
    if seen.comment >= 0:
        joined = joined[: seen.comment]
    return at + 1, joined.strip()


def _ends_in_backslash(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1
