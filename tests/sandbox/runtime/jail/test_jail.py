"""The attack suite: as whoever runs the tests and, where that is root, as an ordinary user too."""

from __future__ import annotations

import errno
import os
import pickle
import platform
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from sandbox.runtime import jail_report
from sandbox.runtime.channel import FRAME_MAX, HEADER, Lines, encode_up
from sandbox.runtime.jail import syscalls
from sandbox.runtime.spawner import spawner
from tests.sandbox.runtime.conftest import Lab, value
from tests.sandbox.runtime.jail.attacking import CHECKOUT, Result, applicable
from tests.sandbox.runtime.jail.attacks import ATTACKS, CURIOUS, HANDLER, HARMLESS, PRETENDED, WORDS, Attack
from tests.sandbox.runtime.jail.ordinary import NOBODY, as_nobody, readable_checkout

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux promises a strict jail")

REFUSED = {errno.EPERM, errno.ENOSYS}
NEWEST = 500
"""System calls are tried up to this number; the newest kernels have about 470."""

PROBES = {335, 336} if platform.machine() == "x86_64" else set()
"""Calls of the kernel's own user-space probes, which no filter sees; anybody else gets a signal for them."""


def attacked(how: str, folder: Path, checkout: Path = CHECKOUT, *, ordinary: bool = False) -> Result:
    """Make all attacks in a process of their own."""
    command = [sys.executable, "-m", "tests.sandbox.runtime.jail.attacking", how, str(folder)]
    done = subprocess.run(
        as_nobody(command, folder) if ordinary else command,
        capture_output=True,
        text=True,
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=Result)


def nothing_got_through(result: Result) -> None:
    assert all(result.layers[name] for name in ("rlimits", "landlock", "seccomp")), result.layers
    assert result.attacks.keys() == ATTACKS.keys()
    assert {name for name, said in result.attacks.items() if said == "ALLOWED"} == set()
    unmade = ("NameError", "SyntaxError", "TypeError", "AttributeError", "ArgumentError")
    assert {name: said for name, said in result.attacks.items() if said.startswith(unmade)} == {}
    seen = {name for name, said in result.curious.items() if said == "ALLOWED"}
    assert seen == (set() if result.layers["namespaces"] else set(CURIOUS))
    pretended = {name for name, attack in PRETENDED.items() if applicable(attack)}
    assert {name for name, said in result.pretended.items() if said == "ALLOWED"} >= pretended
    assert result.changed == set()
    assert {name: said for name, said in result.harmless.items() if said != "ALLOWED"} == {}
    assert result.harmless.keys() == HARMLESS.keys()


def each_attack_can_succeed(result: Result) -> None:
    def unproven(said: Mapping[str, str], attacks: Mapping[str, Attack]) -> dict[str, str]:
        assert said.keys() == attacks.keys()
        return {
            name: said[name]
            for name, attack in attacks.items()
            if said[name] != "ALLOWED"
            and applicable(attack)
            and not attack.unshown
            and (result.root or not attack.root)
        }

    assert unproven(result.attacks, ATTACKS) == {}
    assert unproven(result.curious, CURIOUS) == {}
    assert unproven(result.pretended, PRETENDED) == {}
    changing = {name for name, attack in PRETENDED.items() if result.pretended[name] == "ALLOWED"}
    assert changing <= result.changed


# -- as whoever runs the tests ---------------------------------------------------------------------------


def test_the_jail_is_strict_here():
    report = jail_report()
    assert report.level == "strict", report
    assert [layer.name for layer in report.layers] == ["rlimits", "landlock", "seccomp", "namespaces"]
    assert [layer.name for layer in report.layers if layer.optional] == ["namespaces"]


def test_every_attack_is_refused(tmp_path):
    nothing_got_through(attacked("jailed", tmp_path))


