"""What an error of AWS's means and what to try, from the course's own list; in one line."""

from __future__ import annotations

from tutor.course import Course, NotInCourseError
from tutor.course.problems import ContentError
from tutor.words import _


def help_of(course: Course, text: str) -> str:
    """The line for an error; "" when the course knows nothing of it.

    Args:
        course: its shared/errors.yaml is asked.
        text: what AWS said, as the console shows it.
    """
    try:
        found = course.help_for(text)
    except ContentError:
        return ""  # what is wrong with the list is told to its author, not to who made a slip
    if found is None:
        return ""
    line = _("What this means: {means} Try: {tip}").format(means=found.means, tip=found.tip)
    return f"{line} {_lesson(course, found.lesson)}".rstrip()


def _lesson(course: Course, lesson: str) -> str:
    try:
        title = course.find(lesson).front.title if lesson else ""
    except NotInCourseError:
        return ""
    return _("More in {lesson}, {title}.").format(lesson=lesson, title=title) if title else ""
