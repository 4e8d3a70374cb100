"""A course as the rest of the tutor sees it: cheap to open, its lessons compiled when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from tutor.course.cache import Cache, fingerprint
from tutor.course.facts import Compiled, CompiledShared, FactText, PackagedFacts, with_facts
from tutor.course.folder import Folder, walk
from tutor.course.lookup import find_help, find_term
from tutor.course.model import CourseInfo, ErrorHelp, Lab, Lesson, LessonRef, Outline, Shared, Term
from tutor.course.problems import ContentError, ContentProblem, NotInCourseError, Problems
from tutor.course.questions.question import Quiz
from tutor.course.source import inside, problem

T = TypeVar("T")


class Course:
    """A course folder, opened. Make one with `load_course`."""

    def __init__(
        self,
        folder: Folder,
        cache: Cache,
        fact_text: FactText,
        fact_ids: Callable[[], Iterable[str]] | None,
    ) -> None:
        self._folder = folder
        self._cache = cache
        self._fact_text = fact_text
        self._fact_ids = fact_ids
        self._outline = self._kept("outline", folder.outline_files(), Outline, self._compile_outline)
        self._lessons: dict[str, Lesson] = {}
        self._shared: Shared | None = None

    @property
    def folder(self) -> Path:
        """The folder with course.yaml."""
        return self._folder.path

    @property
    def info(self) -> CourseInfo:
        """What course.yaml says."""
        return self._outline.info

    @property
    def title(self) -> str:
        """The course's title."""
        return self._outline.info.title

    def outline(self) -> Outline:
        """Modules and lessons in order; it costs nothing more than opening the course did."""
        return self._outline

    def lessons(self) -> tuple[LessonRef, ...]:
        """All lessons in the order of the course."""
        return tuple(lesson for module in self._outline.modules for lesson in module.lessons)

    def find(self, lesson_id: str) -> LessonRef:
        """A lesson's entry in the outline.

        Raises:
            NotInCourseError: there is none; a near id is named.
        """
        for lesson in self.lessons():
            if lesson.id == lesson_id:
                return lesson
        raise NotInCourseError("lesson", lesson_id, [lesson.id for lesson in self.lessons()])

    def lesson(self, lesson_id: str) -> Lesson:
        """A lesson with its labs and questions, facts put into words.

        Raises:
            NotInCourseError: there is none of that id.
            ContentError: its content is not usable.
        """
        ref = self.find(lesson_id)
        if lesson_id not in self._lessons:
            self._lessons[lesson_id] = self._load(ref)
        return self._lessons[lesson_id]

    def lesson_of_lab(self, lab_id: str) -> str:
        """The id of the lesson that a lab belongs to.

        Raises:
            NotInCourseError: there is no such lab; a near id is named.
        """
        labs = {lab.id: lesson.id for lesson in self.lessons() for lab in lesson.labs}
        if lab_id not in labs:
            raise NotInCourseError("lab", lab_id, labs)
        return labs[lab_id]

    def lab(self, lab_id: str) -> Lab:
        """A lab.

        Raises:
            NotInCourseError: there is none of that id.
            ContentError: the content of its lesson is not usable.
        """
        return self.lesson(self.lesson_of_lab(lab_id)).lab(lab_id)

    def quiz(self, lesson_id: str) -> Quiz | None:
        """A lesson's questions, None when it has none.

        Raises:
            NotInCourseError: there is no such lesson.
            ContentError: its content is not usable.
        """
        return self.lesson(lesson_id).quiz

    def code(self, lesson_id: str, name: str) -> dict[str, bytes]:
        """The files of a code folder: path inside it (with `/`) -> bytes, in the order of their names.

        Args:
            lesson_id: the lesson that it belongs to.
            name: the folder as `Code: {folder: ...}` names it.

        Raises:
            NotInCourseError: there is no such lesson.
            ContentError: there is no such folder, or it leads out of the lesson.
        """
        lesson = self.folder / self.find(lesson_id).folder
        path = inside(lesson, name)
        if path is None or not path.is_dir():
            raise problem(
                self._folder.label(lesson / name), 0, "no such folder", "a folder with handler code"
            )
        try:
            return {file.relative_to(path).as_posix(): file.read_bytes() for file in walk(path)}
        except OSError as error:
            label = self._folder.label(path)
            raise problem(
                label, 0, f"a file that cannot be read ({error.strerror})", "readable files"
            ) from None

    def shared(self) -> Shared:
        """Misconceptions, glossary and error texts.

        Raises:
            ContentError: the content of shared/ is not usable.
        """
        if self._shared is None:
            names = ("misconceptions", "glossary", "errors")
            files = [(name, self._folder.shared(name)) for name in names]
            kept = self._kept("shared", files, CompiledShared, self._compile_shared)
            self._shared = with_facts(kept.shared, kept.facts, self._fact_text, self._fact_ids)
        return self._shared

    def help_for(self, text: str) -> ErrorHelp | None:
        """What shared/errors.yaml says about an error of AWS's; None for nothing.

        Args:
            text: what AWS said, with whatever stands around it.

        Raises:
            ContentError: the content of shared/ is not usable.
        """
        return find_help(text, self.shared().errors)

    def term(self, word: str) -> tuple[str, Term] | None:
        """The word of the glossary that is meant, and what it says; None for none.

        Args:
            word: as it stands in a text or as somebody typed it: letter case, hyphens and the plural do not
                matter.

        Raises:
            ContentError: the content of shared/ is not usable.
        """
        found = find_term(word, self.shared().glossary)
        return (found, self.shared().glossary[found]) if found else None

    def check(self) -> tuple[ContentProblem, ...]:
        """Read everything that there is, and say all that is wrong with it."""
        problems = Problems()
        for lesson in self.lessons():
            try:
                self._check_calls(lesson, problems)
            except ContentError as error:
                problems.take(error)
        try:
            self.shared()
        except ContentError as error:
            problems.take(error)
        return tuple(problems)

    def _check_calls(self, ref: LessonRef, problems: Problems) -> None:
        from tutor.course.calls import check_calls

        lesson = self.lesson(ref.id)
        for lab in lesson.labs:
            path = self.folder / ref.folder / "labs" / f"{lab.id}.yaml"
            check_calls(lab, self._folder.label(path), problems)
        if lesson.quiz is not None:
            check_calls(lesson.quiz, self._folder.label(self._folder.quiz(ref.id)), problems)

    def _load(self, ref: LessonRef) -> Lesson:
        path = self.folder / ref.folder
        files = self._folder.lesson_files(path, ref.id)
        compiled = self._kept(ref.folder, files, Compiled, lambda: self._compile_lesson(path))
        return with_facts(compiled.lesson, compiled.facts, self._fact_text, self._fact_ids)

    # The compilers are imported when they are needed: a start with compiled content goes without them.

    def _compile_outline(self) -> Outline:
        from tutor.course.compile import compile_outline

        return compile_outline(self._folder)

    def _compile_shared(self) -> CompiledShared:
        from tutor.course.compile import compile_shared

        return compile_shared(self._folder)

    def _compile_lesson(self, path: Path) -> Compiled:
        from tutor.course.compile import compile_lesson

        return compile_lesson(self._folder, path)

    def _kept(self, what: str, files: list[tuple[str, Path]], kind: type[T], make: Callable[[], T]) -> T:
        name = f"{self.folder} {what}"
        key = fingerprint(files)
        value = self._cache.get(name, key, kind)
        if value is None:
            value = make()
            self._cache.put(name, key, value)
        return value


