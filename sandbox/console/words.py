"""Splitting a line into words, as a POSIX shell does, without being a shell.

Single quotes keep everything; double quotes keep all but a backslash before `$`, a backtick, `"`, `\\` or the
end of a line; outside quotes a backslash keeps the next character, and a backslash at the end of a line
joins it with the next. `#` at the start of a word begins a comment. Pipes and redirections mean nothing
here, and say so. Variables and wildcards stay as they are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_ESCAPED_IN_DOUBLE = '$`"\\'
_SHELL_ONLY = {
    "|": "To pick from the output, use --query. For a bar inside a value, put single quotes round the value.",
    ">": "Output cannot be sent to a file. For a '>' inside a value, put single quotes round the value.",
    "<": "For a file's content, write file://NAME. For a '<' inside a value, put single quotes round it.",
    ";": "Give one command at a time. For a ';' inside a value, put single quotes round the value.",
    "`": "For a backtick inside a value, put single quotes round the value.",
}


class WordsError(ValueError):
    """A line that cannot be split, in words for the person who typed it.

    Args:
        message: what is wrong and what to do.
        position: the character, counted from 0, where it is wrong.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(slots=True)
class Scan:
    """What was read of a text.

    Attributes:
        commands: the words of each command; unquoted line ends separate commands.
        quote: the quote that is still open at the end, or "".
        opened: where it was opened.
        touching: whether the text ends inside a word, so that more typing would extend it.
        comment: where the last line's comment starts, or -1.
        strange: the first character that only a shell understands, or "".
        strange_at: its position.
    """

    commands: list[list[str]] = field(default_factory=lambda: [[]])
    quote: str = ""
    opened: int = 0
    touching: bool = False
    comment: int = -1
    strange: str = ""
    strange_at: int = 0


def split(text: str) -> list[str]:
    """Split one command into its words.

    Args:
        text: the command; it may go over several lines when they end in a backslash.

    Raises:
        WordsError: a quote is not closed, there are several commands, or a character stands there that
            only a shell understands.
    """
    seen = scan(text)
    if seen.quote:
        raise WordsError(
            f"The quote {seen.quote} at character {seen.opened + 1} is not closed. "
            f"Add another {seen.quote} where the value ends.",
            seen.opened,
        )
    if seen.strange:
        raise WordsError(
            f"This is the aws command, not a shell: {seen.strange} at character {seen.strange_at + 1} means "
            f"nothing here. {_SHELL_ONLY[seen.strange]}",
            seen.strange_at,
        )
    commands = [words for words in seen.commands if words]
    if len(commands) > 1:
        raise WordsError(
            "Give one command at a time. To go on in the next line, end the line with a backslash.", 0
        )
    return commands[0] if commands else []


def scan(text: str) -> Scan:
    """Read a text as far as it goes, complete or not; never fails."""
    seen = Scan()
    word: list[str] | None = None
    at, end = 0, len(text)
    while at < end:
        char = text[at]
        if char in " \t\r\n\f\v":
            if word is not None:
                seen.commands[-1].append("".join(word))
                word = None
            if char == "\n":
                seen.commands.append([])
                seen.comment = -1
            at += 1
        elif char == "#" and word is None:
            seen.comment = at
            while at < end and text[at] != "\n":
                at += 1
        elif char == "\\":
            at, word = _backslash(text, at, word)
        elif char in "'\"":
            word = word if word is not None else []
            at = _quoted(text, at, word, seen)
        else:
            if char in _SHELL_ONLY and not seen.strange:
                seen.strange, seen.strange_at = char, at
            word = word if word is not None else []
            word.append(char)
            at += 1
    seen.touching = word is not None
    if word is not None:
        seen.commands[-1].append("".join(word))
    return seen


def _backslash(text: str, at: int, word: list[str] | None) -> tuple[int, list[str] | None]:
    """After a backslash outside quotes: where to read on, and the word so far."""
    following = text[at + 1 : at + 2]
    if following == "\r" and text[at + 2 : at + 3] == "\n":
        return at + 3, word
    if following == "\n":
        return at + 2, word
    word = word if word is not None else []
    word.append(following or "\\")
    return at + 2, word


def _quoted(text: str, at: int, word: list[str], seen: Scan) -> int:
    """Read a quoted part into the word; returns where it ends."""
    quote, opened = text[at], at
    at += 1
    while at < len(text):
        char = text[at]
        if char == quote:
            return at + 1
        if quote == '"' and char == "\\" and at + 1 < len(text):
            following = text[at + 1]
            if following != "\n":
                word.append(following if following in _ESCAPED_IN_DOUBLE else "\\" + following)
            at += 2
            continue
        word.append(char)
        at += 1
    seen.quote, seen.opened = quote, opened
    return at
