"""What a skin shows: immutable structs, replaced as a whole after each action. No rules, no behaviour."""

from __future__ import annotations

import msgspec

from tutor.actions.registry import Line
from tutor.course.blocks import Block


class Entry(msgspec.Struct, frozen=True):
    """A row of the outline. `kind` is module, lesson, lab or quiz; `mark` is done, open or none; `best` is
    a lab's best result so far, in words."""

    id: str
    title: str
    kind: str
    depth: int
    mark: str
    minutes: int = 0
    best: str = ""


class LessonView(msgspec.Struct, frozen=True):
    """The lesson that is open. `reality` is (label, why)."""

    id: str
    title: str
    minutes: int
    reality: tuple[str, str]
    objectives: tuple[str, ...]
    blocks: tuple[Block, ...]
    done: bool


class HintView(msgspec.Struct, frozen=True):
    """A hint that was given, which one it is, and of how many that lead to the same answer."""

    text: str
    number: int
    total: int


class PartView(msgspec.Struct, frozen=True):
    """One of the things that a task wants: whether it is so, what is wanted, and what there is."""

    holds: bool
    expected: str
    actual: str


class TaskView(msgspec.Struct, frozen=True):
    """A task of the lab. `status` is pass, not_yet, blocked or error; `hints` are those given so far; `lost`
    says that it had passed and does not any more; `parts` are all that it wants; `trial` is what happened in
    a probe that did not pass, as lines of a timeline."""

    id: str
    say: str
    status: str
    expected: str = ""
    actual: str = ""
    why: str = ""
    hints: tuple[HintView, ...] = ()
    hints_left: int = 0
    lost: bool = False
    parts: tuple[PartView, ...] = ()
    trial: tuple[str, ...] = ()


class NextEvent(msgspec.Struct, frozen=True):
    """What the clock will come to next, and in how many microseconds."""

    text: str
    in_us: int


class LogRow(msgspec.Struct, frozen=True):
    """A log line. `kind` is platform, line or error; `time` is HH:MM:SS.mmm."""

    time: str
    stream: str
    text: str
    kind: str


class TimelineRow(msgspec.Struct, frozen=True):
    """A row of the timeline; `seq` is the trace event that it tells of."""

    time: str
    lane: str
    symbol: str
    word: str
    text: str
    seq: int


class FileView(msgspec.Struct, frozen=True):
    """A file of the learner's.

    Attributes:
        name: with the folders that it is in, `lib/helper.py`.
        text: "" when it is not `readable`.
        deployed: False when it changed since its function was deployed.
        readable: whether it is text in UTF-8; what is not is deployed as it is.
        original: whether it is as it was when the lab began.
        restorable: whether the lab began with it.
        code: whether it is part of a function's code; what is not is there for commands to read.
    """

    name: str
    text: str
    deployed: bool
    readable: bool = True
    original: bool = False
    restorable: bool = False
    code: bool = True


class LabView(msgspec.Struct, frozen=True):
    """The lab that is open. `clock` is "Mon 09:00:00"; `calls` counts the learner's API calls; `best` is the
    best result so far in words; `warnings` are what keeps a lab from being done whose tasks have all passed;
    the sandbox has no tasks."""

    id: str
    title: str
    minutes: int
    flavour: str
    reality: tuple[str, str]
    intro: str
    tasks: tuple[TaskView, ...]
    clock: str
    next: NextEvent | None
    log: tuple[LogRow, ...]
    timeline: tuple[TimelineRow, ...]
    files: tuple[FileView, ...]
    console: tuple[Line, ...]
    done: bool
    calls: int
    functions: tuple[str, ...]
    tried: bool = False
    best: str = ""
    warnings: tuple[str, ...] = ()


class OptionView(msgspec.Struct, frozen=True):
    """An option of a question. All but letter and text are empty until the question is answered.

    Attributes:
        letter: what it is chosen with.
        text: what it says.
        chosen: whether the learner took it.
        verdict: right or wrong; in an `order`, whether it is where the learner put it; "" in a `match`.
        why: the reason.
        place: in an `order`, where it belongs, from 1; 0 otherwise.
        given: in an `order`, where the learner put it, from 1; 0 otherwise.
    """

    letter: str
    text: str
    chosen: bool = False
    verdict: str = ""
    why: str = ""
    place: int = 0
    given: int = 0


class RowView(msgspec.Struct, frozen=True):
    """A row of a `match`. All but number and text are empty until the question is answered.

    `given` is the letter that the learner gave it, `right` the letter that belongs there.
    """

    number: int
    text: str
    given: str = ""
    right: str = ""
    verdict: str = ""
    why: str = ""


class PickView(msgspec.Struct, frozen=True):
    """A line of a `pick-line`; `open` if it can be chosen. The rest as in an `OptionView`."""

    number: int
    text: str
    open: bool
    chosen: bool = False
    verdict: str = ""
    why: str = ""


class QuizView(msgspec.Struct, frozen=True):
    """The question that is open.

    Attributes:
        lesson: the lesson's id.
        number: of the question, from 1.
        total: how many questions are asked this time.
        id: the question's.
        type: choice, multi, number, order, match, text or pick-line.
        stem: the question.
        options: what can be chosen; empty for a number, a text and a line.
        answered: whether it is answered.
        correct: whether that was right.
        right_answer: the key in words, once it is answered.
        proof: the run that decides, once it was asked for.
        score: (right, answered).
        finished: whether every question is answered.
        rows: of a `match`.
        lines: of a `pick-line`.
        unit: what a number counts, "" for nothing that needs saying.
        tolerance: how far off a number may be, "" for not at all.
        response: the answer that was given.
        in_place: how much of a wrong order or match is right, in words.
        why: what is to be said of the question as a whole, once it is answered.
        left: how many of the lesson's questions were never right yet.
    """

    lesson: str
    number: int
    total: int
    id: str
    type: str
    stem: str
    options: tuple[OptionView, ...]
    answered: bool
    correct: bool
    right_answer: str
    proof: tuple[Line, ...]
    score: tuple[int, int]
    finished: bool
    rows: tuple[RowView, ...] = ()
    lines: tuple[PickView, ...] = ()
    unit: str = ""
    tolerance: str = ""
    response: str = ""
    in_place: str = ""
    why: str = ""
    left: int = 0


class View(msgspec.Struct, frozen=True):
    """All that a skin shows. `place` is outline, lesson, lab or quiz; `current` is the entry open."""

    title: str
    place: str
    outline: tuple[Entry, ...]
    current: str
    lesson: LessonView | None = None
    lab: LabView | None = None
    quiz: QuizView | None = None
    saved: str = ""
    level: str = ""
