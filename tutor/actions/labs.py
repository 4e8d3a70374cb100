"""The lab desk: opens labs, runs console lines, checks, hints, and keeps the attempt saved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from tutor.actions import golf, lab_files, lab_words
from tutor.actions.error_help import help_of
from tutor.actions.lab_form import SANDBOX, fingerprint, fingerprint_before
from tutor.actions.lab_view import lab_view, task_view
from tutor.actions.registry import Line, Outcome
from tutor.actions.view import LabView, PartView
from tutor.course import Course
from tutor.progress import Attempt, Store, StoreError
from tutor.words import _

if TYPE_CHECKING:
    from tutor.practice import LabRun

_TRANSCRIPT = 200


class LabDesk:
    """Labs of one learner. One lab is open at a time; the sandbox is one, without tasks.

    A lab is marked as done when all its tasks have passed at one and the same check and nothing that it warns
    of is so. It stays so: what is broken later is told, and shown at the task, but takes no mark away. A task
    that had passed and does not any more is news, told once, when it is first seen.

    Args:
        course: the course.
        store: where attempts are kept.
        seed: the learner's.
    """

    def __init__(self, course: Course, store: Store, seed: int) -> None:
        self.course = course
        self.store = store
        self.seed = seed
        self.run: LabRun | None = None
        self.attempt: Attempt | None = None
        self.transcript: list[Line] = []
        self.level = ""
        self._saved = 0
        self._blobs: set[str] = set()
        self._generation = 0
        self._told_lost: frozenset[str] = frozenset()
        self._told_done = False
        self._told_held = False

    # -- opening and saving --------------------------------------------------------------------------------

    def open(self, lab_id: str) -> list[Line]:
        """Open a lab where the learner left it, or afresh.

        Returns:
            What there is to say about that.
        """
        if self.run is not None and self.run.lab.id == lab_id:
            return []
        from sandbox.runtime import warm_up

        self._lab(lab_id)  # what cannot be opened leaves the lab that is open alone
        self.close()
        # What runs handlers takes half a second to start; it does so while the learner reads the tasks.
        warm_up()
        attempt = self.store.attempt("lab", lab_id)
        said: list[Line] = []
        if attempt is not None:
            said = self._resume(attempt)
        if self.run is None:
            self._begin(lab_id)
        return said

    def _begin(self, lab_id: str) -> None:
        from sandbox.world import ENGINE

        lab, folder = self._lab(lab_id)
        seed = self._next_seed(lab_id)
        try:
            # Together: an attempt that was saved has a journal to go on from.
            with self.store.together():
                self.store.note(f"lab-attempts:{lab_id}", str(self._attempts(lab_id) + 1))
                attempt = self.store.start_attempt(
                    "lab", lab_id, seed=seed, content=fingerprint(lab, folder), engine=ENGINE
                )
                self._use(attempt, self._make(lab, folder, attempt, None))
                self.save()
        except BaseException:
            self.close()
            raise

    def seed_of(self, lab_id: str) -> int:
        """The seed of the open attempt at a lab, or of the attempt that would begin now."""
        attempt = self.store.attempt("lab", lab_id)
        return attempt.seed if attempt is not None else self._next_seed(lab_id)

    def _attempts(self, lab_id: str) -> int:
        return int(self.store.noted(f"lab-attempts:{lab_id}") or "0")

    def _next_seed(self, lab_id: str) -> int:
        digest = hashlib.sha256(f"{self.seed}:{lab_id}:{self._attempts(lab_id)}".encode()).digest()
        return int.from_bytes(digest[:6], "big")

    def _resume(self, attempt: Attempt) -> list[Line]:
        from sandbox import JournalError

        lab, folder = self._lab(attempt.ref)
        content = fingerprint(lab, folder)
        if attempt.content not in {content, fingerprint_before(lab)}:
            words = _("The lab's beginning has changed since you were here, so it starts afresh.")
            return [Line("note", f"{words} {self._kept(attempt)}")]
        try:
            journal = self._journal(attempt)
            self._use(attempt, self._make(lab, folder, attempt, journal))
        except JournalError as error:
            words = _("The saved lab cannot be continued: {why}. It starts afresh; what you finished stays.")
            return [Line("note", f"{words.format(why=error)} {self._kept(attempt)}")]
        if attempt.content != content:
            self.store.renew_attempt(attempt.id, content)
        self._restore(attempt)
        stood = self.store.checks(attempt.id).values()
        self.run_open.board.passed = {record.task for record in stood if record.first_pass}
        self._told_lost = frozenset(
            record.task for record in stood if record.first_pass and record.status != "pass"
        )
        passing = {record.task for record in stood if record.status == "pass"}
        # Where all tasks pass and the lab was never done, what it warns of held.
        self._told_done = {task.id for task in lab.tasks} <= passing and self.store.done("lab", lab.id)
        if attempt.ref == SANDBOX:
            return [Line("note", _("Your sandbox is as you left it."))]
        return [Line("note", _("You are back where you left the lab."))]

    def _kept(self, attempt: Attempt) -> str:
        return lab_words.kept_words(self.store.files_folder(attempt))

    def _journal(self, attempt: Attempt) -> Any:
        from sandbox import Journal, JournalError
        from sandbox.history.journal import Row

        try:
            rows = [msgspec.json.decode(body, type=Row) for body in self.store.rows(attempt.id)]
        except msgspec.MsgspecError as error:
            raise JournalError(_("a row of it cannot be read ({error})").format(error=error)) from None
        return Journal(rows, self.store.blobs(attempt.id))

    def _restore(self, attempt: Attempt) -> None:
        assert self.run is not None
        try:
            kept = self.store.noted(f"lab:{attempt.id}")
            memory = msgspec.json.decode(kept or "{}", type=_Memory)
        except (StoreError, msgspec.MsgspecError):
            return  # damaged: the work goes on without what was said about it
        self.run.board.hints, self.run.board.said = memory.hints, memory.said
        self.transcript = memory.transcript

    def _lab(self, lab_id: str) -> Any:
        if lab_id == SANDBOX:
            from tutor.practice.sandbox import sandbox

            return sandbox(SANDBOX), self.course.folder
        ref = self.course.find(self.course.lesson_of_lab(lab_id))
        return self.course.lab(lab_id), self.course.folder / ref.folder

    def _make(self, lab: Any, folder: Any, attempt: Attempt, journal: Any) -> LabRun:
        from tutor.practice import LabRun
        from tutor.practice.files import FileProblem
        from tutor.practice.sandbox import STARTER

        try:
            # An attempt keeps its files: a reset that is cut short has touched nothing of them.
            files = self.store.files_folder(attempt)
            return LabRun(
                lab,
                folder,
                attempt.seed,
                files,
                journal,
                keep_files=True,
                starter=STARTER if lab.id == SANDBOX else None,
                helps=partial(help_of, self.course),
            )
        except FileProblem as problem:
            raise StoreError(str(problem), "broken") from None

    def _use(self, attempt: Attempt, run: LabRun) -> None:
        self.attempt, self.run = attempt, run
        self._saved, self._blobs, self._generation = 0, set(), run.generation
        self.transcript, self._told_lost, self._told_done = [], frozenset(), False
        self._told_held = False

    @property
    def run_open(self) -> LabRun:
        """The lab that is open; there is one whenever an action of a lab is done."""
        assert self.run is not None
        return self.run

    def save(self) -> None:
        """Write what is new: rows, blobs, hints, transcript. Called before an answer is shown."""
        run = self.run
        if run is None or self.attempt is None:
            return
        journal = run.world.journal
        memory = _Memory(run.hints, self.transcript[-_TRANSCRIPT:], run.board.said)
        with self.store.together():
            reset = run.generation != self._generation
            attempt = self._after_reset(run) if reset else self.attempt
            saved = 0 if reset else self._saved
            fresh = [(row.number, msgspec.json.encode(row)) for row in journal.rows[saved:]]
            known = set() if reset else self._blobs
            new = {name: blob for name, blob in journal.blobs.items() if name not in known}
            self.store.append_rows(attempt.id, fresh, new)
            self.store.note(f"lab:{attempt.id}", msgspec.json.encode(memory).decode())
        self.attempt, self._saved, self._generation = attempt, len(journal.rows), run.generation
        self._blobs = set(journal.blobs)

    def _after_reset(self, run: LabRun) -> Attempt:
        from sandbox.world import ENGINE
        from tutor.practice.files import FileProblem

        content = fingerprint(run.lab, run.lesson_folder)
        attempt = self.store.start_attempt("lab", run.lab.id, seed=run.seed, content=content, engine=ENGINE)
        try:
            run.move(self.store.files_folder(attempt))
        except FileProblem as problem:
            raise StoreError(str(problem), "broken") from None
        return attempt

    def close(self) -> None:
        """Let go of the lab; it is saved already."""
        if self.run is not None:
            self.run.close()
        self.run, self.attempt = None, None

    # -- actions -------------------------------------------------------------------------------------------

    def command(self, line: str) -> Outcome:
        """Run a console line."""
        printed = self.run_open.run(line)
        lines = [Line("input", line)]
        if printed.out:
            lines.append(Line("output", printed.out.rstrip("\n")))
        if printed.err:
            lines.append(Line("error", printed.err.strip("\n")))
            if words := help_of(self.course, printed.err):
                lines.append(Line("note", words))
        self.transcript += lines
        return Outcome(tuple(lines[1:]))

    def examine(self, cancelled: Callable[[], bool]) -> Outcome:
        """Check the tasks; lines for what changed."""
        run = self.run
        if run is None or self.attempt is None:
            return Outcome()
        from tutor.practice.checking.checks import Cancelled

        if not self.level:
            from sandbox.runtime import jail_report

            self.level = jail_report().level
        before, warned, held = self._told_lost, run.warnings, self._told_held
        try:
            changed = run.examine(cancelled)
        except Cancelled:
            return Outcome()
        with self.store.together():
            for result in changed:
                self.store.record_check(self.attempt.id, result.id, result.status)
            if run.done and not self.store.done("lab", run.lab.id):
                self.store.mark_done("lab", run.lab.id)
            finished = self._finished(run) if run.done and not self._told_done else []
        lost, self._told_lost, self._told_done = run.board.lost - before, run.board.lost, run.done
        self._told_held = lab_words.is_held(run)
        lines = [lab_words.lost_line(result) for result in run.results.values() if result.id in lost]
        lines += [
            line
            for result in changed
            if result.status != "blocked" and result.id not in lost
            for line in lab_words.result_lines(result)
        ]
        if set(run.warnings) - set(warned) or (lab_words.is_held(run) and not held):
            lines += lab_words.warning_lines(run)
        return Outcome((*lines, *finished))

    def _finished(self, run: LabRun) -> list[Line]:
        """What there is to say when the last task has passed."""
        now, known = golf.result(run), golf.best(self.store, run.lab.id)
        better = golf.keep(self.store, run.lab.id, now)
        words = _("All tasks are done. `next` goes on; or stay and try things out.")
        lines = [Line("say", words), Line("say", golf.told(run.lab, now, known, better))]
        return [*lines, Line("say", run.after)] if run.after else lines

    def check(self) -> Outcome:
        """Check the tasks now: all of them, and how they stand."""
        found = self.examine(lambda: False)
        besides = [line for line in found.lines if line.kind in {"news", "say"}]
        return Outcome((*self.tasks().lines, *besides))

    def tasks(self) -> Outcome:
        """All tasks and how they stand."""
        lines: list[Line] = []
        for state in self.run_open.tasks:
            lines += lab_words.result_lines(state.result)
            if state.result.status != "pass":
                lines += [Line("hint", lab_words.hint_words(hint)) for hint in state.hints]
        return Outcome((*lines, *lab_words.warning_lines(self.run_open)))

    def goal(self) -> Outcome:
        """What each task wants, beside what there is."""
        lines = []
        for task in map(task_view, self.run_open.tasks):
            lines.append(Line("title", f"{lab_words.STATUS[task.status]} {task.say}"))
            if task.status == "blocked":
                lines.append(Line("say", task.why))
                continue
            alone = PartView(task.status == "pass", task.expected or task.say, task.actual)
            for part in task.parts or (alone,):
                mark = "✓" if part.holds else "○"
                lines.append(Line("say", _("{mark} Wanted: {what}").format(mark=mark, what=part.expected)))
                there = part.actual or _("not looked at yet")
                lines.append(Line("say", _("  There is: {what}").format(what=there)))
            if task.trial:
                lines.append(Line("say", _("What happened when it was tried out:")))
                lines += [Line("output", row) for row in task.trial]
        return Outcome(tuple(lines))

    def hint(self) -> Outcome:
        """One more hint."""
        run = self.run_open
        found = self.examine(lambda: False).lines
        hint = run.hint()
        last = Line("say", _("No more hints. `solution` shows one way to do it."))
        if hint is not None:
            left = any(state.hints_left for state in run.tasks if hint in state.hints)
            words = (Line("hint", lab_words.hint_words(hint)), *(() if left else (last,)))
        elif run.done:
            words = (Line("say", _("All tasks are done; there is nothing to hint at.")),)
        elif lab_words.is_held(run):
            found = tuple(line for line in found if line.kind != "error")
            words = tuple(lab_words.warning_lines(run))
        else:
            words = (last,)
        return Outcome((*found, *words))

    def solution(self, confirm: str) -> Outcome:
        """One right way, after a try."""
        if not self.run_open.tried:
            return Outcome((Line("say", _("Try something first, even if it is wrong. Then ask again.")),))
        if confirm != "yes":
            return Outcome((Line("say", _("The solution stays hidden.")),))
        commands = self.run_open.solution()
        if not commands:
            return Outcome((Line("say", _("The author of this lab has written no solution down.")),))
        return Outcome((Line("title", _("One way to do it:")), *(Line("output", line) for line in commands)))

    def reset(self) -> Outcome:
        """Start afresh; the files of the attempt that ends stay where they are."""
        kept, generation = self.run_open.files, self.run_open.generation
        outcome = self.command("reset")
        if self.run_open.generation == generation:
            return outcome
        return Outcome((*outcome.lines, Line("note", lab_words.kept_words(kept))))

    def save_file(self, name: str, text: str) -> Outcome:
        """Write a file of a function's code."""
        return lab_files.save(self.run_open, name, text)

    def new_file(self, name: str) -> Outcome:
        """Begin an empty file."""
        return lab_files.begin(self.run_open, name)

    def delete_file(self, name: str) -> Outcome:
        """Delete a file."""
        return lab_files.delete(self.run_open, name)

    def rename_file(self, name: str, to: str) -> Outcome:
        """Give a file another name."""
        return lab_files.rename(self.run_open, name, to)

    def restore_file(self, name: str) -> Outcome:
        """Make a file what it was when the lab began."""
        return lab_files.restore(self.run_open, name)

    def complete(self, line: str) -> list[str]:
        """The words that could stand where a console line ends."""
        return self.run.shell.complete(line) if self.run is not None else []

    # -- view ----------------------------------------------------------------------------------------------

    def view(self) -> LabView | None:
        """What a skin shows of the lab."""
        if self.run is None:
            return None
        best = golf.in_short(golf.best(self.store, self.run.lab.id))
        return lab_view(self.run, self.transcript[-_TRANSCRIPT:], best)


class _Memory(msgspec.Struct):
    """What a lab's attempt remembers beside its journal."""

    hints: dict[str, list[str]] = {}
    transcript: list[Line] = []
    said: dict[str, str] = {}
