"""What a skin shows: immutable structs, replaced as a whole after each action. No rules, no behaviour."""

from __future__ import annotations

import msgspec

from tutor.actions.registry import Line
from tutor.course.blocks import Block


class Entry(msgspec.Struct, frozen=True):
    """A row of the outline. `kind` is module, lesson, lab or quiz; `mark` is done, open or none."""

    id: str
    title: str
    kind: str
    depth: int
    mark: str
    minutes: int = 0


class LessonView(msgspec.Struct, frozen=True):
    """The lesson that is open. `reality` is (label, why)."""

    id: str
    title: str
    minutes: int
    reality: tuple[str, str]
    objectives: tuple[str, ...]
    blocks: tuple[Block, ...]
    done: bool


class TaskView(msgspec.Struct, frozen=True):
    """A task of the lab. `status` is pass, not_yet, blocked or error; `hints` are those shown so far."""

    id: str
    say: str
    status: str
    expected: str = ""
    actual: str = ""
    why: str = ""
    hints: tuple[str, ...] = ()
    hints_left: int = 0


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
    """A file of the learner's function; `deployed` is False when it changed since the last deploy."""

    name: str
    text: str
    deployed: bool


class LabView(msgspec.Struct, frozen=True):
    """The lab that is open. `clock` is "Mon 09:00:00"; `calls` counts the learner's API calls."""

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


class OptionView(msgspec.Struct, frozen=True):
    """An option of a question. `verdict` and `why` are empty until the question is answered."""

    letter: str
    text: str
    chosen: bool = False
    verdict: str = ""
    why: str = ""


class QuizView(msgspec.Struct, frozen=True):
    """The question that is open. `type` is choice, multi or number; `score` is (right, answered)."""

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
    code: str = ""


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
