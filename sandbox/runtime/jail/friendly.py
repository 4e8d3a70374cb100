"""Clear words at the Python level for what the jail refuses.

This is not counted as security: the jail would refuse the same things with a bare "Operation not
permitted".
"""

from __future__ import annotations

import errno
import os
import posix
import signal
import sys
from functools import wraps
from typing import Any

from sandbox.runtime.virtual.machine import PID

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


def _watch(event: str, args: tuple[Any, ...]) -> None:
    del args
    if event in _REFUSED:
        raise PermissionError(errno.EPERM, _REFUSED[event])


def install() -> None:
    """Make this worker's refusals readable."""
    real_kill, real_pid = os.kill, os.getpid()

    def kill(pid: int, number: int, /) -> None:
        if pid not in {PID, real_pid}:
            raise PermissionError(errno.EPERM, "Lambda sandbox: a handler can only signal itself")
        real_kill(real_pid, number)

    for module in (os, posix):
        module.kill = kill  # type: ignore[attr-defined]
    _refuse_alarms()
    sys.addaudithook(_watch)
