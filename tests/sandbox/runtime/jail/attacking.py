"""Makes the attacks, as whoever runs it: outside any jail, where they must succeed, and in the jail.

Run as a program, with `python -m` and the arguments HOW and FOLDER, it prints what came of them as JSON.
HOW is "outside", "jailed", or "bare" for a jail without namespaces, and FOLDER may be written to.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from tests.sandbox.runtime.jail.attacks import ATTACKS, CURIOUS, HANDLER, HARMLESS, PRETENDED, Attack

CHECKOUT = Path(__file__).parents[4]
KERNEL = tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])
OTHER = "def handler(event, context):\n    open('/tmp/f', 'w').write('x')\n"

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_USER, _NEW_MOUNTS, _NEW_UTS = 0x1000_0000, 0x0002_0000, 0x0400_0000
_PRIVATE, _RECURSIVE = 1 << 18, 0x4000
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(2**64 - 1)
_SECONDS = 20


class Result(msgspec.Struct):
    """What came of the attacks, by name.

    Attributes:
        uid: who made them.
        root: whether that was somebody with all of root's rights.
        layers: of the jail, with whether each holds.
        attacks: what each said.
        curious: likewise.
        pretended: likewise.
        changed: those of the pretended ones that changed the file they aimed at.
        harmless: what was said of what must work.
    """

    uid: int
    root: bool = False
    layers: dict[str, bool] = {}
    attacks: dict[str, str] = {}
    curious: dict[str, str] = {}
    pretended: dict[str, str] = {}
    changed: set[str] = set()
    harmless: dict[str, str] = {}


# -- what is aimed at ------------------------------------------------------------------------------------


@contextlib.contextmanager
def targets(folder: Path) -> Iterator[dict[str, Any]]:
    """Things outside that attacks aim at."""
    box = folder / "box"
    (box / "empty").mkdir(parents=True)
    secret = box / "secret"
    secret.write_text("secret", encoding="ascii")
    secret.chmod(0o600)
    os.setxattr(secret, "user.old", b"1")
    path = f"/tmp/lt-{os.getpid()}-{os.urandom(4).hex()}.sock"
    listener, local = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
    try:
        local.bind(path)
        local.listen()
        yield {
            "box": str(box),
            "secret": str(secret),
            "victim": os.getpid(),
            "port": listener.getsockname()[1],
            "path": path,
            "python": os.__file__,
            "checkout": str(CHECKOUT),
        }
    finally:
        listener.close()
        local.close()
        Path(path).unlink(missing_ok=True)


def metadata(*files: Path) -> list[object]:
    """What the pretended attacks try to change."""
    told = []
    for file in files:
        seen = file.stat()
        attributes = {name: os.getxattr(file, name) for name in os.listxattr(file)}
        told.append((seen.st_mode, seen.st_uid, seen.st_gid, seen.st_mtime_ns, seen.st_atime_ns, attributes))
    return told


def applicable(attack: Attack) -> bool:
    """Whether this kernel has the call."""
    return attack.since <= KERNEL


# -- outside ---------------------------------------------------------------------------------------------


def outside(folder: Path) -> Result:
    """Make all attacks without a jail, each in a child of its own with targets of its own."""
    result = Result(os.getuid(), root=_alone())
    names: dict[str, Any] = {}
    exec(HANDLER, names)
    victim = _victim()
    try:
        for number, (name, attack) in enumerate({**ATTACKS, **CURIOUS, **PRETENDED}.items()):
            said, changed = _once(folder / str(number), attack, names, victim)
            table = (
                result.attacks if name in ATTACKS else result.curious if name in CURIOUS else result.pretended
            )
            table[name] = said
            if changed:
                result.changed.add(name)
    finally:
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
    return result


def _alone() -> bool:
    """Whether this is root, and nobody else will see what is mounted and named here; sees to it."""
    if os.geteuid() != 0 or _LIBC.unshare(_NEW_MOUNTS | _NEW_UTS):
        return False
    return bool(_LIBC.mount(None, b"/", None, ctypes.c_ulong(_PRIVATE | _RECURSIVE), None) == 0)


def _victim() -> int:
    pid = os.fork()
    if pid == 0:
        _LIBC.prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
        while True:
            signal.pause()
    return pid


def _once(folder: Path, attack: Attack, names: dict[str, Any], victim: int) -> tuple[str, bool]:
    """What one attack said, and whether it changed the files it aims at."""
    for name in ("task", "tmp", "other", "package", "engine"):
        (folder / name).mkdir(parents=True)
    for file in ("task/app.py", "other/f", "package/app.py"):
        (folder / file).write_text("x", encoding="ascii")
    os.setxattr(folder / "task/app.py", "user.old", b"1")
    aims = (folder / "box/secret", folder / "task/app.py")
    with targets(folder) as facts:
        facts.update({name: str(folder / name) for name in ("task", "tmp", "other", "package", "engine")})
        facts["victim"] = victim
        before = metadata(*aims)
        answer, ours = os.pipe()
        pid = os.fork()
        if pid == 0:
            _attack(attack, facts, names, ours)
        os.close(ours)
        said = b"".join(iter(lambda: os.read(answer, 1_000), b"")).decode()
        os.close(answer)
        _, status = os.waitpid(pid, 0)
        # Whoever has become another program says nothing.
        said = said or ("ALLOWED" if status == 0 else f"status {status}")
        return said, aims[0].exists() and metadata(*aims) != before


def _attack(attack: Attack, facts: dict[str, Any], names: dict[str, Any], answer: int) -> NoReturn:
    said = "nothing came of it"
    try:
        signal.alarm(_SECONDS)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        channel, keeper = socket.socketpair()
        answer, null = os.dup(answer), os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        if 3 in {answer, keeper.fileno()}:
            raise AssertionError("descriptor 3 is taken")
        os.dup2(channel.fileno(), 3)
        said = names["attempt"](attack.code, names["start"](facts))
    finally:
        os.write(answer, said.encode())
        os._exit(0)


# -- in the jail -----------------------------------------------------------------------------------------


def jailed(folder: Path) -> Result:
    """Make all attacks in the jail of this machine."""
    from sandbox.runtime import Environments, jail_report
    from sandbox.runtime.spawner import spawner
    from tests.sandbox.runtime.conftest import Lab, value

    lab = Lab(Environments())
    lab.timeout = 900_000_000
    result = Result(os.getuid())
    try:
        result.layers = {layer.name: layer.ok for layer in jail_report().layers}
        lab.call(OTHER, seed=1)
        engine = spawner.folder()
        other = next((engine / "environments").rglob("f")).parent
        package = next(at.parent for at in (engine / "code").rglob("app.py") if at.read_text() == OTHER)
        facts = {"task": "/var/task", "tmp": "/tmp", "other": str(other), "package": str(package)}

        def told(attacks: Mapping[str, str]) -> dict[str, str]:
            answer = lab.call(HANDLER, {"facts": facts, "attacks": attacks}, memory=256)
            said: dict[str, str] = value(answer)
            return said

        with targets(folder) as found:
            facts |= {**found, "engine": str(engine)}
            result.attacks = told({name: attack.code for name, attack in ATTACKS.items()})
            result.curious = told({name: attack.code for name, attack in CURIOUS.items()})
            result.harmless = told(HARMLESS)
            aims = (Path(facts["secret"]), *(engine / "code").rglob("app.py"))
            for name, attack in PRETENDED.items():
                before = metadata(*aims)
                result.pretended |= told({name: attack.code})
                if metadata(*aims) != before:
                    result.changed.add(name)
        if (other / "f").read_text() != "x" or Path(facts["secret"]).read_text() != "secret":
            result.changed.add("the content of files")
    finally:
        lab.environments.close()
        spawner.close()
    return result


def without_namespaces() -> bool:
    """Move this process to where no namespaces can be had; whether that could be done."""
    user, group = os.geteuid(), os.getegid()
    if _LIBC.unshare(_NEW_USER):
        return False
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    return True


def main(how: str, folder: str) -> None:
    """Make the attacks and print what came of them."""
    place = Path(folder) / f"{how}-{os.getpid()}"
    place.mkdir()
    if how == "bare" and not without_namespaces():
        how = "jailed"
    result = outside(place) if how == "outside" else jailed(place)
    print(msgspec.json.encode(result).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
