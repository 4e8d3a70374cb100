"""The system call filter: a list of what a worker may do, assembled once and installed in each worker.

No sockets, no processes, no threads, no signals to others, no namespaces, no tracing, no io_uring. A worker
reads and writes the one socket that it inherits with plain `read` and `write`.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

from sandbox.runtime import syscalls

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x4000_0000
_NEWER = 424
"""Calls from this number on that are not listed do not exist, as on an older kernel."""

_LOAD, _EQUAL, _AT_LEAST, _JUMP, _RETURN = 0x20, 0x15, 0x35, 0x05, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000

_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: what opening files needs."""

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


def _checks(machine: str) -> list[Instruction]:
    calls = syscalls.numbers(syscalls.CHECKED, machine)
    program: list[Instruction] = []
    for name in ("kill", "tkill", "tgkill"):
        program += _for_call(calls[name], [_argument(0), *_any_of([_SELF], _YES), _NO])
    program += _for_call(calls["ioctl"], [_argument(1), *_any_of(list(_IOCTLS), _YES), _errno(errno.ENOTTY)])
    program += _for_call(calls["prctl"], [_argument(0), *_any_of(list(_PRCTLS), _YES), _NO])
    # Reading one's own limits is harmless; raising them is what root could do.
    own = [_argument(0), (_EQUAL, 1, 0, 0), _NO]
    for load in (_argument(2), _argument_high(2)):
        own += [load, (_EQUAL, 1, 0, 0), _NO]
    program += _for_call(calls["prlimit64"], [*own, _YES])
    return program


def assemble(machine: str) -> bytes:
    """The program for a machine, with a stand-in for the process number."""
    program: list[Instruction] = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, _ARCHITECTURES[machine])]
    program += [(_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER)]
    if machine == "x86_64":
        program += [(_AT_LEAST, 0, 1, _X32), _NO]
    program += _any_of(list(syscalls.numbers(syscalls.ALLOWED, machine).values()), _YES)
    program += _any_of(list(syscalls.numbers(syscalls.PRETENDED, machine).values()), _errno(0))
    unsupported = list(syscalls.numbers(syscalls.UNSUPPORTED, machine).values())
    program += _any_of(unsupported, _errno(errno.ENOTSUP))
    program += _checks(machine)
    program += [(_AT_LEAST, 0, 1, _NEWER), _errno(errno.ENOSYS), _NO]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def machine() -> str:
    """This machine, or "" where there is no filter for it."""
    name = platform.machine()
    return name if sys.platform == "linux" and name in _ARCHITECTURES else ""


_assembled: dict[str, bytes] = {}


def prepare() -> None:
    """Assemble the program ahead of need."""
    if machine() and not _assembled:
        _assembled[machine()] = assemble(machine())


def install(pid: int) -> None:
    """Put this process under the filter for the rest of its life. No-new-privileges must be set.

    Args:
        pid: its own process number.

    Raises:
        OSError: the kernel or the machine has no such thing.
    """
    if not machine():
        raise OSError(errno.ENOSYS, f"there is no filter for {platform.machine()} on {sys.platform}")
    prepare()
    code = _assembled[machine()].replace(struct.pack("=I", _SELF), struct.pack("=I", pid))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p).value)
    if _LIBC.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"the kernel refused the system call filter: errno {number}")
