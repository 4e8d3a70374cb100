"""A lesson's questions. The loader never sees a key: it checks that one can be computed.

What each type of question must have, and may have, is in `question_rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from tutor.course.decode import Decoder
from tutor.course.facts import FactUse
from tutor.course.model import Front, LabText
from tutor.course.placeholders import placeholders
from tutor.course.problems import Problems, did_you_mean, listed, shown
from tutor.course.questions.question import Item, Option, Quiz, Row, Run
from tutor.course.questions.rules import TYPES, Rules
from tutor.course.references import Names, near_misses
from tutor.course.source import Source
from tutor.course.strict_yaml import Node, parse_yaml

PLANNED = ("fix", "case")
"""Types of the format that no skin can ask yet."""


class Lessonware(NamedTuple):
    """The lesson that the questions belong to.

    Attributes:
        front: its front matter.
        labs: its labs by id; None for one that could not be read.
        folder: its folder, with the code that questions show.
        misconceptions: the ids of the course's misconceptions; None for "not to be checked".
        uses: the facts that the questions rest on are noted here.
    """

    front: Front
    labs: Mapping[str, LabText | None]
    folder: Path
    misconceptions: Collection[str] | None
    uses: list[FactUse]


def read_quiz(source: Source, beside: Lessonware, problems: Problems) -> Quiz | None:
    """A lesson's questions; None when something is wrong, which has been noted.

    Args:
        source: the file.
        beside: the lesson.
        problems: where to note what is wrong.

    Raises:
        ContentError: the file is not YAML.
    """
    decoder = Decoder(source.file, problems)
    node = parse_yaml(source, problems)
    if not _types_are_here(node, source.file, problems):
        return None
    quiz = decoder.decode(node, Quiz)
    if quiz is None:
        return None
    if quiz.lesson != beside.front.id:
        line = decoder.line(quiz, "lesson")
        expected = f"{shown(beside.front.id)}, as the file's name"
        problems.add(source.file, line, f"the lesson {shown(quiz.lesson)}", expected)
    objectives = [objective.id for objective in beside.front.objectives]
    seen: set[str] = set()
    for item in quiz.items:
        names = _names(item.run, beside.labs, decoder, problems)
        if item.id in seen:
            names.wrong(decoder.line(item, "id"), f"the question {shown(item.id)} again", "an id of its own")
        seen.add(item.id)
        if item.objective not in objectives:
            hint = did_you_mean(item.objective, objectives)
            line = decoder.line(item, "objective")
            names.wrong(line, shown(item.objective), "an objective of the lesson", hint)
        _note_facts(item, decoder, beside.uses)
        own_runs = {id(row): _names(row.run, beside.labs, decoder, problems) for row in item.rows if row.run}
        Rules(item, names, own_runs, beside.misconceptions, beside.folder).check()
        near_misses(source, placeholders(item), names.variants, problems)
    return quiz


def _types_are_here(node: Node, file: str, problems: Problems) -> bool:
    """Refuse a type that the format has and this program has not, in words of its own."""
    before = len(problems)
    items = node.value.get("items") if isinstance(node.value, dict) else None
    for item in items.value if items and isinstance(items.value, list) else ():
        kind = item.value.get("type") if isinstance(item.value, dict) else None
        if kind is not None and kind.value in PLANNED:
            hint = "That type is in the format, but it cannot be asked here yet."
            problems.add(file, kind.line, f"the type {shown(kind.value)}", f"one of {listed(TYPES)}", hint)
    return len(problems) == before


def _names(
    run: Run | None, labs: Mapping[str, LabText | None], decoder: Decoder, problems: Problems
) -> Names:
    lab = labs.get(run.lab) if run else None
    if run and run.lab not in labs:
        hint = did_you_mean(run.lab, labs)
        line = decoder.line(run, "lab")
        problems.add(decoder.file, line, f"the lab {shown(run.lab)}", "a lab of this lesson", hint)
    if lab is None:
        return Names(decoder, problems, roles=None, variants=())
    return Names(decoder, problems, roles=lab.roles, variants=lab.variants)


def _note_facts(item: Item, decoder: Decoder, uses: list[FactUse]) -> None:
    for number, fact in enumerate(item.facts):
        uses.append(FactUse(fact, decoder.file, decoder.line(item, "facts", number)))
    parts: tuple[Row | Option, ...] = (*item.rows, *item.options)
    uses += [FactUse(part.fact, decoder.file, decoder.line(part, "fact")) for part in parts if part.fact]
