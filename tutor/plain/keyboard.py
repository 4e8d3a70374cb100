"""Where lines come from: a terminal, with history and line editing, or a pipe, with an echo."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

HISTORY_LINES = 1000


class Keyboard:
    """Reads lines.

    Args:
        source: where they come from.
        echo: shows a line that came through a pipe; not called at a terminal, which echoes by itself.
        interactive: whether a person sits at a terminal.
        history: the file that keeps what was typed at a terminal; None for none.
    """

    def __init__(
        self, source: TextIO, echo: Callable[[str], None], *, interactive: bool, history: Path | None = None
    ) -> None:
        self._source = source
        self._echo = echo
        self._history = history
        self.interactive = interactive
        if interactive:
            self._begin_history()

    def line(self, prompt: str) -> str | None:
        """One line without its line feed, or None when there are no more.

        A backslash at the end of a line joins the next one to it, as in a shell.

        Args:
            prompt: what stands before it, with its blank.

        Raises:
            KeyboardInterrupt: the person pressed Ctrl-C instead.
        """
        parts: list[str] = []
        while True:
            part = self.raw_line(prompt if not parts else "> ")
            if part is None:
                return " ".join(parts) if parts else None
            if not part.endswith("\\"):
                return " ".join([*parts, part.lstrip()]) if parts else part
            parts.append(part[:-1].strip())

    def raw_line(self, prompt: str) -> str | None:
        """One line as it is, or None when there are no more."""
        if self.interactive:
            try:
                return input(prompt)
            except EOFError:
                return None
        line = self._source.readline()
        if not line:
            return None
        line = line.rstrip("\r\n")
        self._echo(f"{prompt}{line}")
        return line

    def text_until(self, end: str, prompt: str) -> str | None:
        """The lines up to one that is only `end`, or None when the input ended before it.

        Args:
            end: the word that ends the text.
            prompt: what stands before each line.
        """
        lines: list[str] = []
        while (line := self.raw_line(prompt)) is not None:
            if line.strip() == end:
                return "".join(f"{line}\n" for line in lines)
            lines.append(line)
        return None

    def _begin_history(self) -> None:
        # Not everywhere: Windows has no readline; input() works without it.
        with contextlib.suppress(ImportError):
            import readline

            readline.set_history_length(HISTORY_LINES)
            readline.set_auto_history(True)
            if self._history is not None:
                with contextlib.suppress(OSError):
                    readline.read_history_file(self._history)

    def close(self) -> None:
        """Keep what was typed for the next time."""
        if self.interactive and self._history is not None:
            # A history that cannot be kept (read-only folder, full disk) is no reason to say anything.
            with contextlib.suppress(ImportError, OSError):
                import readline

                readline.write_history_file(self._history)
