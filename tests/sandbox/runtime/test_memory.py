"""Memory: growth is measured, the limit kills, and both are observations."""

from __future__ import annotations

from sandbox.runtime import Costs, Environments
from tests.sandbox.runtime.conftest import Lab, texts, value

EATER = """
def handler(event, context):
    print("hungry")
    kept = []
    while True:
        kept.append(bytearray(b"x" * 1_000_000))
"""


def test_a_memory_eater_is_killed_and_uses_all_its_memory(lab: Lab):
    ended = lab.call(EATER)
    assert (ended.kind, ended.status, ended.memory_used) == ("killed", "signal: killed", 128)
    assert texts(ended) == ["hungry"]
    (seen,) = lab.environments.take_observations()
    assert seen.ending == ended


def test_one_huge_allocation_is_killed_too(lab: Lab):
    assert lab.call("def handler(e, c): return len(bytearray(2**31))\n").status == "signal: killed"


def test_code_that_swallows_the_error_has_used_too_much_all_the_same(lab: Lab):
    ended = lab.call(
        """
        def handler(event, context):
            kept = []
            try:
                while True: kept.append(bytearray(b"x" * 1_000_000))
            except MemoryError:
                kept.clear()
                return "fine"
        """
    )
    assert (ended.kind, ended.status, ended.memory_used) == ("killed", "signal: killed", 128)


def test_what_is_used_is_told_and_stays_the_most_until_a_reset(lab: Lab):
    lab.deploy("def handler(e, c): return len(b'x' * (e * 2**20))\n", memory=512)
    assert lab.init().memory_used == 36
    assert lab.invoke(1).memory_used == 36
    much = lab.invoke(100).memory_used
    assert 130 <= much <= 144
    assert lab.invoke(1).memory_used == much
    assert [item.memory_used for item in lab.environments.take_observations()] == [much]
    lab.environments.reset("one")
    assert lab.init().memory_used == 36


def test_more_memory_lets_the_same_code_live(lab: Lab):
    source = "def handler(e, c): return len(b'x' * (150 * 2**20))\n"
    assert lab.call(source, memory=128).kind == "killed"
    assert value(lab.call(source, memory=256)) == 150 * 2**20


def test_a_replay_uses_what_was_observed_and_measures_nothing(lab: Lab):
    source = "def handler(e, c): return len(b'x' * (100 * 2**20))\n"
    lab.deploy(source, memory=512)
    lab.init()
    first = lab.invoke()
    seen = lab.environments.take_observations()
    other = Lab(Environments())
    try:
        other.environments.preset([type(item).of({**item.plain(), "memory_used": 99}) for item in seen])
        other.deploy(source, memory=512)
        other.init()
        again = other.invoke()
        assert (again.payload, again.memory_used) == (first.payload, 99)
    finally:
        other.environments.close()


def test_a_killed_segment_is_not_run_again_in_a_replay(lab: Lab):
    killed = lab.call(EATER)
    seen = lab.environments.take_observations()
    other = Lab(Environments())
    try:
        other.environments.preset(seen)
        other.deploy(EATER, name=seen[0].environment)
        other.init(seen[0].environment)
        before = other.environments.live
        assert other.invoke(name=seen[0].environment) == killed
        assert other.environments.take_observations() == []
        other.environments.reset(seen[0].environment)
        assert other.init(seen[0].environment).kind == "ready"
        assert before <= 1
    finally:
        other.environments.close()


def test_c_code_that_fills_the_temporary_folder_ends_the_process():
    environments = Environments(Costs(tmp=4))
    lab = Lab(environments)
    try:
        lab.deploy(
            """
            import sqlite3
            def handler(event, context):
                for number in range(event):
                    with sqlite3.connect(f"/tmp/{number}") as base:
                        base.execute("create table if not exists t (x)")
                        base.execute("insert into t values (zeroblob(900000))")
                    base.close()
                return "written"
            """
        )
        lab.init()
        assert value(lab.invoke(3)) == "written"
        assert lab.invoke(6).status == "signal: killed"
        environments.reset("one")
        lab.init()
        assert value(lab.invoke(1)) == "written"
    finally:
        environments.close()


def test_one_file_cannot_be_larger_than_the_folder():
    environments = Environments(Costs(tmp=4))
    source = "def handler(e, c): open('/tmp/x', 'wb').write(b'x' * 2**23)\n"
    try:
        assert Lab(environments).call(source).error_type == "OSError"
    finally:
        environments.close()


def test_garbage_in_circles_is_collected_as_often_as_on_lambda(lab: Lab):
    ended = lab.call(
        """
        def handler(event, context):
            for number in range(8_000):
                circle = [bytearray(20_000)]
                circle.append(circle)
            return "alive"
        """,
        memory=128,
    )
    assert value(ended) == "alive", "160 MB in all, of which some 14 are ever there at once"
