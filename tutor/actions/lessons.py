"""The lesson desk: the page that is open, and the world that its demos and try blocks use."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.actions.registry import Line, Outcome
from tutor.actions.view import LessonView
from tutor.course import Block, Course, Lesson, commands, fill, substitute
from tutor.course.arns import arn
from tutor.course.placeholders import Values
from tutor.progress import Store
from tutor.words import _

if TYPE_CHECKING:
    from tutor.practice import LabRun

RUNNABLE = ("demo", "try", "compare")


class LessonDesk:
    """Lessons of one learner. The world of a page is a scratch copy of its lab's: it is not saved.

    Args:
        course: the course.
        store: where it is noted what was read.
        seed_of: the seed of a lab's attempt, so that page and lab speak of the same names.
    """

    def __init__(self, course: Course, store: Store, seed_of: Callable[[str], int]) -> None:
        self.course = course
        self.store = store
        self.seed_of = seed_of
        self.lesson: Lesson | None = None
        self._page: LabRun | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ran: set[str] = set()
        self._played: Block | None = None
        """The demo, or the comparison, that the page's world comes from."""
        self._shown: tuple[tuple[str, dict[str, str], bool], LessonView] | None = None

    def open(self, lesson_id: str) -> None:
        """Open a lesson's page."""
        if self.lesson is not None and self.lesson.id == lesson_id:
            return
        self.close()
        self.lesson = self.course.lesson(lesson_id)

    def read(self) -> None:
        """Note that the open lesson was read."""
        if self.lesson is not None:
            self.store.mark_done("lesson", self.lesson.id)

    def begun(self, lesson_id: str) -> bool:
        """Whether a demo or a try block of a lesson was played once."""
        return self.store.noted(f"lesson-begun:{lesson_id}") is not None

    def run(self, block_id: str) -> Outcome:
        """Play a demo, or run the lines of a try block; the next one that has not run when none is named."""
        assert self.lesson is not None
        block = self._block(block_id)
        if block is None:
            return Outcome((Line("error", self._nothing_to_run()),))
        self._ran.add(block.id)
        self.store.note(f"lesson-begun:{self.lesson.id}", "yes")
        if block.kind == "compare":
            lines: list[Line] = []
            for side in block.children:
                self._fresh()
                lines += [Line("title", side.title), *self._play(side)]
            self._played = block
            return Outcome(tuple(lines))
        told = [Line("title", block.title or _("Try it"))]
        if block.kind == "demo":
            # A demo always starts from the same world, so that it shows what the page says.
            self._fresh()
        elif self._lead_in(block):
            told.append(Line("note", _("The demo above was played first: these lines go on where it ends.")))
        told += self._play(block)
        if block.kind == "demo":
            self._played = block
        return Outcome(tuple(told))

    def _lead_in(self, block: Block) -> bool:
        """Give a try block the world that the page speaks of: that of the demo above it.

        Returns:
            Whether that demo had to be played.
        """
        assert self.lesson is not None
        above = self.lesson.blocks[: self.lesson.blocks.index(block)]
        demo = next((one for one in reversed(above) if one.kind in RUNNABLE and one.kind != "try"), None)
        if self._page is None or demo is not self._played:
            self._fresh()
            if demo is not None:
                self._play(demo.children[-1] if demo.kind == "compare" else demo)
                self._played = demo
                return True
        return False

    def _nothing_to_run(self) -> str:
        assert self.lesson is not None
        known = ", ".join(block.id for block in self.lesson.blocks if block.kind in RUNNABLE)
        if not known:
            return _("There is nothing to run on this page.")
        return _("There is nothing to run by that name on this page. There are: {known}.").format(known=known)

    def _block(self, block_id: str) -> Block | None:
        assert self.lesson is not None
        blocks = [block for block in self.lesson.blocks if block.kind in RUNNABLE]
        if block_id:
            return next((block for block in blocks if block.id == block_id), None)
        return next((block for block in blocks if block.id not in self._ran), blocks[0] if blocks else None)

    def _play(self, block: Block) -> list[Line]:
        assert self._page is not None
        lines: list[Line] = []
        for command in commands(block.lines):
            printed = self._page.run(command)
            lines.append(Line("input", self._filled(command.partition("\n")[0])))
            if printed.out:
                lines.append(Line("output", printed.out.rstrip("\n")))
            if printed.err:
                lines.append(Line("error", printed.err.strip("\n")))
        return lines

    def _filled(self, text: str) -> str:
        assert self.lesson is not None
        return substitute(text, _values(self._names(self.lesson)))

    def _names(self, lesson: Lesson) -> dict[str, str]:
        """The learner's names and numbers: those of the lab that the page's world is from."""
        if not lesson.front.world:
            return {}
        return lesson.lab(lesson.front.world).choose(self.seed_of(lesson.front.world))

    def _fresh(self) -> None:
        from tutor.practice import LabRun

        assert self.lesson is not None
        self.end_page()
        lab = self.lesson.lab(self.lesson.front.world)
        folder = self.course.folder / self.course.find(self.lesson.id).folder
        self._folder = tempfile.TemporaryDirectory(prefix="lambda-tutor-page-")
        self._page = LabRun(lab, folder, self.seed_of(lab.id), Path(self._folder.name))

    def end_page(self) -> None:
        """End the page's world; the next block that runs begins with a fresh one."""
        if self._page is not None:
            self._page.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._page, self._folder, self._played = None, None, None

    def close(self) -> None:
        """End the page's world."""
        self.end_page()
        self.lesson, self._ran = None, set()

    def view(self) -> LessonView | None:
        """What a skin shows of the lesson."""
        lesson = self.lesson
        if lesson is None:
            return None
        names, done = self._names(lesson), self.store.done("lesson", lesson.id)
        # Filling a page's placeholders costs more than most commands do, and hardly ever changes.
        key = (lesson.id, names, done)
        if self._shown is None or self._shown[0] != key:
            self._shown = key, _shown(lesson, names, done)
        return self._shown[1]


def _values(names: dict[str, str]) -> Values:
    """What placeholders of a page stand for. The account and the Region are the same in every world."""

    def value(name: str) -> str | None:
        if not name.startswith("arn:"):
            return names.get(name)
        return arn(name.removeprefix("arn:"))

    return value


def _shown(lesson: Lesson, names: dict[str, str], done: bool) -> LessonView:
    front = lesson.front
    return LessonView(
        id=lesson.id,
        title=lesson.title,
        minutes=front.minutes,
        reality=(front.reality.label, front.reality.why),
        objectives=tuple(objective.text for objective in front.objectives),
        blocks=tuple(fill(block, _values(names)) for block in lesson.blocks),
        done=done,
    )
