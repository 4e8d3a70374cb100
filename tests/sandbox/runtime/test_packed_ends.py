"""The ends of environments that share a process: the others go on, and nothing is left behind."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.runtime import Costs, Environments
from sandbox.runtime.memo import memo
from sandbox.runtime.spawner import spawner
from tests.sandbox.runtime.playing import Player

MANY, SOME = 22, 5

ENDINGS = {
    "an exception": ("raise ValueError(count)", "error"),
    "sys.exit": ("sys.exit(3)", "exit"),
    "os._exit": ("os._exit(4)", "exit"),
    "a loop": ("while True: pass", "deadline"),
    "a sleep": ("time.sleep(99)", "deadline"),
    "a MemoryError": ("raise MemoryError", "killed"),
    "a signal": ("os.kill(os.getpid(), 11)", "exit"),
}


@pytest.mark.parametrize("case", ENDINGS)
def test_the_end_of_one_environment_leaves_the_others_as_they_were(case: str):
    statement, kind = ENDINGS[case]
    source = f"""
import os, sys, time, random, threading
count, mine = 0, random.random()
def work():
    while True: time.sleep(0.05); ticks.append(1)
ticks = []
def handler(event, context):
    global count
    count += 1
    if count == 1: threading.Thread(target=work, daemon=True).start()
    with open("/tmp/log", "a") as file: file.write(str(count))
    time.sleep(0.1)
    if event == "end" and os.environ["AWS_LAMBDA_LOG_STREAM_NAME"] == "0":
        {statement}
    time.sleep(0.1)
    return [count, mine, open("/tmp/log").read(), len(ticks)]
"""
    outcomes = []
    for own_processes in (0, 10**6):
        memo.clear()
        environments = Environments(own_processes=own_processes)
        player = Player(environments)
        for number in range(SOME if own_processes else MANY):
            stream = str(number % 4)
            player.add(
                f"e{number}", source, [1, "end", 3, 4], after=7_000 * number, seed=number, log_stream=stream
            )
        player.play()
        environments.close()
        outcomes.append({name: life.ended for name, life in player.lives.items()})
    packed, alone = outcomes
    assert {name: packed[name] for name in alone} == alone
    ends = [ended.kind for ended in packed["e0"]]
    assert ends[:3] == ["ready", "return", kind]
    assert packed["e0"][-1].body[2] == ("1234" if kind == "error" else "1212")
    assert [ended.body[0] for ended in packed["e1"][1:]] == [1, 2, 3, 4]
    assert packed["e1"][-1].body[2] == "1234"


def test_a_loop_in_c_of_one_environment_kills_the_process_and_the_others_are_restored():
    source = """
    import time
    count = 0
    def handler(event, context):
        global count
        count += 1
        time.sleep(0.05)
        if event == "loop" and context.log_stream_name == "0": sum(range(10**12))
        return count
    """
    memo.clear()
    environments = Environments(Costs(watchdog=200_000), own_processes=0)
    player = Player(environments)
    for number in range(6):
        player.add(f"e{number}", source, [1, "loop", 3], after=7_000 * number, log_stream=str(number % 6))
    player.play()
    assert [ended.kind for ended in player.lives["e0"].ended] == [
        "ready",
        "return",
        "deadline",
        "ready",
        "return",
    ]
    for number in range(1, 6):
        assert [ended.body for ended in player.lives[f"e{number}"].ended[1:]] == [1, 2, 3]
    environments.close()


@pytest.fixture
def packed() -> Iterator[Environments]:
    memo.clear()
    environments = Environments(own_processes=0)
    yield environments
    environments.close()


COUNTS = """
import time, threading
count = 0
def handler(event, context):
    global count
    count += 1
    with open("/tmp/log", "a") as file: file.write(str(count))
    time.sleep(0.1)
    return [count, open("/tmp/log").read()]
"""


def processes() -> set[int]:
    """The live descendants of this process."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found: set[int] = set()
    todo = [os.getpid()]
    while todo:
        for child in children.get(todo.pop(), []):
            found.add(child)
            todo.append(child)
    return found


def test_a_reset_keeps_the_folder_of_one_and_touches_no_other(packed: Environments):
    player = Player(packed)
    for number in range(3):
        player.add(f"e{number}", COUNTS, [1, 2], after=number)
    player.play()
    packed.reset("e1")
    for name in player.lives:
        player.lives[name].events = [3]
    player.at(player.now + 1, player.lives["e1"].init)
    player.at(player.now + 2, player.lives["e0"].next)
    player.at(player.now + 2, player.lives["e2"].next)
    player.play()
    assert [player.lives[f"e{n}"].ended[-1].body for n in range(3)] == [[3, "123"], [1, "121"], [3, "123"]]
    assert packed.live == 1


