"""`course check`: the way through a course, unit by unit; unchanged ones are not run again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter

import msgspec

from tutor.authoring import verdicts
from tutor.authoring.findings import Findings, Unit, Verdict
from tutor.authoring.jobs import Job, Workers
from tutor.authoring.links import check_around, check_dates
from tutor.authoring.places import Files, Places
from tutor.authoring.questions import check_bank
from tutor.authoring.verdicts import Kept
from tutor.course import Cache, ContentError, Course, Lesson, NotInCourseError, load_course
from tutor.course.problems import ContentProblem
from tutor.quiz import Solved

SEEDS = 20
"""Learners that each question must have a key for."""

TOGETHER = 50
"""Questions of a lesson that one process takes at once: they share worlds, and runs that begin alike."""


class Options(msgspec.Struct, frozen=True):
    """How to check.

    Attributes:
        wanted: ids of lessons, labs and questions; none for everything.
        seeds: learners that each question is asked for.
        today: the date of a release, whose facts must be fresh; None when it is none.
        processes: how many may work at once; 0 for what suits the machine.
        kept: where verdicts are kept; `Cache(None)` for nowhere.
    """

    wanted: tuple[str, ...] = ()
    seeds: int = SEEDS
    today: date | None = None
    processes: int = 1
    kept: Cache = Cache(None)


class Report(msgspec.Struct, frozen=True):
    """All verdicts, and how long it took to come to them, in seconds."""

    course: str
    verdicts: tuple[Verdict, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether nothing must be mended."""
        return all(verdict.passed for verdict in self.verdicts)


def check_course(folder: Path, options: Options, tell: Callable[[Verdict], None]) -> Report:
    """Check a course, or some of it.

    Args:
        folder: the folder with course.yaml.
        options: how.
        tell: given each verdict as soon as it and those before it are there.

    Raises:
        NotInCourseError: something is wanted that the course does not have.
    """
    begin = perf_counter()
    given: list[Verdict] = []

    def note(verdict: Verdict) -> None:
        given.append(verdict)
        tell(verdict)

    try:
        course = load_course(folder)
    except ContentError as error:
        note(_broken(Unit("course", folder.name), error.problems, begin))
        return Report(folder.name, tuple(given), perf_counter() - begin)
    _Check(course, options, note).run()
    return Report(course.info.id, tuple(given), perf_counter() - begin)


def _broken(unit: Unit, problems: Sequence[ContentProblem], begin: float) -> Verdict:
    found = Findings()
    found.take(problems)
    return Verdict(unit, tuple(found), perf_counter() - begin)


class _Planned(msgspec.Struct, frozen=True):
    """A unit of a lesson that can be read; `print` is its fingerprint."""

    unit: Unit
    print: str


