"""What a course is made of. Immutable data; the names of the fields are the keys of the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tutor.course.blocks import Block
from tutor.course.checks import Check, Step
from tutor.course.questions.question import Quiz
from tutor.course.values import Usd

RealityLabel = Literal["exact", "modelled", "simplified"]
Flavour = Literal["build-it", "fix-it", "debug-it", "break-it", "incident"]


class Reality(msgspec.Struct, frozen=True):
    """How true to AWS it is, and one sentence why."""

    label: RealityLabel
    why: str


class Objective(msgspec.Struct, frozen=True):
    """What a learner can do afterwards; `exams` maps an exam to the number of the task it covers."""

    id: str
    text: str
    exams: Mapping[str, str] = {}


class Track(msgspec.Struct, frozen=True):
    """A way through the course: lesson ids in their order."""

    id: str
    title: str
    lessons: tuple[str, ...] = ()


class CourseInfo(msgspec.Struct, frozen=True):
    """course.yaml. `needs` is the range of engine versions, such as ">=0.1,<1"."""

    id: str
    title: str
    version: str
    needs: str = ""
    licence: str = ""
    tracks: tuple[Track, ...] = ()
    locales: tuple[str, ...] = ("en",)


class ModuleInfo(msgspec.Struct, frozen=True):
    """module.yaml. `needs` are module folders; `test_out` is how many questions let a learner skip it."""

    title: str
    needs: tuple[str, ...] = ()
    test_out: int = 0


class Front(msgspec.Struct, frozen=True):
    """The front matter of a lesson. `world` is the lab whose world its demos use; "" when it has none."""

    id: str
    title: str
    minutes: int
    objectives: tuple[Objective, ...]
    reality: Reality
    misconceptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    world: str = ""


class LabRef(msgspec.Struct, frozen=True):
    """A lab as the outline names it."""

    id: str
    title: str
    minutes: int


class LessonRef(msgspec.Struct, frozen=True):
    """A lesson as the outline names it; `folder` is relative to the course folder."""

    front: Front
    folder: str
    labs: tuple[LabRef, ...]
    has_quiz: bool

    @property
    def id(self) -> str:
        """The lesson's id."""
        return self.front.id


class Module(msgspec.Struct, frozen=True):
    """A module and its lessons in order; `id` is the folder's name."""

    id: str
    info: ModuleInfo
    lessons: tuple[LessonRef, ...]


class Outline(msgspec.Struct, frozen=True):
    """The whole course without its contents."""

    info: CourseInfo
    modules: tuple[Module, ...]


class Script(msgspec.Struct, frozen=True):
    """Console commands of a `.try` file.

    Attributes:
        name: the file's name without its ending.
        commands: one text each; an `edit` carries its file, line by line, after a line feed.
        refused_by: for a wrong way, the id of the task that must refuse it.
    """

    name: str
    commands: tuple[str, ...]
    refused_by: str = ""


class Variant(msgspec.Struct, frozen=True):
    """Something that differs from learner to learner: one of `choices`, or a whole number in `span`."""

    choices: tuple[str, ...] = ()
    span: tuple[int, int] | None = msgspec.field(name="int", default=None)


class WorldSpec(msgspec.Struct, frozen=True):
    """The world that a lab begins with."""

    steps: tuple[Step, ...]
    account_limit: int = 0
    profile: Literal["today", "2019"] = "today"


class Role(msgspec.Struct, frozen=True):
    """What a name in checks stands for.

    Either one of `function`, `queue`, `bucket` and `table` is its literal name (with placeholders), or
    `where` says how it is found from `function` (itself a role): "on_failure_of" is the queue that the
    learner attached for lost events, as dead-letter queue or on-failure destination, "on_success_of" the
    queue of the on-success destination, "role_of" the name of the execution role.
    """

    function: str = ""
    queue: str = ""
    bucket: str = ""
    table: str = ""
    where: Literal["", "on_failure_of", "on_success_of", "role_of"] = ""

    @property
    def kind(self) -> str:
        """What plays it: "function", "queue", "bucket", "table" or "role" (of IAM)."""
        if self.where:
            return "role" if self.where == "role_of" else "queue"
        return next((kind for kind in ("queue", "bucket", "table") if getattr(self, kind)), "function")

    @property
    def literal(self) -> tuple[str, ...]:
        """The names that it is written with, one for a role that is not found by `where`."""
        return tuple(filter(None, (self.function, self.queue, self.bucket, self.table)))


