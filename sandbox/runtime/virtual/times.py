"""Times, owners and numbers of files as Lambda's code sees them, the same on every machine.

Under /tmp a file has the virtual time at which Python last wrote to it, `os.utime` sets what it says, and
what C code made (SQLite) has the time at which it is first looked at [SIM]. Reading changes no time [SIM].
The package's files, and Python's own, are root's and have one fixed time [SIM], and the package's the usual
modes [SIM]. Imports go on looking at real times: Python's compiled files are checked against them.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import importlib._bootstrap_external as external  # type: ignore[import-not-found, unused-ignore]
import os
import posix
import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.runtime.virtual import paths
from sandbox.runtime.virtual.clock import clock
from sandbox.runtime.virtual.paths import mapping

UID, GID = 993, 990
"""Who code runs as on Lambda, and whose its files are; user sbx_user1051 (facts 3.4)."""

FIXED = 1_767_225_600_000_000_000
"""The time of every file that is not the code's own, in nanoseconds: 2026-01-01 [SIM]."""

BLOCK = 4_096
_ROOT, _TASK, _TMP = 1, 2, 3
"""Numbers of the devices [SIM]."""

_fstat = os.fstat

Key = tuple[int, int]


class File:
    """What is told of a file under /tmp: its number, and times in nanoseconds."""

    __slots__ = ("accessed", "changed", "number", "written")

    def __init__(self, number: int, now: int) -> None:
        self.number = number
        self.accessed = self.written = self.changed = now


class Files:
    """The files of one environment that were looked at or written, by their real device and number."""

    def __init__(self) -> None:
        self._known: dict[Key, File] = {}
        self._count = 0

    def find(self, key: Key) -> File | None:
        """A file that is known already."""
        return self._known.get(key)

    def know(self, status: os.stat_result) -> File:
        """A file, which is from now on if nobody has seen it yet."""
        key = status.st_dev, status.st_ino
        return self._known.get(key) or self.begin(key)

    def begin(self, key: Key) -> File:
        """A file that was made just now."""
        self._count += 1
        file = self._known[key] = File(self._count, _now())
        return file

    def forget(self, status: os.stat_result) -> None:
        """A name of a file is gone; if it was the last one, its real number may come again."""
        if status.st_nlink <= 1 or stat.S_ISDIR(status.st_mode):
            self._known.pop((status.st_dev, status.st_ino), None)
        else:
            self.know(status).changed = _now()


class Current:
    """Whose files they are now."""

    files = Files()


current = Current()
"""Of this process."""


def _now() -> int:
    return FIXED if clock.meter is None else clock.now() * 1_000


@cache
def _package() -> dict[Key, int]:
    """The package's files and their numbers: the same for the same package."""
    found: dict[Key, int] = {}
    folders = [mapping.task]
    if mapping.task:
        _number(found, paths.real_stat(mapping.task))
    for folder in folders:
        with contextlib.suppress(OSError), paths.real_scandir(folder) as scan:
            for entry in sorted(scan, key=lambda entry: entry.name):
                _number(found, entry.stat(follow_symlinks=False))
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    return found


def _number(found: dict[Key, int], status: os.stat_result) -> None:
    found[status.st_dev, status.st_ino] = len(found) + 1


def _elsewhere(path: Any) -> bool:
    """Whether a name leads neither to the package nor under /tmp."""
    if not isinstance(path, str | bytes | os.PathLike):
        return False
    name = mapping.inward(os.fsdecode(path))
    return name.startswith("/") and name != mapping.tmp and not name.startswith(mapping.tmp + "/")


def tell(status: os.stat_result, path: Any = None) -> os.stat_result:
    """What code is told of a file.

    Args:
        status: what the system says.
        path: the name that was asked for, or a descriptor.
    """
    if not mapping.tmp:
        return status
    key = status.st_dev, status.st_ino
    file = current.files.find(key)
    if file is None:
        number = _package().get(key)
        if number is not None:
            return _told(status, number, _TASK, FIXED, FIXED, FIXED)
        if _elsewhere(path):
            return _told(status, status.st_ino, _ROOT, FIXED, FIXED, FIXED)
        file = current.files.begin(key)
    return _told(status, file.number, _TMP, file.accessed, file.written, file.changed)


