"""The system call filter: a list of what a worker may do, assembled once and installed in each worker.

No sockets, no processes, no threads, no signals to others, no namespaces, no tracing, no io_uring, and no
questions about other processes. A worker reads and writes the one socket that it inherits with plain `read`
and `write`.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

from sandbox.runtime.jail import syscalls

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x4000_0000
_NEWER = 424
"""Calls from this number on that are not listed do not exist, as on an older kernel."""

_LOAD, _EQUAL, _AT_LEAST, _JUMP, _AND, _RETURN = 0x20, 0x15, 0x35, 0x05, 0x54, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000

_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: what opening files needs."""

_FCNTLS = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
"""Duplicating, flags, locks (of both kinds), the size of a pipe. Not F_SETOWN and F_SETSIG: with them the
kernel sends any signal to any process of the same user."""

_WAYS, _TRUNC = 0o3, 0o1000
"""O_ACCMODE and O_TRUNC of `open`. The way 3 asks for no right that Landlock knows of."""

_NEGATIVE = 0x8000_0000
"""From here on, clocks are those of other processes."""

_PRCTLS = (15, 16, 0x5356_4D41)
"""PR_SET_NAME, PR_GET_NAME, PR_SET_VMA."""

_SELF = 0x7E57_0000
"""Stands in the assembled program for the worker's own process number."""

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

Instruction = tuple[int, int, int, int]


def _errno(number: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | number)


_YES: Instruction = (_RETURN, 0, 0, _ALLOW)
_NO = _errno(errno.EPERM)


def _argument(index: int) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)


def _argument_high(index: int) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index + 4)


def _any_of(values: list[int], verdict: Instruction) -> list[Instruction]:
    """A verdict for any of at most 255 values; other values pass on."""
    checks = [(_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)]
    return [*checks, (_JUMP, 0, 0, 1), verdict]


def _for_call(number: int, block: list[Instruction]) -> list[Instruction]:
    return [(_EQUAL, 0, len(block), number), *block]


def _checks(machine: str, truncating: bool) -> list[Instruction]:
    own, null = _any_of([0, _SELF], _YES), (_EQUAL, 1, 0, 0)
    signal = [_argument(0), *_any_of([_SELF], _YES), _NO]
    asking = [_argument(0), *own, _errno(errno.ESRCH)]
    clock = [_argument(0), (_AT_LEAST, 0, 1, _NEGATIVE), _errno(errno.EINVAL), _YES]
    blocks = {
        "open": _opening(1),
        "openat": _opening(2),
        "truncate": [_YES if truncating else _NO],
        "fcntl": [_argument(1), *_any_of(list(_FCNTLS), _YES), _NO],
        "ioctl": [_argument(1), *_any_of(list(_IOCTLS), _YES), _errno(errno.ENOTTY)],
        "prctl": [_argument(0), *_any_of(list(_PRCTLS), _YES), _NO],
        # Reading one's own limits is harmless; raising them is what root could do.
        "prlimit64": [
            *(_argument(0), null, _NO),
            *(_argument(2), null, _NO),
            *(_argument_high(2), null, _NO),
            _YES,
        ],
        **dict.fromkeys(("kill", "tkill", "tgkill"), signal),
        **dict.fromkeys(
            ("getpgid", "getsid", "sched_getaffinity", "sched_getparam", "sched_getscheduler"), asking
        ),
        "getpriority": [_argument(0), null, _NO, _argument(1), *own, _errno(errno.ESRCH)],
        **dict.fromkeys(("clock_gettime", "clock_getres", "clock_nanosleep"), clock),
    }
    program: list[Instruction] = []
    for name, number in syscalls.numbers(syscalls.CHECKED, machine).items():
        program += _for_call(number, blocks[name])
    return program


def _opening(flags: int) -> list[Instruction]:
    """Not the way 3, and nothing that is only read is cut off: older Landlocks let that through."""
    refused = _errno(errno.EACCES)
    return [
        *(_argument(flags), (_AND, 0, 0, _WAYS), (_EQUAL, 0, 1, _WAYS), refused),
        *(_argument(flags), (_AND, 0, 0, _WAYS | _TRUNC), (_EQUAL, 0, 1, _TRUNC), refused),
        _YES,
    ]


def assemble(machine: str, *, truncating: bool) -> bytes:
    """The program for a machine, with a stand-in for the process number.

    Args:
        machine: "x86_64" or "aarch64".
        truncating: whether `truncate` may be called, because something else looks after it.
    """
    program: list[Instruction] = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, _ARCHITECTURES[machine])]
    program += [(_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":
        program += [(_AT_LEAST, 0, 1, _X32), _NO]
    program += _checks(machine, truncating)
    program += _any_of(list(syscalls.numbers(syscalls.ALLOWED, machine).values()), _YES)
    program += _any_of(list(syscalls.numbers(syscalls.PRETENDED, machine).values()), _errno(0))
    unsupported = list(syscalls.numbers(syscalls.UNSUPPORTED, machine).values())
    program += _any_of(unsupported, _errno(errno.ENOTSUP))
    program += [(_AT_LEAST, 0, 1, _NEWER), _errno(errno.ENOSYS), _NO]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def machine() -> str:
    """This machine, or "" where there is no filter for it."""
    name = platform.machine()
    return name if sys.platform == "linux" and name in _ARCHITECTURES else ""


class _Filter:
    """The program in a buffer, and where the process number belongs in it."""

    def __init__(self, code: bytes) -> None:
        self._buffer = ctypes.create_string_buffer(code, len(code))
        self._address = ctypes.cast(self._buffer, ctypes.c_void_p).value
        self._program = ctypes.byref(_Program(len(code) // 8, self._address))
        self._places = [
            place + 4
            for place in range(0, len(code), 8)
            if struct.unpack_from("=I", code, place + 4) == (_SELF,)
        ]

    def install(self, pid: int) -> int:
        for place in self._places:
            struct.pack_into("=I", self._buffer, place, pid)
        return int(_LIBC.prctl(_PR_SET_SECCOMP, _MODE_FILTER, self._program, 0, 0))


_ready: list[_Filter] = []


def prepare(*, truncating: bool) -> None:
    """Assemble the program ahead of need, if this machine has one.

    Args:
        truncating: see `assemble`.
    """
    if machine():
        _ready[:] = [_Filter(assemble(machine(), truncating=truncating))]


def install(pid: int) -> None:
    """Put this process under the filter for the rest of its life. No-new-privileges must be set.

    Args:
        pid: its own process number.

    Raises:
        OSError: the kernel or the machine has no such thing.
    """
    if not _ready:
        raise OSError(errno.ENOSYS, f"there is no filter for {platform.machine()} on {sys.platform}")
    if _ready[0].install(pid):
        number = ctypes.get_errno()
        raise OSError(number, f"the kernel refused the system call filter: errno {number}")
