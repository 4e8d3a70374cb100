"""The reader: a lesson, with blocks that run where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from tutor.actions.registry import Line
from tutor.actions.view import LessonView
from tutor.tui import keys, words
from tutor.tui.widgets.blocks import Renderer, name_of, options_of, target_of
from tutor.tui.widgets.lineview import LineView, ListView
from tutor.tui.widgets.styled import BLANK, Piece, Row, row, wrap

WIDEST = 96
"""Columns of text at most: longer lines are hard to read."""


class Reader(LineView):
    """Shows a `LessonView`. Tab moves from block to block that runs, enter runs it; the rest scrolls."""

    DEFAULT_CSS = "Reader { padding: 0 1 0 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", show=False),
        Binding("tab", "runnable(1)", show=False),
        Binding("shift+tab", "runnable(-1)", show=False),
        Binding("space", "page(1)", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="reader")
        self.lesson: LessonView | None = None
        self.outputs: dict[str, tuple[Line, ...]] = {}
        self.guesses: dict[str, str] = {}
        self.running = ""
        self.when_built: Callable[[], object] | None = None
        """Called when the rows are new, so that headings may have moved."""
        self.headings: list[tuple[int, str, int]] = []
        """Level, words and row number of each heading."""
        self.titles: dict[str, str] = {}
        """What each block that runs is called, by target."""

    def show(self, lesson: LessonView | None) -> None:
        """Show a lesson from its beginning, or the same one again where it was."""
        if lesson == self.lesson:
            return
        another = lesson is None or self.lesson is None or lesson.id != self.lesson.id
        self.lesson = lesson
        if another:
            self.outputs.clear()
            self.guesses.clear()
            self.cursor = self.running = ""
            self.scroll_to(y=0, animate=False)
        self.rebuild()

    def begin(self, target: str) -> None:
        """A block starts to run."""
        self.running = target
        self.rebuild()

    def answer(self, lines: tuple[Line, ...]) -> None:
        """The block that runs answered; what it said is shown beneath it."""
        target, self.running = self.running, ""
        if lines and lines[0].kind == "title" and self.titles.get(target, "").endswith(lines[0].text):
            # The block's head says it already.
            lines = lines[1:]
        if target:
            self.outputs[target] = lines
        self.rebuild()
        if target and (place := self.place_of(target)) is not None:
            height = self.scrollable_content_region.height
            if place[1] >= self.scroll_offset.y + height:
                self.scroll_to(y=min(place[0], place[1]), animate=False)

    def block_id(self, target: str) -> str:
        """The block id that a target stands for: "demo:retry" is block "retry"."""
        return target.partition(":")[2]

    def build(self, width: int) -> list[Row]:
        """The heading, the objectives, the blocks, and how to go on."""
        lesson = self.lesson
        if lesson is None:
            return [row(Piece(words.NO_LESSON, "muted"))]
        room = self.fill_width = min(width, WIDEST)
        rows = [BLANK, *self._head(lesson, room), BLANK]
        renderer = Renderer(room, self.outputs, self.running, self.guesses)
        body = renderer.render(lesson.blocks)
        self.titles = {target_of(b, n): name_of(b) for n, b in enumerate(lesson.blocks) if name_of(b)}
        self.headings = [(level, text, at + len(rows)) for level, text, at in renderer.headings]
        rows += body
        # Called while painting, where a message would count as the screen's own and not come up to the app.
        if self.when_built is not None:
            self.when_built()
        end = words.END_OF_LESSON.format(key=keys.key_of("go.next"))
        return [*rows, BLANK, row(Piece("─" * min(room, len(end)), "line")), row(Piece(end, "muted")), BLANK]

    def _head(self, lesson: LessonView, room: int) -> list[Row]:
        rows = wrap((Piece(f"{lesson.id}  ", "muted"), Piece(lesson.title, "heading")), room)
        label, why = lesson.reality
        about = [Piece(words.MINUTES.format(n=lesson.minutes), "muted")]
        if lesson.done:
            about += [Piece("  "), Piece(words.LESSON_DONE, "pass")]
        about += [
            Piece("   "),
            Piece(words.REALITY.get(label, label.upper()), "accent"),
            Piece(f"  {why}", "muted"),
        ]
        rows += wrap(about, room)
        if lesson.objectives:
            rows += [BLANK, row(Piece(words.OBJECTIVES, "strong"))]
            for objective in lesson.objectives:
                rows += wrap((Piece(objective),), room, first=(Piece("• ", "accent"),))
        return rows

    @property
    def runnable(self) -> list[str]:
        """The targets of this lesson, from top to bottom."""
        return self.targets

    def in_view(self) -> list[str]:
        """The targets whose first row is on the screen."""
        top = self.scroll_offset.y
        bottom = top + self.scrollable_content_region.height
        return list(dict.fromkeys(r.target for r in self.rows[top:bottom] if r.target))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """The cursor follows what is read: it goes to the first block in view that runs.

        Where it is stays as long as it is in view, but not when only a part of it is and all of another.
        """
        super().watch_scroll_y(old_value, new_value)
        visible = self.in_view()
        whole = [target for target in visible if self._is_whole(target)]
        if self.cursor in whole or (self.cursor in visible and not whole):
            return
        if better := whole or visible:
            self.move_cursor(better[0], reveal=False)

    def _is_whole(self, target: str) -> bool:
        first, last = self.place_of(target) or (-1, -1)
        top = self.scroll_offset.y
        return top <= first and last < top + self.scrollable_content_region.height

    def cursor_fill(self, line: Row) -> str:
        """Of the block that enter would run only the head is marked: the rest is read."""
        return super().cursor_fill(line) if line.fill == "head" else line.fill

    def action_runnable(self, by: int) -> None:
        """Go to the next block that runs; after the last, to the next pane."""
        targets = self.targets
        if self.cursor in targets:
            at = targets.index(self.cursor) + by
        else:
            at = 0 if by > 0 else len(targets) - 1
        if 0 <= at < len(targets):
            self.move_cursor(targets[at])
        elif by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def action_edge(self, end: int) -> None:
        """Scroll to the beginning or to the end; from the beginning tab goes to the first block again."""
        if end < 0:
            self.move_cursor("", reveal=False)
        super().action_edge(end)

    def current(self) -> str:
        """The target that enter would run: under the cursor, else the first in view, else the first."""
        if self.cursor:
            return self.cursor
        visible = self.in_view() or self.targets
        return visible[0] if visible else ""

    def action_choose(self) -> None:
        """Run the block."""
        if target := self.current():
            self.move_cursor(target, reveal=False)
            self.post_message(self.Chosen(self, target))

    def on_click(self, event: events.Click) -> None:
        """A click on a block's head runs it; elsewhere in the block it only moves the cursor."""
        event.prevent_default()
        index = event.y + self.scroll_offset.y - self.gutter.top
        if 0 <= index < len(self.rows) and (target := self.rows[index].target):
            head = self.place_of(target)
            self.move_cursor(target, reveal=False)
            if head is not None and head[0] == index:
                self.post_message(self.Chosen(self, target))

    def guess(self, target: str) -> None:
        """Mark the next option of a predict block as what the reader expects."""
        blocks = self.lesson.blocks if self.lesson is not None else ()
        for index, block in enumerate(blocks):
            if (
                block.kind == "predict"
                and target_of(block, index) == target
                and (options := options_of(block))
            ):
                at = options.index(self.guesses[target]) + 1 if target in self.guesses else 0
                self.guesses[target] = options[at % len(options)]
                self.rebuild()
                self.reveal(target)


class Guide(ListView):
    """The third pane of a wide terminal: the headings of the lesson and the blocks that run, to jump to."""

    DEFAULT_CSS = "Guide { padding: 1 1 0 2; }"

    def __init__(self, reader: Reader) -> None:
        super().__init__(id="guide")
        self.reader = reader

    def build(self, width: int) -> list[Row]:
        """Headings, with the blocks that run beneath them."""
        rows: list[Row] = []
        entries = [(at, Piece(text, "strong"), max(0, level - 2)) for level, text, at in self.reader.headings]
        for target in self.reader.targets:
            place = self.reader.place_of(target)
            title = self.reader.titles.get(target, "")
            if place is not None and title:
                entries.append((place[0], Piece(f"▶ {title}", "muted"), 1))
        for at, piece, depth in sorted(entries, key=lambda entry: entry[0]):
            if depth == 0 and rows:
                rows.append(BLANK)
            rows += wrap((piece,), width, first=(Piece("  " * depth),), target=f"row:{at}")
        return rows

    def on_line_view_chosen(self, event: LineView.Chosen) -> None:
        """Scroll the reader to what was chosen."""
        event.stop()
        self.reader.scroll_to(y=int(event.target.partition(":")[2]) - 1, animate=False)
