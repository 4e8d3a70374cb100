"""Going into the jail, beside a fork: as an ordinary user where that can be had."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.figures import Figure
from tests.sandbox.runtime.jail.ordinary import as_nobody, readable_checkout

pytestmark = pytest.mark.benchmark

ROUNDS = 300
AT_MOST = 1.0
TARGET = "at most 1.5 ms; ratio at most 1"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux promises a strict jail")
def test_going_into_the_jail_takes_little_more_than_a_fork(report: Callable[[Figure], None]) -> None:
    with readable_checkout() as checkout:
        command = [sys.executable, "-m", "tests.benchmarks.jailed", str(ROUNDS)]
        if os.getuid() == 0:
            command = as_nobody(command, checkout)
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=checkout,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(Path("/tmp"))},
            check=False,
        )
    assert done.returncode == 0, done.stderr
    best = json.loads(done.stdout)
    ratio = best["jail"] / best["fork"]
    report(
        Figure(
            "going into the jail (limits, Landlock, system call filter), as an ordinary user",
            f"{best['jail'] * 1e3:.2f} ms",
            f"a fork of the same process, {best['fork'] * 1e3:.2f} ms",
            f"{ratio:.2f}",
            TARGET,
        )
    )
    assert ratio <= AT_MOST
