"""Landlock: which folders a worker may reach, by the kernel's own rules, without being root.

The kernel is asked by its system call which version (ABI) it has; each version adds rights that can be taken
away.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE = 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG, _MAKE_SYM = 1 << 7, 1 << 8, 1 << 12
_REFER, _TRUNCATE = 1 << 13, 1 << 14

_READ = _READ_FILE | _READ_DIR
_CHANGE = (
    _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SYM | _REFER | _TRUNCATE
)
_OF_FILES = _READ_FILE | _WRITE_FILE | _TRUNCATE

_KNOWN_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many rights there are from which version on."""

_TRUNCATE_FROM, _NETWORK_FROM, _SCOPES_FROM = 3, 4, 6
_ALL_NETWORK = 0b11
"""Binding and connecting TCP."""

_ALL_SCOPES = 0b11
"""Abstract unix sockets and signals to processes outside."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _call(number: int, *arguments: object) -> int:
    result = int(_LIBC.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        reason = ctypes.get_errno()
        raise OSError(reason, f"landlock: {os.strerror(reason)}")
    return result


def version() -> int:
    """The kernel's version of Landlock.

    Raises:
        OSError: it has none, or it is switched off.
    """
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, f"there is no Landlock on {sys.platform}")
    return _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))


def truncating() -> bool:
    """Whether this kernel's Landlock has a say in shortening files; below its third version it has not."""
    try:
        return version() >= _TRUNCATE_FROM
    except OSError:
        return False


def restrict(readable: Iterable[str], changeable: Iterable[str], devices: Iterable[str]) -> int:
    """Shut this process out of everything but these places. No-new-privileges must be set.

    Args:
        readable: folders that may be read.
        changeable: folders in which it may do as it likes, but for running programs and making devices.
        devices: single files that may be read and written.

    Returns:
        The kernel's version of Landlock.

    Raises:
        OSError: it cannot be done here.
    """
    level = version()
    rights = (1 << max(count for start, count in _KNOWN_RIGHTS.items() if level >= start)) - 1
    rules = _Ruleset(
        rights,
        _ALL_NETWORK if level >= _NETWORK_FROM else 0,
        _ALL_SCOPES if level >= _SCOPES_FROM else 0,
    )
    size = 24 if level >= _SCOPES_FROM else 16 if level >= _NETWORK_FROM else 8
    ruleset = _call(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for places, allowed in ((readable, _READ), (changeable, _CHANGE), (devices, _OF_FILES)):
            for place in places:
                _allow(ruleset, place, allowed & rights)
        _call(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return level


def _allow(ruleset: int, place: str, allowed: int) -> None:
    try:
        fd = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = _Beneath(allowed, fd)
        _call(
            _ADD_RULE,
            ctypes.c_int(ruleset),
            ctypes.c_int(_PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(fd)
