"""The first screen, beside an empty Textual app."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.figures import Figure
from tests.benchmarks.firstscreen import until_complete
from tests.benchmarks.measure import interleaved

pytestmark = pytest.mark.benchmark

ROOT = Path(__file__).parents[2]
SIZE = (120, 40)
AT_MOST = 2.0
ROUNDS = 20

COMPLETE = (
    "AWS Lambda, by doing it",  # title bar
    "Outline",  # titles of the panes
    "Lesson",
    "Three answers",  # outline, the open lesson with its labs and questions
    "Questions",
    "After this you can",  # reader, its head
    "One file, one function, one name",  # reader, further down
    "ctrl+q",  # key bar, left and right end
    "All commands",
)


def environment(folder: Path) -> dict[str, str]:
    """A person's environment: a home of its own, compiled modules kept, a terminal with all colours."""
    ours = ("PYTHON", "TEXTUAL", "LAMBDA_TUTOR", "XDG_", "SSH_", "NO_COLOR", "ACCESSIBLE")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return environ | {
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }


def test_the_first_screen_takes_at_most_twice_an_empty_app(
    tmp_path: Path, report: Callable[[Figure], None]
) -> None:
    environ = environment(tmp_path)

    def start(command: list[str], markers: tuple[str, ...]) -> float:
        whole = [sys.executable, *command]
        return until_complete(whole, markers, size=SIZE, environ=environ, cwd=tmp_path)

    best = interleaved(
        ROUNDS,
        {
            "ours": lambda: start(["-m", "tutor"], COMPLETE),
            "empty": lambda: start([str(Path(__file__).with_name("empty_app.py"))], ("nothing but this",)),
        },
    )
    ratio = best["ours"] / best["empty"]
    report(
        Figure(
            f"`lambda-tutor` until the first screen is complete, {SIZE[0]}x{SIZE[1]}",
            f"{best['ours'] * 1e3:.0f} ms",
            f"an empty Textual app, {best['empty'] * 1e3:.0f} ms",
            f"{ratio:.2f}",
            f"ratio at most {AT_MOST}",
        )
    )
    assert ratio <= AT_MOST
