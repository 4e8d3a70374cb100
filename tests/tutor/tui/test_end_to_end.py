"""The whole lesson in a real terminal of 80x24, by keys alone: read, break, repair, answer, leave."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tutor.quiz.keys import right_answers
from tests.tutor.tui.tmux import Terminal
from tutor.actions.view import QuizView
from tutor.course.questions.rules import TYPES
from tutor.progress import Store

ROOT = Path(__file__).parents[3]
GRANT = (
    "aws iam put-role-policy --role-name {names}-role --policy-name letters --policy-document "
    '\'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", '
    '"Resource": "{arn:queue/letters}"}]}\''
)
SEND = "aws lambda invoke --function-name {names} --invocation-type Event --payload '{\"order\": 7}' out.json"
CATCH = (
    "aws lambda update-function-configuration --function-name {names} "
    "--dead-letter-config TargetArn={arn:queue/letters}"
)


def state(folder: Path) -> Path:
    store = Store.open(folder)
    store.note("seed", "7")
    store.note("place", '{"place": "lesson", "lesson": "L5.3"}')
    store.close()
    return folder


def strokes(quiz: QuizView, key: str) -> list[str]:
    """The keys that a person presses to answer so."""
    if quiz.type == "pick-line":
        lines = [line.number for line in quiz.lines if line.open]
        return ["Down"] * (lines.index(int(key)) + 1)
    return [*key]


def start(folder: Path, size: tuple[int, int] = (80, 24)) -> Terminal:
    command = [sys.executable, "-m", "tutor", "--state", str(folder)]
    return Terminal(command, size=size, cwd=ROOT)


def command(terminal: Terminal, line: str) -> None:
    terminal.type(line)
    terminal.press("Enter")


def test_the_whole_lesson_by_keys_alone(tmp_path: Path) -> None:
    keys = right_answers(state(tmp_path / "twin"))
    assert {quiz.type for quiz, _ in keys} == set(TYPES)
    folder = state(tmp_path / "state")
    with start(folder) as terminal:
        terminal.wait_for("Async retries, slowly")
        terminal.press("Enter")
        terminal.wait_for(r"Your guess: 09:00:01")
        terminal.press("Tab", "Enter")
        terminal.wait_for(r"retry in 1 min")
        terminal.press("PageDown")
        terminal.wait_for(r"gave up")
        terminal.press("Escape", "n")
        terminal.wait_for(r"NOT YET")
        terminal.wait_for(r"\$ aws …")
        command(terminal, SEND)
        terminal.wait_for(r'"StatusCode": 202')
        command(terminal, "clock advance 4m")
        terminal.wait_for(r"PASS ✓ Send one")
        command(terminal, CATCH)
        terminal.wait_for(r"does not have permissions to\s+call SendMessage")
        command(terminal, "explain")
        terminal.wait_for(r"How IAM decided|What would change it")
        command(terminal, GRANT)
        command(terminal, CATCH)
        terminal.wait_for(r"All tasks are done")
        terminal.press("Escape", "n")
        for number, (quiz, key) in enumerate(keys, 1):
            terminal.wait_for(rf"Question {number} of {len(keys)}")
            terminal.press(*strokes(quiz, key), "Enter")
            terminal.wait_for(r"RIGHT ✓")
            if number < len(keys):
                terminal.press("Enter")
        terminal.wait_for(rf"{len(keys)} of {len(keys)} right")
        terminal.press("C-q")
        terminal.wait_for(r"\[left with 0\]")
    store = Store.open(folder)
    done = set(store.summary().done)
    store.close()
    assert {("lesson", "L5.3"), ("lab", "three-tries"), ("quiz", "L5.3")} <= done


def test_a_killed_session_is_resumed_where_it_was(tmp_path: Path) -> None:
    folder = state(tmp_path / "state")
    with start(folder) as terminal:
        terminal.wait_for("Async retries, slowly")
        terminal.press("n")
        terminal.wait_for(r"\$ aws …")
        command(terminal, SEND)
        command(terminal, "clock advance 4m")
        terminal.wait_for(r"PASS ✓ Send one")
        shell = terminal.pid()
        listed = subprocess.run(["pgrep", "-P", str(shell)], capture_output=True, text=True, check=True)
        os.kill(int(listed.stdout.split()[0]), signal.SIGKILL)
        terminal.wait_for(r"\[left with 137\]")
    with start(folder) as terminal:
        terminal.wait_for(r"Mon 09:04:00")
        terminal.wait_for(r"You are back where you left the lab")
        terminal.press("C-q")
        terminal.wait_for(r"\[left with 0\]")


@pytest.mark.parametrize("size", [(40, 10), (20, 5)])
def test_a_terminal_that_is_too_small_says_so_and_can_be_left(tmp_path: Path, size: tuple[int, int]) -> None:
    with start(state(tmp_path / "state"), size) as terminal:
        terminal.wait_for(r"Make|larger|60")
        terminal.resize(80, 24)
        terminal.wait_for("Async retries, slowly")
        terminal.resize(*size)
        terminal.wait_for(r"Make|larger|60")
        terminal.press("C-q")
        terminal.wait_for(r"left with 0")


def test_ctrl_c_does_not_end_the_program(tmp_path: Path) -> None:
    with start(state(tmp_path / "state")) as terminal:
        terminal.wait_for("Async retries, slowly")
        terminal.press("C-c")
        terminal.wait_for(r"ctrl\+q")
        terminal.press("n")
        terminal.wait_for(r"\$ aws …")
        terminal.press("C-c")
        command(terminal, "clock advance 1m")
        terminal.wait_for(r"It is Monday 09:01:00")
        terminal.press("C-q")
        terminal.wait_for(r"\[left with 0\]")
