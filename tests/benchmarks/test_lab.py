"""What a learner waits for in a lab: probes after each command, forks, segments of handler code."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import bare_python, interleaved, took
from tutor.course import Cache, load_course, packaged
from tutor.practice import LabRun

pytestmark = pytest.mark.benchmark

LAB = "three-tries"
PROBE_AT_MOST = 13.0
"""Starts of a bare Python: 150 ms on the machine of reference, where one takes 11.5 ms."""
ROUNDS = 8


@pytest.fixture(scope="module")
def open_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], LabRun]]:
    """Opens the lab, each time for another learner: nothing that code answered before is known."""
    course = load_course(packaged(), cache=Cache(None))
    lesson = course.lesson(course.lesson_of_lab(LAB))
    lab = next(lab for lab in lesson.labs if lab.id == LAB)
    folder = packaged() / course.find(lesson.front.id).folder
    seeds = itertools.count(1)
    runs: list[LabRun] = []

    def opened() -> LabRun:
        while runs:
            runs.pop().close()
        runs.append(LabRun(lab, folder, next(seeds), tmp_path_factory.mktemp("files")))
        return runs[-1]

    yield opened
    while runs:
        runs.pop().close()


@pytest.fixture(scope="module")
def open_solved(open_lab: Callable[[], LabRun]) -> Callable[[], LabRun]:
    """Opens the lab for another learner and solves it, without looking at the tasks."""

    def solved() -> LabRun:
        run = open_lab()
        for line in run.solution():
            printed = run.run(line)
            assert printed.code == 0, (line, printed.err)
        return run

    return solved


def test_all_tasks_are_checked_within_thirteen_starts_of_python(
    open_solved: Callable[[], LabRun], report: Callable[[Figure], None]
) -> None:
    def check() -> float:
        run = open_solved()
        seconds = took(run.examine)
        assert run.done
        return seconds

    best = interleaved(ROUNDS, {"check": check, "python": bare_python})
    ratio = best["check"] / best["python"]
    report(
        Figure(
            f"all tasks of the solved lab `{LAB}` checked: two probes, in forks",
            f"{best['check'] * 1e3:.0f} ms",
            f"`python -c pass`, {best['python'] * 1e3:.1f} ms",
            f"{ratio:.1f}",
            f"ratio at most {PROBE_AT_MOST:.0f}; for reference, 150 ms a probe",
        )
    )
    assert ratio <= PROBE_AT_MOST


def test_the_fork_of_a_lab_is_reported(
    open_solved: Callable[[], LabRun], report: Callable[[Figure], None]
) -> None:
    world = open_solved().world

    def fork() -> float:
        twins = []
        seconds = took(lambda: twins.append(world.fork()))
        assert twins[0].trace.hash() == world.trace.hash()
        twins[0].close()
        return seconds

    best = interleaved(50, {"fork": fork})["fork"]
    report(Figure(f"fork of the world of the solved lab `{LAB}`", f"{best * 1e3:.2f} ms"))
