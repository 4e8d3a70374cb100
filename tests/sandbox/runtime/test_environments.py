"""Histories: warm and reset environments, /tmp, copies, memory of answers, replay."""

from __future__ import annotations

import os
import pickle
import signal
import threading

import pytest

from sandbox.runtime import Environments, Inbound, RuntimeFault
from sandbox.runtime.memo import memo
from sandbox.runtime.spawner import spawner
from tests.sandbox.runtime.conftest import Lab, texts, value

COUNTER = """
import os, random, uuid, time
count = 0
def handler(event, context):
    global count
    count += 1
    with open("/tmp/log", "a") as file:
        file.write(str(count))
    if event == "exit": os._exit(1)
    if event == "nap": time.sleep(1)
    return [count, open("/tmp/log").read(), random.random(), str(uuid.uuid4())]
"""


def copied(lab: Lab) -> Lab:
    twin = Lab(pickle.loads(pickle.dumps(lab.environments)))
    twin.now, twin.last = lab.now, lab.last
    return twin


def test_globals_live_on_between_invocations_and_die_at_a_reset_while_tmp_stays(lab: Lab):
    lab.deploy(COUNTER)
    lab.init()
    assert value(lab.invoke())[:2] == [1, "1"]
    assert value(lab.invoke())[:2] == [2, "12"]
    lab.environments.reset("one")
    lab.init()
    assert value(lab.invoke())[:2] == [1, "121"], "facts 3.7: /tmp survives the reset, globals do not"


def test_environments_are_strangers_to_each_other(lab: Lab):
    lab.deploy(COUNTER, "one", seed=1)
    lab.deploy(COUNTER, "two", seed=2)
    lab.init("one"), lab.init("two")
    first, second = value(lab.invoke(name="one")), value(lab.invoke(name="two"))
    assert first[:2] == second[:2] == [1, "1"]
    assert first[2:] != second[2:]


def test_randomness_comes_from_the_seed(lab: Lab):
    source = """
    import random, secrets, uuid, os
    def handler(event, context):
        return [random.random(), random.Random().random(), random.SystemRandom().random(),
                secrets.token_hex(4), str(uuid.uuid4()), str(uuid.uuid1()), os.urandom(4).hex(),
                list({"a", "b", "c"})]
    """
    assert value(lab.call(source, seed=5)) == value(lab.call(source, seed=5))
    assert value(lab.call(source, seed=5))[0] != value(lab.call(source, seed=6))[0]


def test_a_copy_goes_on_as_its_parent_would_and_does_not_touch_it(lab: Lab):
    lab.deploy(COUNTER)
    lab.init()
    lab.invoke()
    twin = copied(lab)
    try:
        memo.clear()
        ahead = [value(twin.invoke()) for _ in range(3)]
        assert [row[0] for row in ahead] == [2, 3, 4]
        memo.clear()
        assert [value(lab.invoke()) for _ in range(3)] == ahead
        assert ahead[-1][1] == "1234"
    finally:
        twin.environments.close()


def test_a_copy_of_a_sleeping_environment_wakes_up_where_it_slept(lab: Lab):
    lab.deploy(COUNTER)
    lab.init()
    asleep = lab.invoke("nap")
    twin = copied(lab)
    try:
        memo.clear()
        lab.now = twin.now = asleep.until
        assert value(twin.resume())[:2] == [1, "1"]
        memo.clear()
        assert value(lab.resume())[:2] == [1, "1"]
    finally:
        twin.environments.close()


def test_a_second_run_of_the_same_history_starts_no_process(lab: Lab):
    lab.deploy(COUNTER)
    first = [lab.init(), lab.invoke(), lab.invoke("exit")]
    twin = Lab(Environments())
    twin.deploy(COUNTER)
    assert [twin.init(), twin.invoke(), twin.invoke("exit")] == first
    assert twin.environments.live == 0
    twin.environments.reset("one")
    lab.environments.reset("one")
    assert value((twin.init(), twin.invoke())[1])[:2] == [1, "121"]
    assert twin.environments.live == 1
    twin.environments.close()


def test_another_seed_is_another_history(lab: Lab):
    lab.deploy(COUNTER, seed=1)
    lab.init()
    twin = Lab(Environments())
    twin.deploy(COUNTER, seed=2)
    twin.init()
    assert value(twin.invoke())[2] != value(lab.invoke())[2]
    twin.environments.close()


