"""The tasks of a lab: how they stand, why, and the hints; and the strip that says it in one line."""

from __future__ import annotations

from tutor.actions.view import LabView, TaskView
from tutor.tui import keys, words
from tutor.tui.widgets.bars import Bar
from tutor.tui.widgets.lineview import LineView
from tutor.tui.widgets.styled import BLANK, Piece, Row, row, wrap


def in_hand(tasks: tuple[TaskView, ...]) -> TaskView | None:
    """The task that comes next: the first that does not pass and is not blocked; None when all pass."""
    for statuses in (("not_yet", "error"), ("blocked",)):
        for task in tasks:
            if task.status in statuses:
                return task
    return None


def unexamined(tasks: tuple[TaskView, ...]) -> bool:
    """Whether nothing is known about the tasks: none passes, and none says what it wants or found."""
    return not any(task.status == "pass" or task.expected or task.actual or task.why for task in tasks)


def status_of(task: TaskView, checking: bool) -> tuple[str, str, str]:
    """A task's status as word, symbol and tone."""
    return words.CHECKING if checking else words.STATUS.get(task.status, words.UNKNOWN_STATUS)


class Tasks(LineView):
    """Shows a lab's introduction and its tasks."""

    DEFAULT_CSS = "Tasks { padding: 0 0 0 1; }"

    def __init__(self) -> None:
        super().__init__(id="tasks")
        self._lab: LabView | None = None
        self._checking = False

    def show(self, lab: LabView, checking: bool = False) -> None:
        """Show how the tasks stand; `checking` when nothing is known about them yet."""
        old, self._lab = self._lab, lab
        was_checking, self._checking = self._checking, checking
        if (
            was_checking != checking
            or old is None
            or (old.tasks, old.id, old.done, old.intro, old.best, old.warnings)
            != (
                lab.tasks,
                lab.id,
                lab.done,
                lab.intro,
                lab.best,
                lab.warnings,
            )
        ):
            self.rebuild()
            current = in_hand(lab.tasks)
            if current is not None and old is not None:
                self.call_after_refresh(self.reveal, current.id)

    def build(self, width: int) -> list[Row]:
        """Title, introduction, tasks."""
        lab = self._lab
        if lab is None:
            return []
        label, why = lab.reality
        beside = [words.MINUTES.format(n=lab.minutes)] if lab.minutes else []
        beside += [words.BEST.format(best=lab.best)] if lab.best else []
        head = Piece("".join(f"   {part}" for part in beside), "muted")
        rows = wrap((Piece(lab.title, "heading"), head), width)
        current = in_hand(lab.tasks)
        for warning in lab.warnings:
            rows += wrap((Piece(words.LAB_HELD, "notyet"), Piece("  " + warning)), width)
        if lab.tasks and not lab.warnings and (lab.done or current is None):
            done = words.TASKS_DONE.format(key=keys.key_of("go.next"))
            rows += wrap((Piece(words.LAB_DONE, "pass"), Piece("  " + done)), width)
        if lab.intro:
            rows += wrap((Piece(lab.intro),), width)
        rows.append(BLANK)
        for task in lab.tasks:
            made = self._one(task, width, task is current)
            rows += [Row(line.pieces, line.fill, task.id) for line in made]
            rows.append(BLANK)
        about = (Piece(words.REALITY.get(label, label.upper()), "accent"), Piece(f"  {why}", "muted"))
        return rows + wrap(about, width)

    def cursor_fill(self, line: Row) -> str:
        """Tasks are read, not chosen."""
        return line.fill

    def _one(self, task: TaskView, width: int, current: bool) -> list[Row]:
        word, symbol, tone = status_of(task, self._checking)
        status = Piece(f"{symbol} {word:<8}", tone)
        rows = wrap((Piece(task.say, "strong" if current else ""),), width, first=(status,))
        if task.lost:
            rows += wrap((Piece(words.LOST, "notyet"),), width, first=(Piece("    "),))
        if task.status == "pass":
            return rows  # the room is for what is still to do; a check tells all hints that were given
        rows += self._standing(task, width)
        for hint in task.hints:
            first = (Piece(f"  → {words.HINT} {hint.number}/{hint.total}  ", "notyet"),)
            rows += wrap((Piece(hint.text),), width, first=first, rest=(Piece(" " * 6),))
        if current and (task.hints_left or task.hints):
            key = keys.key_of("lab.hint" if task.hints_left else "lab.solution")
            left = words.hints_left(task.hints_left) if task.hints_left else words.NO_HINTS_LEFT
            rows.append(row(Piece("    "), Piece(key, "key"), Piece(f" {left}", "muted")))
        return rows

    def _standing(self, task: TaskView, width: int) -> list[Row]:
        """What is wanted of a task that is not done, what there is, and why."""
        rows: list[Row] = []
        for label, text in ((words.WANTED, task.expected), (words.FOUND, task.actual), (words.WHY, task.why)):
            if text:
                rows += wrap((Piece(text, "muted"),), width, first=(Piece(f"    {label:<7}", "accent"),))
        return rows


class TaskStrip(Bar):
    """How the tasks stand, in one line, for terminals where the tasks are not in view."""

    def __init__(self) -> None:
        super().__init__(id="taskstrip")
        self._tasks: tuple[TaskView, ...] = ()
        self._checking = False
        self._warnings: tuple[str, ...] = ()

    def show(self, lab: LabView, checking: bool = False) -> None:
        """Show how the tasks stand; `checking` when nothing is known about them yet."""
        self._tasks, self._warnings, self._checking = lab.tasks, lab.warnings, checking
        self.refresh()

    def left(self) -> list[tuple[Piece, str]]:
        """A symbol for each task, then the one in hand in words."""
        parts: list[tuple[Piece, str]] = [(Piece(" "), "")]
        for task in self._tasks:
            _word, symbol, tone = status_of(task, self._checking)
            parts.append((Piece(f"{symbol} ", tone), "app.show_pane('tasks')"))
        current = in_hand(self._tasks)
        if not self._tasks:
            return [(Piece(f" {words.SANDBOX_HINT}", "muted"), "")]
        if self._warnings:
            return [*parts, (Piece(f" {words.LAB_HELD}  ", "notyet"), ""), (Piece(self._warnings[0]), "")]
        if current is None:
            key = keys.key_of("go.next")
            return [
                *parts,
                (Piece(f" {words.LAB_DONE} ", "pass"), ""),
                (Piece(words.TASKS_DONE.format(key=key)), ""),
            ]
        word, _symbol, tone = status_of(current, self._checking)
        return [*parts, (Piece(f" {word}  ", tone), ""), (Piece(current.say), "")]
