"""Namespaces for the zygote and all its workers: a root folder with little in it, no network, no rights.

They are an addition to the jail, not a part of it, for many systems do not hand them out. The zygote goes
into them once, before its first worker; it costs a worker nothing. What is not shown there does not exist for
code: not even `stat` tells of it, and there is no /proc. Process numbers stay the system's own, so that the
engine can look at its workers and kill them.

All is tried in a child first, which looks whether what is needed is still there.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, NoReturn

_LIBC = ctypes.CDLL(None, use_errno=True)

_NEW_USER, _NEW_MOUNTS, _NEW_NETWORK = 0x1000_0000, 0x0002_0000, 0x4000_0000
_NEW_IPC, _NEW_UTS = 0x0800_0000, 0x0400_0000
_BIND, _RECURSIVE, _SLAVE, _DETACH = 0x1000, 0x4000, 0x8_0000, 2
_NO_SUID, _NO_DEVICES = 2, 4
_MOUNT_SETATTR, _HERE, _WHOLE_TREE = 442, -100, 0x8000
_READ_ONLY = 1

_PR_CAPBSET_DROP = 24
_CAPABILITIES_3 = 0x2008_0522
_LAST_CAPABILITY = 63
_OVERRIDE, _SEARCH = 1 << 1, 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: without them root cannot use a Python in somebody's home."""

_HOST = b"169.254.10.1"
_LINKS_MAX = 40
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_SWITCHES = (
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "AppArmor keeps programs from using them",
    ),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone is 0"),
    ("/proc/sys/user/max_user_namespaces", "0", "user.max_user_namespaces is 0"),
)
"""Files whose content tells why there are none."""


class Status(NamedTuple):
    """Whether this process is in namespaces of its own, and in a few words what they cover or why not."""

    ok: bool
    reason: str


class _BrokenError(Exception):
    """Namespaces can be had, but something is not as it must be in them."""


class Namespaces:
    """This process's.

    Attributes:
        status: what came of `enter`.
    """

    def __init__(self) -> None:
        self.status = Status(False, "nobody has asked for them")
        self._proc = -1
        self._beside = -1

    def enter(self, folder: str, shown: Iterable[str]) -> None:
        """Go into namespaces if they can be had and nothing that is needed gets lost in them.

        Root's rights are laid down in any case.

        Args:
            folder: the engine's folder, in which files may be made and changed; the only such place.
            shown: folders and files that can be seen as well.
        """
        if sys.platform != "linux":
            self.status = Status(False, f"there are none on {sys.platform}")
            return
        places = [place for place in dict.fromkeys(shown) if Path(place).exists()]
        reason = _tried(folder, places)
        if not reason:
            # Ways to what will be out of sight, for this process alone: its children close them at once.
            self._proc = os.open("/proc", os.O_PATH | os.O_CLOEXEC)
            self._beside = os.open(Path(folder).parent, os.O_PATH | os.O_CLOEXEC)
            try:
                _move(folder, places)
            except OSError as error:
                self.close()
                reason = _told(error)
        self.status = Status(
            not reason, reason or "what lies outside cannot be seen, and there is no network"
        )
        _lay_down_rights(0 if self.status.ok else _OVERRIDE | _SEARCH)

    def statm(self) -> bytes:
        """What the kernel says about this process's memory, as in /proc/self/statm.

        Raises:
            OSError: there is no /proc.
        """
        if self._proc < 0:
            fd = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        else:
            fd = os.open("self/statm", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._proc)
        try:
            return os.read(fd, 200)
        finally:
            os.close(fd)

    def close(self) -> None:
        """Give up the ways to what is out of sight."""
        for fd in (self._proc, self._beside):
            if fd >= 0:
                os.close(fd)
        self._proc = self._beside = -1

    def remove(self, folder: str) -> None:
        """Remove the engine's folder, which must be empty; from inside it is the top of a file system."""
        if self._beside >= 0:
            with contextlib.suppress(OSError):
                os.rmdir(Path(folder).name, dir_fd=self._beside)
        self.close()


namespaces = Namespaces()
"""Those of this process, and of the workers that are forked from it."""


# -- going in --------------------------------------------------------------------------------------------


