"""Looking at many questions over many seeds: whether each has its key, and where the keys are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from tutor.course import ContentError, ContentProblem, Item, Lab
from tutor.quiz.scenes import RunError
from tutor.quiz.solve import KeyProblem, Solver
from tutor.quiz.solved import Solved

SEEDS = range(1, 21)


class Verification(msgspec.Struct, frozen=True):
    """What came of asking questions over many seeds.

    Attributes:
        problems: what is wrong, one for each question that has no key with some seed.
        solved: each question that has its key with every seed, as asked with each of them, by its id.
    """

    problems: tuple[ContentProblem, ...]
    solved: dict[str, tuple[Solved, ...]]


def verify(
    items: Sequence[Item],
    labs: Mapping[str, Lab],
    folder: Path,
    seeds: Iterable[int] = SEEDS,
    file: Path | None = None,
) -> Verification:
    """Ask questions with many seeds.

    Args:
        items: the questions; worlds and equal runs are shared, so give all of a lesson at once.
        labs: the lesson's labs, by id.
        folder: the lesson's folder.
        seeds: a question that has no key with one of them is not asked with the others.
        file: the questions' file, so that problems name it and the line; None for the question's id instead.
    """
    problems: list[ContentProblem] = []
    solved: dict[str, list[Solved]] = {item.id: [] for item in items}
    lines = _lines(file)
    solver = Solver(labs, folder, keep=True)
    try:
        for seed in seeds:
            for item in items:
                if item.id not in solved:
                    continue
                try:
                    solved[item.id].append(solver.solve(item, seed))
                except ContentError as error:
                    problems += [_placed(problem, item, error, file, lines) for problem in error.problems]
                    del solved[item.id]
            solver.forget()
    finally:
        solver.close()
    return Verification(tuple(problems), {name: tuple(found) for name, found in solved.items()})


def _lines(file: Path | None) -> dict[str, int]:
    """The line of each question's id."""
    if file is None:
        return {}
    text = file.read_text(encoding="utf-8").split("\n")
    marked = ((n, re.search(r"\bid:\s*[\"']?([\w.-]+)", line)) for n, line in enumerate(text, 1))
    return {match[1]: number for number, match in reversed([*marked]) if match}


def _placed(
    problem: ContentProblem, item: Item, error: ContentError, file: Path | None, lines: Mapping[str, int]
) -> ContentProblem:
    if file is None:
        return problem
    name = f"{file.parent.name}/{file.name}"
    found = f"{problem.found}, in {item.id}"
    if isinstance(error, RunError):
        return msgspec.structs.replace(problem, file=name, found=found)
    if isinstance(error, KeyProblem):
        return msgspec.structs.replace(problem, file=name, line=lines.get(item.id, 0), found=found)
    return problem


class BankFigures(msgspec.Struct, frozen=True):
    """Where the keys of many `choice` questions are.

    Attributes:
        asked: how many questions, each counted once for each seed.
        positions: how often the key was at each letter.
        longest_right: of the questions, how many have a right option that is longer than all the others;
            a share from 0 to 1.
        shortest_right: the same of those whose right option is shorter than all the others.
        right_of_multi: of the `multi` questions, how many right options each has, by the question's id.
    """

    asked: int
    positions: dict[str, int]
    longest_right: float
    shortest_right: float
    right_of_multi: dict[str, int]


def statistics(solved: Iterable[Solved]) -> BankFigures:
    """Figures over questions as they were asked; those of type `choice` and `multi` count."""
    all_asked = tuple(solved)
    asked = [one for one in all_asked if one.type == "choice"]
    positions = Counter(one.key for one in asked)
    longest = shortest = 0
    for one in asked:
        right = next(len(option.text) for option in one.options if option.true)
        others = [len(option.text) for option in one.options if not option.true]
        longest += right > max(others)
        shortest += right < min(others)
    count = len(asked) or 1
    return BankFigures(
        len(asked),
        dict(sorted(positions.items())),
        longest / count,
        shortest / count,
        {one.item: len(one.key) for one in all_asked if one.type == "multi"},
    )
