"""Where code can tell the sandbox from Lambda, or one way of running it from another: the list in `worker`.

Each test shows exactly how far a hole goes, and fails when the hole is closed as well as when it is wider.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sandbox.runtime.memo import memo
from sandbox.trace import InvocationEnded, LineLogged
from sandbox.world import DEFAULT_START
from tests.sandbox.corpus.manifest import Entry, Step
from tests.sandbox.corpus.play import OWN, PACKED, perform, stage

CORPUS = Path(__file__).parent


class Played(NamedTuple):
    """What came of two calls that overlap."""

    answers: list[Any]
    lines: list[LineLogged]
    ended: list[InvocationEnded]


def played(name: str, *events: Any, own_processes: int = OWN, start: str = DEFAULT_START) -> Played:
    memo.clear()
    entry = Entry(steps=[Step(together=list(events or [{}]))])
    world = stage(f"holes/{name}", entry, own_processes, folder=CORPUS, start=start)
    (answers,) = perform(world, entry.steps)
    lines, ended = world.trace.of(LineLogged), world.trace.of(InvocationEnded)
    world.close()
    return Played([json.loads(answer) for answer in answers], lines, ended)


both = pytest.mark.parametrize("own_processes", [OWN, PACKED], ids=["own", "packed"])


@both
def test_c_code_tells_the_real_time_and_files_the_virtual_one(own_processes):
    (answer,) = played("real_clock", own_processes=own_processes, start="2001-02-03T04:05:06Z").answers
    assert answer.pop("sqlite") >= 2026
    assert answer == {"python": 2001, "fresh": 2001, "touched": 2001}


def test_generators_in_c_libraries_do_not_repeat():
    first, second = played("real_chance").answers, played("real_chance").answers
    assert all(one != other for one, other in zip(first[0], second[0], strict=True))


@both
def test_what_has_no_hash_of_its_own_is_hashed_by_its_address(own_processes):
    (answer,) = played("addresses", own_processes=own_processes).answers
    none = answer["by_address"].pop("none")
    assert none == (sys.version_info < (3, 12))
    assert all(answer["by_address"].values())
    assert answer["tasks"] == [True, True]


def test_packed_environments_have_their_objects_at_different_addresses():
    first, second = played("addresses", {}, {}, own_processes=PACKED).answers
    assert first["id"] != second["id"]


def test_packed_environments_share_libraries_and_settings_of_the_process():
    shared = {"module", "recursion", "precision", "zone"}
    changed, other = played("library_state", {"change": True}, {}).answers
    assert all(changed.values())
    assert not any(other.values())
    changed, other = played("library_state", {"change": True}, {}, own_processes=PACKED).answers
    assert all(changed.values())
    assert {name for name, seen in other.items() if seen} == shared


def test_finalisers_of_packed_environments_run_wherever_the_collector_does():
    assert played("garbage", {"leave": "a"}, {}).lines == []
    alone = played("garbage", {"leave": "a"}, {}, own_processes=PACKED)
    (line,) = alone.lines
    assert line.text == "collected a"
    assert line.request_id == alone.ended[0].request_id
    assert line.request_id != alone.ended[1].request_id


def test_who_takes_much_memory_gets_a_process_of_its_own_and_is_measured_there():
    own = [ended.memory_used for ended in played("memory_shared", {}, {}).ended]
    packed = [ended.memory_used for ended in played("memory_shared", {}, {}, own_processes=PACKED).ended]
    assert min(own) >= 70
    assert min(packed) >= 70


@both
def test_c_code_does_not_find_tmp(own_processes):
    (answer,) = played("own_paths_in_c", own_processes=own_processes).answers
    assert answer == ["unable to open database: /tmp/first.db", False]


def test_code_runs_on_the_hosts_python_whatever_its_runtime_says():
    (answer,) = played("host_python").answers
    assert answer["runtime"] == "AWS_Lambda_python3.13"
    assert answer["python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert ("implementation" in answer["words"]) == (sys.version_info >= (3, 12))
    assert 950 < answer["depth"] < 1000


def test_a_traceback_that_is_no_output_names_the_hosts_folders():
    (answer,) = played("host_python").answers
    assert not answer["library"]


def test_work_of_c_code_costs_no_counted_time():
    (answer,) = played("c_loops").answers
    assert (answer["c"], answer["sort"]) == (0, 0)
    assert answer["python"] == 83


def test_there_are_no_alarms():
    (answer,) = played("alarms").answers
    assert answer["errorType"] == "PermissionError"
    assert "Lambda sandbox: signals cannot be timed here" in answer["errorMessage"]


def test_there_are_no_processes():
    (answer,) = played("processes").answers
    assert answer == ["PermissionError: Lambda sandbox: a handler cannot start processes here"] * 4
