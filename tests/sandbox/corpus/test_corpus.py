"""Every handler of the corpus: its trace is the recorded one, wherever and however often it is played.

The recorded digests were made under Python 3.11, one process per environment. Here the same comes of
environments that share a process, of a fork in the middle, of a replay, and of every Python that runs this.
"""

from __future__ import annotations

import json

import pytest

from sandbox import World
from sandbox.runtime.memo import memo
from tests.sandbox.corpus.digest import digest
from tests.sandbox.corpus.manifest import Entry, Step, load
from tests.sandbox.corpus.play import OWN, PACKED, check, perform, stage
from tests.sandbox.corpus.record import expected, recorded

ENTRIES = load()
RECORDED = recorded()


@pytest.fixture(autouse=True)
def forgetful():
    """Answers that are remembered would make every comparison true."""
    memo.clear()


def test_every_handler_is_recorded():
    assert {name.partition("@")[0] for name in RECORDED} == set(ENTRIES)


def test_what_varies_with_the_version_of_python_is_said_and_does():
    varying = {name.partition("@")[0] for name in RECORDED if "@" in name}
    assert varying == {name for name, entry in ENTRIES.items() if entry.varies}
    pairs = [(digest, RECORDED[name.partition("@")[0]]) for name, digest in RECORDED.items() if "@" in name]
    assert all(later.what == first.what and later.when != first.when for later, first in pairs)


@pytest.mark.parametrize("name", ENTRIES)
def test_in_processes_of_their_own(name):
    entry = ENTRIES[name]
    world = stage(name, entry, OWN)
    answers = perform(world, entry.steps)
    found = digest(world.trace)
    assert check(world, entry, answers) == []
    world.close()
    assert found == expected(RECORDED, name)


@pytest.mark.parametrize("name", ENTRIES)
def test_in_one_process(name):
    entry = ENTRIES[name]
    world = stage(name, entry, PACKED)
    perform(world, entry.steps)
    found = digest(world.trace)
    world.close()
    assert found == expected(RECORDED, name)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if number % 3 else [])
        for number, name in enumerate(ENTRIES)
    ],
)
def test_forked_in_the_middle_and_replayed(name):
    entry = ENTRIES[name]
    middle = (len(entry.steps) + 1) // 2
    for own_processes in (PACKED, OWN):
        world = stage(name, entry, own_processes)
        perform(world, entry.steps[:middle])
        memo.clear()
        twin = world.fork()
        perform(twin, entry.steps[middle:])
        memo.clear()
        perform(world, entry.steps[middle:])
        memo.clear()
        again = World.replay(world.journal)
        digests = [digest(each.trace) for each in (twin, world, again)]
        for each in (twin, world, again):
            each.close()
        assert digests == [expected(RECORDED, name)] * 3


def test_a_crowd_is_the_same_wherever_its_environments_live():
    """Twenty at a time: some have processes of their own at first, and others come to share one."""
    entry = Entry(steps=[Step(together=[{"work": 1}] * 20), Step(together=[{"work": 2}] * 20)])
    digests = []
    for own_processes in (OWN, 16, PACKED):
        memo.clear()
        world = stage("state/counter", entry, own_processes)
        answers = perform(world, entry.steps)
        assert [json.loads(answer)["n"] for step in answers for answer in step] == [1] * 20 + [2] * 20
        digests.append(digest(world.trace))
        world.close()
    assert digests == digests[:1] * 3
