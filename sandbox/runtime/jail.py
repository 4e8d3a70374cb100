"""The jail of a worker: limits, Landlock and a system call filter, put on after the fork and before any code.

Each layer is put on where the system has it; none needs root, and root does not get around them. What is
there on a machine is tried out in a child (`probe`) and told by `jail_report`.
"""

from __future__ import annotations

import contextlib
import ctypes
import mimetypes
import os
import resource
import signal
import socket
import sys
import sysconfig
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from sandbox.runtime import landlock, seccomp
from sandbox.runtime.paths import PYTHON
from sandbox.runtime.wire import Spawn

CHECKOUT = str(Path(__file__).parents[2])

_MB = 1 << 20
_SLACK = 64 * _MB
"""Room above the function's memory, so that the measured figure passes the limit before Python fails."""

_LID = 1 << 30
_FILES = 1_024
_CPU_SECONDS = 3_600
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


def enter(order: Spawn) -> None:
    """Go into the jail, as far as this system has one."""
    _limit((order.spec.memory - order.costs.base_memory) * _MB, order.costs.tmp * _MB)
    _promise()
    with contextlib.suppress(OSError):
        landlock.restrict(readable(order.task), [order.tmp], _DEVICES)
    with contextlib.suppress(OSError):
        seccomp.install(os.getpid())


def prepare() -> None:
    """What can be done once, in the zygote."""
    seccomp.prepare()
    _python_folders()
    mimetypes.init()


def readable(task: str) -> list[str]:
    """The folders that code may read: its own, and Python's."""
    return [task, *_python_folders()]


@cache
def _python_folders() -> list[str]:
    folders = {PYTHON[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    if shared := sysconfig.get_config_var("DESTSHARED"):
        folders.add(shared)
    return [*sorted(folders), "/usr/share/zoneinfo"]


def die_with(parent: int) -> None:
    """Die when the zygote dies, or at once when it has."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _promise() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _limit(growth: int, file: int) -> None:
    """Limits on memory (what it has now plus `growth`), the bytes of a file, open files and time."""
    wanted = {
        resource.RLIMIT_FSIZE: file,
        resource.RLIMIT_NOFILE: _FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: _CPU_SECONDS,
    }
    if sys.platform == "linux":
        pages = [int(field) for field in Path("/proc/self/statm").read_text(encoding="ascii").split()]
        size, data = pages[0] * resource.getpagesize(), pages[5] * resource.getpagesize()
        wanted[resource.RLIMIT_DATA] = data + growth + _SLACK
        wanted[resource.RLIMIT_AS] = size + growth + _LID
    for which, value in wanted.items():
        _, hard = resource.getrlimit(which)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (lowest, lowest))


# -- trying it out ---------------------------------------------------------------------------------------


def probe(fd: int, folder: str) -> None:
    """Put on each layer, attack it, and send what came of it up the channel; runs in a child of its own."""
    inside = Path(folder) / "inside"
    inside.mkdir(exist_ok=True)
    layers = [_try("rlimits", _try_limits), ("", False, "")]
    _promise()
    layers[1:] = [_try("landlock", lambda: _try_landlock(str(inside))), _try("seccomp", _try_seccomp)]
    os.write(fd, msgspec.msgpack.encode(layers))


def _try(name: str, attempt: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, attempt()
    except OSError as error:
        return name, False, error.strerror or str(error)
    except EscapeError as error:
        return name, False, str(error)


class EscapeError(Exception):
    """A layer was put on and does not hold."""


def _try_limits() -> str:
    if sys.platform != "linux":
        _limit(0, _MB)
        raise EscapeError("memory is not limited on this system; files and time are")
    _limit(0, _MB)
    with contextlib.suppress(MemoryError):
        bytearray(2 * _SLACK)
        raise EscapeError("memory can be had beyond the limit")
    return "memory, files, time"


def _try_landlock(inside: str) -> str:
    level = landlock.restrict(readable(inside), [inside], _DEVICES)
    (Path(inside) / "file").write_bytes(b"x")
    outside: tuple[Callable[[], object], ...] = (
        lambda: os.scandir("/").close(),
        lambda: os.scandir(Path(inside).parent).close(),
        lambda: Path(f"{inside}-2").mkdir(),
    )
    for attempt in outside:
        with contextlib.suppress(PermissionError):
            attempt()
            raise EscapeError("files outside can be reached")
    return f"ABI {level}"


def _try_seccomp() -> str:
    seccomp.install(os.getpid())
    with contextlib.suppress(PermissionError):
        socket.socket(socket.AF_UNIX).close()
        raise EscapeError("sockets can be opened")
    with contextlib.suppress(PermissionError):
        os.kill(os.getppid(), 0)
        raise EscapeError("other processes can be signalled")
    with contextlib.suppress(PermissionError):
        if os.fork() == 0:
            os._exit(0)
        raise EscapeError("processes can be started")
    return f"filter for {seccomp.machine()}"
