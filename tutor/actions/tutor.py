"""`Tutor`: the one object behind every skin. It does actions and holds the view."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec

from tutor.actions.golf import best as best_result
from tutor.actions.golf import in_short
from tutor.actions.lab_form import SANDBOX
from tutor.actions.labs import LabDesk
from tutor.actions.lessons import LessonDesk
from tutor.actions.quizzes import NoQuizError, QuizDesk
from tutor.actions.registry import ACTIONS, BY_ID, FOR_TASKS, Action, Line, Outcome
from tutor.actions.view import Entry, View
from tutor.course import Course, NotInCourseError, load_course, packaged
from tutor.progress import Store, StoreError, state_folder
from tutor.words import _

_PLACE = "place"


class _Place(msgspec.Struct):
    """Where the learner is, as it is remembered. `sandbox`: in the sandbox rather than in the lab."""

    place: str
    lesson: str
    lab: str = ""
    sandbox: bool = False


def _needed(action: Action) -> set[str]:
    return {arg.name for arg in action.args if not arg.optional}


class UnknownActionError(LookupError):
    """A skin asked for an action, or an argument, that the registry does not have: a bug of the skin."""


class Tutor:
    """A course, a learner, and what is open. Use from one thread at a time.

    Args:
        course: the course.
        store: what the learner did.
    """

    def __init__(self, course: Course, store: Store) -> None:
        self.course = course
        self.store = store
        seed = self._seed()
        self.labs = LabDesk(course, store, seed)
        self.lessons = LessonDesk(course, store, self.labs.seed_of)
        self.quizzes = QuizDesk(course, store, seed)
        self._here = self._remembered()
        self._left_at = self._here.place
        if self._here.place in {"lab", "quiz"}:
            # Its world is opened by `resume`, so that a skin can show something first.
            self._here.place = "lesson"
        self.lessons.open(self._here.lesson)
        self.view = self._look()

    @classmethod
    def open(cls, course: Path | None = None, state: Path | None = None) -> Tutor:
        """Open a course where the learner left it. Worlds are opened later, when they are needed.

        Args:
            course: a course folder; our own when None.
            state: where progress is kept; the usual place when None. When it cannot be used, progress is
                kept in memory and `view.saved` says so.

        Raises:
            ContentError: the course cannot be used.
        """
        loaded = load_course(course or packaged())
        try:
            store = Store.open(state_folder(state))
        except StoreError as error:
            return cls(loaded, Store.in_memory(str(error)))
        try:
            return cls(loaded, store)
        except StoreError as error:
            store.close()
            return cls(loaded, Store.in_memory(str(error)))

    def _seed(self) -> int:
        kept = self.store.noted("seed")
        if kept is None or not re.fullmatch("[0-9]{1,20}", kept):
            kept = str(secrets.randbits(48))
            self.store.note("seed", kept)
        return int(kept)

    def _remembered(self) -> _Place:
        first = self.course.lessons()[0].id
        kept = self.store.noted(_PLACE)
        try:
            place = msgspec.json.decode(kept or "", type=_Place)
        except msgspec.MsgspecError:
            return _Place("lesson", first)
        known = {lesson.id for lesson in self.course.lessons()}
        return place if place.lesson in known else _Place("lesson", first)

    # -- doing ---------------------------------------------------------------------------------------------

    def available(self) -> list[Action]:
        """The actions that make sense where the learner is."""
        return [action for action in ACTIONS if action.place in {"", self._here.place} and self._fits(action)]

    def _fits(self, action: Action) -> bool:
        return not (self._here.sandbox and self._here.place == "lab" and action.id in FOR_TASKS)

    def perform(self, action: str, /, **args: str) -> Outcome:
        """Do an action; what it changed is saved before this returns.

        Args:
            action: its id.
            **args: what it needs to know.

        Raises:
            UnknownActionError: there is no such action or argument.
            ContentError: the content that it opens cannot be used.
        """
        known = BY_ID.get(action)
        if known is None or not _needed(known) <= set(args) <= {arg.name for arg in known.args}:
            raise UnknownActionError(f"{action} {sorted(args)}")
        if known.place and known.place != self._here.place:
            where = {"lesson": _("a lesson"), "lab": _("a lab"), "quiz": _("a quiz")}[known.place]
            return Outcome(
                (Line("error", _("{what} works in {where} only.").format(what=known.title, where=where)),)
            )
        if not self._fits(known):
            return Outcome((Line("error", _("There are no tasks in the sandbox.")),))
        try:
            if known.place:
                self._open_again()
            outcome: Outcome = getattr(self, "_" + action.replace(".", "_"))(**args)
            outcome = self._saved(outcome)
        except (StoreError, NotInCourseError, NoQuizError) as error:
            outcome = Outcome((Line("error", str(error)),))
        except KeyboardInterrupt:
            # What is in memory may be half done. The next action reads back what was saved.
            self.labs.close()
            self.quizzes.close()
            self.lessons.end_page()
            raise
        self.view = self._look()
        return outcome

    def _saved(self, outcome: Outcome) -> Outcome:
        """Save, and say with what an action told where that was not possible."""
        try:
            self.labs.save()
        except StoreError as error:
            return Outcome((*outcome.lines, Line("error", str(error))), quit=outcome.quit)
        if not outcome.quit:
            return outcome
        bye = self.store.warning or self._trouble() or _("Saved. See you next time.")
        return Outcome((*outcome.lines, Line("say", bye)), quit=True)

    def _trouble(self) -> str:
        """That the last thing that was to be saved is not, and why; "" when it is."""
        why = self.store.trouble
        return _("What you did last is not saved: {why}").format(why=why) if why else ""

    def _open_again(self) -> None:
        """Open what the learner is in, where opening it failed or was interrupted before."""
        if self._here.place == "lab" and self.labs.run is None:
            self.labs.open(self._lab_open)
        elif self._here.place == "quiz" and self.quizzes.session is None:
            self.quizzes.open(self._here.lesson)

    def resume(self) -> Outcome:
        """Go back into the lab or quiz that was open last time; nothing when it was a lesson."""
        left_at, self._left_at = self._left_at, ""
        if left_at == "lab":
            return self.perform("go.sandbox" if self._here.sandbox else "go.lab")
        if left_at == "quiz":
            return self.perform("go.quiz")
        return Outcome()

    def examine(self, cancelled: Callable[[], bool] = lambda: False) -> Outcome:
        """Check the lab's tasks on forks of its world.

        Args:
            cancelled: asked in between; a newer action makes the answer worthless.

        Returns:
            Lines for what changed.
        """
        if self._here.place != "lab":
            return Outcome()
        try:
            outcome = self.labs.examine(cancelled)
        except StoreError as error:
            outcome = Outcome((Line("error", str(error)),))
        self.view = self._look()
        return outcome

    def complete(self, line: str) -> list[str]:
        """The words that could stand where a console line ends; none outside of a lab."""
        return self.labs.complete(line) if self._here.place == "lab" else []

    def close(self) -> None:
        """Save, end all processes, let go of the files. May be called twice."""
        self.lessons.close()
        self.quizzes.close()
        self.labs.close()
        self.store.close()

    # -- going ---------------------------------------------------------------------------------------------

    def _go(self, place: str) -> None:
        self._here.place = place
        self.store.note(_PLACE, msgspec.json.encode(self._here).decode())

    def _go_outline(self) -> Outcome:
        self._go("outline")
        return Outcome()

    def _go_lesson(self, ref: str = "") -> Outcome:
        lesson = self.course.find(ref or self._here.lesson).id
        self.lessons.open(lesson)
        self._here.lesson = lesson
        self._go("lesson")
        return Outcome()

    def _go_lab(self, ref: str = "") -> Outcome:
        lesson = self.course.lesson_of_lab(ref) if ref else self._here.lesson
        lab = ref or self._here.lab
        labs = [entry.id for entry in self.course.find(lesson).labs]
        if not labs:
            return Outcome((Line("say", _("This lesson has no lab.")),))
        lab = lab if lab in labs else labs[0]
        said = self.labs.open(lab)
        self.lessons.open(lesson)
        self._here.lesson, self._here.lab, self._here.sandbox = lesson, lab, False
        self._go("lab")
        return Outcome(tuple(said))

    def _go_sandbox(self) -> Outcome:
        said = self.labs.open(SANDBOX)
        self._here.sandbox = True
        self._go("lab")
        return Outcome(tuple(said))

    @property
    def _lab_open(self) -> str:
        return SANDBOX if self._here.sandbox else self._here.lab

    def _go_quiz(self, ref: str = "") -> Outcome:
        lesson = self.course.find(ref or self._here.lesson).id
        self.quizzes.open(lesson)
        self.lessons.open(lesson)
        self._here.lesson = lesson
        self._go("quiz")
        return Outcome()

    def _go_next(self) -> Outcome:
        ref = self.course.find(self._here.lesson)
        if self._here.place == "outline" or (self._here.place == "lab" and self._here.sandbox):
            return self._go_lesson()
        if self._here.place == "lesson":
            self.lessons.read()
            if ref.labs:
                return self._go_lab()
        if self._here.place in {"lesson", "lab"}:
            labs = [lab.id for lab in ref.labs]
            later = labs[labs.index(self._here.lab) + 1 :] if self._here.lab in labs else []
            if self._here.place == "lab" and later:
                return self._go_lab(later[0])
            if ref.has_quiz:
                return self._go_quiz()
        order = [lesson.id for lesson in self.course.lessons()]
        later = order[order.index(self._here.lesson) + 1 :]
        if later:
            return self._go_lesson(later[0])
        return Outcome((Line("say", _("That was the last lesson that there is so far.")),))

    # -- the program ---------------------------------------------------------------------------------------

    def _app_help(self) -> Outcome:
        lines = [Line("title", _("What you can do here:"))]
        lines += [Line("say", f"{action.word}: {action.help}") for action in self.available()]
        return Outcome(tuple(lines))

    def _app_quit(self) -> Outcome:
        return Outcome(quit=True)  # what there is to say is known once all is saved

    # -- lesson --------------------------------------------------------------------------------------------

    def _lesson_show(self) -> Outcome:
        return Outcome()

    def _lesson_run(self, block: str = "") -> Outcome:
        return self.lessons.run(block)

    # -- lab -----------------------------------------------------------------------------------------------

    def _lab_command(self, line: str) -> Outcome:
        return self.labs.command(line)

    def _lab_tasks(self) -> Outcome:
        return self.labs.tasks()

    def _lab_check(self) -> Outcome:
        return self.labs.check()

    def _lab_hint(self) -> Outcome:
        return self.labs.hint()

    def _lab_solution(self, confirm: str = "") -> Outcome:
        return self.labs.solution(confirm)

    def _lab_undo(self) -> Outcome:
        return self.labs.command("undo")

    def _lab_redo(self) -> Outcome:
        return self.labs.command("redo")

    def _lab_changes(self) -> Outcome:
        return self.labs.command("show changes")

    def _lab_reset(self, confirm: str = "") -> Outcome:
        if confirm != "yes":
            return Outcome((Line("say", _("Nothing was reset.")),))
        return self.labs.reset()

    def _lab_goal(self) -> Outcome:
        return self.labs.goal()

    def _lab_skip(self) -> Outcome:
        return self.labs.command("clock next")

    def _lab_timeline(self) -> Outcome:
        return self.labs.command("show timeline")

    def _lab_logs(self) -> Outcome:
        return self.labs.command("show logs")

    def _lab_save_file(self, name: str, text: str) -> Outcome:
        return self.labs.save_file(name, text)

    def _lab_new_file(self, name: str) -> Outcome:
        return self.labs.new_file(name)

    def _lab_rename_file(self, name: str, to: str) -> Outcome:
        return self.labs.rename_file(name, to)

    def _lab_delete_file(self, name: str, confirm: str = "") -> Outcome:
        return self.labs.delete_file(name) if confirm == "yes" else self._as_it_was()

    def _lab_restore_file(self, name: str, confirm: str = "") -> Outcome:
        return self.labs.restore_file(name) if confirm == "yes" else self._as_it_was()

    def _as_it_was(self) -> Outcome:
        return Outcome((Line("say", _("Nothing was changed.")),))

    def _lab_deploy(self, function: str = "") -> Outcome:
        return self.labs.command(f"deploy {function}".strip())

    # -- quiz ----------------------------------------------------------------------------------------------

    def _quiz_answer(self, response: str) -> Outcome:
        return self.quizzes.answer(response)

    def _quiz_next(self) -> Outcome:
        return self.quizzes.next()

    def _quiz_back(self) -> Outcome:
        return self.quizzes.back()

    def _quiz_proof(self) -> Outcome:
        return self.quizzes.proof()

    def _quiz_again(self) -> Outcome:
        return self.quizzes.again(self._here.lesson)

    # -- looking -------------------------------------------------------------------------------------------

    def _look(self) -> View:
        place = self._here.place
        current = {"lab": self._lab_open, "quiz": f"quiz:{self._here.lesson}"}.get(place, self._here.lesson)
        return View(
            title=self.course.title,
            place=place,
            outline=self._outline(),
            current=current,
            lesson=self.lessons.view(),
            lab=self.labs.view() if place == "lab" else None,
            quiz=self.quizzes.view() if place == "quiz" else None,
            saved=self.store.warning or self._trouble(),
            level=self.labs.level,
        )

    def _outline(self) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        for module in self.course.outline().modules:
            entries.append(Entry(f"module:{module.id}", module.info.title, "module", 0, "none"))
            for lesson in module.lessons:
                here = lesson.id == self._here.lesson
                mark = self._mark("lesson", lesson.id, here or self.lessons.begun(lesson.id))
                entries.append(Entry(lesson.id, lesson.front.title, "lesson", 1, mark, lesson.front.minutes))
                for lab in lesson.labs:
                    mark = self._mark("lab", lab.id, self.store.attempt("lab", lab.id) is not None)
                    best = in_short(best_result(self.store, lab.id))
                    entries.append(Entry(lab.id, lab.title, "lab", 2, mark, lab.minutes, best))
                if lesson.has_quiz:
                    mark = self._mark("quiz", lesson.id, self.store.attempt("quiz", lesson.id) is not None)
                    entries.append(Entry(f"quiz:{lesson.id}", _("Questions"), "quiz", 2, mark))
        return tuple(entries)

    def _mark(self, kind: str, ref: str, is_open: bool) -> str:
        if self.store.done(kind, ref):
            return "done"
        return "open" if is_open else "none"
