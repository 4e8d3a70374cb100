"""Proving a lab: untouched it is not solved, right ways solve it, wrong ways are refused where they say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from decimal import Decimal
from functools import partial
from time import perf_counter
from typing import Any

from sandbox import JournalError
from tutor.authoring import widths
from tutor.authoring.findings import Findings
from tutor.authoring.hints import check_hints
from tutor.authoring.places import Files, Places
from tutor.authoring.scripts import opened, play, read_lines
from tutor.authoring.states import NOT_YET, Met, scene_of
from tutor.course import ContentError, Lab, Script
from tutor.course.calls import check_calls
from tutor.course.checks import Check, Probe, parts
from tutor.course.problems import Problems, shown
from tutor.practice import LabRun, Result
from tutor.practice.build import StepError
from tutor.practice.checking.checks import Scene, answer
from tutor.practice.files import names

SEEDS = (1, 2, 3)
"""Learners whose names and numbers the right ways are tried with; wrong ways with the first."""

SLOWEST_PROBE = 0.150
"""Seconds of a probe on a two-core machine: a person must not wait for a check."""

_CHANCE = "Does its handler code look at something that is not part of the pretend world?"

MEASURED = 3
"""How often a slow probe is measured: the fastest counts, so that a busy machine is not blamed on it."""


class LabCheck:
    """Checks one lab.

    Args:
        lab: the lab.
        files: the files of its lesson.
        found: where to note what is wrong.
    """

    def __init__(self, lab: Lab, files: Files, found: Findings) -> None:
        self.lab = lab
        self.files = files
        self.found = found
        self.places = Places(files.source(files.lab(lab.id)))
        self.met = Met(lab)

    def run(self) -> None:
        """Check everything; stops early when the lab's world cannot be built."""
        widths.check_lab(self.lab, self.files, self.places, self.found)
        slips = Problems()
        check_calls(self.lab, self.places.file, slips)
        self.found.take(slips)
        if slips:
            return
        try:
            self._untouched()
        except StepError as error:
            self._content_error(error, self.places.line("world"))
            return
        for script in self.lab.solutions:
            for seed in SEEDS:
                if self._is_wrong(script, seed):
                    # That of other learners is the same with other names.
                    break
        if not self.lab.wrong:
            expected = f"a file `wrong/{self.lab.id}-SOMETHING.try` with a plausible mistake"
            self.found.warn(self.places.file, 0, "no wrong way", expected)
        for script in self.lab.wrong:
            self._wrong(script)
        self._on_the_way()
        self.met.tell(self.places, self.found)

    def _opened(self, seed: int) -> AbstractContextManager[LabRun]:
        return opened(self.lab, self.files.folder, seed)

    # -- untouched -----------------------------------------------------------------------------------------

    def _untouched(self) -> None:
        with self._opened(SEEDS[0]) as run:
            self.met.look(run)
            run.examine()
            self._errors(run)
            for number, task in enumerate(self.lab.tasks):
                if run.results[task.id].status == "pass" and not task.already:
                    line = self.places.line("tasks", number)
                    hint = "Ask for something that is not there yet, or say `already: true`."
                    passed = f"the task `{task.id}`, passed before anybody did anything"
                    self.found.error(
                        self.places.file, line, passed, "a task that the learner has to do", hint
                    )
            if run.done:
                self.found.error(self.places.file, 0, "a lab that is done when it begins", "something to do")
            self._conditions(run)
            check_hints(run, self.places, self.found)
            self.met.look_without(run)

    def _conditions(self, run: LabRun) -> None:
        """Ask each `never` and `when` once: one that cannot be asked is otherwise as if it did not hold."""
        scene = scene_of(run)
        for at, task in enumerate(self.lab.tasks):
            for number, hint in enumerate(task.hints):
                if hint.when is not None:
                    self._asked(hint.when, scene, self.places.line("tasks", at, "hints", number))
        for number, never in enumerate(self.lab.never):
            line = self.places.line("never", number)
            if self._asked(never.condition, scene, line):
                found = "a `never` that holds when the lab begins"
                self.found.error(self.places.file, line, found, "a state that only comes later")

    def _asked(self, check: Check, scene: Scene, line: int) -> bool:
        try:
            return answer(check, scene).holds
        except ContentError as error:
            self._content_error(error, line)
            return False

    def _content_error(self, error: ContentError, line: int) -> None:
        for problem in error.problems:
            at = problem.line or line
            self.found.error(self.places.file, at, problem.found, problem.expected, problem.hint)

    # -- ways ----------------------------------------------------------------------------------------------

    def _play(self, run: LabRun, kind: str, script: Script) -> str:
        """Play a script and check the tasks at its end; the label of its file."""
        source = self.files.source(self.files.script(kind, script.name))
        for _line in play(run, read_lines(source.lines()), source.file, self.found):
            pass
        self._examine(run, source.file)
        self.met.look(run)
        return source.file

    def _on_the_way(self) -> None:
        """Look for what no script's end has shown in the states that scripts pass through."""
        ways = [("wrong", script) for script in self.lab.wrong]
        ways += [("solutions", script) for script in self.lab.solutions]
        for kind, script in ways:
            if self.met.all:
                return
            source = self.files.source(self.files.script(kind, script.name))
            with self._opened(SEEDS[0]) as run:
                for _line in play(run, read_lines(source.lines()), source.file, Findings()):
                    self.met.look(run)

    def _is_wrong(self, script: Script, seed: int) -> bool:
        """Try a right way; True when it is none for this learner."""
        before = len(self.found)
        with self._opened(seed) as run:
            file = self._play(run, "solutions", script)
            for task in self.lab.tasks:
                result = run.results[task.id]
                if result.status != "pass":
                    self.found.error(
                        file, 0, _stands(result), f"`{task.id}` passed at the end of a right way"
                    )
            for warning in run.warnings:
                self.found.error(file, 0, f"the warning {shown(warning)} at the end", "no `never` that holds")
            self._budget(run, file)
            if seed == SEEDS[0] and script == self.lab.solutions[0]:
                self._time(run)
        return len(self.found) > before

    def _budget(self, run: LabRun, file: str) -> None:
        budget = self.lab.budget
        line = self.places.line("budget")
        if budget.api_calls and run.calls > budget.api_calls:
            expected = f"at most {budget.api_calls}, as its budget says"
            self.found.warn(self.places.file, line, f"{run.calls} calls in {file}", expected)
        if budget.usd and run.cost > Decimal(budget.usd):
            expected = f"at most {budget.usd} USD, as its budget says"
            self.found.warn(self.places.file, line, f"{run.cost:f} USD in {file}", expected)

    def _wrong(self, script: Script) -> None:
        with self._opened(SEEDS[0]) as run:
            file = self._play(run, "wrong", script)
            wanted = script.refused_by
            result = run.results[wanted]
            if result.status == NOT_YET:
                self._refused_well(run, wanted, file)
                return
            hint = "The check lets this mistake through." if result.status == "pass" else ""
            if result.status == "blocked":
                first = next(each for each in run.results.values() if each.status == NOT_YET)
                hint = f"It gets no further than this: {_stands(first)}."
            self.found.error(file, 1, _stands(result), f"`{wanted}` NOT YET at the end of this way", hint)

    def _refused_well(self, run: LabRun, wanted: str, file: str) -> None:
        order = [task.id for task in self.lab.tasks]
        for name in order[: order.index(wanted)]:
            if run.results[name].status == NOT_YET:
                expected = f"`{wanted}` alone to refuse this way"
                self.found.warn(file, 1, f"`{name}` NOT YET before it", expected)
        result = run.results[wanted]
        if not result.expected or result.expected == result.actual:
            line = self.places.line("tasks", order.index(wanted))
            found = f"a refusal that says {shown(result.actual)} and wants {shown(result.expected)}"
            self.found.warn(self.places.file, line, found, "words that tell the two apart")

    # -- what checking must not do -------------------------------------------------------------------------

    def _examine(self, run: LabRun, file: str) -> None:
        before = _stand(run)
        run.examine()
        self._errors(run)
        if _stand(run) != before:
            self.found.error(
                self.places.file, 0, f"checks that change the learner's world (after {file})", "a look at it"
            )
        if run.seed != SEEDS[0]:
            return
        try:
            with opened(self.lab, self.files.folder, run.seed, run.world.journal) as twin:
                twin.examine()
                if twin.world.trace.hash() != run.world.trace.hash():
                    found = "a session that comes out differently when it is taken up again"
                    self.found.error(file, 0, found, "the same history", _CHANCE)
                self._compare(run, twin, file)
        except JournalError as error:
            self.found.error(file, 0, f"a session that cannot be taken up again ({error})", "one that can")

    def _errors(self, run: LabRun) -> None:
        for number, task in enumerate(self.lab.tasks):
            result = run.results[task.id]
            if result.status == "error":
                line = self.places.line("tasks", number)
                self.found.error(self.places.file, line, result.why, "a check that can be asked")

    def _compare(self, run: LabRun, twin: LabRun, file: str) -> None:
        for number, task in enumerate(self.lab.tasks):
            first, second = run.results[task.id], twin.results[task.id]
            if first != second:
                self.found.error(
                    self.places.file, self.places.line("tasks", number),
                    f"{_stands(first)} at the end of {file}, and then {_stands(second)}",
                    "the same answer when the same is asked again", _CHANCE,
                )  # fmt: skip

    def _time(self, run: LabRun) -> None:
        for number, task in enumerate(self.lab.tasks):
            if not _acts(task.check):
                continue
            try:
                seconds = _fastest(partial(answer, task.check, scene_of(run)))
            except ContentError as error:
                self._content_error(error, self.places.line("tasks", number))
                continue
            if seconds > SLOWEST_PROBE:
                self.found.warn(
                    self.places.file, self.places.line("tasks", number),
                    f"the probe of `{task.id}`, which takes {seconds * 1000:.0f} ms",
                    f"at most {SLOWEST_PROBE * 1000:.0f} ms",
                    "It runs after each command of the learner: fewer steps, or less code.",
                )  # fmt: skip


