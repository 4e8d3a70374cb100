from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tutor import __version__, cli
from tutor.course.problems import ContentError, ContentProblem
from tutor.progress import StoreError

ROOT = Path(__file__).parents[2]
HEAVY = (
    "textual",
    "rich",
    "sandbox",
    "yaml",
    "markdown_it",
    "botocore",
    "boto3",
    "importlib.metadata",
    "sqlite3",
)


def run(*args: str, script: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *args] if script else [sys.executable, "-m", "tutor", *args]
    return subprocess.run(
        command,
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, **environ},
    )


IMPORTED = """
import sys
from tutor import cli
try:
    status = cli.main(sys.argv[2:])
except SystemExit as error:
    status = error.code
found = sorted(name for name in sys.argv[1].split(",") if name in sys.modules)
print("status", status, "imported", *found)
"""


def test_the_version_is_the_one_of_the_project() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\nversion = "{__version__}"\n' in pyproject
    answer = run("--version")
    assert (answer.returncode, answer.stdout) == (0, f"lambda-tutor {__version__}\n")


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_a_quick_answer_imports_nothing_heavy(option: str) -> None:
    answer = run(",".join(HEAVY), option, script=IMPORTED)
    assert answer.stdout.splitlines()[-1] == "status 0 imported"


def test_the_doctor_puts_a_terminal_right() -> None:
    answer = run("doctor", "--reset-terminal")
    assert answer.returncode == 0
    for sequence in ("\x1b[?1049l", "\x1b[?1003l", "\x1b[?2004l", "\x1b[?25h"):
        assert sequence in answer.stdout


@pytest.mark.parametrize("wrong", [["--nonsense"], ["--color", "pink"], ["fly"]])
def test_a_wrong_command_line_says_what_is_right(wrong: list[str]) -> None:
    answer = run(*wrong)
    assert answer.returncode == 2
    assert answer.stderr.startswith("usage: lambda-tutor")


@pytest.mark.parametrize(
    ("asked", "environ", "no_terminal", "plain"),
    [
        (None, {}, "", False),
        (True, {}, "", True),
        (None, {"LAMBDA_TUTOR_PLAIN": "1"}, "", True),
        (None, {"ACCESSIBLE": "1"}, "", True),
        (None, {"ACCESSIBLE": "0"}, "", False),
        (None, {"ACCESSIBLE": "1", "LAMBDA_TUTOR_PLAIN": "0"}, "", False),
        (False, {"ACCESSIBLE": "1"}, "", False),
        (None, {"TERM": "dumb"}, "", True),
        (None, {}, "standard input", True),
        (False, {}, "standard input", True),
    ],
)
def test_plain_mode_is_chosen_by_word_and_by_need(
    asked: bool | None, environ: dict[str, str], no_terminal: str, plain: bool
) -> None:
    assert cli.wants_plain(asked, environ, no_terminal)[0] is plain


def test_who_did_not_ask_for_plain_mode_is_told_why() -> None:
    assert cli.wants_plain(None, {}, "standard output") == (True, "standard output is not a terminal")
    assert cli.wants_plain(None, {"ACCESSIBLE": "1"}, "") == (True, "$ACCESSIBLE is set")
    assert cli.wants_plain(True, {}, "standard output") == (True, "")


@pytest.mark.parametrize(
    ("color", "environ", "expected"),
    [
        ("auto", {}, {}),
        ("none", {}, {"NO_COLOR": "1", "TEXTUAL_THEME": "ansi-dark"}),
        ("ansi", {}, {"TEXTUAL_THEME": "ansi-dark"}),
        ("auto", {"NO_COLOR": "1"}, {"NO_COLOR": "1", "TEXTUAL_THEME": "ansi-dark"}),
        ("ansi", {"TEXTUAL_THEME": "ansi-light"}, {"TEXTUAL_THEME": "ansi-light"}),
    ],
)
def test_colours_are_chosen_before_textual_is_imported(
    color: str, environ: dict[str, str], expected: dict[str, str]
) -> None:
    cli._choose_colours(color, environ)
    assert environ == expected


def test_over_ssh_fewer_bytes_are_sent() -> None:
    environ = {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}
    cli._choose_colours("auto", environ)
    assert environ["TEXTUAL_FPS"] == "20"


def test_problems_of_the_content_are_all_told_with_file_and_line(capsys: pytest.CaptureFixture[str]) -> None:
    problems = (
        ContentProblem("lessons/a.yaml", 3, "`flavor`", "one of the keys", "Did you mean `flavour`?"),
        ContentProblem("quizzes/b.yaml", 9, "nothing", "a text"),
    )
    assert cli.explain(ContentError(problems), None) == 2
    assert capsys.readouterr().err.splitlines() == [
        "2 problems in the course:",
        "lessons/a.yaml:3: found `flavor`, expected one of the keys. Did you mean `flavour`?",
        "quizzes/b.yaml:9: found nothing, expected a text",
    ]


def test_a_mistake_of_the_program_names_its_log_and_shows_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.explain(ZeroDivisionError("the mistake"), tmp_path / "state") == 70
    text = capsys.readouterr().err
    assert "Traceback" not in text
    found = re.search(r"written down in (.*)\n", text)
    assert found is not None
    log = Path(found[1])
    assert log.parent == tmp_path / "state"
    assert "ZeroDivisionError: the mistake" in log.read_text(encoding="utf-8")
    assert f"lambda-tutor {__version__}" in log.read_text(encoding="utf-8")


def test_the_log_goes_elsewhere_when_the_folder_takes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "file").write_text("x", encoding="utf-8")
    log = cli.write_log(ValueError("x"), tmp_path / "file" / "state")
    assert log is not None
    assert log.parent == tmp_path


def test_trouble_with_the_disk_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.explain(StoreError("There is no space left.", "full"), None) == 70
    assert capsys.readouterr().err == "There is no space left.\n"


def test_ctrl_c_at_the_start_ends_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_start", interrupted)
    assert cli.main(["--plain"]) == 130
    assert "saved" in capsys.readouterr().err
