"""What is imported before the first screen, and how a start that fails ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = (
    "sandbox",
    "boto3",
    "botocore",
    "yaml",
    "markdown_it",
    "textual.widgets._markdown",
    "pygments.lexers",
)
LATER = ("tutor.tui.widgets.editor", "tutor.tui.widgets.quiz", "textual.widgets._text_area", "pydantic")

FIRST_SCREEN = """
import asyncio, sys
from pathlib import Path
from tests.tutor.tui.helper import driving, screen_text
async def main():
    async with driving(Path({folder!r}), (120, 40)) as it:
        assert "Async retries, slowly" in it.text
asyncio.run(main())
print("\\n".join(sorted(sys.modules)))
"""


def run_python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)


def test_nothing_heavy_is_imported_before_the_first_screen(tmp_path):
    made = run_python(FIRST_SCREEN.format(folder=str(tmp_path)))
    assert made.returncode == 0, made.stderr
    modules = made.stdout.split("\n")
    early = [m for m in modules if any(m == heavy or m.startswith(f"{heavy}.") for heavy in HEAVY + LATER)]
    assert early == []


def test_a_course_that_cannot_be_opened_is_said_in_words(tmp_path):
    code = "import sys; from pathlib import Path; from tutor.tui import run; sys.exit(run(Path(sys.argv[1])))"
    made = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LAMBDA_TUTOR_HOME": str(tmp_path / "state")},
        check=False,
    )
    assert made.returncode == 1
    assert "course.yaml" in made.stderr
    assert "Traceback" not in made.stderr
