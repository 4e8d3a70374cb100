"""Every handler of the corpus: its trace is the recorded one, wherever and however often it is played.

The recorded digests were made under Python 3.11, one process per environment. Here the same comes of
environments that share a process, of a fork in the middle, of a replay, and of every Python that runs this.
"""

from __future__ import annotations

import pytest

from sandbox import World
from sandbox.runtime.memo import memo
from tests.sandbox.corpus.digest import digest
from tests.sandbox.corpus.manifest import load
from tests.sandbox.corpus.play import OWN, PACKED, check, perform, stage
from tests.sandbox.corpus.record import recorded

ENTRIES = load()
RECORDED = recorded()


@pytest.fixture(autouse=True)
def forgetful():
    """Answers that are remembered would make every comparison true."""
    memo.clear()


def test_every_handler_is_recorded():
    assert sorted(RECORDED) == sorted(ENTRIES)


@pytest.mark.parametrize("name", ENTRIES)
def test_in_processes_of_their_own(name):
    entry = ENTRIES[name]
    world = stage(name, entry, OWN)
    answers = perform(world, entry.steps)
    found = digest(world.trace)
    assert check(world, entry, answers) == []
    world.close()
    assert found == RECORDED[name]


@pytest.mark.parametrize("name", ENTRIES)
def test_packed_and_forked_and_replayed(name):
    entry = ENTRIES[name]
    world = stage(name, entry, PACKED)
    middle = (len(entry.steps) + 1) // 2
    perform(world, entry.steps[:middle])
    twin = world.fork()
    perform(world, entry.steps[middle:])
    packed = digest(world.trace)
    memo.clear()
    perform(twin, entry.steps[middle:])
    forked = digest(twin.trace)
    memo.clear()
    again = World.replay(world.journal)
    replayed = digest(again.trace)
    for each in (world, twin, again):
        each.close()
    assert [packed, forked, replayed] == [RECORDED[name]] * 3
