"""From the files of a course to its structs: the outline, one lesson with all that belongs to it, shared/."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from tutor.course.blocks import Block
from tutor.course.decode import Decoder, is_id
from tutor.course.engine import check_range
from tutor.course.facts import Compiled, CompiledShared, FactUse, uses_in
from tutor.course.folder import PARTS, SHARED, Folder, natural
from tutor.course.lab import read_lab, with_scripts
from tutor.course.lesson import Beside, FrontMatter, Page, read_front
from tutor.course.lookup import literal
from tutor.course.model import (
    CourseInfo,
    ErrorHelp,
    Lab,
    LabRef,
    LabText,
    Lesson,
    LessonRef,
    Misconception,
    Module,
    ModuleInfo,
    Outline,
    Shared,
    Term,
)
from tutor.course.placeholders import placeholders
from tutor.course.problems import ContentError, Problems, did_you_mean, listed, shown
from tutor.course.questions.question import Quiz
from tutor.course.questions.quiz import Lessonware, read_quiz
from tutor.course.references import Names, near_misses, unknown_names
from tutor.course.source import Source, read_source
from tutor.course.strict_yaml import Node, parse_yaml

S = TypeVar("S", bound=msgspec.Struct)

_OFFER = re.compile(r":::\s*lab\s(?:.*\s)?id=\"?([\w-]+)")


def compile_outline(folder: Folder) -> Outline:
    """Read course.yaml, each module.yaml, each lesson's front matter and each lab's title.

    Raises:
        ContentError: with everything that is wrong in them.
    """
    problems = Problems()
    read = _info(folder, problems)
    modules = [_module(folder, path, problems) for path in folder.modules()]
    if not any(module.lessons for module in modules if module) and not len(problems):
        problems.add(folder.label(folder.path), 0, "no lesson", "a module folder with a lesson folder in it")
    _check_unique(folder, modules, problems)
    if read is not None:
        _check_tracks(*read, modules, problems)
    _check_quizzes(folder, modules, problems)
    problems.stop()
    assert read is not None
    return Outline(read[0], tuple(module for module in modules if module))


def _read(folder: Folder, path: Path, kind: type[S], problems: Problems) -> tuple[S, Decoder] | None:
    file = folder.label(path)
    try:
        node = parse_yaml(read_source(path, file), problems)
    except ContentError as error:
        problems.take(error)
        return None
    decoder = Decoder(file, problems)
    value = decoder.decode(node, kind)
    return None if value is None else (value, decoder)


def _info(folder: Folder, problems: Problems) -> tuple[CourseInfo, Decoder] | None:
    read = _read(folder, folder.path / "course.yaml", CourseInfo, problems)
    if read is None:
        return None
    info, decoder = read
    check_range(info.needs, decoder.file, decoder.line(info, "needs"), problems)
    return read


def _module(folder: Folder, path: Path, problems: Problems) -> Module | None:
    if not (path / "module.yaml").exists():
        hint = "Each folder of a course is a module, unless its name begins with `_` or `.`."
        problems.add(folder.label(path / "module.yaml"), 0, "no such file", "a file", hint)
        return None
    read = _read(folder, path / "module.yaml", ModuleInfo, problems)
    lessons = [_lesson_ref(folder, lesson, problems) for lesson in folder.lessons(path)]
    if read is None:
        return None
    found = sorted((lesson for lesson in lessons if lesson), key=lambda lesson: natural(lesson.id))
    return Module(path.name, read[0], tuple(found))


def _lesson_ref(folder: Folder, path: Path, problems: Problems) -> LessonRef | None:
    try:
        page = _page(folder, path)
        matter = read_front(page, problems)
    except ContentError as error:
        problems.take(error)
        return None
    if matter is None:
        return None
    labs = tuple(_lab_ref(folder, lab) for lab in _as_offered(page, folder.labs(path)))
    relative = path.relative_to(folder.path).as_posix()
    return LessonRef(matter.front, relative, labs, folder.quiz(matter.front.id).exists())


def _as_offered(page: Source, labs: Sequence[Path]) -> list[Path]:
    # Learners do the labs in the order in which the page offers them; what it does not offer comes last.
    offered = [found[1] for found in map(_OFFER.match, page.lines()) if found]
    return sorted(labs, key=lambda lab: offered.index(lab.stem) if lab.stem in offered else len(offered))


def _page(folder: Folder, path: Path) -> Source:
    return read_source(path / "lesson.md", folder.label(path / "lesson.md"))


class _LabHead(msgspec.Struct, frozen=True):
    title: str
    minutes: int


def _lab_ref(folder: Folder, path: Path) -> LabRef:
    # What is wrong with a lab is said when its lesson is opened; the outline only wants its title.
    quiet = Problems()
    try:
        node = parse_yaml(read_source(path, folder.label(path)), quiet)
    except ContentError:
        return LabRef(path.stem, path.stem, 0)
    if isinstance(node.value, dict):
        node.value = {key: value for key, value in node.value.items() if key in {"title", "minutes"}}
    head = Decoder(folder.label(path), quiet).decode(node, _LabHead)
    return LabRef(path.stem, head.title if head else path.stem, head.minutes if head else 0)


def _check_unique(folder: Folder, modules: Sequence[Module | None], problems: Problems) -> None:
    lessons: dict[str, str] = {}
    labs: dict[str, str] = {}
    for lesson in (lesson for module in modules if module for lesson in module.lessons):
        file = folder.label(folder.path / lesson.folder / "lesson.md")
        if lesson.id in lessons:
            problems.add(
                file, 1, f"the lesson {shown(lesson.id)} again", f"another id than in {lessons[lesson.id]}"
            )
        lessons[lesson.id] = file
        for lab in lesson.labs:
            own = folder.label(folder.path / lesson.folder / "labs" / f"{lab.id}.yaml")
            if lab.id in labs:
                problems.add(own, 1, f"the lab {shown(lab.id)} again", f"another id than in {labs[lab.id]}")
            labs[lab.id] = own


def _check_tracks(
    info: CourseInfo, decoder: Decoder, modules: Sequence[Module | None], problems: Problems
) -> None:
    known = [lesson.id for module in modules if module for lesson in module.lessons]
    if None in modules:
        return
    seen: set[str] = set()
    for track in info.tracks:
        if track.id in seen:
            line = decoder.line(track, "id")
            problems.add(decoder.file, line, f"the track {shown(track.id)} again", "an id of its own")
        seen.add(track.id)
        for number, wanted in enumerate(track.lessons):
            if wanted not in known:
                line = decoder.line(track, "lessons", number)
                found = f"the lesson {shown(wanted)} in the track {shown(track.id)}"
                problems.add(
                    decoder.file, line, found, "a lesson of this course", did_you_mean(wanted, known)
                )


def _check_quizzes(folder: Folder, modules: Sequence[Module | None], problems: Problems) -> None:
    """Note files of questions that no lesson will ever ask."""
    if None in modules:
        return
    known = [lesson.id for module in modules if module for lesson in module.lessons]
    for path in folder.strays(folder.quizzes, ".yaml"):
        problems.add(folder.label(path), 0, f"the name {shown(path.name)}", "a name that ends in `.yaml`")
    for path in folder.all_quizzes():
        if path.stem not in known:
            hint = did_you_mean(path.stem, known)
            problems.add(folder.label(path), 0, f"the name {shown(path.stem)}", "the id of a lesson", hint)


def compile_lesson(folder: Folder, path: Path) -> Compiled:
    """Read a lesson's page, labs, scripts and questions, and check that they fit together.

    Args:
        folder: the course.
        path: the lesson's folder.

    Raises:
        ContentError: with everything that is wrong in them.
    """
    return _LessonCompiler(folder, path).compiled()


class _LessonCompiler:
    def __init__(self, folder: Folder, path: Path) -> None:
        self.folder = folder
        self.path = path
        self.problems = Problems()
        self.uses: list[FactUse] = []
        self.known: frozenset[str] | None = None

    def compiled(self) -> Compiled:
        source = _page(self.folder, self.path)
        self.uses += uses_in(source)
        matter = read_front(source, self.problems)
        self.known = self._misconceptions()
        labs = self._labs()
        blocks: tuple[Block, ...] = ()
        quiz = None
        if matter is not None:
            self._check_front(matter, labs)
            has_quiz = self.folder.quiz(matter.front.id).exists()
            quiz = self._quiz(matter, labs) if has_quiz else None
            items = {item.id: item for item in quiz.items} if quiz else None if has_quiz else {}
            blocks = Page(source, matter, Beside(labs, items, has_quiz, self.path), self.problems).blocks()
            world = labs.get(matter.front.world)
            words = placeholders([block for block in blocks if block.kind != "code"])
            near_misses(source, words, world.variants if world else (), self.problems)
            if world is not None:
                unknown_names(source, words, world.roles, self.problems)
        self._strays()
        self.problems.stop()
        assert matter is not None
        usable = tuple(lab for lab in labs.values() if lab is not None)
        return Compiled(Lesson(matter.front, blocks, usable, quiz), tuple(self.uses))

    def _source(self, path: Path) -> Source | None:
        try:
            source = read_source(path, self.folder.label(path))
        except ContentError as error:
            self.problems.take(error)
            return None
        self.uses += uses_in(source)
        return source

    def _misconceptions(self) -> frozenset[str] | None:
        path = self.folder.shared("misconceptions")
        if not path.exists():
            return None
        # What is wrong in the file is said when shared/ is read; here only its ids count.
        try:
            node = parse_yaml(read_source(path, self.folder.label(path)), Problems())
        except ContentError:
            return None
        return frozenset(node.value) if isinstance(node.value, dict) else None

    def _check_front(self, matter: FrontMatter, labs: Mapping[str, Lab | None]) -> None:
        front, decoder = matter.front, matter.decoder
        names = Names(decoder, self.problems, roles=None, variants=())
        expected = "a misconception of shared/misconceptions.yaml"
        names.known(front, "misconceptions", front.misconceptions, self.known, expected)
        if front.world and front.world not in labs:
            hint = did_you_mean(front.world, labs)
            names.wrong(
                decoder.line(front, "world"), f"the lab {shown(front.world)}", "a lab of this lesson", hint
            )
        seen: set[str] = set()
        for objective in front.objectives:
            if objective.id in seen:
                found = f"the objective {shown(objective.id)} again"
                names.wrong(decoder.line(objective, "id"), found, "an id of its own")
            seen.add(objective.id)

    def _quiz(self, matter: FrontMatter, labs: Mapping[str, Lab | None]) -> Quiz | None:
        source = self._source(self.folder.quiz(matter.front.id))
        if source is None:
            return None
        beside = Lessonware(matter.front, labs, self.path, self.known, self.uses)
        try:
            return read_quiz(source, beside, self.problems)
        except ContentError as error:
            self.problems.take(error)
            return None

    def _strays(self) -> None:
        """Note files and folders that would never be read, because their names are not quite right."""
        for kind, ending in (("labs", ".yaml"), ("solutions", ".try"), ("wrong", ".try")):
            for path in self.folder.strays(self.path / kind, ending):
                expected = f"a name that ends in `{ending}`"
                self.problems.add(self.folder.label(path), 0, f"the name {shown(path.name)}", expected)
        for name in self.folder.folders(self.path):
            hint = did_you_mean(name, PARTS) if name not in PARTS else ""
            if hint:
                label = self.folder.label(self.path / name)
                self.problems.add(label, 0, f"the folder {shown(name)}", f"one of {listed(PARTS)}", hint)

    def _labs(self) -> dict[str, Lab | None]:
        paths = self.folder.labs(self.path)
        ids = [path.stem for path in paths]
        scripts = {kind: self._scripts(kind, ids) for kind in ("solutions", "wrong")}
        return {path.stem: self._lab(path, scripts) for path in paths}

    def _lab(self, path: Path, scripts: Mapping[str, Mapping[str, dict[str, Source]]]) -> Lab | None:
        source = self._source(path)
        if source is None:
            return None
        try:
            text: LabText | None = read_lab(source, path.stem, self.path, self.known, self.problems)
        except ContentError as error:
            self.problems.take(error)
            return None
        if path.stem not in scripts["solutions"].get(path.stem, {}):
            self.problems.add(
                self.folder.label(self.path / "solutions" / f"{path.stem}.try"),
                0,
                "no such file",
                f"console lines that solve the lab {shown(path.stem)}",
            )
        if text is None:
            return None
        right, wrong = (scripts[kind].get(path.stem, {}) for kind in ("solutions", "wrong"))
        return with_scripts(text, right, wrong, self.problems)

    def _scripts(self, kind: str, labs: Sequence[str]) -> dict[str, dict[str, Source]]:
        """Lab id -> file name without ending -> text. A file belongs to the lab that its name begins with."""
        found: dict[str, dict[str, Source]] = {}
        for path in self.folder.scripts(self.path, kind):
            owners = [lab for lab in labs if path.stem == lab or path.stem.startswith(lab + "-")]
            if not owners:
                hint = did_you_mean(path.stem, labs)
                label = self.folder.label(path)
                self.problems.add(
                    label, 0, f"the name {shown(path.stem)}", "a name that begins with a lab's id", hint
                )
                continue
            source = self._source(path)
            if source is not None:
                found.setdefault(max(owners, key=len), {})[path.stem] = source
        return found


def compile_shared(folder: Folder) -> CompiledShared:
    """Read shared/misconceptions.yaml, glossary.yaml and errors.yaml; each may be absent.

    Raises:
        ContentError: with everything that is wrong in them.
    """
    problems = Problems()
    uses: list[FactUse] = []
    for path in folder.strays(folder.shared_folder, ".yaml", SHARED):
        hint = did_you_mean(path.stem, SHARED)
        expected = listed(f"{name}.yaml" for name in SHARED)
        problems.add(folder.label(path), 0, f"the name {shown(path.name)}", expected, hint)
    misconceptions = _mapping(folder, "misconceptions", Misconception, problems, uses)
    for key, (value, decoder) in misconceptions.items():
        if not is_id(key):
            expected = "an id: letters, digits, `.`, `_`, `-`, at most 64"
            problems.add(decoder.file, decoder.line(value), f"the misconception {shown(key)}", expected)
    glossary = _mapping(folder, "glossary", Term, problems, uses)
    _check_glossary(glossary, problems)
    errors = _errors(folder, problems, uses)
    problems.stop()
    return CompiledShared(
        Shared(
            {key: value for key, (value, _) in misconceptions.items()},
            {key: value for key, (value, _) in glossary.items()},
            errors,
        ),
        tuple(uses),
    )


def _check_glossary(glossary: Mapping[str, tuple[Term, Decoder]], problems: Problems) -> None:
    names: dict[str, str] = {}
    for word, (term, decoder) in glossary.items():
        for name in (word, *term.also):
            other = names.setdefault(" ".join(name.casefold().split()), word)
            if other != word:
                found = f"{shown(name)} under {shown(word)}"
                problems.add(decoder.file, decoder.line(term), found, f"a name that {shown(other)} has not")
    for word, (term, decoder) in glossary.items():
        for number, other in enumerate(term.see):
            if other not in glossary:
                line = decoder.line(term, "see", number)
                hint = did_you_mean(other, glossary)
                problems.add(
                    decoder.file, line, f"{shown(other)} under {shown(word)}", "a word of the glossary", hint
                )


def _shared_node(
    folder: Folder, name: str, problems: Problems, uses: list[FactUse]
) -> tuple[Node, Decoder] | None:
    path = folder.shared(name)
    if not path.exists():
        return None
    file = folder.label(path)
    try:
        source = read_source(path, file)
        uses += uses_in(source)
        return parse_yaml(source, problems), Decoder(file, problems)
    except ContentError as error:
        problems.take(error)
        return None


def _mapping(
    folder: Folder, name: str, kind: type[S], problems: Problems, uses: list[FactUse]
) -> dict[str, tuple[S, Decoder]]:
    read = _shared_node(folder, name, problems, uses)
    if read is None:
        return {}
    node, decoder = read
    return {key: (value, decoder) for key, value in decoder.mapping_of(node, kind, name).items()}


def _errors(folder: Folder, problems: Problems, uses: list[FactUse]) -> tuple[ErrorHelp, ...]:
    read = _shared_node(folder, "errors", problems, uses)
    if read is None:
        return ()
    node, decoder = read
    if not isinstance(node.value, list):
        decoder.wrong(node, "a list of AWS's error texts")
        return ()
    found = [decoder.decode(item, ErrorHelp) for item in node.value]
    entries = tuple(entry for entry in found if entry is not None)
    _check_patterns(entries, decoder)
    return entries


def _check_patterns(entries: Sequence[ErrorHelp], decoder: Decoder) -> None:
    """Note patterns that fit everything, and those that can never be the one that is meant."""
    seen: dict[str, int] = {}
    for entry in entries:
        line, text = decoder.line(entry, "pattern"), literal(entry.pattern)
        if not text.replace("*", "").strip():
            found, expected = f"the pattern {shown(entry.pattern)}", "some words of AWS's"
            decoder.problems.add(decoder.file, line, found, expected, "It would fit every error.")
        elif text in seen:
            hint = f"The one on line {seen[text]} is always found first."
            decoder.problems.add(decoder.file, line, f"the pattern {shown(text)} again", "another one", hint)
        for name in sorted(name for name in placeholders(entry.pattern) if not name.startswith("fact:")):
            found = f"{shown('{' + name + '}')} in a pattern"
            decoder.problems.add(decoder.file, line, found, "`*` where names differ", "AWS never says this.")
        seen.setdefault(text, line)
