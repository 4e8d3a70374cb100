"""Nothing is left behind: not after close, not after Ctrl-C, not after kill -9."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sandbox.runtime import process, warm_up
from sandbox.runtime.spawner import spawner
from tests.sandbox.runtime.conftest import Lab, value

CHECKOUT = Path(__file__).parents[3]
PROGRAM = f"""
import os, signal, sys, time
sys.path.insert(0, {str(CHECKOUT)!r})
from sandbox.runtime import Environments
from sandbox.runtime.spawner import spawner
from tests.sandbox.runtime.conftest import Lab
lab = Lab(Environments())
lab.deploy("def handler(e, c):\\n    return sum(range(10**12)) if e else 1\\n")
lab.init()
lab.invoke()
print(spawner._zygote.pid, lab.environments._live["one"].process.pid, spawner.folder(), flush=True)
"""


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def wait_until(condition, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def started(rest: str) -> tuple[subprocess.Popen[str], int, int, Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM + rest],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
    )
    assert process.stdout is not None
    zygote, worker, folder = process.stdout.readline().split()
    return process, int(zygote), int(worker), Path(folder)


def test_close_ends_all_processes_of_a_world_and_removes_its_folders(lab: Lab):
    for number in range(3):
        lab.deploy("def handler(e, c): return 1\n", str(number), seed=number)
        lab.init(str(number))
    lives = list(lab.environments._live.values())
    pids = [live.process.pid for live in lives]
    folders = [live.process.writable for live in lives]
    lab.environments.close()
    assert wait_until(lambda: all(gone(pid) for pid in pids))
    other = Lab(type(lab.environments)())
    other.call("def handler(e, c): return 2\n", seed=99)
    assert folders
    assert not any(folder.exists() for folder in folders), "folders are removed before the next start"
    other.environments.close()


def test_a_world_that_is_forgotten_takes_its_processes_with_it():
    from sandbox.runtime import Environments

    lab = Lab(Environments())
    lab.call("def handler(e, c): return 3\n", seed=1234)
    (live,) = lab.environments._live.values()
    pid = live.process.pid
    del lab, live
    gc.collect()
    assert wait_until(lambda: gone(pid))


@pytest.mark.parametrize("own_processes", [0, 10])
def test_a_zygote_that_is_killed_takes_its_workers_along_and_the_next_segment_just_works(
    lab: Lab, own_processes: int
):
    lab.environments.own_processes = own_processes
    lab.deploy("count = 0\ndef handler(e, c):\n    global count\n    count += 1\n    return count\n")
    lab.init()
    assert value(lab.invoke()) == 1
    (live,) = lab.environments._live.values()
    pid = live.process.pid
    os.kill(spawner._zygote.pid, signal.SIGKILL)
    assert wait_until(lambda: gone(pid))
    assert [value(lab.invoke()) for _ in range(2)] == [2, 3]
    assert lab.environments.take_observations() == []


@pytest.mark.parametrize("own_processes", [0, 10])
def test_a_worker_that_is_gone_each_time_that_it_was_restored_is_an_outcome(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, own_processes: int
):
    def end(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: gone(pid))

    def replay(self: process.Process, *told: Any) -> list[process.Answer]:
        answers = real(self, *told)
        end(self.pid)
        return answers

    real = process.Process.replay
    monkeypatch.setattr(process.Process, "replay", replay)
    lab.environments.own_processes = own_processes
    lab.deploy("def handler(e, c): return 1\n")
    for _ in range(2):
        lab.init()
        lab.invoke()
        (live,) = lab.environments._live.values()
        end(live.process.pid)
        ended = lab.invoke()
        assert (ended.kind, ended.status) == ("killed", "signal: killed")
        lab.environments.reset("one")
    assert [seen.segment for seen in lab.environments.take_observations()] == [2, 5]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_a_parent_that_is_killed(how):
    process, zygote, worker, folder = started("time.sleep(60)\n")
    assert not gone(zygote)
    assert not gone(worker)
    process.send_signal(how)
    process.wait()
    assert wait_until(lambda: gone(zygote) and gone(worker))
    assert wait_until(lambda: not folder.exists())
    process.stdout.close(), process.stderr.close()


def test_nothing_outlives_a_parent_that_is_killed_while_code_loops_in_c():
    process, zygote, worker, folder = started("lab.invoke(1)\n")
    time.sleep(0.2)
    process.kill()
    process.wait()
    assert wait_until(lambda: gone(zygote) and gone(worker))
    assert wait_until(lambda: not folder.exists())
    process.stdout.close(), process.stderr.close()


def test_a_parent_that_ends_by_itself_leaves_nothing():
    process, zygote, worker, folder = started("")
    assert process.wait() == 0
    assert process.stderr.read() == ""
    assert gone(zygote)
    assert gone(worker)
    assert not folder.exists()
    process.stdout.close(), process.stderr.close()


def test_ctrl_c_reaches_the_parent_alone():
    rest = (
        "try:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(10)\n"
        "except KeyboardInterrupt:\n    print(lab.invoke().payload, flush=True)\n"
    )
    process, zygote, worker, _ = started(rest)
    for pid in (zygote, worker):
        if not gone(pid):
            os.kill(pid, signal.SIGINT)
    assert process.stdout.readline().strip() == "b'1'"
    assert process.wait() == 0
    process.stdout.close(), process.stderr.close()


@pytest.mark.parametrize("own_processes", [0, 10])
def test_a_worker_that_stops_itself_is_ended_by_the_watchdog_before_its_patience_ends(
    short_watch: Lab, monkeypatch: pytest.MonkeyPatch, own_processes: int
):
    # Without a look at its state it would be waited for as long as for one that gets no CPU.
    monkeypatch.setattr(process, "_PATIENCE", 40)
    short_watch.environments.own_processes = own_processes
    short_watch.deploy("import os, signal\ndef handler(e, c): os.kill(os.getpid(), signal.SIGSTOP)\n")
    short_watch.init()
    (live,) = short_watch.environments._live.values()
    pid, began = live.process.pid, time.monotonic()
    assert short_watch.invoke().kind == "timeout"
    assert time.monotonic() - began < 20 * short_watch.environments.costs.watchdog / 1_000_000
    assert wait_until(lambda: gone(pid))


def test_the_zygote_has_a_session_of_its_own_and_a_clean_environment(lab: Lab):
    lab.call("def handler(e, c): return 1\n")
    zygote = spawner._zygote.pid
    assert os.getsid(zygote) == zygote
    environ = Path(f"/proc/{zygote}/environ").read_bytes().decode()
    assert "PYTHONHASHSEED=0" in environ
    assert "PYTEST" not in environ
    assert {Path(f"/proc/{zygote}/fd/{fd}").readlink() for fd in (0, 1)} == {Path("/dev/null")}


def test_warming_up_does_not_wait():
    began = time.monotonic()
    warm_up()
    warm_up()
    assert time.monotonic() - began < 0.5


def test_a_child_of_ours_uses_a_zygote_of_its_own(lab: Lab):
    lab.deploy("count = 0\ndef handler(e, c):\n    global count\n    count += 1\n    return count\n")
    lab.init()
    lab.invoke()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, str(value(lab.invoke())).encode())
            spawner.close()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reader, 10) == b"2"
    os.close(reader), os.close(writer)
    assert value(lab.invoke()) == 2, "the parent's process is where it was"
