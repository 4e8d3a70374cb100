"""The lab desk: opens labs, runs console lines, checks, hints, and keeps the attempt saved."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from tutor.actions.registry import Line, Outcome
from tutor.actions.view import FileView, LabView, LogRow, NextEvent, TaskView, TimelineRow
from tutor.course import Course
from tutor.progress import Attempt, Store, StoreError
from tutor.words import _

if TYPE_CHECKING:
    from tutor.practice import LabRun

_TRANSCRIPT = 200
_ROWS = 400
_STATUS = {"pass": _("PASS ✓"), "not_yet": _("NOT YET ○"), "blocked": _("BLOCKED –"), "error": _("ERROR ✗")}


class LabDesk:
    """Labs of one learner. One lab is open at a time.

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
                    "lab", lab_id, seed=seed, content=_fingerprint(lab), engine=ENGINE
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
        if attempt.content != _fingerprint(lab):
            return [Line("note", _("The lab has changed since you were here, so it starts afresh."))]
        try:
            journal = self._journal(attempt)
            self._use(attempt, self._make(lab, folder, attempt, journal))
        except JournalError as error:
            return [
                Line(
                    "note",
                    _(
                        "The saved lab cannot be continued: {why}. It starts afresh; what you finished stays."
                    ).format(why=error),
                )
            ]
        self._restore(attempt)
        return [Line("note", _("You are back where you left the lab."))]

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
        self.run.hints = memory.hints
        self.transcript = memory.transcript

    def _lab(self, lab_id: str) -> Any:
        ref = self.course.find(self.course.lesson_of_lab(lab_id))
        return self.course.lab(lab_id), self.course.folder / ref.folder

    def _make(self, lab: Any, folder: Any, attempt: Attempt, journal: Any) -> LabRun:
        from tutor.practice import LabRun
        from tutor.practice.files import FileProblem

        try:
            # An attempt keeps its files: a reset that is cut short has touched nothing of them.
            files = self.store.files_folder(attempt)
            return LabRun(lab, folder, attempt.seed, files, journal, keep_files=True)
        except FileProblem as problem:
            raise StoreError(str(problem), "broken") from None

    def _use(self, attempt: Attempt, run: LabRun) -> None:
        self.attempt, self.run = attempt, run
        self._saved, self._blobs, self._generation = 0, set(), run.generation
        self.transcript = []

    def save(self) -> None:
        """Write what is new: rows, blobs, hints, transcript. Called before an answer is shown."""
        run = self.run
        if run is None or self.attempt is None:
            return
        journal = run.world.journal
        memory = _Memory(run.hints, self.transcript[-_TRANSCRIPT:])
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

        attempt = self.store.start_attempt(
            "lab", run.lab.id, seed=run.seed, content=_fingerprint(run.lab), engine=ENGINE
        )
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
        assert self.run is not None
        printed = self.run.run(line)
        lines = [Line("input", line)]
        if printed.out:
            lines.append(Line("output", printed.out.rstrip("\n")))
        if printed.err:
            lines.append(Line("error", printed.err.strip("\n")))
        self.transcript += lines
        return Outcome(tuple(lines[1:]))

    def examine(self, cancelled: Callable[[], bool]) -> Outcome:
        """Check the tasks; lines for what changed."""
        run = self.run
        if run is None or self.attempt is None:
            return Outcome()
        from tutor.practice.checks import Cancelled

        if not self.level:
            from sandbox.runtime import jail_report

            self.level = jail_report().level
        was_done, warned = run.done, run.warnings
        try:
            changed = run.examine(cancelled)
        except Cancelled:
            return Outcome()
        with self.store.together():
            for result in changed:
                self.store.record_check(self.attempt.id, result.id, result.status)
            if run.done and not self.store.done("lab", run.lab.id):
                self.store.mark_done("lab", run.lab.id)
        lines = [line for result in changed if result.status != "blocked" for line in _result_lines(result)]
        lines += [Line("error", warning) for warning in run.warnings if warning not in warned]
        if run.done and not was_done:
            lines.append(Line("say", _("All tasks are done. `next` goes on; or stay and try things out.")))
            if run.after:
                lines.append(Line("say", run.after))
        return Outcome(tuple(lines))

    def check(self) -> Outcome:
        """Check the tasks now: all of them, and how they stand."""
        found = self.examine(lambda: False)
        besides = [line for line in found.lines if line.kind in {"error", "say"}]
        return Outcome((*self.tasks().lines, *besides))

    def tasks(self) -> Outcome:
        """All tasks and how they stand."""
        assert self.run is not None
        lines: list[Line] = []
        for state in self.run.tasks:
            lines += _result_lines(state.result)
        return Outcome(tuple(lines))

    def goal(self) -> Outcome:
        """What each task wants, beside what there is."""
        assert self.run is not None
        lines = []
        for state in self.run.tasks:
            result = state.result
            lines.append(Line("title", state.say))
            if result.status == "blocked":
                lines.append(Line("say", result.why))
                continue
            lines.append(Line("say", _("Wanted: {what}").format(what=result.expected or state.say)))
            lines.append(
                Line("say", _("There is: {what}").format(what=result.actual or _("not looked at yet")))
            )
        return Outcome(tuple(lines))

    def hint(self) -> Outcome:
        """One more hint."""
        assert self.run is not None
        found = self.examine(lambda: False).lines
        hint = self.run.hint()
        if hint is not None:
            text, number, total = hint
            words = _("Hint {number} of {total}: {text}").format(number=number, total=total, text=text)
            line = Line("hint", words)
        elif self.run.done:
            line = Line("say", _("All tasks are done; there is nothing to hint at."))
        else:
            line = Line("say", _("No more hints. `solution` shows one way to do it."))
        return Outcome((*found, line))

    def solution(self, confirm: str) -> Outcome:
        """One right way, after a try."""
        assert self.run is not None
        if not self.run.tried:
            return Outcome((Line("say", _("Try something first, even if it is wrong. Then ask again.")),))
        if confirm != "yes":
            return Outcome((Line("say", _("The solution stays hidden.")),))
        commands = self.run.solution()
        return Outcome((Line("title", _("One way to do it:")), *(Line("output", line) for line in commands)))

    def save_file(self, name: str, text: str) -> Outcome:
        """Write a file of the function's code."""
        assert self.run is not None
        from tutor.practice.files import FileProblem, Folder

        try:
            Folder(self.run.code).write(name, text.encode())
        except UnicodeEncodeError:
            return Outcome((Line("error", _("There is a character in this text that no file can hold.")),))
        except FileProblem as problem:
            return Outcome((Line("error", str(problem)),))
        return Outcome((Line("say", _("Wrote {name}. Deploy it to make it count.").format(name=name)),))

    # -- view ----------------------------------------------------------------------------------------------

    def view(self) -> LabView | None:
        """What a skin shows of the lab."""
        run = self.run
        if run is None:
            return None
        from tutor.practice.verbs import clock_words

        coming = run.coming()
        rows = [row for row in run.story.rows() if row.seq > run.shell.since][-_ROWS:]
        lines = sorted(
            (line for group in run.log.groups() for line in run.log.lines(group)),
            key=lambda line: (line.time, line.order),
        )
        return LabView(
            id=run.lab.id,
            title=run.lab.title,
            minutes=run.lab.minutes,
            flavour=run.lab.flavour,
            reality=(run.lab.reality.label, run.lab.reality.why),
            intro=run.intro,
            tasks=tuple(_task_view(state) for state in run.tasks),
            clock=run.clock,
            next=NextEvent(*coming) if coming else None,
            log=tuple(
                LogRow(clock_words(line.time), line.stream, line.text.rstrip("\n"), line.kind)
                for line in lines[-_ROWS:]
            ),
            timeline=tuple(
                TimelineRow(row.time, row.lane, row.symbol, row.word, row.text, row.seq) for row in rows
            ),
            files=self._files(run),
            console=tuple(self.transcript[-_TRANSCRIPT:]),
            done=run.done,
            calls=run.calls,
            functions=run.functions,
        )

    def _files(self, run: LabRun) -> tuple[FileView, ...]:
        from tutor.practice.files import names

        deployed = _unzipped(run.package())
        views = []
        for name in names(run.code):
            try:
                content = (run.code / name).read_bytes()
            except OSError:
                continue  # gone since, or closed to us; `deploy` says so
            views.append(FileView(name, content.decode("utf-8", "replace"), deployed.get(name) == content))
        return tuple(views)


class _Memory(msgspec.Struct):
    """What a lab's attempt remembers beside its journal."""

    hints: dict[str, list[str]] = {}
    transcript: list[Line] = []


def _result_lines(result: Any) -> list[Line]:
    text = f"{_STATUS[result.status]} {result.say}"
    lines = [Line("check", text)]
    if result.status == "not_yet" and result.expected:
        words = _("Wanted: {expected}. There is: {actual}.")
        lines.append(Line("why", words.format(expected=result.expected, actual=result.actual)))
    if result.why:
        lines.append(Line("why", result.why))
    return lines


def _task_view(state: Any) -> TaskView:
    result = state.result
    return TaskView(
        id=state.task.id,
        say=state.say,
        status=result.status,
        expected=result.expected,
        actual=result.actual,
        why=result.why,
        hints=state.hints,
        hints_left=state.hints_left,
    )


def _unzipped(package: bytes) -> dict[str, bytes]:
    if not package:
        return {}
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def _fingerprint(lab: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(lab, order="sorted")).hexdigest()[:16]
