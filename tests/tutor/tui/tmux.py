"""A real terminal, driven by keys and read as text: tmux without its bars.

with Terminal([sys.executable, "-m", "tutor.tui"], size=(80, 24)) as terminal:
    terminal.wait_for("Lesson")
    terminal.press("Down", "Enter")        # tmux's names: Enter Escape Tab BTab PageDown F5 C-q
    terminal.type("aws lambda list-functions")
    print(terminal.screen())
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

AVAILABLE = shutil.which("tmux") is not None
PATIENCE = 20.0
"""Seconds of real time to wait for a text before a test fails."""

_NOT_INHERITED = {"TMUX", "NO_COLOR", "COLUMNS", "LINES"}
"""Variables of the test run that are not a person's; pytest-xdist fixes a size by the last two."""


class NotSeenError(AssertionError):
    """A text did not come to the screen in time; the message has the screen."""


class Terminal:
    """A command in a tmux server of its own.

    Args:
        command: what to run.
        size: columns and rows.
        env: variables to set for it; an empty value unsets one.
        cwd: where to run it.
    """

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self._socket = f"tutor-{uuid.uuid4().hex[:12]}"
        self._size = size
        variables = {"COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none", **(env or {})}
        sets = [f"{name}={shlex.quote(value)}" for name, value in variables.items() if value]
        unsets = [part for name, value in variables.items() if not value for part in ("-u", name)]
        line = " ".join(["exec", "env", *unsets, *sets, *map(shlex.quote, command)])
        # The pane outlives the command, so that what is on the terminal afterwards can be read.
        self._line = f'{line.replace("exec ", "", 1)}; echo "[left with $?]"; exec cat'
        self._cwd = str(cwd or Path.cwd())

    def __enter__(self) -> Terminal:
        columns, rows = self._size
        environ = {k: v for k, v in os.environ.items() if k not in _NOT_INHERITED}
        base = ["tmux", "-L", self._socket, "-f", "/dev/null"]
        start = [*base, "new-session", "-d", "-s", "t", "-x", str(columns), "-y", str(rows), "-c", self._cwd]
        subprocess.run([*start, self._line], check=True, env=environ)
        self._tmux("set-option", "-g", "status", "off")
        self.resize(columns, rows)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], check=False, capture_output=True)

    def _tmux(self, *arguments: str) -> str:
        made = subprocess.run(
            ["tmux", "-L", self._socket, *arguments], check=True, capture_output=True, text=True
        )
        return made.stdout

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names, or single characters."""
        for key in keys:
            self._tmux("send-keys", "-t", "t", key)
            if key == "Escape":
                # An escape and a key at once are alt and that key; a person is slower.
                time.sleep(0.2)

    def type(self, text: str) -> None:
        """Type a text as it stands."""
        self._tmux("send-keys", "-t", "t", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-t", "t", "-x", str(columns), "-y", str(rows))

    def screen(self, *, colours: bool = False) -> str:
        """What a person reads; with colours, what the terminal was told."""
        return self._tmux("capture-pane", "-p", *(["-e", "-N"] if colours else []), "-t", "t")

    def seen(self, pattern: str) -> bool:
        """Whether a regular expression is on the screen."""
        return re.search(pattern, self.screen(), re.MULTILINE) is not None

    def wait_for(self, pattern: str, patience: float = PATIENCE) -> str:
        """Wait until a regular expression is on the screen.

        Args:
            pattern: what to wait for.
            patience: seconds of real time.

        Returns:
            The screen.

        Raises:
            NotSeenError: it did not come.
        """
        until = time.monotonic() + patience
        while time.monotonic() < until:
            screen = self.screen()
            if re.search(pattern, screen, re.MULTILINE):
                return screen
            time.sleep(0.05)
        raise NotSeenError(f"{pattern!r} was not seen in {patience:.0f} s:\n{self.screen()}")

    def pid(self) -> int:
        """The process of the shell that runs the command; the command is its child."""
        return int(self._tmux("display-message", "-p", "-t", "t", "#{pane_pid}"))
