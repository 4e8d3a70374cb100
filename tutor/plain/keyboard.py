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
        self._completes = False
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
        self._bind_tab("tab-insert")
        try:
            while (line := self.raw_line(prompt)) is not None:
                if line.strip() == end:
                    return "".join(f"{line}\n" for line in lines)
                lines.append(line)
        finally:
            self._bind_tab("complete")
        return None

    def _bind_tab(self, what: str) -> None:
        """In a text Tab indents; in a command it completes."""
        if self._completes:
            import readline

            libedit = {"complete": "bind ^I rl_complete", "tab-insert": "bind ^I ed-insert"}
            old = "libedit" in (readline.__doc__ or "")
            readline.parse_and_bind(libedit[what] if old else f"tab: {what}")

    def complete_with(self, found: Callable[[str], list[str]]) -> None:
        """Let Tab complete a line at a terminal.

        Args:
            found: gives the whole words that could stand where a line ends.
        """
        if not self.interactive:
            return
        # Not everywhere: Windows has no readline; input() works without it.
        with contextlib.suppress(ImportError):
            import readline

            words: list[str] = []

            def one(_word: str, number: int) -> str | None:
                nonlocal words
                if number == 0:
                    words = found(readline.get_line_buffer()[: readline.get_endidx()])
                    # The only word that fits is whole.
                    words = [f"{words[0]} "] if len(words) == 1 else words
                return words[number] if number < len(words) else None

            # A word of ours ends at a blank: names have dashes, slashes and dots.
            readline.set_completer_delims(" \t\n")
            readline.set_completer(one)
            self._completes = True
            self._bind_tab("complete")

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
