"""Folders as Lambda has them: /var/task is the package, /tmp the environment's own folder.

The functions of `os` and `open` translate names on their way in and out. That is a courtesy to the code, not
a wall: walls are the jail's. C code that opens files by itself (SQLite apart) sees the real folders.
"""

from __future__ import annotations

import _io
import builtins
import contextlib
import errno
import functools
import glob
import io
import os
import posix
import sqlite3
import sysconfig
import tokenize
from collections.abc import Callable, Iterator
from typing import Any

TASK = "/var/task"
TMP = "/tmp"

PYTHON = {
    name: folder for name, folder in sysconfig.get_paths().items() if name not in {"include", "platinclude"}
}
"""Python's own folders by their names in `sysconfig`; never translated, even where they lie under /tmp."""

_PYTHON = tuple({f"{folder}/" for folder in PYTHON.values()})
_READABLE = ("/usr/share/zoneinfo", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")

_ONE_PATH = (
    "access", "chdir", "chmod", "chown", "chroot", "lchown", "listdir", "lstat", "mkdir", "mkfifo",
    "mknod", "pathconf", "readlink", "remove", "rmdir", "stat", "statvfs", "truncate", "unlink", "utime",
    "setxattr", "getxattr", "listxattr", "removexattr",
)  # fmt: skip
_TWO_PATHS = ("rename", "replace", "link", "symlink")
_CHANGES = {"mkdir", "mkfifo", "mknod", "remove", "rmdir", "truncate", "unlink", *_TWO_PATHS}


_mkdir, _getcwd = posix.mkdir, posix.getcwd
real_stat, real_scandir = posix.stat, posix.scandir
"""The system's own, which take real names."""


class Mapping:
    """Where the two folders really are; empty until a worker takes charge.

    Attributes:
        cwd: the real folder in which the code stood when somebody last asked.
        moved: whether it has gone somewhere since.
        used_tmp: whether a name under /tmp was translated.
        writing: what `open` gives for a mode that writes, once a worker sees to it.
        told: what code is told of a file, once a worker sees to it.
        devices: what `open` gives for names of devices, called with mode and buffering.
    """

    def __init__(self) -> None:
        self.task = ""
        self.tmp = ""
        self.cwd = ""
        self.moved = True
        self.used_tmp = False
        self.writing: Callable[..., Any] | None = None
        self.told: Callable[[os.stat_result, Any], os.stat_result] = _as_it_is
        self.devices: dict[str, Callable[[str, int], Any]] = {}

    def where(self) -> str:
        """The real folder in which the code stands: asked for only when somebody else's turn comes."""
        if self.moved:
            # In a folder deeper than the longest path nobody can tell where this is.
            with contextlib.suppress(OSError):
                self.cwd = _getcwd()
            self.moved = False
        return self.cwd

    def inward(self, path: Any) -> Any:
        """The real name of what the code calls `path`."""
        if isinstance(path, int) or not self.tmp:
            return path
        name = os.fspath(path)
        if isinstance(name, bytes):
            return os.fsencode(self.inward(os.fsdecode(name)))
        if not name.startswith((TMP, TASK)) or name.startswith((self.tmp, self.task, *_PYTHON)):
            return path
        if name == TMP or name.startswith(TMP + "/"):
            if not self.used_tmp:
                self.used_tmp = True
                _make(self.tmp)
            return self.tmp + name[len(TMP) :]
        if name == TASK or name.startswith(TASK + "/"):
            return self.task + name[len(TASK) :]
        return path

    def outward(self, path: Any) -> Any:
        """What the code calls the file that really is `path`."""
        if not self.tmp or not isinstance(path, str | bytes):
            return path
        if isinstance(path, bytes):
            return os.fsencode(self.outward(os.fsdecode(path)))
        for real, there in ((self.tmp, TMP), (self.task, TASK)):
            if path == real or path.startswith(real + "/"):
                return there + path[len(real) :]
        return path

    def outside(self, path: Any) -> bool:
        """Whether a name leads to what this machine has and Lambda has not."""
        if not self.tmp or isinstance(path, int) or not isinstance(path, str | bytes | os.PathLike):
            return False
        name = os.fsdecode(path)
        if not name.startswith("/") or f"{name}/".startswith((*_PYTHON, *_READABLE)):
            return False
        return not any(name == known or name.startswith(known + "/") for known in (self.tmp, self.task))

    def refused(self, path: Any) -> OSError:
        """What reading something outside comes to, on every machine."""
        return FileNotFoundError(
            errno.ENOENT,
            "Lambda sandbox: there is nothing but /var/task, /tmp and Python's own folders",
            self.outward(path),
        )

    def explained(self, error: OSError, changes: bool) -> OSError:
        """An error in the code's words, and in AWS's where the file system there is read-only."""
        if error.filename is not None:
            error.filename = self.outward(error.filename)
        if error.filename2 is not None:
            error.filename2 = self.outward(error.filename2)
        name = error.filename
        outside = self.outside(self.inward(name))
        refused = {errno.EACCES, errno.EPERM, errno.EXDEV, *((errno.ENOENT,) if outside else ())}
        if error.errno not in refused or not isinstance(name, str):
            return error
        if name == TMP or name.startswith(TMP + "/"):
            return error
        if changes:
            return OSError(errno.EROFS, "Read-only file system", name)
        return self.refused(name) if outside else error


def _as_it_is(status: os.stat_result, _path: Any) -> os.stat_result:
    return status


def _make(folder: str) -> None:
    with contextlib.suppress(FileExistsError):
        _mkdir(folder)


mapping = Mapping()
"""The folders of this process."""


def install() -> None:
    """Translate names in this process from now on."""
    for name in _ONE_PATH:
        if hasattr(posix, name):
            replace(name, _one(getattr(posix, name), name in _CHANGES))
    replace("chdir", _moving(posix.chdir))
    replace("fchdir", _moving(posix.fchdir))
    for name in _TWO_PATHS:
        replace(name, _two(getattr(posix, name)))
    replace("open", _opening(posix.open, posix.O_WRONLY | posix.O_RDWR | posix.O_CREAT))
    replace("scandir", _scanning(posix.scandir))
    replace("listdir", _in_order(posix.listdir))
    replace("getcwd", _outward(posix.getcwd))
    replace("getcwdb", _outward(posix.getcwdb))
    replace("readlink", _outward(os.readlink))
    _install_glob()
    _install_open()


def _install_glob() -> None:
    # From Python 3.13 on its classes have kept functions of `os` since they were made.
    for owner in vars(glob).values():
        for name in ("lstat", "scandir"):
            if isinstance(owner, type) and name in vars(owner):
                setattr(owner, name, staticmethod(getattr(os, name)))


def replace(name: str, function: Callable[..., Any]) -> None:
    """Put a function in the place of one of `os`, with what Python knows of the arguments that one takes."""
    real, function = getattr(os, name), unbound(function)
    for supported in (
        os.supports_fd,
        os.supports_dir_fd,
        os.supports_follow_symlinks,
        os.supports_effective_ids,
    ):
        if real in supported:
            supported.add(function)
    setattr(posix, name, function)
    setattr(os, name, function)


def unbound(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that stays one when it is made an attribute of a class, as functions written in C do."""
    return function.__call__  # type: ignore[no-any-return, operator]


def _one(real: Callable[..., Any], changes: bool) -> Callable[..., Any]:
    @functools.wraps(real)
    def mapped(*args: Any, **options: Any) -> Any:
        if args:
            args = (mapping.inward(args[0]), *args[1:])
        elif "path" in options:
            options["path"] = mapping.inward(options["path"])
        if not changes and args and mapping.outside(args[0]):
            # Where no wall hides it, whether a file of this machine is there is nobody's business.
            raise mapping.refused(args[0])
        try:
            return real(*args, **options)
        except OSError as error:
            raise mapping.explained(error, changes) from None

    return mapped


def _moving(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def moved(path: Any) -> None:
        real(path)
        mapping.moved = True

    return moved


def _two(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def mapped(src: Any, dst: Any, *args: Any, **options: Any) -> Any:
        try:
            return real(mapping.inward(src), mapping.inward(dst), *args, **options)
        except OSError as error:
            raise mapping.explained(error, True) from None

    return mapped


def _opening(real: Callable[..., int], changing: int) -> Callable[..., int]:
    @functools.wraps(real)
    def mapped(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        try:
            return real(mapping.inward(path), flags, mode, dir_fd=dir_fd)
        except OSError as error:
            raise mapping.explained(error, bool(flags & changing)) from None

    return mapped


def _in_order(real: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    @functools.wraps(real)
    def mapped(path: Any = ".") -> list[Any]:
        names = real("." if path is None else path)
        return sorted(names) if mapping.tmp else names

    return mapped


def _outward(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def mapped(*args: Any, **options: Any) -> Any:
        return mapping.outward(real(*args, **options))

    return mapped


class Entry:
    """An entry of `os.scandir` under the name that the code knows."""

    __slots__ = ("_entry", "path")

    def __init__(self, entry: os.DirEntry[Any], path: Any) -> None:
        self._entry = entry
        self.path = path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """As `os.stat` tells it."""
        return mapping.told(self._entry.stat(follow_symlinks=follow_symlinks), self.path)

    def inode(self) -> int:
        """As `os.lstat` tells it."""
        return self.stat(follow_symlinks=False).st_ino

    def __fspath__(self) -> Any:
        return self.path

    def __repr__(self) -> str:
        return repr(self._entry)


class _Scan:
    """What is in a folder, in the order of names [SIM]: that of the file system differs between machines."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self._sorted: Iterator[Any] | None = None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if not mapping.tmp:
            return next(self._real)
        if self._sorted is None:
            self._sorted = iter(sorted(self._real, key=lambda entry: entry.name))
        entry = next(self._sorted)
        return Entry(entry, mapping.outward(entry.path))

    def __enter__(self) -> _Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._real.close()
        self._sorted = iter(())


def _scanning(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def mapped(path: Any = ".") -> Any:
        try:
            return _Scan(real(mapping.inward(path)))
        except OSError as error:
            raise mapping.explained(error, False) from None

    return mapped


def _writes(mode: Any, buffering: Any, words: tuple[Any, ...]) -> bool:
    """Whether `open` would take these arguments, and write."""
    if not isinstance(mode, str) or not isinstance(buffering, int) or len(set(mode)) != len(mode):
        return False
    if len(set(mode) & set("rwax")) != 1 or not set(mode) <= set("rwax+bt") or {"b", "t"} <= set(mode):
        return False
    if any(words) if "b" in mode else buffering == 0:
        return False
    return bool(set(mode) & set("wax+"))


def _install_open() -> None:
    real_open, real_connect = io.open, sqlite3.connect

    def ours(path: Any, flags: int) -> int:
        return os.open(path, flags, 0o666)

    @functools.wraps(real_open)
    def mapped_open(
        file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
        newline: Any = None, closefd: bool = True, opener: Any = None,
    ) -> Any:  # fmt: skip
        # With an opener the file keeps the name that the code gave it.
        if mapping.tmp and not isinstance(file, int):
            device = mapping.devices.get(os.fsdecode(file)) if isinstance(file, str | os.PathLike) else None
            if device is not None:
                return device(mode, buffering)
            opener = opener or ours
            words = (encoding, errors, newline)
            if mapping.writing is not None and closefd and _writes(mode, buffering, words):
                return mapping.writing(file, mode, buffering, *words, opener)
        return real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)

    def connect(database: Any, *args: Any, **options: Any) -> sqlite3.Connection:
        if isinstance(database, str) and database.startswith("file:/"):
            database = "file:" + mapping.inward(database[5:])
        connection: sqlite3.Connection = real_connect(mapping.inward(database), *args, **options)
        return connection

    builtins.open = mapped_open
    for module in (io, _io):
        module.open = mapped_open  # type: ignore[attr-defined]
    tokenize._builtin_open = mapped_open  # type: ignore[attr-defined]
    sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
