"""The real course through a pipe and through a terminal, as a person would do it."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tutor.quiz.keys import right_answers
from tutor.progress import Store

ROOT = Path(__file__).parents[3]
POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", '
    '"Resource": "arn:aws:sqs:us-east-1:123456789012:letters"}]}'
)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    store = Store.open(tmp_path / "state")
    store.note("seed", "7")
    store.note("place", '{"place": "lesson", "lesson": "L5.3"}')
    store.close()
    return tmp_path / "state"


def environ(state: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"VISUAL", "EDITOR", "NO_COLOR"}}
    ours = {"LAMBDA_TUTOR_HOME": str(state), "XDG_CACHE_HOME": str(state.parent / "cache")}
    return {**kept, **ours, "PYTHONPATH": str(ROOT), "TERM": "xterm"}


def course(state: Path, *lines: str) -> str:
    """What the course says to lines that come through a pipe."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-m", "tutor"],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environ(state),
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_pipe_gets_plain_mode_and_is_told_why(state: Path) -> None:
    text = course(state)
    assert text.splitlines()[:2] == [
        "Mode: Lambda Tutor in plain mode, line by line.",
        "Why plain: standard input is not a terminal.",
    ]
    assert "Lesson: L5.3, Async retries, slowly\n" in text
    assert "\x1b" not in text


def test_plain_mode_imports_no_textual(state: Path) -> None:
    script = (
        "import sys; from tutor.cli import main; status = main(['--plain']);"
        "heavy = {'textual', 'rich', 'yaml', 'botocore', 'sandbox'} & set(sys.modules);"
        "print('imported', *sorted(heavy), status)"
    )
    course(state)  # compiles the lesson, which is then read from the cache
    done = subprocess.run(
        [sys.executable, "-c", script],
        input="",
        capture_output=True,
        text=True,
        check=True,
        env=environ(state),
    )
    assert done.stdout.splitlines()[-1] == "imported 0"


def test_lesson_lab_and_quiz_are_finished_and_the_place_is_kept(state: Path) -> None:
    first = course(state, "run retry", "next", "hint")
    assert "Command: aws lambda invoke" in first
    found = re.search(r"^Functions: (\w+)$", first, re.MULTILINE)
    assert found is not None
    name = found[1]
    assert "Hint 1 of 3:" in first

    invoke = f"aws lambda invoke --function-name {name} --invocation-type Event"
    second = course(
        state,
        f"{invoke} --payload '{{\"order\": 7}}' out.json",
        "clock advance 4m",
        "logs",
    )
    assert "Lab: Three tries and a letter\n" in second
    assert '"StatusCode": 202' in second
    assert "Check: PASS" in second
    assert second.count("START RequestId:") == 3

    third = course(
        state,
        f"aws iam put-role-policy --role-name {name}-role --policy-name letters --policy-document '{POLICY}'",
        f"aws lambda update-function-configuration --function-name {name} --dead-letter-config \\",
        "  TargetArn=arn:aws:sqs:us-east-1:123456789012:letters",
        f"aws lambda wait function-updated-v2 --function-name {name}",
        "tasks",
    )
    keys = right_answers(state)
    fourth = course(state, "next", *(line for _, key in keys for line in (key, "proof", "next-question")))
    assert third.count("Check: PASS") >= 2
    assert "All tasks are done." in third
    assert f"Question 1 of {len(keys)}: " in fourth
    assert fourth.count("Answer: Right.") == len(keys)
    assert "Proof: " in fourth
    assert f"The quiz is finished: {len(keys)} of {len(keys)} right." in fourth

    store = Store.open(state)
    done = set(store.summary().done)
    store.close()
    assert {("lesson", "L5.3"), ("lab", "three-tries"), ("quiz", "L5.3")} <= done
    assert "Lab, Three tries and a letter, 12 minutes, done" in course(state, "outline")


def test_undo_reset_files_and_deploy_work_by_typing(state: Path) -> None:
    text = course(
        state,
        "lab",
        "files",
        "edit app.py <<END",
        "def handler(event, context):",
        "    print('\\x1b[2Jhello')",
        "    return 1",
        "END",
        "files",
        "deploy",
        "undo",
        "reset",
        "yes",
    )
    assert re.search(r"File: app\.py, \d+ lines, deployed", text)
    assert "File: app.py, 3 lines, changed since the last deploy" in text
    assert "Deployed app.py" in text
    assert "Undone: lambda UpdateFunctionCode" in text
    assert "The lab starts afresh." in text


def test_a_solution_is_refused_at_once_until_something_was_tried(state: Path) -> None:
    text = course(state, "lab", "solution", "clock advance 1m", "solution", "yes")
    assert "> solution\nTutor: Try something first, even if it is wrong. Then ask again.\nlab> " in text
    asked = "Solution: Show one way to do it, after you have tried.\nSure? yes or no: yes\n"
    assert f"> solution\n{asked}Heading: One way to do it:\n" in text


def test_a_folder_that_takes_nothing_is_said_and_the_course_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    text = course(tmp_path / "file" / "state", "lab", "tasks")
    assert "Note: Your progress is not being saved:" in text
    assert "Task 1: NOT YET." in text


