"""The app: bars, a board of panes, and the engine that performs what the person does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult, SystemCommand
from textual.command import CommandPalette
from textual.geometry import Size
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from tutor.actions.registry import BY_ID, Action, Line
from tutor.actions.view import View
from tutor.tui import arrange, keys, themes, words
from tutor.tui.answers import READ, as_text, besides
from tutor.tui.asking import Asking
from tutor.tui.engine import RESUME, Engine, Frame
from tutor.tui.palette import TutorCommands
from tutor.tui.panes import Panes
from tutor.tui.screens.info import InfoScreen
from tutor.tui.screens.small import SmallScreen
from tutor.tui.widgets.clockbar import ClockBar
from tutor.tui.widgets.frame_bars import KeyBar, TabBar, TitleBar
from tutor.tui.widgets.lineview import LineView
from tutor.tui.widgets.notice import Notice
from tutor.tui.widgets.pane import Board
from tutor.tui.widgets.tasks import TaskStrip, unexamined

BUILTIN_THEME = "textual-dark"
WORKING_AFTER = 0.15
"""Seconds of real time after which the title bar says what is being done."""


@dataclass
class FrameArrived(Message):
    """The engine's thread has a frame."""

    frame: Frame


class LambdaTutorApp(Asking, inherit_bindings=False):
    """The terminal skin.

    Args:
        engine: started, and opened.
        view: the first view.
        available: the actions that make sense at first.
        folder: where crash reports go.
    """

    TITLE = words.NAME
    CSS = """
    Screen { layout: vertical; background: $background; }
    """
    BINDINGS = keys.bindings()  # type: ignore[assignment]
    COMMANDS: ClassVar = {*App.COMMANDS, TutorCommands}
    ENABLE_COMMAND_PALETTE = True
    AUTO_FOCUS = None

    def __init__(self, engine: Engine, view: View, available: tuple[Action, ...], folder: Path) -> None:
        # Told so, Textual leaves all colour out instead of turning it into greys.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        for theme in themes.OURS:
            self.register_theme(theme)
        # From Textual's own, so that setting ours is a change and its variables are read anew.
        self.set_reactive(App.theme, BUILTIN_THEME)
        wanted = themes.wanted(self.no_color)
        self.theme = wanted if wanted in self.available_themes else themes.DARK.name
        self.engine = engine
        self.view = view
        self.available = available
        self.folder = folder
        self.panes = Panes()
        self.board = Board()
        self.titlebar, self.tabbar = TitleBar(), TabBar()
        self.strip, self.clockbar, self.keybar = TaskStrip(), ClockBar(), KeyBar()
        self.warning, self.notice = Notice("warning", most=5), Notice("notice")
        self._examined = ""
        """The lab whose tasks were looked at."""
        self._frames: list[Frame] = []
        self._painting = False
        self._working: Timer | None = None
        self._last_focus: dict[str, Widget] = {}
        self._doers: dict[str, Callable[[], None]] = self._own_ways()

    # Start ----------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Bars around the board; the board has the panes of the first place only."""
        self.board.first_panes = self.panes.missing(self.view.place)
        yield self.titlebar
        yield self.warning
        yield self.tabbar
        yield self.board
        yield self.strip
        yield self.clockbar
        yield self.notice
        yield self.keybar

    def on_mount(self) -> None:
        """Show the first view."""
        self.engine.listen(self._hear)
        self._show(self.view, ())
        self._focus_main()
        self.catch_signals()
        self.call_after_refresh(self.engine.submit, RESUME)

    def _hear(self, frame: Frame) -> None:
        """Called in the engine's thread: a message is all that crosses over."""
        self.post_message(FrameArrived(frame))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands only the choice of a theme: the rest is in the registry."""
        for command in super().get_system_commands(screen):
            if command.callback == self.action_change_theme:
                yield command

    # Frames ---------------------------------------------------------------------------------------

    def on_frame_arrived(self, message: FrameArrived) -> None:
        """Keep a frame; all that came are painted at once."""
        self._frames.append(message.frame)
        if not self._painting:
            self._painting = True
            self.call_later(self._paint)

    async def _paint(self) -> None:
        frames, self._frames, self._painting = self._frames, [], False
        answered: list[Line] = []
        latest: Frame | None = None
        arrived = False
        for frame in frames:
            if frame.kind == "completed":
                self.panes.completed(frame.args["line"], frame.words)
                continue
            self._work(frame)
            if frame.kind == "crash":
                self.crash(frame)
                return
            if frame.quit or (frame.kind == "done" and frame.action == "app.quit"):
                self.exit(0)
                return
            if frame.view is not None:
                latest = frame
                self._note_examined(frame, frame.view)
                answered += self._answer(frame)
                going = frame.kind == "done" and frame.action.startswith("go.") and frame.action != RESUME
                arrived = arrived or going
        if latest is None or latest.view is None:
            return
        self.available = latest.available
        arrived = arrived or latest.view.place != self.view.place
        self.view = latest.view
        if missing := self.panes.missing(self.view.place):
            await self.board.mount(*missing)
        if arrived:
            self.board.forget()
        self._show(self.view, tuple(answered))
        if arrived:
            self._focus_main()

    def _note_examined(self, frame: Frame, view: View) -> None:
        """Remember whether the tasks were looked at: checks that were cut short do not count."""
        if frame.kind == "done" and frame.action == "lab.reset" and frame.args:
            self._examined = ""
        elif frame.kind == "examined" and not frame.waiting and view.lab is not None:
            self._examined = view.lab.id

    def _answer(self, frame: Frame) -> tuple[Line, ...]:
        """Put what an action answered where it belongs, and give back what is for the console."""
        broken = any(line.kind == "error" for line in frame.lines)
        if frame.kind == "done" and frame.action == "lab.save_file":
            self.panes.file_saved(frame.args, broken)
        if frame.kind == "done" and frame.action in ("lab.new_file", "lab.rename_file") and not broken:
            self.panes.expect_file(frame.args.get("to", frame.args["name"]))
            self.call_later(self.action_show_pane, "editor")
        if frame.kind == "done" and frame.action == "lesson.run":
            self.panes.block_ran(frame.lines)
        shown = besides(frame, self.board.visible_panes)
        asked = frame.action in READ or broken
        if shown.window:
            self._window(frame, shown.window)
        elif shown.notice and asked and not self.notice.fits(as_text(shown.notice)):
            self._window(frame, shown.notice)
        elif shown.notice:
            self.notify(as_text(shown.notice), severity="error" if broken else "information", timeout=6)
        elif frame.kind == "done" and frame.action.startswith("quiz."):
            self.notice.say("")  # what it said of the answer before is true no more
        return shown.console

    def _window(self, frame: Frame, lines: tuple[Line, ...]) -> None:
        """Show lines in a window, unless one is open: the console has them anyway."""
        if len(self.screen_stack) == 1:
            title = frame.args.get("line", "") or BY_ID[frame.action].title
            self.push_screen(InfoScreen(title, lines))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say something for some seconds, in a line of its own: it covers nothing."""
        self.notice.say(message, "error" if severity == "error" else "", timeout or 5)

    def _work(self, frame: Frame) -> None:
        """Say in the title bar what is being done, if it takes long enough to notice."""
        if self._working is not None:
            self._working.stop()
            self._working = None
        title = BY_ID[frame.action].title if frame.action in BY_ID else words.OPENING
        if frame.kind == "started":
            self._working = self.set_timer(WORKING_AFTER, lambda: self.titlebar.work(title))
        else:
            self.titlebar.work("")

    def _show(self, view: View, answered: tuple[Line, ...]) -> None:
        """Show a view everywhere."""
        self.titlebar.show(view.title, _opened(view), view.saved, view.level)
        self.board.enter(view.place, self._board_size())
        self.warning.say(words.WARNING.format(what=view.saved) if view.saved else "", "error")
        lab = view.lab
        checking = lab is not None and lab.id != self._examined and unexamined(lab.tasks)
        self.panes.show(view, answered, checking)
        if lab is not None:
            self.clockbar.show(lab.clock, lab.next)
            self.strip.show(lab, checking)
        self._show_bars()

    def _board_size(self) -> Size:
        """The size that the board will have, before it has one."""
        return self.board.size or Size(self.size.width, self.size.height - 3)

    def _show_bars(self) -> None:
        cells, place = self.board.cells, self.view.place
        visible = self.board.visible_panes
        narrow = len(cells) == 1 and len(cells[0].panes) > 1
        self.tabbar.display = narrow
        if narrow:
            self.tabbar.show(list(enumerate(cells[0].panes, 1)), visible[0])
        self.clockbar.display = place == "lab"
        self.strip.display = place == "lab" and "tasks" not in visible
        self.panes.introduce(self.view, "tasks" in visible)
        self._show_keys()

    def on_board_rearranged(self) -> None:
        """Other panes are in front: the bars say which."""
        self._show_bars()

    # Focus ----------------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        """The keys that work depend on whether a text field has the focus."""
        self._show_keys()

    def on_descendant_blur(self) -> None:
        """The same when it loses the focus."""
        self._show_keys()

    def _show_keys(self) -> None:
        # Of the board, even while a window is open: nothing says so when the window gives the focus back.
        focused = self.base_screen.focused
        on_line = focused is not None and focused.id == "console-line"
        quiz = self.view.quiz
        self.keybar.show(
            self.available,
            _is_field(focused),
            ("question_mark",) if on_line else (),
            answered=quiz is not None and quiz.answered and quiz.number < quiz.total,
        )

    def _focus_main(self) -> None:
        self._focus(arrange.MAIN.get(self.view.place, ""))

    def _focus(self, pane: str) -> None:
        target = self.panes.focus_target(pane)
        if target is not None:
            self.call_after_refresh(self.base_screen.set_focus, target)

    @property
    def base_screen(self) -> Screen[object]:
        """The screen with the board, under whatever windows are open."""
        return self.screen_stack[0]

    # What keys and clicks do ----------------------------------------------------------------------

    def _own_ways(self) -> dict[str, Callable[[], None]]:
        """Actions that a pane does better than a question: it has the field, the list or the text for it."""
        return {
            "lab.command": partial(self.action_show_pane, "console"),
            "lab.save_file": partial(self.action_show_pane, "editor"),
            "lab.timeline": partial(self.action_show_pane, "timeline"),
            "lab.logs": partial(self.action_show_pane, "log"),
            "lab.tasks": partial(self.action_show_pane, "tasks"),
            "lab.solution": self.solution,
            "lab.rename_file": partial(self.with_file, "lab.rename_file"),
            "lab.delete_file": partial(self.with_file, "lab.delete_file"),
            "lab.restore_file": partial(self.with_file, "lab.restore_file"),
            "go.next": self._go_on,
            "lesson.run": self.panes.run_block,
            "lesson.show": self.panes.lesson_from_start,
            "quiz.answer": self.panes.answer,
            "app.help": self._help,
            "app.quit": self.leave,
        }

    def action_key(self, key: str) -> None:
        """A key of the registry: do what it means here."""
        action = keys.for_key(key, self.available, self.view.place)
        if action is not None:
            self.action_do(action.id)
        elif key == "a" and self.view.place == "lab" and len(self.screen_stack) == 1:
            # The beginning of "aws ...", typed beside the console: the letters after it are commands' keys.
            self.action_show_pane("console")
            self.panes.begin_line(key)

    def action_do(self, action_id: str) -> None:
        """Do an action: in its pane's own way, after a question, or at once."""
        if len(self.screen_stack) > 1 and action_id != "app.quit" and not self._closes_itself():
            return
        if action_id in self._doers:
            self._doers[action_id]()
            return
        self.action_with(action_id, {})
        if action_id == "quiz.proof" and "proof" not in self.board.visible_panes:
            self.action_show_pane("proof")

    def _closes_itself(self) -> bool:
        """Whether the window on top is the palette, which is closing when it runs a command."""
        return isinstance(self.screen_stack[-1], CommandPalette)

    def _go_on(self) -> None:
        """Next: in a quiz that is not finished the next question, else what comes next in the course."""
        quiz = self.view.quiz
        more = self.view.place == "quiz" and quiz is not None and not quiz.finished
        another = more and quiz is not None and quiz.number < quiz.total
        self.perform("quiz.next" if another else "go.next")

    def _help(self) -> None:
        from tutor.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.available))

    def perform(self, action_id: str, /, **args: str) -> None:
        """Hand an action to the engine, after what was typed in the editor."""
        if action_id != "lab.save_file":
            for name, text in self.panes.unsaved_files():
                self.engine.submit("lab.save_file", name=name, text=text)
        self.engine.submit(action_id, **args)

    def open_entry(self, kind: str, entry: str) -> None:
        """Open a lesson, a lab or a quiz of the outline."""
        self.perform(f"go.{kind}", ref=entry.removeprefix(f"{kind}:"))

    def action_show_pane(self, name: str) -> None:
        """Bring a pane to the front, and focus it."""
        if self.board.bring(name):
            self._show_bars()
            self._focus(name)

    def action_pane_number(self, number: int) -> None:
        """Bring a pane to the front by its number."""
        panes = arrange.PANES[self.view.place]
        if number <= len(panes):
            self.action_show_pane(panes[number - 1])

    def action_open_file(self, name: str) -> None:
        """Show a file in the editor."""
        self.panes.open_file(name)

    def action_leave_field(self) -> None:
        """Leave a text field, so that letters are commands again; a click on its name in the key bar."""
        self.panes.leave_field()

    def on_line_view_chosen(self, message: LineView.Chosen) -> None:
        """A row was chosen in a pane that leaves the meaning to the app."""
        self.panes.chosen(self, message.view, message.target)

    # Size -----------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Cover everything while the terminal is too small."""
        covered = any(isinstance(screen, SmallScreen) for screen in self.screen_stack)
        if arrange.is_small(event.size) and not covered:
            self.push_screen(SmallScreen(self.view.saved))
        elif not arrange.is_small(event.size) and isinstance(self.screen, SmallScreen):
            self.pop_screen()

    def action_command_palette(self) -> None:
        """Show the palette where there is room for it, and no question waits."""
        if len(self.screen_stack) == 1:
            super().action_command_palette()


def _is_field(widget: Widget | None) -> bool:
    return isinstance(widget, Input) or (widget is not None and widget.id == "code")


def _opened(view: View) -> str:
    if view.place == "lesson" and view.lesson is not None:
        return f"{view.lesson.id} {view.lesson.title}"
    if view.place == "lab" and view.lab is not None:
        return view.lab.title
    if view.place == "quiz" and view.quiz is not None:
        titles = {entry.id: entry.title for entry in view.outline if entry.kind == "lesson"}
        return f"{words.PANES['quiz']} · {titles.get(view.quiz.lesson, view.quiz.lesson)}"
    return words.PANES["outline"]