def load_course(
    folder: Path,
    *,
    fact_text: FactText | None = None,
    fact_ids: Callable[[], Iterable[str]] | None = None,
    cache: Cache | None = None,
) -> Course:
    """Open a course folder: read course.yaml, each module.yaml and the front matters, or their cache.

    Args:
        folder: the folder with course.yaml.
        fact_text: puts a fact id into words, with a LookupError for one that there is not; without it,
            the sandbox's facts of today are used.
        fact_ids: the ids that `fact_text` knows, for "did you mean".
        cache: where compiled content is kept; without it, the user's cache folder. `Cache(None)` is none.

    Raises:
        ContentError: the outline of the course is not usable; it names all that is wrong.
    """
    store = Cache.of_user() if cache is None else cache
    try:
        if not folder.is_dir():
            found = "a file" if folder.exists() else "no such folder"
            raise problem(str(folder), 0, found, "a course folder, with a course.yaml in it")
        opened = Folder(folder)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise problem(str(folder), 0, f"a folder that cannot be read ({reason})", "a course folder") from None
    if fact_text is None:
        packaged = PackagedFacts(store)
        return Course(opened, store, packaged, packaged.ids)
    return Course(opened, store, fact_text, fact_ids)


def packaged() -> Path:
    """Where our own course lies: in the installed package, or in the checkout that this file is part of."""
    tutor = Path(__file__).resolve().parent.parent
    bundled = tutor / "_bundled" / "lessons"
    return bundled if bundled.is_dir() else tutor.parent / "lessons"
