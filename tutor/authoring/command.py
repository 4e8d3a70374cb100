"""`lambda-tutor course ...`: what an author types. The work is done elsewhere in this package."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.words import _

if TYPE_CHECKING:
    from tutor.authoring.new import Made
    from tutor.course import Course

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2

Preview = Callable[[Path, str], int]
"""Opens a skin on a course folder at a lesson ("" for the first); gives the exit status."""


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Describe the subcommands of `course`.

    Args:
        parser: of the command.
        shared: what may stand behind each subcommand, too.
    """
    above = [shared]
    parser.epilog = _(
        "Which course: --course FOLDER before or after the word course, else the folder that you are in."
    )
    commands = parser.add_subparsers(dest="course_command", metavar="new|check|preview|time|schema")
    commands.required = True
    new = commands.add_parser("new", help=_("write a small example of a course, lesson, lab or quiz"))
    _add_new(new, above)
    _add_check(commands.add_parser("check", parents=above, help=_("prove that a course does what it says")))
    preview = commands.add_parser(
        "preview",
        parents=above,
        help=_("see the course as a learner does; nothing of it is remembered"),
        description=_("After an edit, leave and start the preview again: that is quick."),
    )
    preview.add_argument(
        "--plain",
        action="store_true",
        default=argparse.SUPPRESS,
        help=_("line by line instead of full screen"),
    )
    preview.add_argument("lesson", nargs="?", default="", metavar="LESSON", help=_("the id of a lesson"))
    commands.add_parser(
        "time", parents=above, help=_("how long real runs took, beside the minutes that you wrote")
    )
    schema = commands.add_parser("schema", help=_("JSON Schemas of the formats, for your editor"))
    schema.add_argument("kind", nargs="?", default="", metavar="KIND", help=_("which file; all if left out"))
    schema.add_argument("--out", type=Path, metavar="FOLDER", help=_("write a file for each kind there"))


def _add_new(parser: argparse.ArgumentParser, above: list[argparse.ArgumentParser]) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar="pack|lesson|lab|quiz")
    kinds.required = True
    pack = kinds.add_parser("pack", help=_("a whole small course in a new folder"))
    pack.add_argument("folder", type=Path, metavar="FOLDER")
    lesson = kinds.add_parser("lesson", parents=above, help=_("a lesson, and its module if it is not there"))
    lesson.add_argument(
        "where", metavar="MODULE/NAME", help=_("folders, such as 05-invocation/async-retries")
    )
    lesson.add_argument("--id", required=True, dest="lesson_id", metavar="ID", help=_("such as L5.9"))
    lab = kinds.add_parser("lab", parents=above, help=_("a lab with code, right ways and a wrong way"))
    lab.add_argument("lesson", metavar="LESSON", help=_("the id of a lesson"))
    lab.add_argument("name", metavar="NAME", help=_("the lab's id, such as three-tries"))
    quiz = kinds.add_parser("quiz", parents=above, help=_("questions whose answers are computed"))
    quiz.add_argument("lesson", metavar="LESSON", help=_("the id of a lesson"))


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("wanted", nargs="*", metavar="LESSON|LAB|ITEM", help=_("ids; everything if left out"))
    parser.add_argument(
        "--seeds", type=_count, default=20, help=_("learners to ask each question for (default: 20)")
    )
    parser.add_argument("--json", action="store_true", help=_("the report as JSON, for programs"))
    parser.add_argument(
        "--release", action="store_true", help=_("also: were the facts looked up in the last 90 days?")
    )
    parser.add_argument("--no-cache", action="store_true", help=_("check unchanged parts again too"))
    parser.add_argument(
        "--jobs", type=_count, default=0, help=_("processes to use (default: what suits the machine)")
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1000):
        raise argparse.ArgumentTypeError(_("a number from 1 to 1000 is wanted, not {text}").format(text=text))
    return int(text)


def run(options: argparse.Namespace, preview: Preview) -> int:
    """Do what was typed.

    Args:
        options: the words, read by the parser that `add_arguments` described.
        preview: opens a skin.

    Returns:
        The exit status: 0, 1 when the check failed, 2 for a wrong command line or no course.

    Raises:
        ContentError: the course cannot be read, and it is not `check` that says so.
    """
    from tutor.authoring.new import NewProblem
    from tutor.course import NotInCourseError

    try:
        if options.course_command == "schema":
            return _schema(options)
        if options.course_command == "new" and options.kind == "pack":
            from tutor.authoring.new import new_pack

            return _made(new_pack(options.folder))
        folder = course_folder(options.course)
        if options.course_command == "check":
            return _check(folder, options)
        if options.course_command == "new":
            return _new(folder, options)
        if options.course_command == "time":
            return _time(folder, options)
        return _preview(folder, options.lesson, preview)
    except (NewProblem, NotInCourseError, NoCourseError) as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE


class NoCourseError(Exception):
    """There is no course to work on; the message says how to choose one."""


def course_folder(chosen: Path | None) -> Path:
    """The course to work on: what was chosen, else the current folder when it holds a course.

    Raises:
        NoCourseError: neither is one.
    """
    folder = chosen if chosen is not None else Path.cwd()
    if (folder / "course.yaml").is_file():
        return folder
    where = _("There is no course.yaml in {folder}.").format(folder=folder)
    hint = _("Choose a course with --course FOLDER, or make one: lambda-tutor course new pack FOLDER")
    raise NoCourseError(f"{where} {hint}")


def _open(folder: Path) -> Course:
    from tutor.course import load_course

    return load_course(folder)


def _new(folder: Path, options: argparse.Namespace) -> int:
    from tutor.authoring import new

    course = _open(folder)
    if options.kind == "lesson":
        return _made(new.new_lesson(course, options.where, options.lesson_id))
    if options.kind == "lab":
        return _made(new.new_lab(course, options.lesson, options.name))
    return _made(new.new_quiz(course, options.lesson))


def _made(made: Made) -> int:
    for path in made.files:
        print(_("Made {path}").format(path=path))
    print(_("Next:"))
    for sentence in made.next:
        print(f"  {sentence}")
    return EXIT_OK


def _check(folder: Path, options: argparse.Namespace) -> int:
    from tutor.authoring import telling, verdicts
    from tutor.authoring.check import Options, check_course
    from tutor.authoring.findings import Verdict
    from tutor.course import Cache

    width = min(shutil.get_terminal_size((80, 24)).columns, 110)

    def tell(verdict: Verdict) -> None:
        if not options.json:
            print(telling.unit_lines(verdict, width), flush=True)

    asked = Options(
        wanted=tuple(options.wanted),
        seeds=options.seeds,
        today=_today() if options.release else None,
        processes=options.jobs,
        kept=Cache(None) if options.no_cache else verdicts.of_user(),
    )
    with _ending_well():
        report = check_course(folder, asked, tell)
    print(json.dumps(telling.as_json(report), indent=2) if options.json else telling.summary(report))
    return EXIT_OK if report.passed else EXIT_FAILED


@contextmanager
def _ending_well() -> Iterator[None]:
    """Let SIGTERM end the program as an error would: what was begun below it is ended, too."""

    def leave(number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _time(folder: Path, options: argparse.Namespace) -> int:
    from tutor.authoring.times import times
    from tutor.progress import Store, StoreError, state_folder

    course = _open(folder)
    try:
        store = Store.open(state_folder(options.state))
    except StoreError as error:
        print(error.message, file=sys.stderr)
        return EXIT_FAILED
    try:
        print("\n".join(times(course, store)))
    finally:
        store.close()
    return EXIT_OK


def _schema(options: argparse.Namespace) -> int:
    from tutor.course.schemas import schemas
    from tutor.practice.checking.checks import result_schema

    known = {**schemas(), "result": result_schema()}
    if options.kind and options.kind not in known:
        from tutor.course.problems import did_you_mean

        there = _("{kind}: there is no such kind. There are: {known}.").format(
            kind=options.kind, known=", ".join(known)
        )
        print(f"{there} {did_you_mean(options.kind, known)}".strip(), file=sys.stderr)
        return EXIT_USAGE
    chosen = {options.kind: known[options.kind]} if options.kind else known
    if options.out is None:
        print(json.dumps(chosen[options.kind] if options.kind else chosen, indent=2))
        return EXIT_OK
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for kind, schema in chosen.items():
            path = options.out / f"{kind}.schema.json"
            path.write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
            print(_("Made {path}").format(path=path))
        hint = _(
            "An editor uses one when the first line of a file is: # yaml-language-server: $schema={path}"
        )
        print(hint.format(path=path))
    except OSError as error:
        print(_("{path}: {reason}").format(path=options.out, reason=error.strerror), file=sys.stderr)
        return EXIT_FAILED
    return EXIT_OK


def _preview(folder: Path, lesson: str, preview: Preview) -> int:
    course = _open(folder)
    if lesson:
        course.find(lesson)
    problems = course.check()
    if problems:
        from tutor.course import ContentError

        raise ContentError(problems)
    return preview(folder, lesson)


def _today() -> date:
    # Nothing else looks at the calendar.
    return datetime.now(UTC).date()