def _told(
    status: os.stat_result, number: int, device: int, accessed: int, written: int, changed: int
) -> os.stat_result:
    # How large folders are and how many links they have differs between file systems.
    mode, folder = status.st_mode, stat.S_ISDIR(status.st_mode)
    size = BLOCK if folder else status.st_size
    uid, gid = (UID, GID) if device == _TMP else (0, 0)
    if device == _TASK:
        mode = stat.S_IFMT(mode) | (0o755 if folder else 0o644)
    times = accessed, written, changed
    return os.stat_result((
        mode, number, device, 2 if folder else status.st_nlink, uid, gid, size,
        accessed // 10**9, written // 10**9, changed // 10**9,
        accessed / 1e9, written / 1e9, changed / 1e9, *times,
        BLOCK, -(-size // BLOCK) * (BLOCK // 512), status.st_rdev,
    ))  # fmt: skip


def wrote(status: os.stat_result) -> None:
    """A file is written to, or something is made or removed in a folder.

    Args:
        status: what the system says of it.
    """
    file = current.files.know(status)
    file.written = file.changed = _now()


def install() -> None:
    """Tell the code of this worker so, from now on."""
    mapping.told = tell
    external._path_stat = os.stat  # type: ignore[attr-defined, unused-ignore]
    _look(os.stat, os.lstat)
    for name in ("mkdir", "mkfifo", "mknod"):
        paths.replace(name, _making(getattr(os, name)))
    for name in ("remove", "unlink", "rmdir"):
        paths.replace(name, _removing(getattr(os, name)))
    for name in ("rename", "replace"):
        paths.replace(name, _moving(getattr(os, name)))
    paths.replace("link", _linking(os.link))
    paths.replace("symlink", _pointing(os.symlink))
    paths.replace("open", _opening(os.open))
    for name in ("truncate", "ftruncate"):
        paths.replace(name, _cutting(getattr(os, name)))
    paths.replace("utime", _set_times)


def _look(real_stat: Callable[..., Any], real_lstat: Callable[..., Any]) -> None:
    @functools.wraps(real_stat)
    def told_stat(path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> Any:
        return tell(real_stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks), path)

    @functools.wraps(real_lstat)
    def told_lstat(path: Any, *, dir_fd: int | None = None) -> Any:
        return tell(real_lstat(path, dir_fd=dir_fd), path)

    @functools.wraps(_fstat)
    def told_fstat(fd: int) -> Any:
        return tell(_fstat(fd), fd)

    paths.replace("stat", told_stat)
    paths.replace("lstat", told_lstat)
    paths.replace("fstat", told_fstat)


def _seen(path: Any, dir_fd: int | None = None, *, follow: bool = False) -> os.stat_result | None:
    """What the system says of a name, if it leads anywhere."""
    try:
        return paths.real_stat(mapping.inward(path), dir_fd=dir_fd, follow_symlinks=follow)
    except (OSError, ValueError, TypeError):
        return None  # The function that is about to be called will say what is wrong with it.


def _folder_changed(path: Any, dir_fd: int | None = None) -> None:
    """Something was made or removed under this name."""
    folder = _seen(Path(os.fsdecode(path)).parent, dir_fd, follow=True)
    if folder is not None:
        wrote(folder)


def _made(path: Any, dir_fd: int | None = None) -> None:
    status = _seen(path, dir_fd)
    if status is not None:
        current.files.begin((status.st_dev, status.st_ino))
    _folder_changed(path, dir_fd)


def _making(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def made(path: Any, *args: Any, dir_fd: int | None = None, **options: Any) -> None:
        real(path, *args, dir_fd=dir_fd, **options)
        _made(path, dir_fd)

    return made


def _pointing(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def made(src: Any, dst: Any, *args: Any, dir_fd: int | None = None, **options: Any) -> None:
        real(src, dst, *args, dir_fd=dir_fd, **options)
        _made(dst, dir_fd)

    return made


def _linking(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def linked(src: Any, dst: Any, *, dst_dir_fd: int | None = None, **options: Any) -> None:
        real(src, dst, dst_dir_fd=dst_dir_fd, **options)
        status = _seen(dst, dst_dir_fd)
        if status is not None:
            current.files.know(status).changed = _now()
        _folder_changed(dst, dst_dir_fd)

    return linked


def _removing(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def removed(path: Any, *, dir_fd: int | None = None) -> None:
        status = _seen(path, dir_fd)
        real(path, dir_fd=dir_fd)
        if status is not None:
            current.files.forget(status)
        _folder_changed(path, dir_fd)

    return removed


def _moving(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def moved(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
        moving, former = _seen(src, src_dir_fd), _seen(dst, dst_dir_fd)
        real(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
        if moving is not None:
            if former is not None and not os.path.samestat(former, moving):
                current.files.forget(former)
            current.files.know(moving).changed = _now()
        _folder_changed(src, src_dir_fd)
        _folder_changed(dst, dst_dir_fd)

    return moved


def _opening(real: Callable[..., int]) -> Callable[..., int]:
    @functools.wraps(real)
    def opened(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        new = bool(flags & posix.O_CREAT) and _seen(path, dir_fd, follow=True) is None
        fd = real(path, flags, mode, dir_fd=dir_fd)
        if new:
            status = _fstat(fd)
            current.files.begin((status.st_dev, status.st_ino))
            _folder_changed(path, dir_fd)
        elif flags & posix.O_TRUNC:
            wrote(_fstat(fd))
        return fd

    return opened


def _cutting(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def cut(path: Any, length: int) -> None:
        real(path, length)
        status = _fstat(path) if isinstance(path, int) else _seen(path, follow=True)
        if status is not None:
            wrote(status)

    return cut


def _set_times(
    path: Any,
    times: Any = None,
    *,
    ns: Any = None,
    dir_fd: int | None = None,
    follow_symlinks: bool = True,
) -> None:
    """`os.utime`, which the jail only pretends to do."""
    if times is not None and ns is not None:
        raise ValueError("utime: you may specify either 'times' or 'ns' but not both")
    given = ns if times is None else times
    if given is not None and not (isinstance(given, tuple) and len(given) == 2):
        name = "times" if ns is None else "ns"
        raise TypeError(f"utime: '{name}' must be either a tuple of two ints or None")
    told = os.stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
    if told.st_dev != _TMP:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
    status = paths.real_stat(mapping.inward(path), dir_fd=dir_fd, follow_symlinks=follow_symlinks)
    file = current.files.know(status)
    file.changed = _now()
    if given is None:
        file.accessed = file.written = file.changed
    else:
        unit = 1 if times is None else 10**9
        file.accessed, file.written = (_nanoseconds(value, unit) for value in given)


def _nanoseconds(value: float, unit: int) -> int:
    # Seconds have no more than microseconds' worth of digits in a float of today's size.
    if unit == 1 or isinstance(value, int):
        return int(value) * unit
    return round(value * 1e6) * 1_000