class _Check:
    def __init__(self, course: Course, options: Options, note: Callable[[Verdict], None]) -> None:
        self.course = course
        self.options = options
        self.note = note
        self.solved: list[Solved] = []
        self.whole = not options.wanted

    def run(self) -> None:
        begin = perf_counter()
        lessons, broken = self._read()
        wanted = self._wanted(lessons, broken)
        planned = [
            plan
            for lesson in lessons
            for plan in self._plans(lesson)
            if self.whole or {plan.unit.id, lesson.id} & wanted
        ]
        if self.whole:
            self.note(self._around())
        for name, problems in broken.items():
            if self.whole or name in wanted:
                title = self.course.find(name).front.title
                self.note(_broken(Unit("lesson", name, title, name), problems, begin))
        self._judge(planned)
        if self.whole:
            self.note(self._bank())

    # -- what there is -------------------------------------------------------------------------------------

    def _read(self) -> tuple[list[Lesson], dict[str, tuple[ContentProblem, ...]]]:
        """The lessons that can be read, and by their ids what is wrong with the others."""
        lessons: list[Lesson] = []
        broken: dict[str, tuple[ContentProblem, ...]] = {}
        for ref in self.course.lessons():
            try:
                lessons.append(self.course.lesson(ref.id))
            except ContentError as error:
                broken[ref.id] = error.problems
        return lessons, broken

    def _wanted(self, lessons: list[Lesson], broken: Mapping[str, object]) -> set[str]:
        """The ids of what was asked for, each of which must be there; a lesson that cannot be read is one."""
        ids: dict[str, str] = {}
        for ref in self.course.lessons():
            ids |= {name: name for name in (ref.id, *(lab.id for lab in ref.labs))}
            if ref.id in broken:
                ids |= {lab.id: ref.id for lab in ref.labs}
        for lesson in lessons:
            ids |= {item.id: item.id for item in (lesson.quiz.items if lesson.quiz else ())}
        wanted: set[str] = set()
        for name in self.options.wanted:
            if name in ids:
                wanted.add(ids[name])
            elif broken:
                # It may be a question of a lesson that cannot be read.
                wanted |= set(broken)
            else:
                raise NotInCourseError("lesson, lab or question", name, ids)
        return wanted

    def _plans(self, lesson: Lesson) -> Iterator[_Planned]:
        files = Files(self.course, self.course.find(lesson.id))
        shown = [(files.label(path), path) for path in (files.page, *files.code())]
        labs = [(files.label(files.lab(lab.id)), files.lab(lab.id)) for lab in lesson.labs]
        known = " ".join(ref.id for ref in self.course.lessons())
        yield _Planned(
            Unit("lesson", lesson.id, lesson.title, lesson.id),
            verdicts.fingerprint([*shown, *labs], "lesson", known),
        )
        for lab in lesson.labs:
            made_from = [(files.label(path), path) for path in files.of_lab(lab.id)]
            yield _Planned(Unit("lab", lab.id, lab.title, lesson.id), verdicts.fingerprint(made_from, "lab"))
        if lesson.quiz is not None:
            places = Places(files.source(files.quiz))
            for number, item in enumerate(lesson.quiz.items):
                stands = f"{places.line('items', number)} {self.options.seeds}"
                text = msgspec.json.encode(item).decode()
                yield _Planned(
                    Unit("item", item.id, "", lesson.id),
                    verdicts.fingerprint([*shown[1:], *labs], "item", stands, text),
                )

    # -- judging -------------------------------------------------------------------------------------------

    def _judge(self, planned: Sequence[_Planned]) -> None:
        kept = {plan.unit: self._kept(plan) for plan in planned}
        jobs = list(_jobs([unit for unit, known in kept.items() if known is None], self.options.seeds))
        job_of = {unit: job for job in jobs for unit in job.units}
        with Workers(self.course, self.options.processes, jobs) as workers:
            for plan in planned:
                unit, known = plan.unit, kept[plan.unit]
                new = known is None
                if known is None:
                    known = workers.result(job_of[unit])[unit]
                    self.options.kept.put(self._name(unit), plan.print, known)
                self.solved += known.solved
                self.note(Verdict(unit, known.findings, known.seconds, cached=not new))

    def _name(self, unit: Unit) -> str:
        return f"{self.course.folder} {unit.kind} {unit.id}"

    def _kept(self, plan: _Planned) -> Kept | None:
        return self.options.kept.get(self._name(plan.unit), plan.print, Kept)

    def _around(self) -> Verdict:
        begin, found = perf_counter(), Findings()
        check_around(self.course, found)
        if self.options.today is not None:
            check_dates(self.course, self.options.today, found)
        unit = Unit("course", self.course.info.id, self.course.title)
        return Verdict(unit, tuple(found), perf_counter() - begin)

    def _bank(self) -> Verdict:
        begin, found = perf_counter(), Findings()
        check_bank(self.solved, "quizzes", found)
        return Verdict(Unit("bank", self.course.info.id), tuple(found), perf_counter() - begin)


def _jobs(units: Sequence[Unit], seeds: int) -> Iterator[Job]:
    """What is to be run: pages and labs one by one, questions a few of a lesson at once."""
    together: list[Unit] = []
    for unit in units:
        if together and (
            unit.kind != "item" or unit.lesson != together[0].lesson or len(together) == TOGETHER
        ):
            yield Job(tuple(together), seeds)
            together = []
        if unit.kind == "item":
            together.append(unit)
        else:
            yield Job((unit,), seeds)
    if together:
        yield Job(tuple(together), seeds)
