"""lesson.md: front matter, Markdown and directives, made into blocks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tutor.course.blocks import Block
from tutor.course.decode import Decoder
from tutor.course.directives import Directive, Part, split_page
from tutor.course.model import Front, LabText
from tutor.course.problems import Problems, did_you_mean, listed, shown
from tutor.course.prose import Prose
from tutor.course.questions.asking import asked, can_be_asked
from tutor.course.questions.question import Item
from tutor.course.script import check_script
from tutor.course.source import Source, problem
from tutor.course.strict_yaml import parse_yaml

WIDEST_PICTURE = 76
"""Columns: text art must fit a terminal of 80."""

TITLES = {
    "notes-say": "The notes say",
    "predict": "Predict first",
    "demo": "Watch",
    "try": "Your turn",
    "compare": "Side by side",
    "note": "Note",
    "picture": "Picture",
    "quiz": "Quiz",
}
"""What a directive is called when its author gave it no title."""

TODAY = "Today: "


class FrontMatter(NamedTuple):
    """The front matter of a page, and the line on which the page itself begins."""

    front: Front
    decoder: Decoder
    body: int


def read_front(source: Source, problems: Problems) -> FrontMatter | None:
    """The front matter of a lesson; None when there is something wrong, which has been noted.

    Raises:
        ContentError: there is none, it has no end, or it is not YAML.
    """
    lines = source.lines()
    if lines[0].rstrip() != "---":
        raise problem(source.file, 1, f"{shown(lines[0])}", "`---`, the front matter and `---`")
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == "---"]
    if not ends:
        raise problem(source.file, 1, "a front matter without an end", "a line with `---` alone after it")
    head = Source(source.file, "\n".join(lines[1 : ends[0]]) + "\n")
    decoder = Decoder(source.file, problems)
    front = decoder.decode(parse_yaml(head, problems, first_line=2), Front)
    return None if front is None else FrontMatter(front, decoder, ends[0] + 2)


class Beside(NamedTuple):
    """What lies beside a page and is named by it.

    Attributes:
        labs: the lesson's labs by id; None for one that could not be read.
        items: its questions by id; None when they could not be read.
        has_quiz: whether there is a file of questions.
        folder: the lesson's folder.
    """

    labs: Mapping[str, LabText | None]
    items: Mapping[str, Item] | None
    has_quiz: bool
    folder: Path


class Page:
    """Makes the blocks of one lesson.

    Args:
        source: lesson.md.
        matter: its front matter.
        beside: the lesson's labs and questions.
        problems: where to note what is wrong.
    """

    def __init__(self, source: Source, matter: FrontMatter, beside: Beside, problems: Problems) -> None:
        self.source = source
        self.front = matter.front
        self.first_line = matter.body
        self.beside = beside
        self.problems = problems
        self.prose = Prose(source.file, problems)
        self._ids: set[str] = set()

    def blocks(self) -> tuple[Block, ...]:
        """The whole page."""
        makers = {
            "notes-say": self._notes_say,
            "predict": self._predict,
            "demo": self._script,
            "try": self._script,
            "compare": self._compare,
            "note": self._note,
            "picture": self._picture,
            "lab": self._lab,
            "quiz": self._quiz,
        }
        found: list[Block] = []
        for part in split_page(self.source, self.first_line, self.problems):
            if not part.name:
                found += self._markdown(part.parts[0])
            elif part.name in makers:
                found.append(makers[part.name](part))
        return tuple(found)

    def _markdown(self, part: Part) -> tuple[Block, ...]:
        return self.prose.blocks(part.text, part.first_line)

    def _wrong(self, line: int, found: str, expected: str, hint: str = "") -> None:
        self.problems.add(self.source.file, line, found, expected, hint)

    def _title(self, directive: Directive) -> str:
        return directive.attributes.get("title") or TITLES[directive.name]

    def _id(self, directive: Directive) -> str:
        wanted = directive.attributes.get("id", "")
        if wanted in self._ids:
            self._wrong(directive.line, f"the id {shown(wanted)} again", "an id of its own")
        number = 1
        while not wanted or (wanted in self._ids and "id" not in directive.attributes):
            wanted = f"{directive.name}-{number}"
            number += 1
            if wanted in self._ids:
                wanted = ""
        self._ids.add(wanted)
        return wanted

    def _parts(self, directive: Directive, *titles: str) -> list[Part]:
        """Its parts, when they are as many as `titles` ("" for the first); else a problem and no parts."""
        given = [part.title for part in directive.parts]
        for part in directive.parts[1:]:
            if part.title not in titles:
                known = [f"---{title}" for title in titles[1:]]
                hint = did_you_mean(f"---{part.title.casefold()}", known)
                self._wrong(
                    part.first_line - 1, shown(f"---{part.title}"), listed(known) or "no `---` part", hint
                )
                return []
        if given != list(titles):
            absent = next((title for title in titles if title not in given), "")
            found = f"a `:::{directive.name}` without {shown('---' + absent)}" if absent else "a part twice"
            self._wrong(
                directive.line, found, f"one part each: {listed(f'---{title}' for title in titles[1:])}"
            )
            return []
        return directive.parts

    def _notes_say(self, directive: Directive) -> Block:
        note = directive.attributes.get("file", "")
        if note and note not in self.front.notes:
            hint = (
                did_you_mean(note, self.front.notes)
                or "The front matter lists the notes that a lesson quotes."
            )
            self._wrong(directive.line, f"the note {shown(note)}", "a note listed under `notes`", hint)
        parts = self._parts(directive, "", "today")
        children: list[Block] = []
        title = self._title(directive)
        for part, name, prefix in zip(parts, ("says", "today"), (f"{title}: ", TODAY), strict=False):
            blocks = self._some(part, directive, name)
            children += [
                Block(
                    block.kind, block.level, name, block.title, block.spans, block.lines, block.children,
                    block.prefix if number else prefix,
                )
                for number, block in enumerate(blocks)
            ]  # fmt: skip
        return Block("notes-say", id=note, title=title, children=tuple(children))

    def _some(self, part: Part, directive: Directive, name: str) -> tuple[Block, ...]:
        blocks = self._markdown(part)
        if not blocks:
            self._wrong(part.first_line, f"nothing in `:::{directive.name}`", f"some words ({name})")
        return blocks

    def _predict(self, directive: Directive) -> Block:
        wanted = directive.attributes.get("item", "")
        items = self.beside.items
        item = items.get(wanted) if items is not None else None
        if items is not None and item is None and wanted:
            expected = "the id of a question of this lesson"
            self._wrong(directive.line, shown(wanted), expected, did_you_mean(wanted, items))
        words: tuple[Block, ...] = ()
        for part in self._parts(directive, ""):
            words = self._markdown(part)
        if item is not None and not can_be_asked(item):
            found = f"{shown(wanted)}, whose lines come out of a run"
            self._wrong(directive.line, found, "a question that a page can show")
        question = asked(item, self.beside.folder) if item else ()
        lines = (wanted,) if wanted else ()
        title = self._title(directive)
        return Block("predict", id=self._id(directive), title=title, lines=lines, children=words + question)

    def _script(self, directive: Directive) -> Block:
        lines: tuple[str, ...] = ()
        for part in self._parts(directive, ""):
            lines = self._console(part, directive)
        return Block(directive.name, id=self._id(directive), title=self._title(directive), lines=lines)

    def _console(self, part: Part, directive: Directive) -> tuple[str, ...]:
        while part.lines and not part.lines[-1].strip():
            part.lines.pop()
        if not self.front.world:
            hint = "`world: LAB` in the front matter names it."
            self._wrong(
                directive.line, f"a `:::{directive.name}` without a world", "a lab to run it in", hint
            )
        if not any(line.strip() for line in part.lines):
            self._wrong(directive.line, f"nothing in `:::{directive.name}`", "console lines")
        check_script(part.lines, self.source.file, part.first_line, self.problems)
        return tuple(part.lines)

    def _compare(self, directive: Directive) -> Block:
        first, *sides = directive.parts
        if len(sides) != 2 or any(line.strip() for line in first.lines):
            expected = "two parts, each after a line `---its title`"
            self._wrong(directive.line, f"a `:::compare` with {len(sides)} parts", expected)
        name = self._id(directive)
        children = tuple(
            Block("demo", id=f"{name}-{number}", title=side.title, lines=self._console(side, directive))
            for number, side in enumerate(sides, 1)
        )
        return Block("compare", id=name, title=self._title(directive), children=children)

    def _note(self, directive: Directive) -> Block:
        children: tuple[Block, ...] = ()
        for part in self._parts(directive, ""):
            children = self._some(part, directive, "a note")
        return Block("note", title=self._title(directive), children=children)

    def _picture(self, directive: Directive) -> Block:
        parts = self._parts(directive, "", "spoken")
        lines: tuple[str, ...] = ()
        spoken: tuple[Block, ...] = ()
        if parts:
            art, words = parts
            lines = tuple(line.rstrip() for line in art.lines)
            for number, line in enumerate(lines, art.first_line):
                if len(line) > WIDEST_PICTURE or "\t" in line:
                    found = "a tab" if "\t" in line else f"{len(line)} columns"
                    self._wrong(number, found, f"at most {WIDEST_PICTURE} columns, no tabs")
            if not any(lines):
                self._wrong(art.first_line, "nothing in `:::picture`", "text art")
            spoken = self._some(words, directive, "the picture in words")
        name, title = self._id(directive), self._title(directive)
        return Block("picture", id=name, title=title, lines=lines, children=spoken)

    def _lab(self, directive: Directive) -> Block:
        wanted = directive.attributes.get("id", "")
        lab = self.beside.labs.get(wanted)
        if wanted and wanted not in self.beside.labs:
            hint = did_you_mean(wanted, self.beside.labs)
            self._wrong(directive.line, f"the lab {shown(wanted)}", f"a file `labs/{wanted}.yaml`", hint)
        children: tuple[Block, ...] = ()
        for part in self._parts(directive, ""):
            children = self._markdown(part)
        title = directive.attributes.get("title") or (lab.title if lab else wanted)
        return Block("lab", id=wanted, title=title, children=children)

    def _quiz(self, directive: Directive) -> Block:
        if not self.beside.has_quiz:
            expected = f"a file `quizzes/{self.front.id}.yaml`"
            self._wrong(directive.line, "a `:::quiz` without questions", expected)
        children: tuple[Block, ...] = ()
        for part in self._parts(directive, ""):
            children = self._markdown(part)
        return Block("quiz", title=self._title(directive), children=children)
