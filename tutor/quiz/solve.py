"""The key of an item, computed: run the scene, then ask the engine what is true of it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.facts import Facts
from sandbox.facts.registry import Fact
from sandbox.observe.crowds import condensed
from sandbox.observe.timeline import timeline
from tutor.course import ContentError, ContentProblem, Item, Lab, Option, substitute
from tutor.course.questions.question import Row, Run
from tutor.practice.checking.checks import answer
from tutor.practice.checking.scene import Scene
from tutor.practice.naming import UnboundRoleError
from tutor.quiz.readings import UnreadableError, moment, read
from tutor.quiz.scenes import Edit, Scenes
from tutor.quiz.solved import LETTERS, Solved, SolvedOption, SolvedRow
from tutor.quiz.values import NoKeyError, as_number, as_text, number_words, same
from tutor.words import _

PRIMARY = ("V", "V2")
"""Confidences of facts that may decide a question: read in a source, not remembered or made up here."""

_LONGEST_REPLY = 160

_SHELVES = {
    "DG": "AWS Lambda Developer Guide",
    "DDBDG": "DynamoDB Developer Guide",
    "SQSDG": "SQS Developer Guide",
    "IAMUG": "IAM User Guide",
    "BC": "AWS's own model of its services",
    "LS": "a recording of AWS's reply",
}
"""What the facts' sources are called where a learner reads them; a section of the facts sheet is left out."""


class KeyProblem(ContentError):  # noqa: N818 - a problem of content, told to its author
    """An item has no key, or more than one; says of which item, seed and options."""


class Solver:
    """Computes keys; keeps the worlds that several items begin from.

    Args:
        labs: the lesson's labs, by id.
        folder: the lesson's folder.
        keep: whether runs are kept too, until `forget`, for questions that have the same.
    """

    def __init__(self, labs: Mapping[str, Lab], folder: Path, *, keep: bool = False) -> None:
        self.labs = labs
        self.folder = folder
        self._keep = keep
        self._scenes = Scenes(labs, folder)

    def solve(self, item: Item, seed: int) -> Solved:
        """The item for a seed, with its key.

        Raises:
            KeyProblem: the engine does not find exactly one key; see the types in the format's description.
            StepError: a step of its run does not work.
        """
        try:
            return Asked(item, seed, self._scenes).solved()
        except (NoKeyError, UnreadableError, UnboundRoleError) as error:
            wanted = error.wanted if isinstance(error, NoKeyError) else "something that is there"
            found = f"{error} with seed {seed}"
            raise KeyProblem([ContentProblem(item.id, 0, found, wanted)]) from error
        finally:
            if not self._keep:
                self._scenes.clear()

    def forget(self) -> None:
        """Let go of all worlds and runs."""
        self._scenes.close()

    def close(self) -> None:
        """End the worlds' processes."""
        self._scenes.close()


