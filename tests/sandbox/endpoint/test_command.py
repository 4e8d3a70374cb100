"""`lambda-tutor sandbox serve`, as it is started from a shell."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.sandbox.services.awslambda.shop import ROLE, TRUST, package

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "tutor", "sandbox", "serve")


@contextmanager
def serving(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, once it listens, and its address."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    program = subprocess.Popen(
        [*COMMAND, "--port", "0", *words],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert program.stdout is not None
    try:
        line = program.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line + program.stdout.read()
        yield program, found[0]
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*COMMAND, *words], env=environ, capture_output=True, text=True, check=False, timeout=60
    )


def client(service: str, url: str) -> Any:
    return boto3.client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="any",
        aws_secret_access_key="any", config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those that these have."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, rest = (folder / "stat").read_text().rpartition(") ")
            state, parent = rest.split()[:2]
            if int(parent) == pid and state != "Z":
                child = int(name.split()[0])
                found += [child, *descendants(child)]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_told_to_end(number: signal.Signals, tmp_path: Path) -> None:
    kept = tmp_path / "world"
    with serving("--save", str(kept)) as (program, url):
        with urllib.request.urlopen(f"{url}/_sandbox/health") as answer:
            assert answer.status == 200
        client("sqs", url).create_queue(QueueName="letters")
        program.send_signal(number)
        assert program.stdout is not None
        said = program.stdout.read()
        assert (program.wait(30), "Traceback" in said) == (0, False), said
        assert f"Saved in {kept}" in said
    with serving("--open", str(kept)) as (_, url):
        assert len(client("sqs", url).list_queues()["QueueUrls"]) == 1


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
def test_it_leaves_no_process_behind() -> None:
    with serving() as (program, url):
        client("iam", url).create_role(RoleName="worker-role", AssumeRolePolicyDocument=TRUST)
        functions = client("lambda", url)
        functions.create_function(
            FunctionName="worker", Runtime="python3.13", Handler="app.handler", Role=ROLE,
            Code={"ZipFile": package("def handler(event, context): return event")},
        )  # fmt: skip
        functions.get_waiter("function_active_v2").wait(
            FunctionName="worker", WaiterConfig={"Delay": 0, "MaxAttempts": 500}
        )
        assert functions.invoke(FunctionName="worker", Payload=b"7")["Payload"].read() == b"7"
        started = descendants(program.pid)
        assert started
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
        deadline = time.monotonic() + 10
        while any(map(alive, started)) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not [pid for pid in started if alive(pid)]


def test_help_says_what_becomes_of_a_long_poll() -> None:
    words = " ".join(run("--help").stdout.split())
    assert (
        "a long poll that nobody answers returns at once; real: time only flows, and the poll waits" in words
    )


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert done.stderr.startswith("Port ")
    assert "--port 0 takes a free one" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--port", "70000"), "a port is a number from 0 to 65535, not 70000"),
        (("--clock", "fast"), "--clock takes no word fast"),
        (("--open", "nowhere.world"), "The world cannot be opened"),
        (("--open", "a", "--seed", "8"), "leave --open or --seed out"),
        (("--save", "no/such/folder/world"), "There is no folder"),
    ],
)
def test_a_wrong_command_line_is_told(words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
