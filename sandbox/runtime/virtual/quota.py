"""/tmp that is full: writing beyond its size fails with "No space left on device", as on Lambda.

It is a courtesy of `open` and of the functions of `os`. C code that writes by itself (SQLite among it) is
held by the jail's limit on the size of one file, and by the engine, which looks at the folder after each
segment.
"""

from __future__ import annotations

import errno
import functools
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.runtime.virtual import paths, times
from sandbox.runtime.virtual.paths import mapping

_fstat = os.fstat


class Room:
    """How much may still be written, by the real folder of an environment's /tmp.

    What is written is subtracted until nothing is left; only then the folder is looked at, for files may have
    been overwritten or removed since. [SIM] A file takes as many bytes as it is long.
    """

    def __init__(self) -> None:
        self.size = 0
        self._left: dict[str, int] = {}

    def claim(self, fd: int, size: int) -> None:
        """Take so many bytes, if it is for a file.

        Args:
            fd: what is written to.
            size: bytes.

        Raises:
            OSError: there are not so many; ENOSPC.
        """
        tmp = mapping.tmp
        if not tmp:
            return
        status = _fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            return
        left = self._left.get(tmp, -1) - size
        if left < 0:
            left = self.size - _used(tmp) - size
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._left[tmp] = left
        times.wrote(status)

    def left(self) -> int:
        """How many bytes may still be written, measured now."""
        return max(self.size - _used(mapping.tmp), 0)


room = Room()
"""That of this process."""


def _used(folder: str) -> int:
    return sum(
        paths.real_stat(Path(base, name), follow_symlinks=False).st_size
        for base, _, names in os.walk(folder)
        for name in names
    )


def _full(error: OSError) -> OSError:
    """What the limit on files says, in the words of a full disk."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) if error.errno == errno.EFBIG else error


class FileIO(io.FileIO):
    """A file of which writing may find the disk full."""

    def write(self, data: Any, /) -> int:
        """As its base has it."""
        room.claim(self.fileno(), memoryview(data).nbytes)
        try:
            return super().write(data)
        except OSError as error:
            raise _full(error) from None

    def truncate(self, size: int | None = None, /) -> int:
        """As its base has it."""
        try:
            length = super().truncate(size)
            times.wrote(_fstat(self.fileno()))
            return length
        except OSError as error:
            raise _full(error) from None


def opened(
    file: Any, mode: str, buffering: int, encoding: Any, errors: Any, newline: Any, opener: Any
) -> Any:
    """What `open` gives for a mode that writes; its arguments, which have been checked."""
    binary, updating = "b" in mode, "+" in mode
    raw = FileIO(file, "".join(letter for letter in mode if letter in "rwax+"), opener=opener)
    try:
        if buffering == 0 and binary:
            return raw
        size = buffering if buffering > 1 else max(getattr(raw, "_blksize", 0), io.DEFAULT_BUFFER_SIZE)
        buffer = io.BufferedRandom(raw, size) if updating else io.BufferedWriter(raw, size)
        if binary:
            return buffer
        text: Any = io.TextIOWrapper(buffer, encoding, errors, newline, line_buffering=buffering == 1)
        text.mode = mode
        return text
    except BaseException:
        raw.close()
        raise


def install(size: int) -> None:
    """See to it in this worker.

    Args:
        size: bytes that /tmp may hold.
    """
    room.size = size
    paths.mapping.writing = opened
    for name, size_of in _WRITING.items():
        if hasattr(os, name):
            setattr(os, name, _kind(getattr(os, name), size_of))
    for name in ("ftruncate", "truncate", "posix_fallocate"):
        if hasattr(os, name):
            setattr(os, name, _kind(getattr(os, name), None))


def _one(_fd: int, data: Any, *_: Any) -> int:
    return memoryview(data).nbytes


def _many(_fd: int, buffers: Any, *_: Any) -> int:
    return sum(memoryview(data).nbytes for data in buffers)


def _sent(_fd: int, source: int, offset: int | None, count: int, *_: Any) -> int:
    return max(min(count, os.fstat(source).st_size - (offset or 0)), 0)


_WRITING = {"write": _one, "pwrite": _one, "writev": _many, "pwritev": _many, "sendfile": _sent}
"""Functions that take the descriptor first, and how much they will write with their arguments."""


def _kind(real: Callable[..., Any], size_of: Callable[..., int] | None) -> Callable[..., Any]:
    @functools.wraps(real)
    def kind(*args: Any, **options: Any) -> Any:
        if size_of is not None and len(args) > 1 and not options:
            room.claim(args[0], size_of(*args))
        try:
            return real(*args, **options)
        except OSError as error:
            raise _full(error) from None

    return kind
