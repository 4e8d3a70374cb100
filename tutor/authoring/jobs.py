"""Running rules on units, in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Literal

import msgspec

from sandbox.runtime.spawner import spawner
from tutor.authoring.findings import Findings, Unit
from tutor.authoring.labs import LabCheck
from tutor.authoring.pages import check_page
from tutor.authoring.places import Files
from tutor.authoring.questions import check_items
from tutor.authoring.verdicts import Kept
from tutor.course import Course, load_course

STOPPED = 143
"""The exit status of a process that was told to end: 128 and SIGTERM, as a shell tells it."""

WORTH_IT = 3
"""Jobs for each process: fewer are done before another one has begun."""


class Job(msgspec.Struct, frozen=True):
    """Units of one kind and lesson, to be judged at once.

    Attributes:
        units: a lesson, a lab, or some questions of a lesson.
        seeds: learners that questions are asked for.
    """

    units: tuple[Unit, ...]
    seeds: int


def judge(course: Course, job: Job) -> dict[Unit, Kept]:
    """Do a job.

    Args:
        course: the course, whose lesson can be read.
        job: the job.
    """
    first = job.units[0]
    lesson = course.lesson(first.lesson)
    files = Files(course, course.find(first.lesson))
    begin = perf_counter()
    if first.kind == "item" and lesson.quiz is not None:
        items = [lesson.quiz.item(unit.id) for unit in job.units]
        answered = check_items(lesson, items, files, job.seeds)
        share = (perf_counter() - begin) / len(items)
        return {
            unit: Kept(tuple(answered.found[unit.id]), share, answered.solved[unit.id]) for unit in job.units
        }
    found = Findings()
    if first.kind == "lab":
        LabCheck(lesson.lab(first.id), files, found).run()
    else:
        check_page(course, lesson, files, found)
    return {first: Kept(tuple(found), perf_counter() - begin)}


class Workers:
    """Does jobs: in other processes where that is worth their start, else here when a result is asked for.

    Args:
        course: the course.
        processes: how many processes at most; 0 for what suits the machine and the jobs.
        jobs: all that is to be done.
    """

    def __init__(self, course: Course, processes: int, jobs: list[Job]) -> None:
        self._course = course
        self._done: dict[Job, dict[Unit, Kept]] = {}
        self._pool: ProcessPoolExecutor | None = None
        self._coming: dict[Job, Future[dict[Unit, Kept]]] = {}
        count = processes or min(os.cpu_count() or 1, len(jobs) // WORTH_IT)
        if min(count, len(jobs)) > 1:
            # Not forked: a process that has started worlds shares their workers with its forks.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(count, context, initializer=_begin, initargs=(course.folder,))
            # Ctrl-C reaches every process of the terminal, also one that is just beginning: this one alone
            # decides what it means, and tells the others.
            before = signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                self._coming = {job: self._pool.submit(_work, job) for job in jobs}
            finally:
                signal.signal(signal.SIGINT, before)

    def result(self, job: Job) -> dict[Unit, Kept]:
        """What came of a job; waits for it."""
        if job in self._coming:
            return self._coming[job].result()
        if job not in self._done:
            self._done[job] = judge(self._course, job)
        return self._done[job]

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            if error is not None:
                for process in multiprocessing.active_children():
                    process.terminate()
            self._pool.shutdown(wait=True, cancel_futures=True)


class _Here:
    """What a process of the pool knows of itself."""

    course: Course
    doing: Literal["beginning", "waiting", "working", "leaving"] = "beginning"


def _begin(folder: Path) -> None:
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    _Here.course = load_course(folder)
    _Here.doing = "waiting"


def _follow_parent() -> None:
    """Stop when the process that wants the results has ended, however it ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _stop(_number: int, _frame: object) -> None:
    if _Here.doing == "leaving":
        return
    before, _Here.doing = _Here.doing, "leaving"
    if before == "beginning":
        # The pool would tell of an exception that is raised here, and nothing is open yet.
        os._exit(STOPPED)
    if before == "waiting":
        raise SystemExit(STOPPED)
    # On its way out the job closes its worlds.
    raise KeyboardInterrupt


def _work(job: Job) -> dict[Unit, Kept]:
    _Here.doing = "working"
    try:
        found = judge(_Here.course, job)
        _Here.doing = "waiting"
    except KeyboardInterrupt:
        # The pool would take an exception for what came of the job, and wait for the next one.
        spawner.close()
        os._exit(STOPPED)
    except BaseException:
        _Here.doing = "waiting"
        raise
    return found
