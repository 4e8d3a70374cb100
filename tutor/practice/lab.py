"""`LabRun`: one learner in one lab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from sandbox import Journal, JournalError, World
from sandbox.history import journal as rows
from sandbox.kernel import as_datetime
from sandbox.observe.logs import LogFold
from sandbox.observe.timeline import TimelineFold
from sandbox.services.awslambda import LambdaService
from tutor.course import Lab, substitute
from tutor.course.model import Task
from tutor.practice.build import build
from tutor.practice.checks import Result, Scene, answer
from tutor.practice.files import Folder, names
from tutor.practice.naming import Naming, UnboundRoleError
from tutor.practice.shell import CODE, Printed, Shell
from tutor.words import _

PASS, NOT_YET, BLOCKED = "pass", "not_yet", "blocked"


class TaskState(msgspec.Struct, frozen=True):
    """A task as the learner sees it: how it stands, and the hints shown so far."""

    task: Task
    say: str
    result: Result
    hints: tuple[str, ...]
    hints_left: int


class LabRun:
    """A lab's world, the learner's files, and how the tasks stand.

    Args:
        lab: the lab.
        lesson_folder: where its code folders are.
        seed: the learner's.
        files: the folder of the learner's files; filled with the lab's code when it is empty.
        journal: of an earlier session; None to begin afresh.
        keep_files: after a reset, leave the files where they are; whoever made this run gives it another
            folder by `move`.

    Raises:
        JournalError: the journal cannot be used.
        StepError: the lab's own steps do not work.
    """

    def __init__(
        self,
        lab: Lab,
        lesson_folder: Path,
        seed: int,
        files: Path,
        journal: Journal | None = None,
        *,
        keep_files: bool = False,
    ) -> None:
        self.lab = lab
        self.lesson_folder = lesson_folder
        self.seed = seed
        self.files = files
        self.keep_files = keep_files
        self.variants = lab.choose(seed)
        self.hints: dict[str, list[str]] = {}
        self.results: dict[str, Result] = {}
        self.warnings: tuple[str, ...] = ()
        self._hints_left: dict[str, int] = {}
        self.generation = 0
        self._moved = 0
        self._log = LogFold()
        self._story = TimelineFold()
        self._checked = ""
        world = World.replay(journal) if journal is not None else build(lab, seed, lesson_folder)
        self._take(world)
        if not names(self.code):
            self._lay_out_files()

    def _take(self, world: World) -> None:
        self.world = world
        self.naming = Naming(self.lab, self.variants, world)
        self.shell = Shell(world, self.naming, self.files, self.reset)
        mark = next((row for row in world.journal.rows if row.kind == rows.MARK), None)
        if mark is None:
            raise JournalError("the journal ends before the lab begins")
        self.began = mark.time
        self.shell.since = sum(event.time <= mark.time for event in world.trace)

    def _lay_out_files(self) -> None:
        folder = Folder(self.code)
        for code in self.lab.code_folders[:1]:
            source = self.lesson_folder / code
            for name in names(source):
                folder.write(name, (source / name).read_bytes())

    def reset(self) -> None:
        """Start afresh: world, files and hints; the old world's processes end, `generation` counts on."""
        old = self.world
        self._take(build(self.lab, self.seed, self.lesson_folder))
        self.generation += 1
        self.hints, self.results, self._hints_left, self._checked = {}, {}, {}, ""
        old.close()
        if not self.keep_files:
            for name in names(self.files):
                (self.files / name).unlink(missing_ok=True)
            self._lay_out_files()

    def move(self, files: Path) -> None:
        """Go on in another folder: with the files as they are, after a reset with those of the lab."""
        if self.generation == self._moved:
            folder = Folder(files)
            for name in names(self.files):
                folder.write(name, (self.files / name).read_bytes())
        self.files, self._moved = files, self.generation
        if not names(self.code):
            self._lay_out_files()
        self._take(self.world)

    @property
    def code(self) -> Path:
        """The folder of the function's code."""
        return self.files / CODE

    def close(self) -> None:
        """End the processes of this lab's world."""
        self.world.close()

    # -- acting --------------------------------------------------------------------------------------------

    def run(self, line: str) -> Printed:
        """Run a console line; the lab's placeholders are understood, but for those in the text of a file."""
        # Braces in code are Python's: an f-string with {order} is the learner's.
        command, feed, text = line.partition("\n") if line.lstrip().startswith("edit") else (line, "", "")
        try:
            command = substitute(command, self.naming.value)
            (command + text).encode()
        except (UnboundRoleError, LookupError) as missing:
            return Printed(1, err=str(missing))
        except UnicodeEncodeError:
            return Printed(1, err=_("There is a character in this line that cannot be used here."))
        return self.shell.run(command + feed + text)

    @property
    def tried(self) -> bool:
        """Whether the learner has done anything yet; what was undone was a try too."""
        written = self.world.journal.rows
        mark = max(row.number for row in written if row.kind == rows.MARK)
        return any(row.kind in rows.STEPS and row.number > mark for row in written)

    @property
    def calls(self) -> int:
        """How many API calls the learner made that changed something."""
        effective = self.world.journal.effective()
        mark = max(row.number for row in effective if row.kind == rows.MARK)
        return sum(
            row.kind == rows.CALL and row.number > mark and not rows.only_reads(row) for row in effective
        )

    # -- checking ------------------------------------------------------------------------------------------

    def examine(self, cancelled: Callable[[], bool] = lambda: False) -> list[Result]:
        """Check the tasks; probes act in forks.

        Args:
            cancelled: asked in between; when it says so, nothing is changed.

        Returns:
            The results that differ from those before.

        Raises:
            Cancelled: `cancelled` said so.
        """
        stand = self.world.journal.rows[-1].hash
        if stand == self._checked:
            return []
        scene = self._scene(cancelled)
        found: dict[str, Result] = {}
        for task in self.lab.tasks:
            waits = [need for need in task.needs if found[need].status != PASS]
            found[task.id] = self._blocked(task, waits) if waits else self._result(task, scene)
        self.warnings = tuple(
            substitute(never.say, self.naming.value)
            for never in self.lab.never
            if answer(never.condition, scene).holds
        )
        changed = [result for key, result in found.items() if _news(self.results.get(key), result)]
        self.results, self._checked = found, stand
        self._hints_left = {
            task.id: len(self._fresh(task, scene)[0])
            for task in self.lab.tasks
            if found[task.id].status == NOT_YET
        }
        return changed

    def _scene(self, cancelled: Callable[[], bool] = lambda: False) -> Scene:
        return Scene(
            self.world,
            self.naming,
            self.lesson_folder,
            since=self.shell.since,
            began=self.began,
            cancelled=cancelled,
        )

    def _say(self, task: Task) -> str:
        return substitute(task.say, self.naming.value)

    def _result(self, task: Task, scene: Scene) -> Result:
        verdict = answer(task.check, scene)
        status = PASS if verdict.holds else NOT_YET
        why = "" if verdict.holds else substitute(task.why, self.naming.value)
        return Result(
            task.id, status, self._say(task), verdict.expected, verdict.actual, why, verdict.evidence
        )

    def _blocked(self, task: Task, waits: Sequence[str]) -> Result:
        first = next(self._say(other) for other in self.lab.tasks if other.id == waits[0])
        return Result(task.id, BLOCKED, self._say(task), why=_("First: {task}.").format(task=first))

    @property
    def done(self) -> bool:
        """Whether every task has passed."""
        return bool(self.results) and all(result.status == PASS for result in self.results.values())

    @property
    def tasks(self) -> list[TaskState]:
        """The tasks as the learner sees them."""
        return [self._state(task) for task in self.lab.tasks]

    def _state(self, task: Task) -> TaskState:
        unknown = Result(task.id, BLOCKED if task.needs else NOT_YET, self._say(task))
        shown = self.hints.get(task.id, [])
        return TaskState(
            task,
            self._say(task),
            self.results.get(task.id, unknown),
            tuple(substitute(text, self._soft) for text in shown),
            self._hints_left.get(task.id, 0),
        )

    # -- help ----------------------------------------------------------------------------------------------

    def hint(self) -> tuple[str, int, int] | None:
        """One more hint for the first task that is not done, chosen by the state of the world.

        Returns:
            The hint, which one it is, and of how many; None when there is none left.
        """
        task = next((t for t in self.lab.tasks if self._state(t).result.status == NOT_YET), None)
        if task is None:
            return None
        fresh, group = self._fresh(task, self._scene())
        if not fresh:
            return None
        self.hints.setdefault(task.id, []).append(fresh[0])
        self._hints_left[task.id] = len(fresh) - 1
        return substitute(fresh[0], self._soft), group.index(fresh[0]) + 1, len(group)

    def _fresh(self, task: Task, scene: Scene) -> tuple[list[str], tuple[str, ...]]:
        """The hints that fit the state of the world and were not shown yet, and the group they are from."""
        shown = self.hints.get(task.id, [])
        for hint in task.hints:
            fresh = [text for text in hint.say if text not in shown]
            if fresh and (hint.when is None or answer(hint.when, scene).holds):
                return fresh, hint.say
        return [], ()

    def solution(self) -> list[str]:
        """One right way, as console lines."""
        return [substitute(command, self._soft) for command in self.lab.solutions[0].commands]

    def _soft(self, name: str) -> str | None:
        # A hint may speak of a role that nothing plays yet.
        try:
            return self.naming.value(name)
        except UnboundRoleError:
            return None

    @property
    def log(self) -> LogFold:
        """The log lines so far."""
        return self._log.catch_up(self.world.trace)

    @property
    def story(self) -> TimelineFold:
        """The timeline so far."""
        return self._story.catch_up(self.world.trace)

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions that there are."""
        return tuple(sorted(self._service.functions))

    def package(self) -> bytes:
        """What the lab's function was last given as code; empty when there is none."""
        functions = self._service.functions
        return next((function.package for function in functions.values()), b"")

    @property
    def _service(self) -> LambdaService:
        service = self.world.cloud.services["lambda"]
        assert isinstance(service, LambdaService)
        return service

    @property
    def intro(self) -> str:
        """What the lab is about, the learner's names filled in."""
        return substitute(self.lab.intro, self._soft)

    @property
    def after(self) -> str:
        """What is worth doing once all tasks have passed, the learner's names filled in."""
        return substitute(self.lab.after, self._soft)

    def coming(self) -> tuple[str, int] | None:
        """What happens next, and in how many microseconds; None when nothing is to come."""
        kernel = self.world.cloud.kernel
        pending = kernel.pending()
        return (pending[0][1], pending[0][0] - kernel.now) if pending else None

    @property
    def clock(self) -> str:
        """The world's time: "Mon 09:00:00"."""
        return f"{as_datetime(self.world.cloud.kernel.now):%a %H:%M:%S}"


def _news(before: Result | None, now: Result) -> bool:
    """Whether a result says something that the one before did not."""
    if before is None or before.status != now.status:
        return True
    # A task that still passes has other evidence after each command, and nothing new to say.
    told = (now.expected, now.actual, now.why)
    return now.status != PASS and (before.expected, before.actual, before.why) != told
