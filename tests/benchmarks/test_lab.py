"""What a learner waits for in a lab: probes after each command, forks, segments of handler code."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Callable, Iterator

import pytest

from sandbox.runtime import Costs, Environments, EnvironmentSpec, Inbound, Invocation
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


class Echo:
    """One warm environment whose handler gives back what it gets."""

    def __init__(self) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("app.py", "def handler(event, context):\n    return event\n")
        self.arn = "arn:aws:lambda:us-east-1:123456789012:function:echo"
        spec = EnvironmentSpec(
            function_name="echo",
            handler="app.handler",
            memory=1769,
            seed=7,
            log_group="/aws/lambda/echo",
            log_stream="2026/11/23/[$LATEST]0123456789abcdef",
            arn=self.arn,
        )
        self.environments = Environments(Costs())
        self.environments.open("one", spec, buffer.getvalue())
        self.now = 1_795_424_400_000_000
        ready = self.environments.run("one", Inbound(now=self.now, kind="init", deadline=self.now + 10**7))
        assert ready.kind == "ready"

    def round_trip(self, number: int) -> float:
        """Seconds for one event of 1 KB that was never seen before."""
        event = {"number": number, "filling": "x" * 1000}
        self.now += 1_000_000
        request = f"00000000-0000-4000-8000-{number:012d}"
        deadline = self.now + 3_000_000
        invocation = Invocation(request, json.dumps(event).encode(), deadline, self.arn)
        inbound = Inbound(now=self.now, kind="invoke", deadline=deadline, invocation=invocation)
        answers = []
        seconds = took(lambda: answers.append(self.environments.run("one", inbound)))
        assert json.loads(answers[0].payload) == event
        return seconds


def test_the_round_trip_of_a_warm_segment_is_reported(report: Callable[[Figure], None]) -> None:
    echo = Echo()
    try:
        numbers = itertools.count(1)
        best = interleaved(500, {"segment": lambda: echo.round_trip(next(numbers))})["segment"]
    finally:
        echo.environments.close()
    report(
        Figure("one event of 1 KB through warm handler code in its jailed process", f"{best * 1e6:.0f} us")
    )
