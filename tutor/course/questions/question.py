"""What a quiz is made of. Immutable data; the names of the fields are the keys of the files.

No struct says which answer is right: that is computed from a run, or from a fact.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from tutor.course.checks import Check, Step
from tutor.course.questions.readings import Moment, Reading

QuestionType = Literal["choice", "multi", "number", "order", "match", "text", "pick-line"]


class Run(msgspec.Struct, frozen=True):
    """What happens before a question is decided: a lab's world, how the question finds it, then steps.

    What `given` does is not part of what happened: traces, logs and the proof begin after it.
    """

    lab: str
    steps: tuple[Step, ...] = ()
    given: tuple[Step, ...] = ()


class Option(msgspec.Struct, frozen=True):
    """An option of a question. Which keys it has depends on the question's type.

    Attributes:
        text: what it says; with what the options of a `match` are compared when it has no `value`.
        why: why it is right or wrong.
        claim: it is true when this holds of the run.
        value: it is true when the fact, or the row of a `match`, has this value.
        misconception: what somebody who takes it believes.
        at: of an `order`: when it was.
        reads: of an `order`: the number that it stands for.
        fact: of an `order`: the fact that it stands for.
        shows: of a `pick-line`: a piece of the line that it stands for, written `line`.
        change: steps before the run; true when the question's claim holds after these.
        put: of a `pick-line` in code: what stands in the line's place during the run.
        drop: of a `pick-line` in code: the run is without the line.
    """

    text: str = ""
    why: str = ""
    claim: Check | None = None
    value: Any = None
    misconception: str = ""
    at: Moment | None = None
    reads: Reading | None = None
    fact: str = ""
    shows: str = msgspec.field(name="line", default="")
    change: tuple[Step, ...] | None = None
    put: str = ""
    drop: bool = False


class Row(msgspec.Struct, frozen=True):
    """A row of a `match`: one of four says what decides which option belongs to it.

    Attributes:
        text: what it says.
        why: said after the answer.
        steps: the options' claims are asked of a world in which these happened after the question's run.
        run: the same, of a run of its own.
        reads: the options' values are compared with this, read off the question's run.
        fact: the options' values are compared with this fact's.
    """

    text: str
    why: str = ""
    steps: tuple[Step, ...] | None = None
    run: Run | None = None
    reads: Reading | None = None
    fact: str = ""


class Lines(msgspec.Struct, frozen=True):
    """The lines that a `pick-line` shows: of a file of code, of a function's log, or of a document (JSON)."""

    code: str = ""
    log: str = ""
    document: Reading | None = None


class Item(msgspec.Struct, frozen=True):
    """A question.

    Attributes:
        objective: an objective of the lesson.
        run: None for a question about facts.
        options: what can be chosen; of an `order` what is to be put in order.
        answer: of a `number`, a `text` or a `pick-line`: what the answer is read off.
        why: shown after the answer.
        facts: fact ids that the key rests on; the first decides a question that has no run.
        rows: of a `match`.
        lines: of a `pick-line`.
        claim: for options with changes: the one for which this holds is true.
        unit: of a `number`: what is counted, told with the question.
        tolerance: of a `number`: how far off an answer may be.
    """

    id: str
    objective: str
    type: QuestionType
    stem: str
    run: Run | None = None
    options: tuple[Option, ...] = ()
    answer: Reading | None = None
    why: str = ""
    facts: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    lines: Lines | None = None
    claim: Check | None = None
    unit: str = ""
    tolerance: int | float = 0

    @property
    def all_facts(self) -> tuple[str, ...]:
        """The ids of all facts that the key rests on, each once."""
        own = [row.fact for row in self.rows] + [option.fact for option in self.options]
        return tuple(dict.fromkeys([*self.facts, *filter(None, own)]))


class Quiz(msgspec.Struct, frozen=True):
    """The questions of a lesson."""

    lesson: str
    items: tuple[Item, ...]

    def item(self, item_id: str) -> Item:
        """The question of that id.

        Raises:
            KeyError: there is none.
        """
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)