class Hint(msgspec.Struct, frozen=True):
    """Hints, from a nudge to the answer, for one state of the world; None for any state."""

    say: tuple[str, ...]
    when: Check | None = None


class Task(msgspec.Struct, frozen=True):
    """One thing to do. `needs` are tasks that must be done before; `check` decides (a probe is one too).

    `already` says that it holds when the lab begins, on purpose: something that must stay as it is.
    """

    id: str
    say: str
    check: Check
    needs: tuple[str, ...] = ()
    why: str = ""
    hints: tuple[Hint, ...] = ()
    already: bool = False


class Never(msgspec.Struct, frozen=True):
    """A state that cannot be mended from where the learner stands, and what to say then."""

    condition: Check = msgspec.field(name="if")
    say: str


class Budget(msgspec.Struct, frozen=True):
    """Golf, not a limit; 0 and "" for none."""

    api_calls: int = 0
    usd: Usd = ""


class LabText(msgspec.Struct, frozen=True):
    """A lab's file. `intro` is told when it is opened, `after` when its last task has passed."""

    id: str
    title: str
    flavour: Flavour
    minutes: int
    reality: Reality
    world: WorldSpec
    tasks: tuple[Task, ...]
    intro: str = ""
    after: str = ""
    variants: Mapping[str, Variant] = {}
    roles: Mapping[str, Role] = {}
    never: tuple[Never, ...] = ()
    budget: Budget = Budget()
    misconceptions: tuple[str, ...] = ()


class Lab(LabText, frozen=True):
    """A lab: its file, and the scripts beside it.

    Attributes:
        code_folders: the folders of handler code that its steps name, relative to the lesson's folder.
        solutions: right ways, the shown one first.
        wrong: plausible wrong ways.
    """

    code_folders: tuple[str, ...] = ()
    solutions: tuple[Script, ...] = ()
    wrong: tuple[Script, ...] = ()

    def choose(self, seed: int) -> dict[str, str]:
        """The variants of a learner: name -> text. The same seed chooses the same.

        Each variant is drawn from a stream of its own, so that adding one does not reshuffle the others.
        """
        import random

        chosen = {}
        for name, variant in self.variants.items():
            stream = random.Random(f"{seed}:{self.id}:{name}")
            if variant.span is not None:
                chosen[name] = str(stream.randint(*variant.span))
            else:
                chosen[name] = stream.choice(variant.choices)
        return chosen


class Lesson(msgspec.Struct, frozen=True):
    """A lesson with all that belongs to it: its page, labs and questions."""

    front: Front
    blocks: tuple[Block, ...]
    labs: tuple[Lab, ...] = ()
    quiz: Quiz | None = None

    @property
    def id(self) -> str:
        """The lesson's id."""
        return self.front.id

    @property
    def title(self) -> str:
        """The lesson's title."""
        return self.front.title

    def lab(self, lab_id: str) -> Lab:
        """The lab of that id.

        Raises:
            KeyError: there is none.
        """
        for lab in self.labs:
            if lab.id == lab_id:
                return lab
        raise KeyError(lab_id)


class Misconception(msgspec.Struct, frozen=True):
    """shared/misconceptions.yaml: a wrong belief, the truth, and the text that people meet."""

    belief: str
    truth: str
    symptom: str = ""


class Term(msgspec.Struct, frozen=True):
    """shared/glossary.yaml: a word explained; `see` are other terms, `also` its other names, such as DLQ."""

    text: str
    see: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class ErrorHelp(msgspec.Struct, frozen=True):
    """shared/errors.yaml: AWS's words (`*` stands for anything), what they mean, what to try.

    The pattern may stand anywhere in what AWS says. Where several do, the one with the most words is meant.
    """

    pattern: str
    means: str
    tip: str = msgspec.field(name="try")
    lesson: str = ""


class Shared(msgspec.Struct, frozen=True):
    """What all lessons share."""

    misconceptions: Mapping[str, Misconception] = {}
    glossary: Mapping[str, Term] = {}
    errors: tuple[ErrorHelp, ...] = ()
