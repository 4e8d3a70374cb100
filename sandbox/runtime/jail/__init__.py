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

from sandbox.runtime.jail import landlock, seccomp
from sandbox.runtime.jail.namespaces import DEVICES, namespaces
from sandbox.runtime.virtual.paths import PYTHON

CHECKOUT = str(Path(__file__).parents[3])

_MB = 1 << 20
_SLACK = 64 * _MB
"""Room above the function's memory, so that the measured figure passes the limit before Python fails."""

_LID = 1 << 30
_FILES = 1_024
_CPU_SECONDS = 3_600
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_LIBC = ctypes.CDLL(None, use_errno=True)
_own_number = os.getpid
"""The real one, whatever code is told later."""


def enter(*, task: str, writable: str, memory: int, tmp: int) -> None:
    """Go into the jail, as far as this system has one.

    Args:
        task: the package's folder, which may be read.
        writable: the one folder in which files may be made and changed.
        memory: bytes by which this process may grow from its fork on; `die_with` must have been called.
        tmp: bytes of the largest file.
    """
    _limit(memory, tmp)
    _promise()
    with contextlib.suppress(OSError):
        landlock.restrict([task, *python_folders()], [writable], DEVICES)
    with contextlib.suppress(OSError):
        seccomp.install(_own_number())


def prepare() -> None:
    """What can be done once, in the zygote."""
    seccomp.prepare(truncating=landlock.truncating())
    python_folders()
    mimetypes.init()


def shown() -> list[str]:
    """The folders that must be there for the zygote and its workers, beside the engine's own."""
    return [*python_folders(), str(Path(__file__).parents[2])]


@cache
def python_folders() -> tuple[str, ...]:
    """Python's folders, which all code may read; none of them lies in another."""
    folders = {PYTHON[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    if shared := sysconfig.get_config_var("DESTSHARED"):
        folders.add(shared)
    folders.add("/usr/share/zoneinfo")
    real = {os.path.realpath(folder): folder for folder in sorted(folders) if Path(folder).is_dir()}
    return tuple(
        folder for place, folder in real.items() if not any(place.startswith(f"{other}/") for other in real)
    )


_born: list[int] = []
"""Bytes of this process at its fork: all of it, and its data. Inside, nobody could tell."""


def die_with(parent: int) -> None:
    """Die when the zygote dies, or at once when it has; and note how large this process is.

    Args:
        parent: the zygote's process number.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        with contextlib.suppress(OSError):
            pages = namespaces.statm().split()
            _born[:] = (int(pages[0]) * resource.getpagesize(), int(pages[5]) * resource.getpagesize())
    namespaces.close()
    if os.getppid() != parent:
        os._exit(0)


def _promise() -> None:
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _limit(growth: int, file: int) -> None:
    """Limits on memory (what it was born with plus `growth`), the bytes of a file, open files and time."""
    wanted = {
        resource.RLIMIT_FSIZE: file,
        resource.RLIMIT_NOFILE: _FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: _CPU_SECONDS,
    }
    if _born:
        wanted[resource.RLIMIT_DATA] = _born[1] + growth + _SLACK
        wanted[resource.RLIMIT_AS] = _born[0] + growth + _LID
    for which, value in wanted.items():
        _, hard = resource.getrlimit(which)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (lowest, lowest))


# -- trying it out ---------------------------------------------------------------------------------------


def probe(fd: int, folder: str) -> None:
    """Put on each layer, attack it, and send what came of it up the channel; runs in a child of its own."""
    inside = Path(folder) / "inside"
    inside.mkdir(exist_ok=True)
    layers = [_try("rlimits", _try_limits)]
    _promise()
    layers.append(_try("landlock", lambda: _try_landlock(str(inside))))
    layers.append(_try("seccomp", _try_seccomp))
    layers.append(_try("namespaces", _try_namespaces))
    os.write(fd, msgspec.msgpack.encode(layers))


def _try(name: str, attempt: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, attempt()
    except OSError as error:
        return name, False, error.strerror or str(error)
    except EscapeError as error:
        return name, False, str(error)


class EscapeError(Exception):
    """A layer was put on and does not hold, or is not there."""


def _try_limits() -> str:
    if sys.platform != "linux":
        _limit(0, _MB)
        raise EscapeError("memory is not limited on this system; files and time are")
    _limit(0, _MB)
    if not _born:
        raise EscapeError("memory is not limited, for /proc does not tell how large a process is")
    with contextlib.suppress(MemoryError):
        bytearray(2 * _SLACK)
        raise EscapeError("memory can be had beyond the limit")
    return "memory, files, time"


def _try_landlock(inside: str) -> str:
    level = landlock.restrict([inside, *python_folders()], [inside], DEVICES)
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
    seccomp.install(_own_number())
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


def _try_namespaces() -> str:
    ok, reason = namespaces.status
    if not ok:
        raise EscapeError(reason)
    for outside in ("/proc", str(Path(sys.executable).resolve()), "/etc/passwd"):
        with contextlib.suppress(FileNotFoundError):
            Path(outside).stat()
            raise EscapeError(f"{outside} can be seen")
    return reason