def test_the_memory_forgets_the_oldest_first(lab: Lab):
    from sandbox.runtime.memo import Memo
    from sandbox.runtime.process import Answer

    answer = Answer(lab.call("def handler(e, c): return 'x' * 1000\n"), 0, False, True)
    small = Memo(limit=3_000)
    for key in (b"a", b"b"):
        small.put(key, answer)
    assert small.get(b"a") == answer
    small.put(b"c", answer)
    assert (small.get(b"a"), small.get(b"b"), small.get(b"c")) == (answer, None, answer)


def test_only_so_many_processes_live_and_the_others_come_back_by_replay(lab: Lab):
    lab.environments.live_limit = 2
    names = ["one", "two", "three", "four"]
    for seed, name in enumerate(names):
        lab.deploy(COUNTER, name, seed=seed)
        lab.init(name)
    for expected in (1, 2):
        assert [value(lab.invoke(name=name))[0] for name in names] == [expected] * 4
    assert lab.environments.live == 2


def test_a_killed_zygote_is_replaced_and_all_goes_on(lab: Lab):
    lab.deploy(COUNTER)
    lab.init()
    lab.invoke()
    os.kill(spawner._zygote.pid, signal.SIGKILL)
    assert value(lab.invoke())[:2] == [2, "12"]


def test_a_segment_that_the_watchdog_stopped_is_not_run_again(short_watch: Lab):
    lab = short_watch
    lab.deploy(
        """
        def handler(event, context):
            open("/tmp/log", "a").write("x")
            if event: sum(range(10**12))
            return open("/tmp/log").read()
        """
    )
    lab.init()
    assert value(lab.invoke()) == "x"
    assert lab.invoke("loop").kind == "timeout"
    seen = lab.environments.take_observations()
    twin = copied(lab)
    try:
        memo.clear()
        twin.environments.reset("one")
        assert (twin.init().kind, value(twin.invoke())) == ("ready", "xx")
        assert twin.environments.take_observations() == []
        assert [item.segment for item in seen] == [2]
    finally:
        twin.environments.close()


def test_a_replay_that_comes_out_differently_is_a_fault(lab: Lab):
    lab.deploy("import os\ndef handler(e, c): return os.stat('/var/task').st_mtime_ns if e else id(c) % 1\n")
    lab.init()
    lab.invoke(1)
    tape = lab.environments._tapes["one"]
    tape.steps[1] = type(tape.steps[1])(tape.steps[1].message, b"another answer")
    twin = copied(lab)
    memo.clear()
    with pytest.raises(RuntimeFault, match="segment 1 of one came out differently"):
        twin.invoke()
    twin.environments.close()


def test_wrong_use_is_a_fault(lab: Lab):
    with pytest.raises(RuntimeFault, match="no environment 'one'"):
        lab.init()
    lab.deploy(COUNTER)
    with pytest.raises(RuntimeFault, match="already"):
        lab.deploy(COUNTER)
    with pytest.raises(RuntimeFault, match="no process to invoke"):
        lab.invoke()
    lab.init()
    with pytest.raises(RuntimeFault, match="begun already"):
        lab.init()
    assert lab.invoke("exit").status == "exit status 1"
    with pytest.raises(RuntimeFault, match="reset and init it first"):
        lab.invoke()
    with pytest.raises(RuntimeFault, match="cannot be sent"):
        lab.deploy(COUNTER, "two")
        lab.init("two")
        lab.resume({"ok": {"body": object()}}, name="two")
    lab.environments.close("one")
    lab.environments.close("one")


def test_an_environment_whose_loading_failed_can_be_reset(lab: Lab):
    lab.deploy("raise ValueError('no')\n")
    assert lab.init().kind == "error"
    lab.environments.reset("one")
    assert lab.init().kind == "error"


def test_worlds_can_be_used_from_several_threads(lab: Lab):
    results: list[list[int]] = []

    def work(seed: int) -> None:
        own = Lab(Environments())
        own.deploy(COUNTER, seed=seed)
        own.init()
        results.append([value(own.invoke())[0] for _ in range(5)])
        own.environments.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(100, 106)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [[1, 2, 3, 4, 5]] * 6


def test_an_interrupted_segment_leaves_the_environment_as_it_was(lab: Lab, monkeypatch):
    from sandbox.runtime.process import Process

    lab.deploy(COUNTER)
    lab.init()
    real = Process._listen

    def interrupted(self, *_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Process, "_listen", interrupted)
    with pytest.raises(KeyboardInterrupt):
        lab.invoke()
    monkeypatch.setattr(Process, "_listen", real)
    assert value(lab.invoke())[:2] == [1, "1"]


