"""A lesson's questions. The loader never sees a key: it checks that one can be computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from tutor.course.decode import Decoder
from tutor.course.facts import FactUse
from tutor.course.model import Front, Item, LabText, Option, Quiz
from tutor.course.placeholders import placeholders
from tutor.course.problems import Problems, did_you_mean, shown
from tutor.course.references import Names, check_names, near_misses, reading_names, steps_names
from tutor.course.source import Source
from tutor.course.strict_yaml import Node, parse_yaml

TYPES = ("choice", "multi", "number")
PLANNED = ("order", "match", "text", "pick-line", "fix", "case")
"""Types of the format that no skin can ask yet."""

FEWEST = {"choice": 2, "multi": 3}


class Lessonware(NamedTuple):
    """The lesson that the questions belong to.

    Attributes:
        front: its front matter.
        labs: its labs by id; None for one that could not be read.
        misconceptions: the ids of the course's misconceptions; None for "not to be checked".
        uses: the facts that the questions rest on are noted here.
    """

    front: Front
    labs: Mapping[str, LabText | None]
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
        names = _names(item, beside.labs, decoder, problems)
        if item.id in seen:
            names.wrong(decoder.line(item, "id"), f"the question {shown(item.id)} again", "an id of its own")
        seen.add(item.id)
        if item.objective not in objectives:
            hint = did_you_mean(item.objective, objectives)
            line = decoder.line(item, "objective")
            names.wrong(line, shown(item.objective), "an objective of the lesson", hint)
        for number, fact in enumerate(item.facts):
            beside.uses.append(FactUse(fact, source.file, decoder.line(item, "facts", number)))
        _check_item(item, names, beside.misconceptions)
        near_misses(source, placeholders(item), names.variants, problems)
    return quiz


def _types_are_here(node: Node, file: str, problems: Problems) -> bool:
    """Refuse a type that the format has and this program has not, in words of its own."""
    before = len(problems)
    items = node.value.get("items") if isinstance(node.value, dict) else None
    for item in items.value if items and isinstance(items.value, list) else ():
        kind = item.value.get("type") if isinstance(item.value, dict) else None
        if kind is not None and kind.value in PLANNED:
            words = ", ".join(f"`{name}`" for name in TYPES)
            hint = "That type is in the format, but it cannot be asked here yet."
            problems.add(file, kind.line, f"the type {shown(kind.value)}", f"one of {words}", hint)
    return len(problems) == before


def _names(item: Item, labs: Mapping[str, LabText | None], decoder: Decoder, problems: Problems) -> Names:
    lab = labs.get(item.run.lab) if item.run else None
    if item.run and item.run.lab not in labs:
        hint = did_you_mean(item.run.lab, labs)
        line = decoder.line(item.run, "lab")
        problems.add(decoder.file, line, f"the lab {shown(item.run.lab)}", "a lab of this lesson", hint)
    if lab is None:
        return Names(decoder, problems, roles=None, variants=())
    return Names(decoder, problems, roles=lab.roles, variants=lab.variants)


def _check_item(item: Item, names: Names, misconceptions: Collection[str] | None) -> None:
    line = names.decoder.line(item)
    if item.run is not None:
        steps_names(item.run.steps, names)
    elif not item.facts:
        names.wrong(line, "a question without `run` and without `facts`", "a run, or a fact that decides it")
    if item.type == "number":
        _check_number(item, line, names)
        return
    if item.answer is not None:
        names.wrong(
            names.decoder.line(item, "answer"), f"`answer` in a `{item.type}`", "`options` with claims"
        )
    fewest = FEWEST[item.type]
    if len(item.options) < fewest:
        names.wrong(line, f"{len(item.options)} options", f"at least {fewest} options in a `{item.type}`")
    texts: set[str] = set()
    for option in item.options:
        if option.text in texts:
            names.wrong(
                names.decoder.line(option, "text"), f"the option {shown(option.text)} again", "other words"
            )
        texts.add(option.text)
        _check_option(option, item, names, misconceptions)


def _check_number(item: Item, line: int, names: Names) -> None:
    if item.options:
        names.wrong(names.decoder.line(item, "options"), "`options` in a `number`", "`answer`")
    if item.answer is None:
        names.wrong(line, "a `number` without `answer`", "a check that the figure is read off")
    else:
        reading_names(item.answer, names)
    if item.run is None:
        names.wrong(line, "a `number` without `run`", "a run that the figure is read off")


def _check_option(option: Option, item: Item, names: Names, misconceptions: Collection[str] | None) -> None:
    line = names.decoder.line(option)
    if item.run is not None:
        if option.claim is None:
            names.wrong(line, "an option without `claim`", "a check that decides it")
        else:
            check_names(option.claim, names)
        if option.value is not None:
            names.wrong(line, "`value` in a question with a run", "`claim`")
    elif option.value is None or option.claim is not None:
        names.wrong(line, "an option of a question about a fact", "`value` and no `claim`")
    given = (option.misconception,) if option.misconception else ()
    expected = "a misconception of shared/misconceptions.yaml"
    names.known(option, "misconception", given, misconceptions, expected)
