"""Reading the files of a course folder: text that is text, and nothing outside the folder."""

from __future__ import annotations

import re
from pathlib import Path

from tutor.course.problems import ContentError, ContentProblem

MOST_TEXT = 256 * 1024
"""Bytes; the longest file of a real course has some thirty thousand."""

MOST_CODE = 4 * 1024 * 1024
"""Bytes of one code folder."""

# What a terminal would obey instead of show, and what cannot be written as UTF-8.
UNFIT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


class Source:
    """The text of one file.

    Args:
        file: its name as messages show it.
        text: its content, with line feeds alone as line ends.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return self.text.split("\n")


def problem(file: str, line: int, found: str, expected: str, hint: str = "") -> ContentError:
    """A `ContentError` with one problem, ready to be raised."""
    return ContentError([ContentProblem(file, line, found, expected, hint)])


def read_bytes(path: Path, file: str, most: int = MOST_TEXT) -> bytes:
    """The bytes of a file.

    Args:
        path: where it lies.
        file: its name as messages show it.
        most: more bytes than this are refused.

    Raises:
        ContentError: it is not there, not a file, too large or not readable.
    """
    try:
        if path.is_dir():
            raise problem(file, 0, "a folder", "a file")
        if not path.exists():
            raise problem(file, 0, "no such file", "a file")
        if not path.is_file():
            raise problem(file, 0, "something that is neither file nor folder", "a file")
        size = path.stat().st_size
        if size > most:
            raise problem(file, 0, f"{size:,} bytes", f"at most {most:,} bytes")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise problem(file, 0, f"a file that cannot be read ({reason})", "a readable file") from None


def read_source(path: Path, file: str) -> Source:
    """A text file, checked: UTF-8, not empty, no control characters.

    Raises:
        ContentError: it is not that.
    """
    return as_source(read_bytes(path, file), file)


def as_source(data: bytes, file: str) -> Source:
    """The same for bytes that have been read already.

    Raises:
        ContentError: they are not UTF-8, empty or hold control characters.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise problem(file, line, f"the byte 0x{data[error.start]:02x}", "text in UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if unfit := UNFIT.search(text):
        line = text.count("\n", 0, unfit.start()) + 1
        raise problem(file, line, f"the character U+{ord(unfit[0]):04X}", "text that can be shown")
    if not text.strip():
        raise problem(file, 0, "an empty file", "some content")
    return Source(file, text)


def inside(folder: Path, name: str) -> Path | None:
    """The path of `name` in `folder`, or None when it leads out of the folder (`..`, links, absolute)."""
    try:
        path = (folder / name).resolve()
        return path if name and path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError, RuntimeError):
        return None
