"""In a real terminal: colours, signals, and what is left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tutor.tui.tmux import AVAILABLE, Terminal

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="tmux is not installed")
ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-m", "tests.tutor.tui.fake_app"]


def terminal(tmp_path, *more, size=(80, 24), **env):
    return Terminal([*PROGRAM, str(tmp_path), *more], size, {"PYTHONPATH": str(ROOT), **env}, ROOT)


def calls(tmp_path):
    file = tmp_path / "calls.txt"
    return file.read_text().split("\n") if file.exists() else []


def process_of(shown):
    made = subprocess.run(["pgrep", "-P", str(shown.pid())], capture_output=True, text=True, check=True)
    return int(made.stdout.split()[0])


def test_a_lab_by_keys_and_a_clean_terminal_afterwards(tmp_path):
    with terminal(tmp_path) as shown:
        shown.wait_for("leave the field")
        shown.type("aws Event")
        shown.press("Enter")
        shown.wait_for("next: order 7 is tried again in 59 s")
        shown.press("Escape", "4")
        shown.wait_for(r"\[ERROR\] RuntimeError")
        shown.press("C-q")
        left = shown.wait_for(r"\[left with 0\]")
        assert "Tasks" not in left
        shown.type("typed")
        shown.wait_for("^typed")
    assert calls(tmp_path)[-2:] == ["closed", ""]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_leaves_cleanly_with_everything_saved(tmp_path, name):
    with terminal(tmp_path) as shown:
        shown.wait_for("leave the field")
        shown.press("Escape", "3")
        shown.wait_for("def handler")
        shown.type("#")
        shown.wait_for("#def handler")
        os.kill(process_of(shown), getattr(signal, name))
        shown.wait_for(r"\[left with 0\]")
    assert any(line.startswith("lab.save_file") and "#def handler" in line for line in calls(tmp_path))
    assert "closed" in calls(tmp_path)


def test_ctrl_c_neither_ends_nor_breaks_it(tmp_path):
    with terminal(tmp_path) as shown:
        shown.wait_for("leave the field")
        shown.press("C-c")
        shown.wait_for("Press ctrl.q to quit")
        os.kill(process_of(shown), signal.SIGINT)
        time.sleep(0.2)
        shown.type("aws Event")
        shown.press("Enter")
        shown.wait_for("StatusCode")


def test_a_mistake_of_the_program_leaves_a_report_and_a_clean_terminal(tmp_path):
    with terminal(tmp_path, "broken") as shown:
        shown.wait_for("leave the field")
        shown.press("Space")
        shown.wait_for("The program made a mistake")
        assert "crash.log" in shown.screen().replace("\n", "")
        shown.press("Enter")
        assert "Traceback" not in shown.wait_for(r"\[left with 1\]")
    assert "ZeroDivisionError" in (tmp_path / "crash.log").read_text()


def test_a_mistake_of_the_skin_itself_is_said_without_a_traceback(tmp_path):
    with terminal(tmp_path, "torn", size=(100, 30)) as shown:
        shown.wait_for("leave the field")
        shown.press("Space")
        left = shown.wait_for(r"\[left with 1\]")
        assert "The program made a mistake" in left
        assert "Traceback" not in left
    assert "Traceback" in (tmp_path / "crash.log").read_text()
    assert "closed" in calls(tmp_path)


def test_a_terminal_that_shrinks_and_grows(tmp_path):
    with terminal(tmp_path) as shown:
        shown.wait_for("leave the field")
        shown.resize(40, 10)
        shown.wait_for("60x16")
        shown.resize(120, 40)
        shown.wait_for("3 Editor")


def test_without_colour_no_colour_is_sent(tmp_path):
    with terminal(tmp_path, size=(120, 40), NO_COLOR="1") as shown:
        shown.wait_for("leave the field")
        colours = re.findall(r"\x1b\[[0-9;]*m", shown.screen(colours=True))
        assert colours
        assert not [code for code in colours if re.search(r"[\[;](3[0-7]|38|4[0-7]|48|9[0-7])[;m]", code)]


def test_with_colour_the_themes_colours_are_sent(tmp_path):
    with terminal(tmp_path, size=(120, 40)) as shown:
        shown.wait_for("leave the field")
        assert "38;2;108;182;255" in shown.screen(colours=True)