def test_closing_leaves_no_process_and_no_folder(packed: Environments):
    player = Player(packed)
    for number in range(20):
        player.add(f"e{number}", COUNTS, [1], after=number)
    player.play()
    homes = {life.folder for life in packed._live.values()}
    pids = {process.pid for process in packed._shared.values()}
    assert (len(homes), len(pids)) == (20, 1)
    assert pids <= processes()
    for number in range(19):
        packed.close(f"e{number}")
    assert packed.live == 1
    packed.close("e19")
    assert packed.live == 0
    spawner._tidy()
    assert not pids & processes()
    assert not any(folder.exists() or folder.parent.exists() for folder in homes)


def test_a_shared_process_ends_with_the_last_environment_of_its_function(packed: Environments):
    player = Player(packed)
    player.add("old", COUNTS, [1])
    player.add("new", COUNTS + "\n# new\n", [1])
    player.play()
    assert packed.live == 2
    packed.close("old")
    assert packed.live == 1


def test_copies_go_on_alike_and_harm_nobody(packed: Environments):
    player = Player(packed)
    for number in range(8):
        player.add(f"e{number}", COUNTS, [1, 2, 3], after=9_000 * number, gap=50_000)
    player.play(40)
    copied = pickle.loads(pickle.dumps(packed))
    told = {name: tape.key for name, tape in packed._tapes.items()}
    memo.clear()
    player.play()
    assert {life.ended[-1].body[1] for life in player.lives.values()} == {"123"}
    assert {name: tape.key for name, tape in copied._tapes.items()} == told
    memo.clear()
    # Each environment of the copy is brought to where it was, and hears what its twin has heard since.
    for name, tape in packed._tapes.items():
        for step in tape.steps[len(copied._tapes[name].steps) :]:
            copied.run(name, step.inbound())
        assert copied._tapes[name].key == tape.key
        assert [step.answer for step in copied._tapes[name].steps] == [step.answer for step in tape.steps]
    assert copied.live == 1
    copied.close()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("own_processes", [0, 10])
def test_a_forked_process_goes_on_for_itself_and_leaves_its_parents_folders_alone(own_processes: int):
    memo.clear()
    environments = Environments(own_processes=own_processes)
    player = Player(environments)
    for number in range(2):
        player.add(f"e{number}", COUNTS, [1, 2, 3], after=number)
    player.play(12)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            memo.clear()
            player.play()
            environments.close()
            spawner.close()
            status = int([life.ended[-1].body for life in player.lives.values()] != [[3, "123"]] * 2)
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    memo.clear()
    player.play()
    assert [life.ended[-1].body for life in player.lives.values()] == [[3, "123"]] * 2
    environments.close()


def test_the_seventeenth_environment_begins_a_shared_process():
    memo.clear()
    environments = Environments()
    player = Player(environments)
    for number in range(20):
        player.add(f"e{number}", COUNTS, [1, 2], after=300_000 * number)
    player.play()
    assert environments.live == 17, "sixteen have their own, four share one"
    assert all(life.ended[-1].body == [2, "12"] for life in player.lives.values())
    environments.close()


def test_it_may_change_at_any_time_who_is_packed():
    memo.clear()
    environments = Environments(own_processes=10**6)
    player = Player(environments)
    for number in range(10):
        player.add(f"e{number}", COUNTS, [1, 2, 3], after=20_000 * number, gap=30_000)
    for own_processes in (0, 3, 10**6, 0):
        environments.own_processes = own_processes
        player.play(25)
    player.play()
    assert all(life.ended[-1].body == [3, "123"] for life in player.lives.values())
    environments.close()


def test_a_process_that_somebody_kills_is_replaced_and_all_go_on(packed: Environments):
    player = Player(packed)
    for number in range(10):
        player.add(f"e{number}", COUNTS, [1, 2, 3], after=11_000 * number, gap=50_000)
    for _ in range(3):
        player.play(25)
        (process,) = packed._shared.values()
        os.kill(process.pid, 9)
        while process.pid in processes():
            time.sleep(0.001)
    player.play()
    assert all(life.ended[-1].body == [3, "123"] for life in player.lives.values())


@pytest.mark.slow
def test_a_thousand_environments_fit_in_one_process(packed: Environments):
    player = Player(packed)
    for number in range(1_000):
        player.add(f"e{number}", COUNTS, [1], after=number)
    player.play()
    (process,) = packed._shared.values()
    status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    used = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    assert used < 260_000, "kilobytes, those of the zygote among them"