def test_a_broken_course_names_every_problem_and_ends_with_2(state: Path, tmp_path: Path) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "course.yaml").write_text("id: [\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tutor", "--course", str(folder)],
        input="",
        capture_output=True,
        text=True,
        check=False,
        env=environ(state),
    )
    assert done.returncode == 2
    assert re.search(r"^course/course\.yaml:\d+: found", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr


def test_nothing_that_was_answered_is_lost_by_kill_9(state: Path) -> None:
    course(state, "lab")
    lines = (
        "aws lambda invoke --function-name {names} --invocation-type Event --payload '{{}}' out.json",
        "clock advance 4m",
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tutor", "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environ(state),
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write("".join(f"{line}\n" for line in lines).replace("{{}}", "{}"))
        program.stdin.flush()
        for line in program.stdout:
            if line.startswith("Output: It is Monday 09:04"):
                break
        program.kill()
    text = course(state, "logs")
    assert "Clock: Mon 09:04:00" in text
    assert text.count("START RequestId:") == 3
    assert "Task 1: PASS." in text


class Terminal:
    """The course in a terminal of its own."""

    def __init__(self, state: Path) -> None:
        self.text = ""
        self._main, side = pty.openpty()
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tutor", "--plain"],
            stdin=side,
            stdout=side,
            stderr=side,
            env=environ(state),
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - the only way to a terminal of its own
        )
        os.close(side)

    def type(self, keys: str) -> None:
        os.write(self._main, keys.encode())

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + 20
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} did not come in {self.text[-2000:]!r}"
            ready, _, _ = select.select([self._main], [], [], 0.2)
            if ready:
                self.text += self._read()
        self.text = self.text.split(words, 1)[1]

    def interrupt(self) -> None:
        """Press Ctrl-C until the course answers, at the pace of a person.

        When it throws away keys that readline has not read yet, readline is deaf until the next key.
        """
        time.sleep(0.2)
        for _ in range(20):
            self.type("\x03")
            end = time.monotonic() + 2
            while time.monotonic() < end:
                if select.select([self._main], [], [], 0.2)[0]:
                    self.text += self._read()
                if "Note: " in self.text:
                    return
            self.type("x")
            time.sleep(0.2)

    def _read(self) -> str:
        try:
            return os.read(self._main, 65536).decode("utf-8", "replace").replace("\r\n", "\n")
        except OSError:
            return ""

    def end(self) -> int:
        return self._program.wait(30)

    def close(self) -> None:
        self._program.kill()
        self._program.wait()
        os.close(self._main)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal(state: Path) -> Iterator[Terminal]:
    opened = Terminal(state)
    yield opened
    opened.close()


def test_at_a_terminal_ctrl_c_goes_on_and_the_history_is_kept(terminal: Terminal, state: Path) -> None:
    terminal.wait_for("More: Press Enter to go on.")
    terminal.wait_for("lesson> ")
    terminal.type("\n")
    terminal.wait_for("More: Press Enter to go on.")
    terminal.type("lab\n")
    terminal.wait_for("Functions: ")
    terminal.wait_for("lab> ")
    terminal.type("half a line")
    terminal.interrupt()
    terminal.wait_for("Note: Type quit to leave")
    terminal.wait_for("lab> ")
    terminal.type("show functions\n")
    terminal.wait_for("Active")
    terminal.type("quit\n")
    terminal.wait_for("Saved.")
    assert terminal.end() == 0
    assert "show functions" in (state / "history").read_text(encoding="utf-8")


def test_ctrl_c_stops_a_handler_that_loops_and_the_lab_goes_on(terminal: Terminal) -> None:
    terminal.wait_for("lesson> ")
    terminal.type("lab\n")
    terminal.wait_for("lab> ")
    terminal.type("edit app.py <<END\ndef handler(event, context):\n    while True: pass\nEND\n")
    terminal.wait_for("Wrote app.py")
    terminal.wait_for("lab> ")
    terminal.type("deploy\n")
    terminal.wait_for("Deployed app.py")
    terminal.wait_for("lab> ")
    terminal.type("aws lambda update-function-configuration --function-name {names} --timeout 300\n")
    terminal.wait_for("LastUpdateStatus")
    terminal.type("aws lambda wait function-updated-v2 --function-name {names}\n")
    terminal.wait_for("function-updated-v2")
    terminal.wait_for("lab> ")
    terminal.type("aws lambda invoke --function-name {names} out.json\n")
    terminal.wait_for("out.json\n")
    terminal.interrupt()
    terminal.wait_for("Note: Stopped. You are where you were before this command.")
    terminal.wait_for("lab> ")
    terminal.type("files\n")
    terminal.wait_for("File: app.py, 2 lines, deployed")
    terminal.type("quit\n")
    terminal.wait_for("Saved.")
    assert terminal.end() == 0


def test_at_a_terminal_tab_completes_and_indents_in_a_text(terminal: Terminal, state: Path) -> None:
    terminal.wait_for("lesson> ")
    terminal.type("lab\n")
    terminal.wait_for("lab> ")
    terminal.type("show queue let\t\n")
    terminal.wait_for("letters is empty.")
    terminal.wait_for("lab> ")
    terminal.type("edit lib/helper.py <<END\nif True:\n\tx = 1\nEND\n")
    terminal.wait_for("Wrote lib/helper.py")
    terminal.wait_for("lab> ")
    terminal.type("fil\tlib/helper.py\n")
    terminal.wait_for("if True:\n\tx = 1\n")
    terminal.type("quit\n")
    terminal.wait_for("Saved.")
    assert terminal.end() == 0
