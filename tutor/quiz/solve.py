"""The key of an item, computed: run the scene, then ask the engine what is true of it."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec

from sandbox import World
from sandbox.facts import Facts
from sandbox.observe.timeline import timeline
from tutor.course import ContentError, ContentProblem, Item, Lab, substitute
from tutor.practice.build import build, perform
from tutor.practice.checks import Scene, answer, figure
from tutor.practice.naming import Naming


class KeyProblem(ContentError):  # noqa: N818 - a problem of content, told to its author
    """An item has no key, or more than one; says of which item, seed and options."""


class SolvedOption(msgspec.Struct, frozen=True):
    """An option and whether it is true."""

    text: str
    true: bool
    why: str
    misconception: str


class Solved(msgspec.Struct, frozen=True):
    """An item as one learner gets it, and its key.

    Attributes:
        item: the item's id.
        stem: the question, names and numbers filled in.
        options: in the order of this learner.
        answer: the number that is right, for a `number`.
        why: shown after the answer.
        proof: the run that decides, as lines of a timeline.
    """

    item: str
    stem: str
    options: tuple[SolvedOption, ...]
    answer: float | None
    why: str
    proof: tuple[str, ...]


class Solver:
    """Computes keys; keeps the worlds that several items begin from.

    Args:
        labs: the lesson's labs, by id.
        folder: the lesson's folder.
    """

    def __init__(self, labs: dict[str, Lab], folder: Path) -> None:
        self.labs = labs
        self.folder = folder
        self._worlds: dict[tuple[str, int], World] = {}

    def solve(self, item: Item, seed: int) -> Solved:
        """The item for a seed, with its key.

        Raises:
            KeyProblem: the run does not make exactly one option true (`choice`), or two or more and not all
                (`multi`).
            StepError: a step of its run does not work.
        """
        if item.run is None:
            return self._by_fact(item, seed)
        lab = self.labs[item.run.lab]
        with self._world(lab, seed).fork() as world:
            naming = Naming(lab, lab.choose(seed), world)
            since, began = len(world.trace), world.cloud.kernel.now
            perform(world, item.run.steps, naming, self.folder)
            scene = Scene(world, naming, self.folder, since=since, began=began)
            options = tuple(
                SolvedOption(
                    substitute(option.text, naming.value),
                    option.claim is not None and answer(option.claim, scene).holds,
                    substitute(option.why, naming.value),
                    option.misconception,
                )
                for option in item.options
            )
            number = figure(item.answer, scene) if item.answer is not None else None
            proof = tuple(
                f"{row.time}  {row.lane}  {row.symbol} {row.word}: {row.text}".rstrip(": ")
                for row in timeline(world.trace)
                if row.seq > since
            )
            stem, why = substitute(item.stem, naming.value), substitute(item.why, naming.value)
        self._judge(item, seed, options)
        return Solved(item.id, stem, _shuffled(options, item, seed), number, why, proof)

    def _by_fact(self, item: Item, seed: int) -> Solved:
        fact = Facts.load().fact(item.facts[0])
        options = tuple(
            SolvedOption(option.text, option.value == fact.value, option.why, option.misconception)
            for option in item.options
        )
        self._judge(item, seed, options)
        proof = (f"{fact.id} = {fact.text()}", f"Source: {fact.source}", f"Verified: {fact.verified}")
        return Solved(item.id, item.stem, _shuffled(options, item, seed), None, item.why, proof)

    def _judge(self, item: Item, seed: int, options: tuple[SolvedOption, ...]) -> None:
        true = [option.text for option in options if option.true]
        right = {"choice": len(true) == 1, "multi": 2 <= len(true) < len(options)}.get(item.type, True)
        if not right:
            named = ", ".join(true) or "none"
            found = f"{len(true)} of {len(options)} options that are true with seed {seed} ({named})"
            wanted = {"choice": "exactly one", "multi": "two or more, and one that is false"}[item.type]
            raise KeyProblem([ContentProblem(item.id, 0, found, wanted)])

    def _world(self, lab: Lab, seed: int) -> World:
        key = (lab.id, seed)
        if key not in self._worlds:
            self._worlds[key] = build(lab, seed, self.folder)
        return self._worlds[key]

    def close(self) -> None:
        """End the worlds' processes."""
        for world in self._worlds.values():
            world.close()
        self._worlds.clear()


def _shuffled(options: tuple[SolvedOption, ...], item: Item, seed: int) -> tuple[SolvedOption, ...]:
    return tuple(random.Random(f"{seed}:{item.id}").sample(options, len(options)))
