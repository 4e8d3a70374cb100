"""The attack suite: as whoever runs the tests and, where that is root, as an ordinary user too."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.runtime import jail_report
from sandbox.runtime.spawner import spawner
from tests.sandbox.runtime.attacks import ATTACKS, HANDLER, HARMLESS, PRETENDED
from tests.sandbox.runtime.conftest import Lab, value

CHECKOUT = Path(__file__).parents[3]
NOBODY = 65_534


@pytest.fixture
def outside(tmp_path) -> Iterator[dict[str, object]]:
    """Things that attacks aim at."""
    home = tmp_path / "home" / ".ssh"
    home.mkdir(parents=True)
    secret = home / "id"
    secret.write_text("secret")
    secret.chmod(0o600)
    listener, local = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
    path = f"/tmp/lt-{os.getpid()}.sock"
    local.bind(path)
    local.listen()
    try:
        yield {
            "secret": str(secret),
            "parent": os.getpid(),
            "port": listener.getsockname()[1],
            "path": path,
            "checkout": str(CHECKOUT),
        }
    finally:
        listener.close()
        local.close()
        Path(path).unlink()


def attacked(lab: Lab, outside: dict[str, object], attacks: dict[str, str]) -> dict[str, str]:
    lab.timeout = 900_000_000
    return value(lab.call(HANDLER, {"facts": outside, "attacks": attacks}, memory=256))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux promises a strict jail")
def test_the_jail_is_strict_here():
    report = jail_report()
    assert report.level == "strict", report
    assert [name for name, _, _ in report.layers] == ["rlimits", "landlock", "seccomp"]


def test_every_attack_is_refused(lab: Lab, outside):
    report = attacked(lab, outside, ATTACKS)
    assert report.keys() == ATTACKS.keys()
    assert {name: said for name, said in report.items() if said == "ALLOWED"} == {}
    odd = {
        name: said
        for name, said in report.items()
        if said.startswith(("NameError", "SyntaxError", "TypeError"))
    }
    assert odd == {}, "these attacks were never made"


def test_what_only_pretends_to_work_changes_nothing(lab: Lab, outside):
    secret = Path(str(outside["secret"]))
    before = secret.stat()
    report = attacked(lab, outside, PRETENDED)
    assert set(report.values()) == {"ALLOWED"}
    after = secret.stat()
    assert (before.st_mode, before.st_uid, before.st_mtime_ns) == (
        after.st_mode,
        after.st_uid,
        after.st_mtime_ns,
    )
    assert os.listxattr(secret) == []


def test_what_handlers_need_still_works(lab: Lab, outside):
    assert set(attacked(lab, outside, HARMLESS).values()) == {"ALLOWED"}


def test_refusals_say_why_in_plain_words(lab: Lab, outside):
    names = ("tcp", "subprocess", "fork", "signal the parent", "threads", "read /etc/passwd")
    report = attacked(lab, outside, {name: ATTACKS[name] for name in names})
    assert {name: said for name, said in report.items() if "Lambda sandbox: " not in said} == {}


def test_code_that_takes_our_courtesies_off_meets_the_same_walls(lab: Lab, outside):
    undone = {
        "raw fork": "import posix; libc.fork() == -1 or 1 / 0; raise OSError('refused')",
        "raw open": "import _io; _io.FileIO('/etc/passwd')",
        "raw exec": "libc.execv(b'/bin/true', None); raise OSError('refused')",
    }
    report = attacked(lab, outside, undone)
    assert all("Error" in said and "ZeroDivision" not in said for said in report.values()), report


UNPRIVILEGED = """
import json, os, sys
sys.path.insert(0, {checkout!r})
os.chdir("/")
from sandbox.runtime import Environments, jail_report
from tests.sandbox.runtime.attacks import ATTACKS, HANDLER, HARMLESS, PRETENDED
from tests.sandbox.runtime.conftest import Lab, value
lab = Lab(Environments())
lab.timeout = 900_000_000
facts = json.loads(sys.argv[1])
facts["parent"] = os.getpid()
report = jail_report()
result = {{"uid": os.getuid(), "level": report.level, "layers": [list(layer) for layer in report.layers]}}
for name, attacks in (("attacks", ATTACKS), ("pretended", PRETENDED), ("harmless", HARMLESS)):
    ended = lab.call(HANDLER, {{"facts": facts, "attacks": attacks}}, memory=256)
    result[name] = value(ended)
lab.environments.close()
print(json.dumps(result))
"""


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A copy of the checkout that an ordinary user can read."""
    folder = Path(f"/var/tmp/lambda-tutor-ordinary-{os.getpid()}")
    folder.mkdir(mode=0o755)
    try:
        for name in ("sandbox", "tests"):
            shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        yield folder
    finally:
        shutil.rmtree(folder)


# Where Python lives in a closed home, a mount namespace of the child's own shows the two folders of Python in
# place of that home; nothing is changed for anybody else.
AS_ORDINARY = """
set -e
stage=$1 closed=$2 base=$3 prefix=$4
shift 4
if [ -n "$closed" ]; then
  mkdir "$stage/base" "$stage/prefix"
  mount --bind "$base" "$stage/base"
  mount --bind "$prefix" "$stage/prefix"
  mount -t tmpfs -o mode=755 none "$closed"
  mkdir -p "$base" "$prefix"
  mount --bind "$stage/base" "$base"
  mount --bind "$stage/prefix" "$prefix"
fi
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
"""


def closed_folder() -> str:
    """The topmost folder above Python that is closed to others, or nothing."""
    ways = {*Path(sys.base_prefix).parents, *Path(sys.prefix).parents}
    closed = sorted(str(folder) for folder in ways if not folder.stat().st_mode & 0o001)
    return closed[0] if closed else ""


@pytest.mark.skipif(os.getuid() != 0, reason="whoever runs the tests is an ordinary user already")
def test_every_attack_is_refused_to_an_ordinary_user(ordinary: Path, outside, tmp_path):
    secret = Path(str(outside["secret"]))
    os.chown(secret, NOBODY, NOBODY)
    closed = closed_folder()
    if closed and subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip(
            f"Python lives in {closed}, which is closed, and no mount namespace can be had to open it"
        )
    done = subprocess.run(
        [
            *(["unshare", "--mount", "--propagation", "private"] if closed else []),
            *("sh", "-c", AS_ORDINARY, "sh", str(tmp_path), closed, sys.base_prefix, sys.prefix),
            *(sys.executable, "-c", UNPRIVILEGED.format(checkout=str(ordinary)), json.dumps(outside)),
        ],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["uid"], result["level"]) == (NOBODY, "strict"), result["layers"]
    assert result["attacks"].keys() == ATTACKS.keys()
    assert {name: said for name, said in result["attacks"].items() if said == "ALLOWED"} == {}
    assert set(result["pretended"].values()) == {"ALLOWED"}
    assert set(result["harmless"].values()) == {"ALLOWED"}
    assert secret.read_text() == "secret"


def test_the_report_is_the_same_from_any_thread():
    reports = []
    threads = [threading.Thread(target=lambda: reports.append(jail_report())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(reports)) == 1


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