def _fastest(act: Callable[[], Any]) -> float:
    best = float("inf")
    for _ in range(MEASURED):
        begin = perf_counter()
        act()
        best = min(best, perf_counter() - begin)
        if best <= SLOWEST_PROBE:
            break
    return best


def _acts(check: Check) -> bool:
    return isinstance(check, Probe) or any(_acts(part) for part in parts(check))


_WORDS = {"pass": "passed", NOT_YET: "NOT YET", "blocked": "BLOCKED", "error": "ERROR"}


def _stands(result: Result) -> str:
    """How a task stands, in words: "`captured` NOT YET (letters in the queue: 0; wanted: exactly 1)"."""
    words = f"`{result.id}` {_WORDS.get(result.status, result.status)}"
    if result.status in {NOT_YET, "error"} and result.actual:
        words += f" ({result.actual}; wanted: {result.expected})"
    return words


def _stand(run: LabRun) -> tuple[Any, ...]:
    """All of a learner's that a check could touch: journal, history, time, files."""
    digest = hashlib.sha256()
    for name in names(run.files):
        with suppress(OSError):
            digest.update(f"{name}\n".encode() + (run.files / name).read_bytes())
    world = run.world
    return world.journal.rows[-1].hash, world.trace.hash(), world.now, digest.hexdigest()