class Asked:
    """One item for one seed.

    Args:
        item: the item.
        seed: the learner's.
        scenes: where it is decided.
    """

    def __init__(self, item: Item, seed: int, scenes: Scenes) -> None:
        self.item = item
        self.seed = seed
        self.scenes = scenes
        self._chance = random.Random(f"{seed}:{item.id}")

    def solved(self) -> Solved:
        """The item with its key.

        Raises:
            NoKeyError: there is not exactly one.
            UnreadableError: there is nothing to read it off.
        """
        kinds: dict[str, Callable[[], Solved]] = {
            "choice": self._choice,
            "multi": self._choice,
            "number": self._number,
            "text": self._text,
            "order": self._order,
            "match": self._match,
            "pick-line": self._pick_line,
        }
        return kinds[self.item.type]()

    # -- what all types need -------------------------------------------------------------------------------

    def value(self, name: str) -> str | None:
        """What a placeholder in the question's texts stands for."""
        run = self.item.run or next((row.run for row in self.item.rows if row.run), None)
        return None if run is None else self.scenes.scene(run, self.seed).naming.value(name)

    def fill(self, text: str) -> str:
        """A text with this learner's names and numbers."""
        return substitute(text, self.value)

    @property
    def run(self) -> Run:
        """The question's run; the reader has seen that there is one."""
        assert self.item.run is not None
        return self.item.run

    def scene(self) -> Scene:
        """What the question's run comes to."""
        return self.scenes.scene(self.run, self.seed)

    def made(self, key: str, proof: tuple[str, ...], **fields: Any) -> Solved:
        """The solved item, with what all types have."""
        item = self.item
        return Solved(
            item.id, item.type, self.fill(item.stem), key, why=self.fill(item.why), proof=proof, **fields
        )

    def _options(
        self, order: Sequence[int], true: Sequence[bool], places: Sequence[int] = ()
    ) -> dict[str, Any]:
        options = tuple(
            SolvedOption(
                self.fill(self.item.options[n].text),
                true[n],
                self.fill(self.item.options[n].why),
                self.item.options[n].misconception,
                places[n] if places else 0,
            )
            for n in order
        )
        return {"options": options, "places": tuple(order)}

    def _shuffled(self) -> list[int]:
        count = len(self.item.options)
        return self._chance.sample(range(count), count)

    def _fact(self, fact_id: str) -> Fact:
        fact = Facts.load().fact(fact_id)
        if fact.confidence not in PRIMARY:
            raise NoKeyError(
                f"the fact {fact_id} of confidence {fact.confidence}", "a fact of confidence V or V2"
            )
        return fact

    # -- choice, multi -------------------------------------------------------------------------------------

    def _choice(self) -> Solved:
        truths, proofs = zip(*(self.truth(option) for option in self.item.options), strict=True)
        self.judge([option.text for option in self.item.options], truths)
        order = self._shuffled()
        key = "".join(letter for letter, n in zip(LETTERS, order, strict=False) if truths[n])
        return self.made(key, proofs[truths.index(True)](), **self._options(order, truths))

    def truth(
        self, option: Option, edit: Edit | None = None, named: str = ""
    ) -> tuple[bool, Callable[[], tuple[str, ...]]]:
        """Whether an option is true, and what gives the proof.

        Args:
            option: the option.
            edit: the code in which it differs.
            named: how the option's change is told; "" for its text.
        """
        if self.item.run is None:
            fact = self._fact(self.item.facts[0])
            return option.value == fact.value, lambda: told_fact(fact)
        if self.item.claim is not None:
            changed = self.scenes.scene(self.run, self.seed, change=option.change or (), edit=edit)
            with_it = _("The run with this change: {change}").format(change=self.fill(named or option.text))
            return answer(self.item.claim, changed).holds, lambda: (with_it, *told(changed))
        assert option.claim is not None
        scene = self.scene()
        return answer(option.claim, scene).holds, lambda: told(scene)

    def judge(self, texts: Sequence[str], truths: Sequence[bool]) -> None:
        """Refuse options of which not the right number is true.

        Raises:
            NoKeyError: with those that are.
        """
        true = [text for text, is_true in zip(texts, truths, strict=True) if is_true]
        several = self.item.type == "multi"
        if (2 <= len(true) < len(texts)) if several else len(true) == 1:
            return
        named = ", ".join(true) or "none"
        wanted = "two or more, and one that is false" if several else "exactly one"
        raise NoKeyError(f"{len(true)} of {len(texts)} options that are true ({named})", wanted)

    # -- number, text --------------------------------------------------------------------------------------

    def _number(self) -> Solved:
        item = self.item
        if item.answer is None:
            fact = self._fact(item.facts[0])
            number, unit, proof = as_number(fact.value), item.unit or fact.unit, told_fact(fact)
            unit = "" if unit == "count" else unit
        else:
            number, unit, proof = as_number(read(item.answer, self.scene())), item.unit, told(self.scene())
        return self.made(number_words(number), proof, unit=unit, tolerance=item.tolerance)

    def _text(self) -> Solved:
        assert self.item.answer is not None
        return self.made(as_text(read(self.item.answer, self.scene())), told(self.scene()))

    # -- order ---------------------------------------------------------------------------------------------

    def _order(self) -> Solved:
        values, proof = self._ordered_values()
        if len(set(values)) < len(values):
            same_ones = [
                o.text for o, v in zip(self.item.options, values, strict=True) if values.count(v) > 1
            ]
            raise NoKeyError(
                f"options that are no earlier and no later than others ({', '.join(same_ones)})",
                "a value of its own for each",
            )
        ranks = [sorted(values).index(value) + 1 for value in values]
        order = self._shuffled()
        while len(order) > 1 and [ranks[n] for n in order] == sorted(ranks):
            order = self._shuffled()
        letters = dict(zip(order, LETTERS, strict=False))
        key = "".join(letters[ranks.index(place)] for place in sorted(ranks))
        return self.made(key, proof, **self._options(order, [True] * len(order), ranks))

    def _ordered_values(self) -> tuple[list[float], tuple[str, ...]]:
        options = self.item.options
        if options[0].fact:
            facts = [self._fact(option.fact) for option in options]
            units = {fact.unit for fact in facts}
            if len(units) > 1:
                raise NoKeyError(f"facts in {' and '.join(sorted(units))}", "facts in one unit")
            return [as_number(fact.value) for fact in facts], tuple(
                line for fact in facts for line in told_fact(fact)
            )
        scene = self.scene()
        if options[0].at is not None:
            return [moment(option.at, scene) for option in options if option.at is not None], told(scene)
        values = [as_number(read(option.reads, scene)) for option in options if option.reads is not None]
        shown = tuple(f"{self.fill(o.text)}: {number_words(v)}" for o, v in zip(options, values, strict=True))
        return values, (*shown, *told(scene))

    # -- match ---------------------------------------------------------------------------------------------

    def _match(self) -> Solved:
        item, order = self.item, self._shuffled()
        letters = dict(zip(order, LETTERS, strict=False))
        rows: list[SolvedRow] = []
        proof: list[str] = []
        used: set[int] = set()
        for number, row in enumerate(item.rows, 1):
            fits, lines = self._fitting(row)
            if len(fits) != 1:
                named = ", ".join(item.options[n].text for n in fits) or "none"
                raise NoKeyError(f"{len(fits)} options for the row {row.text!r} ({named})", "exactly one")
            used.add(fits[0])
            rows.append(SolvedRow(self.fill(row.text), self.fill(row.why), letters[fits[0]]))
            proof += [f"{number}. {self.fill(row.text)}", *lines]
        if len(used) < 2:
            raise NoKeyError("the same option for every row", "two options or more that belong to a row")
        key = "".join(row.letter for row in rows)
        truths = [n in used for n in range(len(item.options))]
        shared = () if item.rows[0].reads is None else told(self.scene())
        return self.made(key, (*proof, *shared), rows=tuple(rows), **self._options(order, truths))

    def _fitting(self, row: Row) -> tuple[list[int], tuple[str, ...]]:
        """The options that belong to a row, and what proves it."""
        options = self.item.options
        if row.fact or row.reads is not None:
            if row.fact:
                fact = self._fact(row.fact)
                value, lines = fact.value, told_fact(fact)
            else:
                assert row.reads is not None
                value = read(row.reads, self.scene())
                lines = (f"= {as_text(value)}",)
            wanted = [option.text if option.value is None else option.value for option in options]
            filled = [self.fill(value) if isinstance(value, str) else value for value in wanted]
            return [n for n, one in enumerate(filled) if same(one, value)], lines
        if row.run is not None:
            scene = self.scenes.scene(row.run, self.seed)
        else:
            scene = self.scenes.scene(self.run, self.seed, more=row.steps or ())
        claims = [option.claim for option in options]
        return [n for n, claim in enumerate(claims) if claim and answer(claim, scene).holds], told(scene)

    # -- pick-line -----------------------------------------------------------------------------------------

    def _pick_line(self) -> Solved:
        from tutor.quiz.picking import picked

        return picked(self)


