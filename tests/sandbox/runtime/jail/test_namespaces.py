"""The zygote's namespaces: what is there in them, what is not, and going on without them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.runtime.jail.namespaces import _followed
from sandbox.runtime.spawner import spawner
from tests.sandbox.runtime.conftest import Lab, value
from tests.sandbox.runtime.jail.attacking import CHECKOUT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces")

BEFORE = """
import json, os, sys
from pathlib import Path
from sandbox.runtime.jail.namespaces import Namespaces
from tests.sandbox.runtime.jail.attacking import without_namespaces
folder, *shown = sys.argv[1:]
"""
ENTERED = """
namespaces = Namespaces()
namespaces.enter(folder, shown)
written = []
for place in (folder, *shown):
    try:
        (Path(place) / "new").mkdir()
        (Path(place) / "new").rmdir()
        written.append(None)
    except OSError as error:
        written.append(error.strerror)
print(json.dumps({
    "ok": namespaces.status.ok,
    "reason": namespaces.status.reason,
    "top": sorted(os.listdir("/")),
    "statm": len(namespaces.statm().split()),
    "folder": os.listdir(folder),
    "written": written,
}))
"""


def entered(before: str, folder: Path, *shown: str) -> dict[str, object]:
    """What a process says that has tried to go into namespaces."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", BEFORE + before + ENTERED, str(folder), *shown],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        check=True,
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


@pytest.fixture
def given(tmp_path) -> dict[str, object]:
    """What is seen in namespaces, on systems that hand them out."""
    told = entered("", tmp_path / "engine", "/usr/share/zoneinfo")
    if not told["ok"]:
        pytest.skip(f"this system has none for us: {told['reason']}")
    return told


def test_only_what_is_shown_is_there(given, tmp_path):
    assert set(given["top"]) == {"dev", "usr", tmp_path.parts[1]}
    assert given["statm"] == 7, "how large one is can still be told"
    assert given["folder"] == []
    assert given["written"] == [None, "Read-only file system"]


def test_trying_leaves_nothing_behind_where_they_cannot_be_had(tmp_path):
    told = entered("if not without_namespaces(): sys.exit('none at all')", tmp_path / "engine")
    assert told["ok"] is False
    assert told["reason"] == "user.max_user_namespaces is 0"
    assert "etc" in told["top"]
    assert told["folder"] == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root sees what it will not see in them")
def test_they_are_left_alone_where_something_would_be_lost(given, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    os.chown(closed, 65_534, 65_534)
    told = entered("", tmp_path / "engine-2", str(closed))
    assert told["ok"] is False
    assert str(closed) in str(told["reason"])
    assert "etc" in told["top"]
    assert told["folder"] == []


def test_links_on_the_way_are_made_again(tmp_path):
    real, root = tmp_path / "real", tmp_path / "root"
    (real / "lib" / "python").mkdir(parents=True)
    (tmp_path / "one").symlink_to("real/../real/lib")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    assert _followed(str(root), f"{tmp_path}/two/python") == str(real / "lib" / "python")
    there = Path(f"{root}{tmp_path}")
    assert {link.name: str(link.readlink()) for link in there.iterdir()} == {
        "one": "real/../real/lib",
        "two": str(tmp_path / "one"),
    }


def test_links_in_a_circle_are_an_error(tmp_path):
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(OSError, match="too many links"):
        _followed(str(tmp_path / "root"), str(tmp_path / "round"))


def test_a_worker_has_no_rights_and_no_network(given, lab: Lab):
    lab.call("def handler(e, c): return 1\n")
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    worker = max(pid for pid in numbers if _parent(pid) == spawner._zygote.pid and _filtered(pid))
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines() if ":" in line
    )
    rights = {name: int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    assert set(rights.values()) == {0}
    assert status["NoNewPrivs"].strip() == "1"
    for kind in ("net", "mnt", "user", "ipc", "uts"):
        assert Path(f"/proc/{worker}/ns/{kind}").readlink() != Path(f"/proc/self/ns/{kind}").readlink(), kind


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _filtered(pid: int) -> bool:
    return "Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text()


ENGINE = """
import os, signal
from sandbox.runtime import Environments, warm_up
from sandbox.runtime.spawner import spawner
from tests.sandbox.runtime.conftest import Lab, value
{busy}
print(spawner.folder(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
WARMING = "warm_up()"
WORKING = """
lab = Lab(Environments())
value(lab.call("def handler(e, c):\\n    open('/tmp/x', 'w').write('x')\\n    return 1\\n"))
"""


@pytest.mark.parametrize("busy", [WARMING, WORKING])
def test_the_folder_goes_when_the_engine_is_killed(busy):
    done = subprocess.run(
        [sys.executable, "-c", ENGINE.format(busy=busy)],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        check=False,
    )
    folder = Path(done.stdout.strip())
    assert folder.name.startswith("lambda-tutor-"), done.stderr
    end = time.monotonic() + 20
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not folder.exists()


def test_files_made_while_a_worker_lives_are_there_for_it(lab: Lab):
    lab.deploy(
        """
        import os
        def handler(event, context):
            open("/tmp/mine", "w").close()
            return sorted(os.listdir("/tmp"))
        """
    )
    lab.init()
    assert value(lab.invoke()) == ["mine"]
    (mine,) = (spawner.folder() / "environments").rglob("mine")
    mine.with_name("late").write_text("x", encoding="ascii")
    assert value(lab.invoke()) == ["late", "mine"]
