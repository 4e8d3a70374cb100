"""`LabRun`: one learner in one lab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from sandbox import Journal, JournalError, World
from sandbox.history import journal as rows
from sandbox.kernel import as_datetime
from sandbox.observe.bill import BillFold
from sandbox.observe.logs import LogFold
from sandbox.observe.timeline import TimelineFold
from sandbox.services.awslambda import LambdaService
from tutor.course import Lab, substitute
from tutor.practice.build import build
from tutor.practice.checking.checks import Result, Scene
from tutor.practice.console.shell import CODE, Helps, Printed, Shell
from tutor.practice.files import Folder, names
from tutor.practice.layout import originals
from tutor.practice.naming import Naming, UnboundRoleError
from tutor.practice.tasks import ShownHint, Tasks, TaskState
from tutor.words import _


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
        starter: the files to begin with, by name, instead of the lab's code folders.
        helps: what there is to say about an error of AWS's; nothing without it.

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
        starter: Mapping[str, bytes] | None = None,
        helps: Helps = lambda _text: "",
    ) -> None:
        self.lab = lab
        self.lesson_folder = lesson_folder
        self.seed = seed
        self.files = files
        self.keep_files = keep_files
        self.variants = lab.choose(seed)
        self.helps = helps
        self._starter = starter
        self.generation = 0
        self._moved = 0
        self._log = LogFold()
        self._story = TimelineFold()
        world = World.replay(journal) if journal is not None else build(lab, seed, lesson_folder)
        self._take(world)
        self.board = Tasks(lab, self.naming)
        if not names(self.code):
            self._lay_out_files()

    def _take(self, world: World) -> None:
        self.world = world
        self.naming = Naming(self.lab, self.variants, world)
        self.shell = Shell(world, self.naming, self.files, self.reset, self.helps, self._answer)
        mark = next((row for row in world.journal.rows if row.kind == rows.MARK), None)
        if mark is None:
            raise JournalError("the journal ends before the lab begins")
        self.began = mark.time
        self.shell.since = sum(event.time <= mark.time for event in world.trace)

    def _lay_out_files(self) -> None:
        folder = Folder(self.code)
        for name, content in self.originals().items():
            folder.write(name, content)

    def originals(self) -> dict[str, bytes]:
        """The files that the lab begins with, by name."""
        if self._starter is not None:
            return dict(self._starter)
        return originals(self.lab, self.lesson_folder, self.naming.value)

    def reset(self) -> None:
        """Start afresh: world, files and hints; the old world's processes end, `generation` counts on."""
        old = self.world
        self._take(build(self.lab, self.seed, self.lesson_folder))
        self.generation += 1
        self.board = Tasks(self.lab, self.naming)
        old.close()
        if not self.keep_files:
            for name in names(self.files):
                (self.files / name).unlink(missing_ok=True)
            self._lay_out_files()

    def _answer(self, text: str) -> bool:
        return self.board.answer(text)

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
        self.board.naming = self.naming

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

    @property
    def cost(self) -> Decimal:
        """What would have to be paid for what ran since the lab began, in US dollars."""
        bill = BillFold(self.world.cloud.facts)
        for event in self.world.trace.events[self.shell.since :]:
            bill.apply(event)
        return bill.cost().total

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
        return self.board.examine(self._scene(cancelled), self.world.journal.rows[-1].hash)

    def _scene(self, cancelled: Callable[[], bool] = lambda: False) -> Scene:
        return Scene(
            self.world,
            self.naming,
            self.lesson_folder,
            since=self.shell.since,
            began=self.began,
            cancelled=cancelled,
        )

    @property
    def results(self) -> dict[str, Result]:
        """How the tasks stood when they were checked last, by id."""
        return self.board.results

    @property
    def warnings(self) -> tuple[str, ...]:
        """What cannot be mended from where the learner stands, in words."""
        return self.board.warnings

    @property
    def done(self) -> bool:
        """Whether every task has passed and no warning holds."""
        return self.board.done

    @property
    def tasks(self) -> list[TaskState]:
        """The tasks as the learner sees them."""
        return self.board.states

    # -- help ----------------------------------------------------------------------------------------------

    @property
    def hints(self) -> dict[str, list[str]]:
        """The hints given so far, by the task's id."""
        return self.board.hints

    def hint(self) -> ShownHint | None:
        """One more hint for the first task that is not done; None when there is none left."""
        return self.board.hint(self._scene())

    def solution(self) -> list[str]:
        """One right way, as console lines; empty when the lab has nothing to solve."""
        return [
            substitute(command, self.board.soft)
            for script in self.lab.solutions[:1]
            for command in script.commands
        ]

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

    def package(self, function: str = "") -> bytes:
        """What a function was last given as code, the first one when none is named; empty without one."""
        functions = self._service.functions
        return next((f.package for name, f in functions.items() if function in {"", name}), b"")

    @property
    def _service(self) -> LambdaService:
        service = self.world.cloud.services["lambda"]
        assert isinstance(service, LambdaService)
        return service

    @property
    def intro(self) -> str:
        """What the lab is about, the learner's names filled in."""
        return substitute(self.lab.intro, self.board.soft)

    @property
    def after(self) -> str:
        """What is worth doing once all tasks have passed, the learner's names filled in."""
        return substitute(self.lab.after, self.board.soft)

    def coming(self) -> tuple[str, int] | None:
        """What happens next, and in how many microseconds; None when nothing is to come."""
        kernel = self.world.cloud.kernel
        pending = kernel.pending()
        return (pending[0][1], pending[0][0] - kernel.now) if pending else None

    @property
    def clock(self) -> str:
        """The world's time: "Mon 09:00:00"."""
        return f"{as_datetime(self.world.cloud.kernel.now):%a %H:%M:%S}"