def _move(folder: str, shown: Iterable[str]) -> None:
    """Go into new namespaces whose root holds these places only, under the names that they have outside."""
    user, group = os.geteuid(), os.getegid()
    flags = _NEW_USER | _NEW_MOUNTS | _NEW_NETWORK | _NEW_IPC | _NEW_UTS
    _did(_LIBC.unshare(flags), "making them")
    try:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    except OSError as error:
        raise OSError(error.errno, f"naming their user: {error.strerror}") from None
    _did(_LIBC.sethostname(_HOST, len(_HOST)), "naming their host")
    _mount(None, "/", None, _SLAVE | _RECURSIVE)
    root = f"{folder}/root-{os.getpid()}"
    Path(root).mkdir()
    _mount("tmpfs", root, "tmpfs", _NO_SUID | _NO_DEVICES, "mode=755,size=1m")
    _show_all(root, folder, shown)
    _seal(root, _READ_ONLY)
    os.chdir(root)
    # The old root ends up on top of the new one, and is let go of there: see pivot_root(2).
    _did(_LIBC.pivot_root(b".", b"."), "changing the root")
    _did(_LIBC.umount2(b".", _DETACH), "leaving the old root")
    os.chdir("/")
    Path(root).rmdir()


def _show_all(root: str, folder: str, shown: Iterable[str]) -> None:
    visible = [_followed(root, folder)]
    _show(root, visible[0], _BIND)
    _seal(root + visible[0], _NO_SUID | _NO_DEVICES)
    for place in sorted({_followed(root, place) for place in shown}):
        if not any(place == other or place.startswith(other + "/") for other in visible):
            visible.append(place)
            _show(root, place, _BIND | _RECURSIVE)
            _seal(root + place, _READ_ONLY | _NO_SUID | _NO_DEVICES, whole=True)
    for device in filter(os.path.exists, DEVICES):
        _show(root, device, _BIND)
        _seal(root + device, _NO_SUID)


def _followed(root: str, place: str) -> str:
    """The real name of a place; the links on the way to it are made in the new root as well."""
    done, ahead = "", list(Path(os.path.normpath(place)).parts[1:])
    links = 0
    while ahead:
        here = f"{done}/{ahead.pop(0)}"
        if not Path(here).is_symlink():
            done = here
            continue
        links += 1
        if links > _LINKS_MAX:
            raise OSError(errno.ELOOP, f"too many links on the way to {place}")
        link, target = Path(root + here), str(Path(here).readlink())
        link.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(link):
            # Path.symlink_to gives one argument more than what stands in for `os.symlink` here takes.
            os.symlink(target, link)  # noqa: PTH211
        ahead[:0] = Path(os.path.normpath(Path(done or "/", target))).parts[1:]
        done = ""
    return done


def _show(root: str, place: str, flags: int) -> None:
    there = Path(root + place)
    if Path(place).is_dir():
        there.mkdir(parents=True, exist_ok=True)
    else:
        there.parent.mkdir(parents=True, exist_ok=True)
        there.touch()
    _mount(place, str(there), None, flags)


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind)]
    result = _LIBC.mount(*words, ctypes.c_ulong(flags), data.encode() or None)
    _did(result, f"mounting {source or target}")


class _Attributes(ctypes.Structure):
    _fields_ = (("set", ctypes.c_uint64), ("clear", ctypes.c_uint64), ("rest", ctypes.c_uint64 * 2))


def _seal(place: str, flags: int, *, whole: bool = False) -> None:
    """Add flags to a mount, or to all of a tree; what was forbidden there stays forbidden."""
    wanted = _Attributes(flags, 0)
    result = _LIBC.syscall(
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_int(_HERE),
        os.fsencode(place),
        ctypes.c_uint(_WHOLE_TREE if whole else 0),
        ctypes.byref(wanted),
        ctypes.c_size_t(ctypes.sizeof(wanted)),
    )
    _did(result, f"sealing {place}")


def _did(result: int, step: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{step}: {os.strerror(number)}")


def _told(error: OSError) -> str:
    for file, value, words in _SWITCHES:
        with contextlib.suppress(OSError):
            if Path(file).read_text(encoding="ascii").strip() == value:
                return words
    return f"this system does not give them to programs ({error.strerror or error})"


class _Capabilities(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int), ("sets", ctypes.c_uint32 * 6))


