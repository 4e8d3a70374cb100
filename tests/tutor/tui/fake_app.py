"""The app on a fake core, as a program: what the tests in a real terminal start."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.tutor.tui.fake import FakeTutor
from tutor.actions.registry import Outcome
from tutor.tui import launch


class Logged(FakeTutor):
    """Notes each action in a file, for a test to read; `skip` breaks core or skin on request."""

    def __init__(self, folder: Path, broken: bool, torn: bool) -> None:
        super().__init__("lab")
        self._file = folder / "calls.txt"
        self._broken, self._torn = broken, torn

    def perform(self, action: str, /, **args: str) -> Outcome:
        with self._file.open("a") as file:
            file.write(f"{action} {args}\n")
        if self._broken and action == "lab.skip":
            raise ZeroDivisionError
        if self._torn and action == "lab.skip":
            self._lab(tasks=None)
            return Outcome()
        return super().perform(action, **args)

    def close(self) -> None:
        super().close()
        with self._file.open("a") as file:
            file.write("closed\n")


if __name__ == "__main__":
    state = Path(sys.argv[1])
    sys.exit(launch.show(lambda: Logged(state, "broken" in sys.argv, "torn" in sys.argv), state))
