"""`course new`: small complete examples that pass `course check`, for an author to change.

Nothing is ever overwritten: when one of the files is there already, none is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tutor.course import Course, packaged
from tutor.course.folder import RESERVED, Folder
from tutor.words import _

_SKELETONS = Path(__file__).parent / "skeleton"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_LESSON_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

FIRST_LESSON, FIRST_LAB, FIRST_ROLE = "L1.1", "slow-greeting", "greeter"


class NewProblem(Exception):  # noqa: N818 - it is told to the author as a problem, not as an error of ours
    """It cannot be made; the message says why, and what to do."""


class Made(msgspec.Struct, frozen=True):
    """What was made: the files, and what to do next, one sentence each."""

    files: tuple[Path, ...]
    next: tuple[str, ...]


def new_pack(folder: Path) -> Made:
    """Write a whole small course: one module, one lesson, one lab, its questions.

    Raises:
        NewProblem: something is there already, it lies in a course, or the folder cannot be written.
    """
    around = next((above for above in folder.resolve().parents if (above / "course.yaml").exists()), None)
    if around is not None:
        raise NewProblem(
            _(
                "{folder} would lie in the course {course}, which would take it for a module. "
                "Choose a folder beside it."
            ).format(folder=folder, course=around)
        )
    # A course is known by its folder's name until its author chooses another.
    name = folder.absolute().name
    course_id = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "course"
    words = {
        **_words(FIRST_LESSON, "A greeting that takes too long"),
        "LAB": FIRST_LAB,
        "ROLE": FIRST_ROLE,
        "MISCONCEPTION": "M1",
    }
    lesson = folder / "01-first" / "a-slow-greeting"
    files = {
        folder / "course.yaml": _text("course.yaml", {"ID": course_id, "TITLE": _title(course_id)}),
        folder / "shared" / "misconceptions.yaml": _text("misconceptions.yaml", {}),
        folder / "shared" / "glossary.yaml": _text("glossary.yaml", {}),
        folder / "shared" / "errors.yaml": _text("errors.yaml", {}),
        folder / "01-first" / "module.yaml": _text("module.yaml", {"TITLE": "First things"}),
        lesson / "lesson.md": _text("lesson-with-lab.md", words),
        **_lab_files(lesson, {**words, "TITLE": "In time for the guests"}),
        folder / "quizzes" / f"{FIRST_LESSON}.yaml": _quiz_text(words, with_runs=True),
    }
    shown = _quoted(folder)
    return Made(
        _write(files),
        (
            _("See it as a learner: lambda-tutor --course {folder} course preview").format(folder=shown),
            _("Check it: lambda-tutor --course {folder} course check").format(folder=shown),
            _("Then change one file after the other, and check again. Comments in them explain the formats."),
            _("More examples are in the course that comes with the program: {folder}").format(
                folder=packaged()
            ),
        ),
    )


def new_lesson(course: Course, where: str, lesson_id: str) -> Made:
    """Write a lesson that only tells, in a module that is made when it is not there.

    Args:
        course: the course.
        where: MODULE/NAME, the folders.
        lesson_id: the id that it is to have.

    Raises:
        NewProblem: a name or the id cannot be used, or something is there already.
    """
    module, _sep, name = where.partition("/")
    for part in (module, name):
        if not _NAME.fullmatch(part):
            wanted = _("{where}: MODULE/NAME is wanted, such as 05-invocation/async-retries: small letters,"
                       " digits and dashes.")  # fmt: skip
            raise NewProblem(wanted.format(where=where))
    if module in RESERVED:
        raise NewProblem(_("{module} cannot be the name of a module.").format(module=module))
    if not _LESSON_ID.fullmatch(lesson_id):
        raise NewProblem(_("{id}: an id such as L5.9 is wanted.").format(id=lesson_id))
    if any(lesson.id == lesson_id for lesson in course.lessons()):
        raise NewProblem(_("There is a lesson {id} already.").format(id=lesson_id))
    folder = course.folder / module
    files = {folder / name / "lesson.md": _text("lesson.md", _words(lesson_id, _title(name)))}
    if not (folder / "module.yaml").exists():
        files[folder / "module.yaml"] = _text("module.yaml", {"TITLE": _title(module)})
    return Made(
        _write(files),
        (
            _("Write the page. Its first lines say what each key is for."),
            _("Give it a lab: lambda-tutor course new lab {id} NAME").format(id=lesson_id),
            _("Give it questions: lambda-tutor course new quiz {id}").format(id=lesson_id),
            _("Name it in a track of course.yaml, if there are tracks."),
            _check(lesson_id),
        ),
    )


def new_lab(course: Course, lesson_id: str, name: str) -> Made:
    """Write a lab with handler code, two right ways and a wrong one.

    Args:
        course: the course.
        lesson_id: the lesson that it belongs to.
        name: the lab's id.

    Raises:
        NotInCourseError: there is no such lesson.
        NewProblem: the name cannot be used, or something is there already.
    """
    ref = course.find(lesson_id)
    if not _NAME.fullmatch(name):
        raise NewProblem(_("{name}: small letters, digits and dashes are wanted.").format(name=name))
    if any(lab.id == name for lesson in course.lessons() for lab in lesson.labs):
        raise NewProblem(_("There is a lab {name} already.").format(name=name))
    words = {**_words(lesson_id, _title(name)), "LAB": name, "MISCONCEPTION": ""}
    made = _write(_lab_files(course.folder / ref.folder, words))
    then = [_("Write into the page where the lab should begin: two lines, :::lab id={name} and :::")]
    if not ref.front.world:
        then.append(_("Write into the page's first lines: world: {name}. Then it can have demos."))
    then += [_("Change world, tasks and hints, then the scripts in solutions/ and wrong/."), _check(name)]
    return Made(made, tuple(text.format(name=name) for text in then))


def new_quiz(course: Course, lesson_id: str) -> Made:
    """Write questions: about a run when the lesson has a lab with a function, else about a fact.

    Args:
        course: the course.
        lesson_id: the lesson.

    Raises:
        NotInCourseError: there is no such lesson.
        ContentError: the lesson cannot be read.
        NewProblem: there are questions already.
    """
    lesson = course.lesson(lesson_id)
    words = _words(lesson_id, lesson.title)
    words["OBJECTIVE"] = lesson.front.objectives[0].id if lesson.front.objectives else words["OBJECTIVE"]
    for lab in lesson.labs:
        role = next((name for name, role in lab.roles.items() if role.function and not role.where), "")
        if role:
            words |= {"LAB": lab.id, "ROLE": role}
            break
    layout = Folder(course.folder)
    within = layout.quizzes if layout.quizzes.is_dir() else course.folder / "quizzes"
    made = _write({within / f"{lesson_id}.yaml": _quiz_text(words, with_runs="ROLE" in words)})
    return Made(
        made,
        (
            _("Write into the page where the questions should stand: two lines, :::quiz and :::"),
            _("Change the questions. You never write which answer is right: `course check` computes it."),
            _check(lesson_id),
        ),
    )


def _check(what: str) -> str:
    return _("Check it: lambda-tutor course check {id}. See it: lambda-tutor course preview").format(id=what)


def _words(lesson_id: str, title: str) -> dict[str, str]:
    number = lesson_id[1:] if re.match(r"[A-Za-z]\d", lesson_id) else lesson_id
    return {"ID": lesson_id, "NUMBER": number, "OBJECTIVE": f"O{number}a", "TITLE": title}


def _title(name: str) -> str:
    """A folder's name as a title: "05-async-retries" becomes "Async retries"."""
    words = re.sub(r"^\d+-", "", name).replace("-", " ").strip() or name
    # A name that YAML would read as a number is a text in quotes.
    return words[:1].upper() + words[1:] if not words.isdecimal() else f'"{words}"'


def _lab_files(lesson: Path, words: Mapping[str, str]) -> dict[Path, str]:
    name = words["LAB"]
    return {
        lesson / "labs" / f"{name}.yaml": _text("lab.yaml", words),
        lesson / "code" / name / "app.py": _text("app.py.txt", words),
        lesson / "solutions" / f"{name}.try": _text("solution.try", words),
        lesson / "solutions" / f"{name}-faster-code.try": _text("other.try", words),
        lesson / "wrong" / f"{name}-more-memory.try": _text("wrong.try", words),
    }


def _quiz_text(words: Mapping[str, str], *, with_runs: bool) -> str:
    parts = ["quiz-head.yaml", *(["quiz-of-runs.yaml"] if with_runs else []), "quiz-of-facts.yaml"]
    return "".join(_text(part, words) for part in parts)


def _text(skeleton: str, words: Mapping[str, str]) -> str:
    text = (_SKELETONS / skeleton).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def _write(files: Mapping[Path, str]) -> tuple[Path, ...]:
    for path in files:
        if path.exists() or path.is_symlink():
            raise NewProblem(_("{path} is there already. Nothing was written.").format(path=path))
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise NewProblem(_("{path}: {reason}").format(path=path, reason=reason)) from None
    return tuple(files)


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))
