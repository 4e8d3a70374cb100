"""What is said after an action: the page that answers it, where it led, and what changed around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tutor.actions.registry import Action, Outcome
from tutor.actions.view import LabView, View
from tutor.plain import pages, question
from tutor.plain.speech import Piece
from tutor.words import _, many

TOLD_BY_VIEW = {"lab.tasks", "lab.check", "lab.goal"}
"""Actions whose answer is a page of the view: tasks are told in one way, wherever they are told."""

COMMANDS = {
    "lab.timeline": "show timeline",
    "lab.logs": "show logs",
    "lab.skip": "clock next",
    "lab.undo": "undo",
    "lab.redo": "redo",
    "lab.changes": "show changes",
    "lab.reset": "reset",
    "lab.deploy": "deploy",
}
"""Actions that answer as a console line does."""


def page_of(action: Action, view: View) -> list[Piece]:
    """What an action shows that answers nothing itself."""
    if view.lab is not None and view.place == "lab":
        shown: dict[str, Callable[[LabView], list[Piece]]] = {
            "lab.tasks": pages.tasks,
            "lab.check": pages.tasks,
            "lab.goal": pages.goal,
            "lab.logs": pages.logs,
            "lab.timeline": pages.timeline,
        }
        if action.id in shown:
            return shown[action.id](view.lab)
    if view.quiz is not None and view.place == "quiz":
        if action.id == "quiz.answer":
            return question.verdict(view.quiz)
        if action.id == "quiz.proof":
            return pages.answered(view.quiz.proof)
    return []


def opened(action: Action, before: View, after: View) -> bool:
    """Whether a lab or quiz was opened by an action, rather than gone on with."""
    return (before.place, before.current) != (after.place, after.current) or action.id.startswith("go.")


def moved(action: Action, outcome: Outcome, before: View, after: View) -> bool:
    """Whether an action led to a page that is now to be shown. One that was refused did not."""
    if (before.place, before.current) != (after.place, after.current):
        return True
    if any(line.kind == "error" for line in outcome.lines):
        return False
    if action.id in {"go.lesson", "go.lab", "go.quiz", "go.outline"}:
        # A lesson without a lab says so, and the person stays.
        return action.id == f"go.{after.place}"
    if action.id == "go.sandbox":
        return True
    if action.id == "go.next":
        return not outcome.lines
    if action.id in {"lesson.show", "lab.reset", "quiz.again"}:
        return True
    if after.place != "quiz" or before.quiz is None or after.quiz is None:
        return False
    return (before.quiz.id, before.quiz.number) != (after.quiz.id, after.quiz.number)


def news(before: LabView | None, after: LabView | None) -> Iterator[Piece]:
    """What changed around an action: how many lines were logged, the time, and what comes next."""
    if before is None or after is None or before.id != after.id:
        return
    logged = len(after.log) - len(before.log)
    if logged > 0:
        yield Piece(_("Log"), many(logged, "{n} new line", "{n} new lines") + _("; type logs to read them."))
    if (before.clock, before.next) != (after.clock, after.next):
        yield pages.clock(after)
