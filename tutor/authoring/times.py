"""`course time`: how long real runs took, beside the minutes that an author wrote."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from tutor.course import Course, LessonRef
from tutor.progress import Attempt, Store
from tutor.words import _, many

LONGEST = 240
"""Minutes: a longer run had somebody go away in between, and says nothing."""


def times(course: Course, store: Store) -> list[str]:
    """Lines for each lesson and lab of a course: minutes as written, and the median of real runs.

    A run of a lab is from its start to the moment at which its last task had passed; a run of questions is
    from their start to the last answer. Reading a page is not timed.

    Args:
        course: the course.
        store: what learners of this machine did.
    """
    lines: list[str] = []
    for ref in course.lessons():
        lines.append(
            _("{id}  {title}: {minutes} min as written").format(
                id=ref.id, title=ref.front.title, minutes=ref.front.minutes
            )
        )
        for lab in ref.labs:
            text = _("  lab {id}: {minutes} min as written, {real}")
            real = _real(_lab_minutes(course, store, lab.id))
            lines.append(text.format(id=lab.id, minutes=lab.minutes, real=real))
        if ref.has_quiz:
            lines.append(_("  questions: {real}").format(real=_real(_quiz_minutes(course, store, ref))))
    return lines


def _real(minutes: list[float]) -> str:
    there = [spent for spent in minutes if spent <= LONGEST]
    if not there:
        return _("no real run yet")
    runs = many(len(there), "{n} run", "{n} runs")
    spent = median(there)
    shown = f"{spent:.0f}" if spent >= 10 else f"{spent:.1f}"
    return _("{minutes} min in fact (median of {runs})").format(minutes=shown, runs=runs)


def _lab_minutes(course: Course, store: Store, lab_id: str) -> list[float]:
    tasks = {task.id for task in course.lab(lab_id).tasks}
    found = []
    for attempt in store.attempts("lab", lab_id):
        passed = {
            task: check.first_pass for task, check in store.checks(attempt.id).items() if check.first_pass
        }
        if tasks <= passed.keys():
            found.append(_minutes(attempt, max(passed[task] for task in tasks)))
    return found


def _quiz_minutes(course: Course, store: Store, ref: LessonRef) -> list[float]:
    quiz = course.quiz(ref.id)
    items = {item.id for item in quiz.items} if quiz else set()
    found = []
    for attempt in store.attempts("quiz", ref.id):
        answers = store.answers(attempt.id)
        if answers and items <= {answer.item for answer in answers}:
            found.append(_minutes(attempt, max(answer.answered for answer in answers)))
    return found


def _minutes(attempt: Attempt, end: str) -> float:
    spent = datetime.fromisoformat(end) - datetime.fromisoformat(attempt.started)
    return spent.total_seconds() / 60