def test_folders_look_like_lambdas(lab: Lab):
    ended = lab.call(
        """
        import os, pathlib, tempfile, shutil, sqlite3, glob, sys
        from lib import util
        def handler(event, context):
            out = [__file__, util.__file__, os.getcwd(), str(pathlib.Path.cwd()), sys.path[0]]
            pathlib.Path("/tmp/a/b").mkdir(parents=True)
            pathlib.Path("/tmp/a/b/c.txt").write_text("hi")
            shutil.copy("/tmp/a/b/c.txt", "/tmp/d.txt")
            out.append(sorted(glob.glob("/tmp/**/*.txt", recursive=True)))
            out.append([(base, sorted(names)) for base, _, names in os.walk("/tmp")])
            out.append(sorted(entry.path for entry in os.scandir("/tmp")))
            with tempfile.NamedTemporaryFile("w+") as file:
                out.append(file.name.startswith("/tmp/tmp"))
            with tempfile.TemporaryDirectory() as folder:
                out.append(folder.startswith("/tmp/tmp"))
            with open("/tmp/d.txt") as file:
                out.append(file.name)
            base = sqlite3.connect("/tmp/base.db")
            base.execute("create table t (x)"); base.commit(); base.close()
            out.append(os.path.exists("/tmp/base.db"))
            os.symlink("/tmp/d.txt", "/tmp/link")
            out.append([os.readlink("/tmp/link"), os.path.realpath("/tmp/link")])
            os.rename("/tmp/d.txt", "/tmp/e.txt"); shutil.rmtree("/tmp/a")
            os.chdir("/tmp"); out.append([os.getcwd(), open("e.txt").read(), sorted(os.listdir())])
            return out
        """,
        files={"lib__util": ""},
    )
    out = value(ended)
    assert out[:5] == ["/var/task/app.py", "/var/task/lib/util.py", "/var/task", "/var/task", "/var/task"]
    assert out[5] == ["/tmp/a/b/c.txt", "/tmp/d.txt"]
    assert out[6] == [["/tmp", ["d.txt"]], ["/tmp/a", []], ["/tmp/a/b", ["c.txt"]]]
    assert out[7] == ["/tmp/a", "/tmp/d.txt"]
    assert out[8:12] == [True, True, "/tmp/d.txt", True]
    assert out[12] == ["/tmp/d.txt", "/tmp/d.txt"]
    assert out[13] == ["/tmp", "hi", ["base.db", "e.txt", "link"]]


def test_file_errors_are_those_of_lambda(lab: Lab):
    ended = lab.call(
        """
        import os
        def attempt(action):
            try: action()
            except OSError as error: return f"{type(error).__name__}: {error}"
        def handler(event, context):
            return [attempt(lambda: open("/tmp/missing")), attempt(lambda: open("/var/task/new", "w")),
                    attempt(lambda: os.mkdir("/var/task/folder")),
                    attempt(lambda: os.remove("/var/task/app.py")),
                    attempt(lambda: open("new", "w")), attempt(lambda: open("/etc/passwd"))]
        """
    )
    assert value(ended) == [
        "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/missing'",
        "OSError: [Errno 30] Read-only file system: '/var/task/new'",
        "OSError: [Errno 30] Read-only file system: '/var/task/folder'",
        "OSError: [Errno 30] Read-only file system: '/var/task/app.py'",
        "OSError: [Errno 30] Read-only file system: 'new'",
        "FileNotFoundError: [Errno 2] Lambda sandbox: there is nothing but /var/task, /tmp and Python's own "
        "folders: '/etc/passwd'",
    ]


def test_importing_the_package_loads_no_aws_library():
    import subprocess
    import sys

    program = (
        "import sys, sandbox.runtime; print([m for m in sys.modules if m.startswith(('boto', 'asyncio'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_inbound_may_resume_loading_that_slept(lab: Lab):
    lab.deploy("import time\ntime.sleep(2)\nprint('loaded')\ndef handler(e, c): return 1\n")
    asleep = lab.init()
    assert asleep.kind == "sleep"
    lab.now = asleep.until
    ready = lab.environments.run("one", Inbound(now=lab.now, kind="resume", deadline=lab.now + 1_000_000))
    assert (ready.kind, texts(ready)) == ("ready", ["loaded"])
    assert value(lab.invoke()) == 1


def test_code_that_prints_what_differs_from_process_to_process_can_be_copied_all_the_same(lab: Lab):
    lab.deploy("thing = object()\ndef handler(e, c): print(id(thing)); return [id(thing), hash(thing)]\n")
    lab.init()
    lab.invoke()
    twin = copied(lab)
    memo.clear()
    assert twin.invoke().kind == "return"
    twin.environments.close()
