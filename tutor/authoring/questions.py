"""Proving questions: a key for each of twenty learners, and a bank in which it cannot be guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.authoring import widths
from tutor.authoring.findings import Findings
from tutor.authoring.places import Files, Places
from tutor.course import Item, Lesson
from tutor.course.calls import check_calls
from tutor.course.problems import Problems, shown
from tutor.quiz import Solved, statistics, verify, weak_facts

SMALLEST_BANK = 10
"""Questions with one right option, below which shares say nothing."""

LONGEST_RIGHT = 0.4
"""In a larger share of a bank the longest option must not be the right one, nor the shortest."""

FEWEST_MULTI = 3
"""So many questions of type `multi` that have as many right options each tell how many to look for."""

ONE_PLACE = 0.5
"""A larger share of right options must not stand in one place."""

_HERE = re.compile(r"\bhere\b", re.IGNORECASE)

KEPT = 3
"""Solved questions that a verdict keeps, for the figures of the bank."""


class Answered:
    """What came of the questions of a lesson: findings and solved questions, by the question's id."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.found = {item.id: Findings() for item in items}
        self.solved: dict[str, tuple[Solved, ...]] = {}


def check_items(lesson: Lesson, items: Sequence[Item], files: Files, seeds: int) -> Answered:
    """Compute the keys of questions.

    Args:
        lesson: the lesson.
        items: some of its questions.
        files: its files.
        seeds: how many learners to ask for, from seed 1 on.
    """
    answered = Answered(items)
    places = Places(files.source(files.quiz))
    labs = {lab.id: lab for lab in lesson.labs}
    order = lesson.quiz.items if lesson.quiz else ()
    starts = {item.id: places.line("items", number) for number, item in enumerate(order)}
    sound = [item for item in items if not _slips(item, places.file, answered.found[item.id])]
    verified = verify(sound, labs, files.folder, range(1, seeds + 1), files.quiz)
    for problem in verified.problems:
        # A problem belongs to the question that begins last before its line; one of a lab, to the first.
        line = problem.line if problem.file.endswith(files.quiz.name) else 0
        before = [name for name in answered.found if starts[name] <= line]
        owner = max(before, key=starts.__getitem__, default=items[0].id)
        answered.found[owner].error(
            places.file, line or starts[owner], problem.found, problem.expected, problem.hint
        )
    for item in items:
        _weak(item, places.file, starts[item.id], answered.found[item.id])
        widths.check_question(item, labs, places.file, starts[item.id], answered.found[item.id])
        answered.solved[item.id] = verified.solved.get(item.id, ())[:KEPT]
        if not item.options and not item.why:
            expected = "words that follow the answer"
            answered.found[item.id].warn(places.file, starts[item.id], "a question without `why`", expected)
    return answered


def _slips(item: Item, file: str, found: Findings) -> bool:
    """Whether a step of a question is no call of AWS's, which is noted."""
    slips = Problems()
    check_calls(item, file, slips)
    found.take(slips)
    return bool(slips)


def _weak(item: Item, file: str, line: int, found: Findings) -> None:
    """Note a question that asks for what no source vouches for as if it were AWS's.

    Without a run such a question is refused: then the fact alone is the key.
    """
    weak = weak_facts(item)
    if weak and item.run is not None and not _HERE.search(item.stem):
        facts = ", ".join(map(shown, weak))
        found.warn(
            file, line, f"a question that rests on {facts}, for which no page of AWS's vouches",
            "the word `here` in its stem",
            "It is how this pretend AWS does it. Say so, or ask for something else.",
        )  # fmt: skip


def check_bank(solved: Sequence[Solved], file: str, found: Findings) -> None:
    """Note what gives keys away over all questions: the longest or shortest option, one place, one number.

    Args:
        solved: the questions.
        file: what messages call the bank.
        found: where to note it.
    """
    figures = statistics(solved)
    numbers = set(figures.right_of_multi.values())
    if len({one.item for one in solved}) >= SMALLEST_BANK and len(numbers) == 1:
        asked = len(figures.right_of_multi)
        if asked >= FEWEST_MULTI:
            told = f"{asked} questions of type `multi`, each with {numbers.pop()} right options"
            found.warn(file, 0, told, "some with more of them, some with fewer")
    if len({one.item for one in solved if one.type == "choice"}) < SMALLEST_BANK:
        return
    lengths = (("longest", figures.longest_right, "long"), ("shortest", figures.shortest_right, "short"))
    for which, share, how in lengths:
        if share > LONGEST_RIGHT:
            found.warn(
                file, 0, f"the {which} option, which is right in {share:.0%} of the questions",
                f"at most {LONGEST_RIGHT:.0%}", f"Make wrong options as {how} and as exact as the right one.",
            )  # fmt: skip
    together = sum(figures.positions.values())
    for letter, count in sorted(figures.positions.items()):
        if count > ONE_PLACE * together:
            found.warn(file, 0, f"{count} of {together} right options at {letter}", "keys in all places")
