"""How the tasks of a lab stand: checked, blocked, done and lost again; and the hints that were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec

from sandbox.history.commands import StuckError
from tutor.course import ContentError, Lab, substitute
from tutor.course.checks import Answer, Check, parts
from tutor.course.model import Task
from tutor.practice.checking.checks import Result, Scene, Status, answer, holds
from tutor.practice.naming import Naming, UnboundRoleError
from tutor.words import _

PASS: Final = "pass"
NOT_YET: Final = "not_yet"
BLOCKED: Final = "blocked"
ERROR: Final = "error"


class ShownHint(msgspec.Struct, frozen=True):
    """A hint that was given: the text, which one it is, and of how many that lead to the same answer."""

    text: str
    number: int
    total: int


class TaskState(msgspec.Struct, frozen=True):
    """A task as the learner sees it.

    Attributes:
        task: of the lab.
        say: what it asks for, the learner's names filled in.
        result: how it stands.
        hints: those given so far, in the order in which they were given.
        hints_left: how many more there are for the state in which the world is.
        lost: it had passed in this attempt, and does not any more.
    """

    task: Task
    say: str
    result: Result
    hints: tuple[ShownHint, ...]
    hints_left: int
    lost: bool


class Tasks:
    """The tasks of one learner in one lab.

    Args:
        lab: the lab.
        naming: what its names stand for; whoever takes another world sets another one.

    Attributes:
        hints: the texts given so far, by the task's id.
        said: what the learner answered last, by the id of the task that asks for an answer.
        results: how the tasks stood when they were checked last, by id, in the lab's order.
        passed: ids of the tasks that have passed once in this attempt.
        warnings: what the lab's `never` says of the world as it is.
    """

    def __init__(self, lab: Lab, naming: Naming) -> None:
        self.lab = lab
        self.naming = naming
        self.hints: dict[str, list[str]] = {}
        self.said: dict[str, str] = {}
        self.results: dict[str, Result] = {}
        self.passed: set[str] = set()
        self.warnings: tuple[str, ...] = ()
        self._hints_left: dict[str, int] = {}
        self._stand = ""

    def examine(self, scene: Scene, stand: str) -> list[Result]:
        """Check the tasks; probes act in forks.

        Args:
            scene: what they are checked against; when it is cancelled, nothing here is changed.
            stand: a name for the state of the world; the same one is not checked again.

        Returns:
            The results that differ from those before.

        Raises:
            Cancelled: the scene said so.
        """
        stand = f"{stand} {sorted(self.said.items())}"
        if stand == self._stand:
            return []
        found: dict[str, Result] = {}
        for task in self.lab.tasks:
            waits = [need for need in task.needs if found[need].status != PASS]
            found[task.id] = self._blocked(task, waits) if waits else self._result(task, scene)
        self.warnings = tuple(
            substitute(never.say, self.naming.value)
            for never in self.lab.never
            if holds(never.condition, scene)
        )
        changed = [result for key, result in found.items() if _news(self.results.get(key), result)]
        self.results, self._stand = found, stand
        self.passed |= {key for key, result in found.items() if result.status == PASS}
        self._hints_left = {
            task.id: len(self._fresh(task, scene)) for task in self.lab.tasks if _open(found[task.id])
        }
        return changed

    def _result(self, task: Task, scene: Scene) -> Result:
        say = self._say(task)
        try:
            verdict = answer(task.check, replace(scene, said=self.said.get(task.id, "")))
        except (StuckError, ContentError) as problem:
            why = _("The check itself does not work, which is no fault of yours: {problem}.")
            return Result(task.id, ERROR, say, why=why.format(problem=str(problem).rstrip(".")))
        status: Status = PASS if verdict.holds else NOT_YET
        why = "" if verdict.holds else substitute(task.why, self.naming.value)
        told = (verdict.expected, verdict.actual, why)
        return Result(task.id, status, say, *told, verdict.evidence, verdict.trial, verdict.parts)

    def _blocked(self, task: Task, waits: Sequence[str]) -> Result:
        first = next(self._say(other) for other in self.lab.tasks if other.id == waits[0])
        return Result(task.id, BLOCKED, self._say(task), why=_("First: {task}.").format(task=first))

    def _say(self, task: Task) -> str:
        return substitute(task.say, self.naming.value)

    @property
    def passing(self) -> bool:
        """Whether every task has passed, and there are any."""
        return bool(self.results) and all(result.status == PASS for result in self.results.values())

    @property
    def done(self) -> bool:
        """Whether every task has passed, and no warning holds: it would be done in a world that is broken."""
        return self.passing and not self.warnings

    @property
    def lost(self) -> frozenset[str]:
        """Ids of the tasks that had passed in this attempt, and do not any more."""
        return frozenset(
            key for key in self.passed if key in self.results and self.results[key].status != PASS
        )

    @property
    def states(self) -> list[TaskState]:
        """The tasks as the learner sees them."""
        lost = self.lost
        return [
            TaskState(
                task,
                self._say(task),
                self._standing(task),
                tuple(self._shown(task, text) for text in self.hints.get(task.id, [])),
                self._hints_left.get(task.id, 0),
                task.id in lost,
            )
            for task in self.lab.tasks
        ]

    def _standing(self, task: Task) -> Result:
        unknown = Result(task.id, BLOCKED if task.needs else NOT_YET, self._say(task))
        return self.results.get(task.id, unknown)

    def answer(self, text: str) -> bool:
        """Answer the first task that asks for an answer and is not done; the last answer counts.

        Returns:
            False when there is no such task.
        """
        for task in self.lab.tasks:
            if _asks(task.check) and _open(self._standing(task)):
                self.said[task.id] = text
                return True
        return False

    # -- hints ---------------------------------------------------------------------------------------------

    def hint(self, scene: Scene) -> ShownHint | None:
        """One more hint for the first task that is not done, chosen by the state of the world.

        Returns:
            The hint; None when there is none left.
        """
        task = next((task for task in self.lab.tasks if _open(self._standing(task))), None)
        fresh = self._fresh(task, scene) if task is not None else []
        if task is None or not fresh:
            return None
        self.hints.setdefault(task.id, []).append(fresh[0])
        self._hints_left[task.id] = len(self._fresh(task, scene))
        return self._shown(task, fresh[0])

    def _fresh(self, task: Task, scene: Scene) -> list[str]:
        """The hints that fit the state of the world and were not given yet."""
        given = self.hints.get(task.id, [])
        for hint in task.hints:
            fresh = [text for text in hint.say if text not in given]
            if fresh and (hint.when is None or holds(hint.when, scene)):
                return fresh
        return []

    def _shown(self, task: Task, text: str) -> ShownHint:
        group = next((hint.say for hint in task.hints if text in hint.say), (text,))
        return ShownHint(substitute(text, self.soft), group.index(text) + 1, len(group))

    def soft(self, name: str) -> str | None:
        """What a name stands for; None for a role that nothing plays yet: a hint may speak of one."""
        try:
            return self.naming.value(name)
        except UnboundRoleError:
            return None


def _asks(check: Check) -> bool:
    """Whether a check wants an answer from the learner."""
    return isinstance(check, Answer) or any(_asks(part) for part in parts(check))


def _open(result: Result) -> bool:
    return result.status == NOT_YET


def _news(before: Result | None, now: Result) -> bool:
    """Whether a result says something that the one before did not."""
    if before is None or before.status != now.status:
        return True
    # A task that still passes has other evidence after each command, and nothing new to say.
    told = (now.expected, now.actual, now.why)
    return now.status != PASS and (before.expected, before.actual, before.why) != told
