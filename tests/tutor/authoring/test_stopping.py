"""`course check` that is told to stop leaves no process behind, whoever told it and how."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tutor.authoring.conftest import Pack

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def in_session(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def begun(pack: Pack) -> subprocess.Popen[str]:
    """A check in a session of its own that has told of its first unit and works on the others."""
    words = ["--course", str(pack.folder), "course", "check", "--jobs", "2", "--seeds", "300", "--no-cache"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tutor", *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("✓ PASS  course")
    return process


def assert_none_is_left(session: int) -> None:
    deadline = time.monotonic() + 30
    while in_session(session) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert in_session(session) == []


@pytest.mark.parametrize("later", [0, 0.3, 1.5])
def test_ctrl_c_ends_all_processes(pack: Pack, later: float) -> None:
    process = begun(pack)
    time.sleep(later)
    os.killpg(process.pid, signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "Stopped.\n"
    assert_none_is_left(process.pid)


@pytest.mark.parametrize("later", [0, 0.3, 1.5, 4])
def test_sigterm_to_the_check_alone_ends_all_processes(pack: Pack, later: float) -> None:
    process = begun(pack)
    time.sleep(later)
    process.terminate()
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 143
    assert err == ""
    assert_none_is_left(process.pid)


def test_a_check_that_is_killed_leaves_no_process_behind(pack: Pack) -> None:
    process = begun(pack)
    time.sleep(1.5)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert_none_is_left(process.pid)
