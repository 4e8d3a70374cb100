"""The machine that code finds itself on: the same everywhere, whatever this one is.

CPU time is what was counted, memory the fixed figure of an idle environment, the disk as large as /tmp may
be, the user Lambda's. Limits are told and remembered; what holds is the jail's.
"""

from __future__ import annotations

import errno
import grp
import io
import os
import platform
import posix
import pwd
import resource
from collections.abc import Callable
from typing import Any, NamedTuple

from sandbox.runtime.messages import Costs
from sandbox.runtime.virtual import paths
from sandbox.runtime.virtual.clock import clock
from sandbox.runtime.virtual.paths import mapping
from sandbox.runtime.virtual.quota import room
from sandbox.runtime.virtual.times import BLOCK, GID, UID

PID = 8
"""The process number that the code sees [SIM]."""

_LIBRARY = "glibc 2.34"
"""The C library of the machine, which `platform` tells [SIM]."""

_LIBRARY_NAMES = {"CS_GNU_LIBC_VERSION", os.confstr_names.get("CS_GNU_LIBC_VERSION")}
_USER = "sbx_user1051"
_TICK = 100
"""What `os.times` tells CPU time in: hundredths of a second."""

_LIMITED = 1_024
"""Open files, and processes with threads, of an environment (facts 1.1)."""

_STACK = 8 << 20
"""Bytes of the stack (facts 1.1, recorded limits)."""

_PACKAGE_BLOCKS = 1 << 17
"""Blocks of the file systems that are read-only, all of them taken [SIM]."""

_NAME_MAX = 255
_UMASK = 0o022
_PROCESSORS = 2
_READ_ONLY = os.ST_RDONLY | os.ST_NOSUID
_CHANCE = ("/dev/urandom", "/dev/random")


class _Uname(NamedTuple):
    sysname: str = "Linux"
    nodename: str = "169.254.10.1"
    release: str = "5.10.0-amzn"
    version: str = "#1 SMP"
    machine: str = "x86_64"


class Current:
    """The machine of the environment that runs.

    Attributes:
        limits: those that it has set for itself.
        memory: the function's, in megabytes; the machine has no more [SIM].
    """

    limits: dict[int, tuple[int, int]] = {}
    memory = 0


current = Current()
"""Of this process."""


def install(costs: Costs) -> None:
    """Let this worker's code find that machine from now on.

    Args:
        costs: with the memory of an idle environment.
    """
    os.umask(_UMASK)
    _install_figures()
    _install_system()
    _install_usage(costs.base_memory << 10)
    _install_limits()
    _install_user()
    _install_disk()
    _install_chance()


def _give(functions: dict[str, Callable[..., Any]]) -> None:
    for name, function in functions.items():
        for module in (os, posix):
            if hasattr(module, name):
                setattr(module, name, function)


def _install_figures() -> None:
    def two_processors(*_: int) -> set[int]:
        return set(range(_PROCESSORS))

    def only_process(pid: int, /) -> int:
        if pid not in {0, PID}:
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
        return PID

    real_confstr = os.confstr

    def confstr(name: str | int, /) -> str | None:
        return _LIBRARY if name in _LIBRARY_NAMES else real_confstr(name)

    _give(
        {
            "getpid": lambda: PID,
            "getppid": lambda: 1,
            "getpgrp": lambda: PID,
            "getpgid": only_process,
            "getsid": only_process,
            "confstr": confstr,
            "cpu_count": lambda: _PROCESSORS,
            "process_cpu_count": lambda: _PROCESSORS,
            "sched_getaffinity": two_processors,
            "uname": _Uname,
            "getloadavg": lambda: (0.0, 0.0, 0.0),
        }
    )
    # What was found out about the real machine before.
    platform._uname_cache = None  # type: ignore[attr-defined]
    platform._platform_cache.clear()  # type: ignore[attr-defined]


def _install_system() -> None:
    """What `os.sysconf` tells."""
    real = os.sysconf
    figures = {
        "SC_NPROCESSORS_ONLN": _PROCESSORS,
        "SC_NPROCESSORS_CONF": _PROCESSORS,
        "SC_PAGESIZE": BLOCK,
        "SC_PAGE_SIZE": BLOCK,
        "SC_OPEN_MAX": _LIMITED,
        "SC_CHILD_MAX": _LIMITED,
    }
    known = {os.sysconf_names[name]: figure for name, figure in figures.items() if name in os.sysconf_names}

    pages = {os.sysconf_names.get(name) for name in ("SC_PHYS_PAGES", "SC_AVPHYS_PAGES")}

    def sysconf(name: str | int, /) -> int:
        number = os.sysconf_names.get(name, name) if isinstance(name, str) else name
        if number in pages:
            return (current.memory << 20) // BLOCK
        return known[number] if number in known else real(name)

    _give({"sysconf": sysconf})


