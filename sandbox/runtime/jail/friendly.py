"""Clear words at the Python level for what the jail refuses, and a machine that looks the same everywhere.

None of this is counted as security: the jail would refuse the same things with a bare "Operation not
permitted".
"""

from __future__ import annotations

import errno
import os
import platform
import posix
import signal
import sys
from functools import wraps
from typing import Any, NamedTuple

_NETWORK = "Lambda sandbox: this reaches for a real network; only boto3 and HTTP, which are pretended, work"
_ALARMS = "Lambda sandbox: signals cannot be timed here; threading.Timer and asyncio.timeout can"
_PROCESSES = "Lambda sandbox: a handler cannot start processes here"

_REFUSED: dict[str, str] = {
    **dict.fromkeys(
        (
            "socket.__new__", "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
            "socket.gethostbyname", "socket.gethostbyaddr",
        ),
        _NETWORK,
    ),
    **dict.fromkeys(
        ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "subprocess.Popen"),
        _PROCESSES,
    ),
}  # fmt: skip
_PID = 8
"""The process number that the code sees, on every machine [SIM]."""


def _refuse_alarms() -> None:
    """Timers that send signals would know the real time only; the jail refuses them without a word."""
    real_alarm, real_timer = signal.alarm, signal.setitimer

    def alarm(seconds: int, /) -> int:
        if seconds:
            raise PermissionError(errno.EPERM, _ALARMS)
        return 0

    def setitimer(which: int, seconds: float, interval: float = 0.0, /) -> tuple[float, float]:
        if seconds:
            raise PermissionError(errno.EPERM, _ALARMS)
        return (0.0, 0.0)

    signal.alarm, signal.setitimer = wraps(real_alarm)(alarm), wraps(real_timer)(setitimer)


class _Uname(NamedTuple):
    sysname: str = "Linux"
    nodename: str = "169.254.10.1"
    release: str = "5.10.0-amzn"
    version: str = "#1 SMP"
    machine: str = "x86_64"


def _watch(event: str, args: tuple[Any, ...]) -> None:
    del args
    if event in _REFUSED:
        raise PermissionError(errno.EPERM, _REFUSED[event])


def install() -> None:
    """Make this worker's refusals readable and its machine the usual one."""
    real_kill, real_pid = os.kill, os.getpid()

    def kill(pid: int, number: int, /) -> None:
        if pid not in {_PID, real_pid}:
            raise PermissionError(errno.EPERM, "Lambda sandbox: a handler can only signal itself")
        real_kill(real_pid, number)

    def two_processors(*_: int) -> set[int]:
        return {0, 1}

    replacements = {
        "getpid": lambda: _PID,
        "getppid": lambda: 1,
        "kill": kill,
        "cpu_count": lambda: 2,
        "process_cpu_count": lambda: 2,
        "sched_getaffinity": two_processors,
        "uname": _Uname,
        "getloadavg": lambda: (0.0, 0.0, 0.0),
    }
    for name, function in replacements.items():
        for module in (os, posix):
            if hasattr(module, name):
                setattr(module, name, function)
    _refuse_alarms()
    # What was found out about the real machine before.
    platform._uname_cache = None  # type: ignore[attr-defined]
    platform._platform_cache.clear()  # type: ignore[attr-defined]
    sys.addaudithook(_watch)