def told(scene: Scene) -> tuple[str, ...]:
    """What happened in a scene, as lines of a timeline; then the replies of calls that have a name."""
    rows = [
        f"{row.time}  {row.lane}  {row.symbol} {row.word}: {row.text}".rstrip(": ")
        for row in condensed([row for row in timeline(scene.world.trace) if row.seq > scene.since])
    ]
    return (*rows, *(f"{name}: {_reply_words(reply)}" for name, reply in scene.replies.items()))


def _reply_words(reply: Any) -> str:
    error = reply.get("Error") if isinstance(reply, dict) else None
    if error:
        return f"{error.get('Code')}, {error.get('Message')}"
    shown = {key: value for key, value in reply.items() if key != "ResponseMetadata"}
    # What may be cut off comes last.
    shown = dict(sorted(shown.items(), key=lambda entry: isinstance(entry[1], (dict, list))))
    text = json.dumps(shown, default=str, ensure_ascii=False)
    return text if len(text) <= _LONGEST_REPLY else text[: _LONGEST_REPLY - 3] + "..."


def told_fact(fact: Fact) -> tuple[str, ...]:
    """A fact, where it is from, and when that was last read."""
    source = re.sub(r"^[0-9.]+(; |$)", "", fact.source)
    for short, whole in _SHELVES.items():
        source = re.sub(rf"\b{short}:", f"{whole}: ", source)
    from_where = (f"Source: {source}",) if source else ()
    return f"{fact.id} = {fact.text()}", *from_where, f"Verified: {fact.verified}"


def weak_facts(item: Item) -> tuple[str, ...]:
    """The facts that a question rests on and that no source vouches for: exams leave such questions out."""
    facts = Facts.load()
    return tuple(name for name in item.all_facts if facts.fact(name).confidence not in PRIMARY)
