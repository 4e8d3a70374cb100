"""Proving a lesson's page: every line that a reader can run does what the page makes of it."""

from __future__ import annotations

from contextlib import ExitStack

from tutor.authoring import widths
from tutor.authoring.findings import Findings
from tutor.authoring.links import check_page_links
from tutor.authoring.places import Files
from tutor.authoring.scripts import opened, play, read_lines
from tutor.course import Course, Lab, Lesson
from tutor.course.directives import Directive, Part, split_page
from tutor.course.lesson import read_front
from tutor.course.problems import Problems
from tutor.practice import LabRun
from tutor.practice.build import StepError

SEED = 1
"""The learner whose names the lines are tried with."""

RUN = ("demo", "try", "compare")


def check_page(course: Course, lesson: Lesson, files: Files, found: Findings) -> None:
    """Check a lesson's page: links, widths, and each line of its demos, try blocks and comparisons.

    Args:
        course: the course, whose other lessons the page may name.
        lesson: the lesson.
        files: its files.
        found: where to note what is wrong.
    """
    check_page_links(course, lesson, files, found)
    widths.check_page(lesson, files, found)
    if lesson.front.world:
        player = _Player(lesson.lab(lesson.front.world), files, found)
        try:
            player.play(_directives(files))
        except StepError:
            # The lab's own check says which of its steps does not work.
            world = f"the world of the lab `{lesson.front.world}`, which cannot be built"
            found.error(player.file, 0, world, "a world for its console lines")


def _directives(files: Files) -> list[Directive]:
    # The page was accepted already: what is noted here was noted then.
    source, quiet = files.source(files.page), Problems()
    matter = read_front(source, quiet)
    return split_page(source, matter.body, quiet) if matter else []


class _Player:
    """Plays a page from top to bottom: a demo and a side of a comparison begin afresh, a try goes on."""

    def __init__(self, lab: Lab, files: Files, found: Findings) -> None:
        self.lab = lab
        self.files = files
        self.found = found
        self.file = files.label(files.page)

    def play(self, directives: list[Directive]) -> None:
        with ExitStack() as worlds:
            run: LabRun | None = None
            for directive in directives:
                if directive.name not in RUN:
                    continue
                for side in directive.parts[1:] if directive.name == "compare" else directive.parts[:1]:
                    if run is None or directive.name != "try":
                        worlds.close()
                        run = worlds.enter_context(opened(self.lab, self.files.folder, SEED))
                    self._lines(run, side)

    def _lines(self, run: LabRun, side: Part) -> None:
        lines = read_lines(side.lines, side.first_line)
        for line in play(run, lines, self.file, self.found):
            widths.check_console(line.text, self.lab, self.file, line.number, self.found)