def test_every_attack_is_refused_where_there_are_no_namespaces(tmp_path):
    result = attacked("bare", tmp_path)
    assert not result.layers["namespaces"]
    nothing_got_through(result)


def test_every_attack_can_succeed_outside(xattr_folder: Path):
    each_attack_can_succeed(attacked("outside", xattr_folder))


@pytest.fixture
def xattr_folder() -> Iterator[Path]:
    """A folder on a disk, for what is kept in memory may have no attributes; others can look into it."""
    folder = Path(f"/var/tmp/lambda-tutor-outside-{os.getpid()}")
    folder.mkdir(mode=0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def test_a_call_that_is_not_listed_is_refused(lab: Lab):
    tables = (syscalls.ALLOWED, syscalls.PRETENDED, syscalls.UNSUPPORTED, syscalls.CHECKED)
    listed = {number for table in tables for number in syscalls.numbers(table, platform.machine()).values()}
    report = value(lab.call(SWEEP, sorted(set(range(NEWEST)) - listed - PROBES)))
    assert {number: said for number, said in report.items() if said not in REFUSED} == {}
    assert len(report) > 300


SWEEP = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def handler(event, context):
    report = {}
    for number in event:
        ctypes.set_errno(0)
        result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
        report[number] = ctypes.get_errno() if result == -1 else f"returned {result}"
    return report
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only there are calls of an older numbering")
def test_calls_of_the_older_numbering_end_the_process(lab: Lab, tmp_path):
    # mov eax, 20 (getpid); int 0x80; ret
    source = """
        import ctypes, mmap
        def handler(event, context):
            code = mmap.mmap(-1, 4096, prot=7)
            code.write(bytes.fromhex("b814000000cd80c3"))
            return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
        """
    ended = lab.call(source)
    assert (ended.kind, ended.status) == ("exit", "signal: bad system call")


ALONE = """
import os, sys
from sandbox.runtime.jail import seccomp
seccomp.prepare(truncating={truncating})
seccomp._LIBC.prctl(38, 1, 0, 0, 0)
file = sys.argv[1]
os.kill(os.getpid(), 0)
seccomp.install(os.getpid())
def said(act, *arguments):
    try:
        act(*arguments)
    except OSError as error:
        return error.errno
print([
    said(os.open, file, os.O_RDONLY), said(os.open, file, os.O_RDWR | os.O_TRUNC),
    said(os.kill, os.getpid(), 0),
    said(os.open, file, 3), said(os.open, file, os.O_TRUNC), said(os.open, file, 3 | os.O_TRUNC),
    said(os.kill, 8, 0), said(os.truncate, file, 0),
])
"""


@pytest.mark.parametrize("truncating", [True, False])
def test_the_filter_alone_refuses_what_an_older_landlock_does_not_see(tmp_path, truncating):
    file = tmp_path / "file"
    file.write_text("x", encoding="ascii")
    done = subprocess.run(
        [sys.executable, "-c", ALONE.format(truncating=truncating), str(file)],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        check=True,
    )
    refused = [errno.EACCES] * 3
    last = None if truncating else errno.EPERM
    assert done.stdout.strip() == str([None, None, None, *refused, errno.EPERM, last])


# -- as an ordinary user ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory) -> Iterator[Path]:
    """A copy of the checkout that an ordinary user can read, with a folder in it that is the user's own."""
    with readable_checkout() as folder:
        yield folder


@pytest.mark.skipif(os.getuid() != 0, reason="whoever runs the tests is an ordinary user already")
@pytest.mark.parametrize("how", ["jailed", "bare"])
def test_every_attack_is_refused_to_an_ordinary_user(ordinary: Path, how):
    result = attacked(how, ordinary / "own", ordinary, ordinary=True)
    assert result.uid == NOBODY
    nothing_got_through(result)


@pytest.mark.skipif(os.getuid() != 0, reason="whoever runs the tests is an ordinary user already")
def test_every_attack_of_an_ordinary_user_can_succeed_outside(ordinary: Path):
    result = attacked("outside", ordinary / "own", ordinary, ordinary=True)
    assert (result.uid, result.root) == (NOBODY, False)
    each_attack_can_succeed(result)


# -- words -----------------------------------------------------------------------------------------------


def test_refusals_say_why_in_plain_words(lab: Lab):
    facts = {"task": "/var/task", "tmp": "/tmp", "victim": os.getpid()}
    report = value(lab.call(HANDLER, {"facts": facts, "attacks": WORDS}, memory=256))
    assert report.keys() == WORDS.keys()
    assert {name: said for name, said in report.items() if "Lambda sandbox: " not in said} == {}


def test_the_machine_looks_the_same_everywhere(lab: Lab):
    source = """
        import os, platform
        def handler(event, context):
            return [platform.node(), platform.release(), os.uname().nodename, os.getloadavg(), os.cpu_count()]
        """
    assert value(lab.call(source)) == ["169.254.10.1", "5.10.0-amzn", "169.254.10.1", [0.0, 0.0, 0.0], 2]


def test_the_report_is_the_same_from_any_thread():
    reports = []
    threads = [threading.Thread(target=lambda: reports.append(jail_report())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(reports)) == 1


# -- the channel -----------------------------------------------------------------------------------------


class Bomb:
    """Leaves a file behind where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


WRITE = """
import os
def handler(event, context):
    data, again = bytes.fromhex(event["data"]), event.get("again", 1)
    while again:
        again -= 1
        rest = data
        while rest:
            rest = rest[os.write(3, rest):]
    return "done"
"""


def test_pickles_that_come_up_the_channel_stay_shut(lab: Lab, tmp_path):
    path = tmp_path / "unpickled"
    bomb = pickle.dumps(Bomb(path))
    pickle.loads(bomb)
    assert path.exists(), "it would work"
    path.unlink()
    for data in (bomb, encode_up(0, Lines(1, []))[: HEADER.size] + bomb):
        assert lab.call(WRITE, {"data": data.hex()}).status == "signal: killed"
    assert not path.exists()


def test_a_stream_without_end_ends_with_the_process(lab: Lab):
    line = encode_up(0, Lines(1, [(0, "x" * 100_000)]))
    ended = lab.call(WRITE, {"data": line.hex(), "again": 10**9})
    assert (ended.kind, ended.status) == ("killed", "signal: killed")
    assert value(lab.call("def handler(e, c): return 'fine'\n", seed=3)) == "fine"


@pytest.mark.parametrize("segment", [0, 2, 2**31])
def test_forged_numbers_end_the_process(lab: Lab, segment):
    frame = encode_up(0, Lines(segment, [(0, "forged")]))
    ended = lab.call(WRITE, {"data": frame.hex()})
    assert (ended.kind, ended.lines) == ("killed", ())


def test_a_frame_that_is_too_long_is_not_waited_for(lab: Lab):
    head = bytearray(encode_up(0, Lines(1, [])))
    head[:4] = (FRAME_MAX + 1).to_bytes(4, "big")
    assert lab.call(WRITE, {"data": bytes(head).hex()}).status == "signal: killed"


# -- what is left behind ---------------------------------------------------------------------------------


def test_a_tree_too_deep_to_walk_harms_nobody(lab: Lab):
    lab.deploy(
        """
        import os
        def handler(event, context):
            os.chdir("/tmp")
            for _ in range(event):
                os.mkdir("d")
                os.chdir("d")
            return event
        """
    )
    lab.timeout = 900_000_000
    lab.init()
    assert lab.invoke(3_000).kind in {"return", "killed"}
    folders = list((spawner.folder() / "environments").iterdir())
    lab.environments.close()
    assert value(lab.call("def handler(e, c): return 'fine'\n", seed=3)) == "fine"
    assert folders
    assert not any(folder.exists() for folder in folders)