def _install_usage(memory: int) -> None:
    """CPU time and memory; `memory` is in kilobytes."""
    whose = {resource.RUSAGE_SELF, getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)}

    def getrusage(who: int, /) -> Any:
        if who == resource.RUSAGE_CHILDREN:
            return resource.struct_rusage((0.0, 0.0, *[0] * 14))
        if who not in whose:
            raise ValueError("invalid who parameter")
        return resource.struct_rusage((clock.cpu_ns() / 1e9, 0.0, memory, *[0] * 13))

    def times() -> os.times_result:
        cpu, elapsed = (ns * _TICK // 10**9 / _TICK for ns in (clock.cpu_ns(), clock.monotonic_ns()))
        return os.times_result((cpu, 0.0, 0.0, 0.0, elapsed))

    resource.getrusage = getrusage
    _give({"times": times})


def _limits() -> dict[int, tuple[int, int]]:
    endless = resource.RLIM_INFINITY
    known = {
        number: (endless, endless) for name, number in vars(resource).items() if name.startswith("RLIMIT_")
    }
    known[resource.RLIMIT_NOFILE] = known[resource.RLIMIT_NPROC] = (_LIMITED, _LIMITED)
    known[resource.RLIMIT_STACK] = (_STACK, endless)
    return known


def _install_limits() -> None:
    first = _limits()

    def getrlimit(which: int, /) -> tuple[int, int]:
        if which not in first:
            raise ValueError("invalid resource specified")
        return current.limits.get(which, first[which])

    def setrlimit(which: int, limits: tuple[int, int], /) -> None:
        hard = getrlimit(which)[1]
        soft, wanted = limits
        endless = resource.RLIM_INFINITY
        if _beyond(soft, wanted, endless):
            raise ValueError("current limit exceeds maximum limit")
        if _beyond(wanted, hard, endless):
            raise ValueError("not allowed to raise maximum limit")
        current.limits[which] = (soft, wanted)

    def prlimit(pid: int, which: int, limits: tuple[int, int] | None = None, /) -> tuple[int, int]:
        if pid not in {0, PID}:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        former = getrlimit(which)
        if limits is not None:
            setrlimit(which, limits)
        return former

    resource.getrlimit, resource.setrlimit = getrlimit, setrlimit
    if hasattr(resource, "prlimit"):
        resource.prlimit = prlimit


def _beyond(one: int, other: int, endless: int) -> bool:
    return other != endless and (one == endless or one > other)


def _install_user() -> None:
    user = pwd.struct_passwd((_USER, "x", UID, GID, "", f"/home/{_USER}", "/sbin/nologin"))
    group = grp.struct_group((_USER, "x", GID, []))

    def getlogin() -> str:
        raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))

    _give(
        {
            "getuid": lambda: UID,
            "geteuid": lambda: UID,
            "getgid": lambda: GID,
            "getegid": lambda: GID,
            "getresuid": lambda: (UID,) * 3,
            "getresgid": lambda: (GID,) * 3,
            "getgroups": lambda: [GID],
            "getlogin": getlogin,
        }
    )
    pwd.getpwnam, pwd.getpwuid = _register(user, "getpwnam(): name", "getpwuid(): uid")
    grp.getgrnam, grp.getgrgid = _register(group, "getgrnam(): name", "getgrgid(): gid")
    pwd.getpwall, grp.getgrall = (lambda: [user]), (lambda: [group])


def _register(entry: Any, name: str, number: str) -> tuple[Any, Any]:
    """Functions that find the only entry there is, by its name and its number."""

    def by_name(wanted: str, /) -> Any:
        if wanted != entry[0]:
            raise KeyError(f"{name} not found: {wanted!r}")
        return entry

    def by_number(wanted: int, /) -> Any:
        if wanted != entry[2]:
            raise KeyError(f"{number} not found: {wanted}")
        return entry

    return by_name, by_number


def _install_disk() -> None:
    real_stat, real_descriptor = os.stat, os.fstat

    def told(device: int) -> os.statvfs_result:
        if device == real_stat(paths.TMP).st_dev:
            blocks, free, flags = room.size // BLOCK, room.left() // BLOCK, 0
        else:
            blocks, free, flags = _PACKAGE_BLOCKS, 0, _READ_ONLY
        # A file takes one number, and there are as many as blocks.
        return os.statvfs_result((BLOCK, BLOCK, blocks, free, free, blocks, free, free, flags, _NAME_MAX))

    def statvfs(path: Any) -> os.statvfs_result:
        return told(0 if path == "/" else real_stat(path).st_dev)

    def fstatvfs(fd: int, /) -> os.statvfs_result:
        return told(real_descriptor(fd).st_dev)

    paths.replace("statvfs", statvfs)
    paths.replace("fstatvfs", fstatvfs)


class _Chance(io.RawIOBase):
    """What `open` gives for the system's randomness: that of the environment."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.mode = "rb"

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill it."""
        buffer[:] = os.urandom(len(buffer))
        return len(buffer)


def _install_chance() -> None:
    real_open = os.open

    def device(name: str) -> Callable[[str, int], Any]:
        def opened(mode: str, buffering: int) -> Any:
            if sorted(mode) != ["b", "r"]:
                raise _refused(name)
            raw = _Chance(name)
            return raw if buffering == 0 else io.BufferedReader(raw)

        return opened

    def opening(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path) in _CHANCE:
            raise _refused(os.fsdecode(path))
        return real_open(path, flags, mode, dir_fd=dir_fd)

    mapping.devices = {name: device(name) for name in _CHANCE}
    paths.replace("open", opening)


def _refused(name: str) -> PermissionError:
    return PermissionError(
        errno.EPERM, "Lambda sandbox: the system's chance is read with os.urandom, or open(name, 'rb')", name
    )