def _lay_down_rights(kept: int) -> None:
    """Give up root's rights for good, but for those of the first 32 that are `kept`, where it has them."""
    for number in range(_LAST_CAPABILITY + 1):
        if not 1 << number & kept:
            _LIBC.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    sets = _Capabilities(_CAPABILITIES_3, 0)
    if _LIBC.capget(ctypes.byref(sets, 0), ctypes.byref(sets, _Capabilities.sets.offset)) == 0:
        effective, permitted, _ = sets.sets[:3]
        sets.sets[:] = (effective & kept, permitted & kept, 0, 0, 0, 0)
        _LIBC.capset(ctypes.byref(sets, 0), ctypes.byref(sets, _Capabilities.sets.offset))


# -- trying it out ---------------------------------------------------------------------------------------


def _tried(folder: str, shown: list[str]) -> str:
    """Why it cannot be done, or nothing: tried in a child, which this process looks after and kills."""
    (from_child, to_parent), (from_parent, to_child) = os.pipe(), os.pipe()
    late = Path(folder) / f".late-{os.getpid()}"
    pid = os.fork()
    if pid == 0:
        os.close(from_child)
        os.close(to_child)
        _try(folder, shown, late, from_parent, to_parent)
    os.close(to_parent)
    os.close(from_parent)
    try:
        said = os.read(from_child, len(_INSIDE))
        if said == _INSIDE:
            # What the engine does all the time: it makes files while workers live.
            late.write_text("x", encoding="ascii")
            said = b""
        os.close(to_child)
        said += b"".join(iter(lambda: os.read(from_child, 1_000), b""))
    finally:
        os.close(from_child)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        late.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            Path(f"{folder}/root-{pid}").rmdir()
    if said == _FINE:
        return ""
    return said.decode("utf-8", "replace") or "the child that tried them died of it"


_INSIDE, _FINE = b"inside", b"fine"


def _try(folder: str, shown: list[str], late: Path, parent: int, answer: int) -> NoReturn:
    said = ""
    try:
        before = _identities(folder, shown)
        _move(folder, shown)
        os.write(answer, _INSIDE)
        os.read(parent, 1)
        _look_around(folder, shown, late, before)
        said = _FINE.decode()
    except _BrokenError as error:
        said = str(error)
    except OSError as error:
        said = _told(error)
    except Exception as error:  # noqa: BLE001 - the edge of a trial: whatever goes wrong, it failed
        said = f"a fault of ours: {type(error).__name__}: {error}"
    finally:
        os.write(answer, said.encode())
        os._exit(0)


def _identities(folder: str, shown: list[str]) -> list[tuple[int, int]]:
    return [(found.st_dev, found.st_ino) for found in map(os.stat, (folder, *shown))]


def _look_around(folder: str, shown: list[str], late: Path, before: list[tuple[int, int]]) -> None:
    """Check that what is needed is there, and what is not shown is not.

    Raises:
        _BrokenError: it is not so.
        OSError: it is not so.
    """
    try:
        if _identities(folder, shown) != before:
            raise _BrokenError("folders are not the same in them")
        for place in shown:
            _look_into(Path(place))
        if late.read_text(encoding="ascii") != "x":
            raise _BrokenError("files that are made later do not show in them")
        Path(f"{folder}/root-{os.getpid()}").mkdir()
        Path("/dev/null").write_bytes(b"x")
        with Path("/dev/urandom").open("rb", buffering=0) as chance:
            chance.read(1)
    except OSError as error:
        raise _BrokenError(f"what is needed is not there in them ({error})") from None
    ways = [*shown, *map(os.path.realpath, (folder, *shown))]
    for outside in ("/proc", "/sys", "/etc", "/root", "/home"):
        if Path(outside).exists() and not any(way.startswith(f"{outside}/") for way in ways):
            raise _BrokenError(f"{outside} can be seen in them")


def _look_into(place: Path) -> None:
    if not place.is_dir():
        place.read_bytes()
        return
    libraries = [entry.path for entry in os.scandir(place) if entry.name.endswith(".so")]
    for library in libraries[:1]:
        with Path(library).open("rb") as file:
            mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()
