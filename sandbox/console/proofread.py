"""What is wrong with a command as it is typed, without running it."""

from __future__ import annotations

from typing import Any

from sandbox.console.arguments import Command, finish
from sandbox.console.command import Console, Run
from sandbox.console.commands.custom import HighLevel, given_to
from sandbox.console.errors import MistakeError
from sandbox.console.words import split


def mistake(console: Console, line: str) -> str:
    """What is wrong with a command: its words, its options; "" for nothing.

    Values are not looked at: what a file holds, or which resource there is, is known only when it runs.

    Args:
        console: says which services, operations and options there are.
        line: the command, `aws ...`.

    Returns:
        What the console would say, in one line.

    Raises:
        WordsError: a quote is not closed, or it is no single command.
    """
    done = _Proof(console, split(line)[1:]).completed()
    return " ".join(done.err.split()).removeprefix("aws: [ERROR]: ")


class _Proof(Run):
    """Reads a command to its end and stops there."""

    def _connect(self, boto: str) -> Any:
        if self._console.lacks(boto):
            raise MistakeError(f"{boto} is not implemented here.", "own")
        return None

    def _operation(self, asked: Command) -> None:
        if self._asks_for_help():
            return
        self._reader.rest(asked.options)
        if self._reader.given.help:
            return
        self._prepare()
        given = finish(self._reader, asked)
        refused = sorted(self._console.refused_of(asked) & given.values.keys())
        if refused:
            raise MistakeError(f"--{refused[0]} is not implemented here.", "own")

    def _high_level(self, service_name: str, word: str, asked: HighLevel) -> None:
        if self._asks_for_help():
            return
        self._reader.rest(asked.options)
        if not self._reader.given.help:
            self._prepare()
            given_to(asked, self._reader)
