"""Names that lead somewhere: lessons that need others, tracks, error texts, addresses, dated facts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.facts import Fact, Facts
from tutor.authoring.findings import Findings
from tutor.authoring.places import Files, Places, line_with
from tutor.course import Block, Course, Lesson
from tutor.course.facts import uses_in
from tutor.course.folder import Folder
from tutor.course.problems import ContentError, did_you_mean, shown
from tutor.course.source import Source, read_source

WARN_AFTER = 90
"""Days after which a release should look at a fact again."""

FAIL_AFTER = 120
"""Days after which it must."""

SHOWN = 5
"""How many old facts that no page names are told by id; the others are counted."""


def check_page_links(course: Course, lesson: Lesson, files: Files, found: Findings) -> None:
    """Note lessons that a page needs and that there are not, and addresses that are none."""
    source = files.source(files.page)
    known = [other.id for other in course.lessons()]
    for need in lesson.front.needs:
        line = line_with("needs:", source)
        if need == lesson.id:
            found.error(source.file, line, f"the lesson {shown(need)} itself", "another lesson")
        elif need not in known:
            hint = did_you_mean(need, known)
            found.error(source.file, line, f"the lesson {shown(need)}", "a lesson of this course", hint)
    shown_here = {block.id for block in lesson.blocks if block.kind == "lab"}
    for lab in lesson.labs:
        if lab.id not in shown_here:
            expected = f"`:::lab id={lab.id}` and `:::` where the lab begins"
            found.warn(source.file, 0, f"a page without its lab {shown(lab.id)}", expected)
    if lesson.quiz is not None and not any(block.kind == "quiz" for block in lesson.blocks):
        found.warn(source.file, 0, "a page without its questions", "`:::quiz` and `:::` where they begin")
    for href in _links(lesson.blocks):
        if not _is_address(href):
            found.error(
                source.file, line_with(href, source), f"a link to {shown(href)}", "an address such as"
                " https://docs.aws.amazon.com/lambda/",
            )  # fmt: skip


def _links(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield from (span.href for span in block.spans if span.href)
        yield from _links(block.children)


def _is_address(href: str) -> bool:
    try:
        parts = urlsplit(href)
        host = parts.hostname or ""
        return parts.scheme == "https" and "." in host.strip(".") and not set(href) & set(' <>"{}|\\^`')
    except ValueError:
        return False


def check_around(course: Course, found: Findings) -> None:
    """Check what lies around the lessons: modules that need others, tracks, shared files.

    Args:
        course: the course.
        found: where to note what is wrong.
    """
    layout = Folder(course.folder)
    _no_links_out(course, layout, found)
    lessons = [lesson.id for lesson in course.lessons()]
    modules = [module.id for module in course.outline().modules]
    for number, module in enumerate(course.outline().modules):
        path = course.folder / module.id / "module.yaml"
        places = Places(read_source(path, layout.label(path)))
        for at, need in enumerate(module.info.needs):
            if need not in modules[:number]:
                hint = did_you_mean(need, modules[:number])
                line = places.line("needs", at)
                expected = "the folder of a module before this one"
                found.error(places.file, line, f"the module {shown(need)}", expected, hint)
    try:
        shared = course.shared()
    except ContentError as error:
        found.take(error.problems)
        return
    path = layout.shared("errors")
    for number, help_ in enumerate(shared.errors):
        if help_.lesson and help_.lesson not in lessons:
            places = Places(read_source(path, layout.label(path)))
            hint = did_you_mean(help_.lesson, lessons)
            found.error(
                places.file, places.line(number, "lesson"), f"the lesson {shown(help_.lesson)}",
                "a lesson of this course", hint,
            )  # fmt: skip


def _no_links_out(course: Course, layout: Folder, found: Findings) -> None:
    for path in _links_under(course.folder):
        try:
            within = path.resolve().is_relative_to(layout.path)
        except (OSError, RuntimeError):
            # Python 3.13 says OSError where those before it say RuntimeError.
            found.error(layout.label(path), 0, "a link that leads to itself", "a file of the course")
            continue
        if not within:
            hint = "Somebody else does not have that file, and no course reads files of its reader."
            found.error(layout.label(path), 0, "a link out of the course", "a file of the course", hint)


def _links_under(folder: Path) -> list[Path]:
    """The symbolic links under a folder, in the order of their names."""
    found = []
    for top, folders, files in os.walk(folder):
        found += [path for name in (*folders, *files) if (path := Path(top, name)).is_symlink()]
    return sorted(found)


def check_dates(course: Course, today: date, found: Findings) -> None:
    """Note facts that nobody looked up for a long time: those that the course names, and all others.

    Args:
        course: the course.
        today: the date of the release.
        found: where to note them; older than 120 days is an error, older than 90 a warning.
    """
    facts = {fact.id: fact for fact in Facts.load()}
    used: set[str] = set()
    for source in _sources(course):
        for use in uses_in(source):
            fact = facts.get(use.id)
            if fact is not None and use.id not in used:
                used.add(use.id)
                _date(fact, use.file, use.line, today, found)
    for lesson in course.lessons():
        _dates_of_questions(course, lesson.id, facts, used, today, found)
    # The engine decides what is right, and it rests on the others too.
    old = [fact for fact in facts.values() if fact.id not in used and _age(fact, today) > WARN_AFTER]
    if old:
        oldest = max(_age(fact, today) for fact in old)
        names = ", ".join(fact.id for fact in old[:SHOWN]) + (", ..." if len(old) > SHOWN else "")
        text = f"{len(old)} facts of the engine, verified up to {oldest} days ago: {names}"
        note = found.error if oldest > FAIL_AFTER else found.warn
        note("facts.yaml", 0, text, f"at most {WARN_AFTER} days")


def _dates_of_questions(
    course: Course, lesson_id: str, facts: dict[str, Fact], used: set[str], today: date, found: Findings
) -> None:
    files = Files(course, course.find(lesson_id))
    try:
        quiz = course.quiz(lesson_id)
    except ContentError:
        return
    if quiz is None:
        return
    places = Places(files.source(files.quiz))
    for number, item in enumerate(quiz.items):
        for at, name in enumerate(item.facts):
            if name in facts and name not in used:
                used.add(name)
                _date(facts[name], places.file, places.line("items", number, "facts", at), today, found)


def _age(fact: Fact, today: date) -> int:
    return (today - date.fromisoformat(fact.verified)).days


def _date(fact: Fact, file: str, line: int, today: date, found: Findings) -> None:
    age = _age(fact, today)
    if age > WARN_AFTER:
        note = found.error if age > FAIL_AFTER else found.warn
        hint = f"Look it up again: {fact.source}."
        text = f"the fact `{fact.id}`, verified {age} days ago"
        note(file, line, text, f"at most {WARN_AFTER} days before a release", hint)


def _sources(course: Course) -> Iterator[Source]:
    layout = Folder(course.folder)
    for lesson in course.lessons():
        folder = course.folder / lesson.folder
        paths = [folder / "lesson.md", *layout.labs(folder), layout.quiz(lesson.id)]
        for path in paths:
            try:
                yield read_source(path, layout.label(path))
            except ContentError:
                # Its own unit says so.
                continue
