"""All panes of the course: made when their place is first visited, and told what to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from tutor.actions.registry import Line
from tutor.actions.view import View
from tutor.tui import arrange
from tutor.tui.widgets.lineview import LineView
from tutor.tui.widgets.outline import Outline
from tutor.tui.widgets.pane import Pane
from tutor.tui.widgets.reader import Guide, Reader

if TYPE_CHECKING:
    from tutor.tui.app import LambdaTutorApp
    from tutor.tui.widgets.console import Console
    from tutor.tui.widgets.editor import Editor
    from tutor.tui.widgets.proof import Proof
    from tutor.tui.widgets.quiz import Quiz
    from tutor.tui.widgets.tail import Tail
    from tutor.tui.widgets.tasks import Tasks
    from tutor.tui.widgets.timeline import Timeline


class Panes:
    """The panes by name. Those of the lab and the quiz are imported and made only when they are needed."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.reader = Reader()
        self.guide = Guide(self.reader)
        self.reader.when_built = self._guide_again
        self.tasks: Tasks | None = None
        self.console: Console | None = None
        self.editor: Editor | None = None
        self.log: Tail | None = None
        self.timeline: Timeline | None = None
        self.quiz: Quiz | None = None
        self.proof: Proof | None = None
        self._made: set[str] = set()

    def _guide_again(self) -> None:
        if self.guide.is_attached:
            self.guide.call_later(self.guide.rebuild)

    def missing(self, place: str) -> list[Pane]:
        """Make the panes of a place that are not made yet; the caller mounts them."""
        names = set(arrange.PANES[place]) - self._made
        if place in ("lesson", "outline"):
            names |= {"guide"} - self._made
        if place == "lab" and names:
            self._make_lab()
        if place == "quiz" and names:
            self._make_quiz()
        self._made |= names
        return [Pane(name, getattr(self, name)) for name in in_tab_order(names)]

    def _make_lab(self) -> None:
        from tutor.tui.widgets.console import Console
        from tutor.tui.widgets.editor import Editor
        from tutor.tui.widgets.tail import Tail
        from tutor.tui.widgets.tasks import Tasks
        from tutor.tui.widgets.timeline import Timeline

        self.tasks, self.console, self.editor = Tasks(), Console(), Editor()
        self.log, self.timeline = Tail(), Timeline()

    def _make_quiz(self) -> None:
        from tutor.tui.widgets.proof import Proof
        from tutor.tui.widgets.quiz import Quiz

        self.quiz, self.proof = Quiz(), Proof()

    def show(self, view: View, answered: tuple[Line, ...], checking: bool = False) -> None:
        """Show a view in every pane that is made.

        Args:
            view: the state.
            answered: what the last actions answered and no pane has shown.
            checking: nothing is known about the lab's tasks yet.
        """
        self.outline.show(view.outline, view.current, view.place)
        self.reader.show(view.lesson)
        lab, quiz = view.lab, view.quiz
        if lab is not None and self.tasks and self.console and self.editor and self.log and self.timeline:
            self.tasks.show(lab, checking)
            self.console.show(lab.id, lab.console, answered)
            self.editor.show(lab.id, lab.files)
            self.log.show(lab.log)
            self.timeline.show(lab.timeline)
        if quiz is not None and self.quiz and self.proof:
            self.quiz.show(quiz)
            self.proof.show(quiz)

    def introduce(self, view: View, tasks_in_view: bool) -> None:
        """Where the tasks are not in view, the empty console says what the lab is about."""
        if self.console and view.lab is not None:
            self.console.introduce("" if tasks_in_view else view.lab.intro)

    def focus_target(self, name: str) -> Widget | None:
        """What gets the focus when a pane is gone to; None when it is not made."""
        if name not in self._made:
            return None
        if name == "console" and self.console:
            return self.console.line
        if name == "editor" and self.editor:
            return self.editor.area if self.editor.files else self.editor.tabs
        if name == "quiz" and self.quiz:
            return self.quiz.front()
        widget: Widget = getattr(self, name)
        return widget

    # What panes do by themselves ------------------------------------------------------------------

    def run_block(self) -> None:
        """Run the block of the lesson that the cursor is on."""
        self.reader.action_choose()

    def lesson_from_start(self) -> None:
        """Show the lesson from its beginning."""
        self.reader.action_edge(-1)

    def answer(self) -> None:
        """Answer the question with what is chosen."""
        if self.quiz:
            self.quiz.paper.action_choose()

    def block_ran(self, lines: tuple[Line, ...]) -> None:
        """A block of the lesson answered."""
        self.reader.answer(lines)

    def file_saved(self, args: dict[str, str], refused: bool) -> None:
        """A file was saved, or could not be."""
        if self.editor and refused:
            self.editor.refused(args.get("name", ""))
        elif self.editor:
            self.editor.saved(args.get("name", ""), args.get("text", ""))

    def unsaved_files(self) -> list[tuple[str, str]]:
        """What was typed in the editor and not handed over yet."""
        return self.editor.unsaved() if self.editor else []

    def begin_line(self, text: str) -> None:
        """Go to the console at once, before the next key comes, and type a text there."""
        if self.console:
            self.console.screen.set_focus(self.console.line)
            self.console.line.insert_text_at_cursor(text)

    def leave_field(self) -> None:
        """Give the focus of a text field to what stands beside it."""
        if self.console and self.console.line.has_focus:
            self.console.transcript.focus()
        elif self.editor and self.editor.area.has_focus:
            self.editor.tabs.focus()
        elif self.quiz and self.quiz.answer_line.has_focus:
            self.quiz.paper.focus()

    def cancelled(self) -> None:
        """What waited was dropped: no block of the lesson runs."""
        if self.reader.running:
            self.reader.answer(())

    def open_file(self, name: str) -> None:
        """Show a file in the editor."""
        if self.editor:
            self.editor.open(name)

    def begin_file(self, name: str) -> bool:
        """Show a file in the editor, a new one if there is none of that name; whether it is new."""
        return self.editor is not None and self.editor.begin(name)

    def expect_file(self, name: str) -> None:
        """Show a file in the editor as soon as the core has it."""
        if self.editor:
            self.editor.expected = name

    @property
    def current_file(self) -> str:
        """The file that is open in the editor, or ""."""
        return self.editor.current if self.editor else ""

    def completed(self, line: str, found: tuple[str, ...]) -> None:
        """The core completed a line of the console."""
        if self.console:
            self.console.completed(line, found)

    def say(self, *lines: Line) -> None:
        """Add lines to the console."""
        if self.console:
            self.console.say(*lines)

    def chosen(self, app: LambdaTutorApp, view: LineView, target: str) -> None:
        """A row was chosen.

        Args:
            app: does what it means.
            view: the pane.
            target: what the row belongs to.
        """
        kind, _colon, name = target.partition(":")
        if view is self.outline:
            app.open_entry(kind, name)
        elif view is self.reader:
            self._block_chosen(app, target, kind, name)
        elif view is self.timeline:
            app.perform("lab.command", line=f"explain {target}")

    def _block_chosen(self, app: LambdaTutorApp, target: str, kind: str, name: str) -> None:
        if kind == "lab":
            app.open_entry("lab", name)
        elif kind == "quiz":
            app.perform("go.quiz")
        elif kind == "predict":
            self.reader.guess(target)
        elif not self.reader.running:
            self.reader.begin(target)
            app.perform("lesson.run", block=name)


def in_tab_order(names: set[str]) -> list[str]:
    """Pane names in the order in which tab goes through them."""
    order = ("outline", "reader", "guide", "tasks", "console", "editor", "log", "timeline", "quiz", "proof")
    return [name for name in order if name in names]
