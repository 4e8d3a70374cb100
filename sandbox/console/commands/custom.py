"""What a command of AWS CLI's own is made of: one that is no operation of an API, such as `aws logs tail`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from sandbox.console import shorthand
from sandbox.console.arguments import Option, Reader
from sandbox.console.errors import MistakeError, parameter_error
from sandbox.console.values import Files

Given = Mapping[str, Any]
"""The words after a command: positionals and options by name."""


class Desk:
    """What such a command works with, and what it prints.

    Args:
        client: gives the client of a service, by boto3's name.
        files: the folder that it reads and writes.
        now: what time it is in that world; None where nobody knows.
    """

    def __init__(
        self, client: Callable[[str], Any], files: Files, now: Callable[[], datetime] | None = None
    ) -> None:
        self.client = client
        self.files = files
        self.now = now
        self.out: list[str] = []
        self.err: list[str] = []

    def say(self, line: str) -> None:
        """Print a line on standard output."""
        self.out.append(f"{line}\n")

    def complain(self, line: str) -> None:
        """Print a line on standard error."""
        self.err.append(f"{line}\n")


class HighLevel(msgspec.Struct, frozen=True):
    """A command of its own.

    Attributes:
        about: what it does, in a sentence or two.
        positionals: the names of its words; `optional` of them, the last ones, may be left out.
        takes: for completion, what each of those words names: a kind of `resources.KINDS`, "file", "s3" or
            "s3-or-file".
        options: by name.
        words: what each option does.
        example: a line to try.
        run: does it; returns the exit code.
        optional: how many positionals may be left out.
        called: what AWS CLI calls the positionals when one is missing; "" for their names.
    """

    about: str
    positionals: tuple[str, ...]
    takes: tuple[str, ...]
    options: Mapping[str, Option]
    words: Mapping[str, str]
    example: str
    run: Callable[[Desk, Given], int]
    optional: int = 0
    called: str = ""


def carry_out(asked: HighLevel, reader: Reader, desk: Desk) -> int:
    """Check the words of such a command, and run it; returns its exit code.

    Args:
        asked: the command.
        reader: what was typed, read to its end.
        desk: what it works with.

    Raises:
        MistakeError: a word is missing or too much, or a value cannot be read.
    """
    return asked.run(desk, given_to(asked, reader))


def given_to(asked: HighLevel, reader: Reader) -> Given:
    """What such a command is given, by name.

    Raises:
        MistakeError: a word is missing or too much, or a value cannot be read.
    """
    words = list(reader.positionals)
    missing = asked.positionals[len(words) : len(asked.positionals) - asked.optional]
    if missing:
        needed = asked.called or ", ".join(missing)
        raise MistakeError(f"the following arguments are required: {needed}")
    unknown = [*reader.unknown, *words[len(asked.positionals) :]]
    if unknown:
        raise MistakeError(f"Unknown options: {','.join(unknown)}")
    given: dict[str, Any] = {**dict(zip(asked.positionals, words, strict=False)), **reader.given.values}
    given["filters"] = reader.given.filters
    for name, option in asked.options.items():
        if option.role == "pairs" and name in given:
            given[name] = _pairs(name, str(given[name]))
    return given


def _pairs(name: str, text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip().startswith("{") else shorthand.parse(text)
    except (ValueError, RecursionError) as problem:
        raise parameter_error(f"--{name}", str(problem)) from None
