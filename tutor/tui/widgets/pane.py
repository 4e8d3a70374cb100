"""The frame around a pane, and the board that holds all of them."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.css.query import NoMatches
from textual.geometry import Region, Size
from textual.layout import Layout
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from tutor.tui import arrange, words


class Pane(Widget):
    """A frame with a title, around one pane. The title names the panes that share its place, as tabs.

    Args:
        name: the pane's name, a key of `words.PANES`.
        content: the widget inside.
    """

    DEFAULT_CSS = """
    Pane {
        border: round $border; background: $surface; padding: 0; layout: vertical;
        border-title-color: $text-muted; border-subtitle-color: $text-muted;
        &:focus-within { border: round $accent; border-title-color: $accent; }
        &.-bare { border: none; }
        &:nocolor:focus-within { border: heavy $foreground; }
        &.-bare:nocolor:focus-within { border: none; }
        & > * { height: 1fr; }
    }
    """

    def __init__(self, name: str, content: Widget) -> None:
        super().__init__(name=name, id=f"pane-{name}")
        self.content_widget = content

    def compose(self) -> ComposeResult:
        """The one child."""
        yield self.content_widget

    def entitle(self, tabs: list[tuple[int, str]], front: str) -> None:
        """Write the tabs into the frame.

        Args:
            tabs: number key and name of each pane in this cell.
            front: the one that is seen.
        """
        parts: list[Content] = []
        for number, name in tabs:
            label = f"{number} {words.PANES[name]}" if number else words.PANES[name]
            style = Style(bold=True) if name == front and len(tabs) > 1 else Style()
            if name != front:
                style = Style(dim=True)
            parts.append(
                Content.styled(label, style + Style.from_meta({"@click": f"app.show_pane('{name}')"}))
            )
        self.border_title = Content("  │  ").join(parts)


class Board(Widget):
    """All panes of the course, each mounted when its place is first visited, arranged by `arrange.plan`."""

    DEFAULT_CSS = "Board { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = []

    class Rearranged(Message):
        """Other panes are in front, or somewhere else."""

    def __init__(self) -> None:
        super().__init__(id="board")
        self.cells: tuple[arrange.Cell, ...] = ()
        self.first_panes: list[Pane] = []
        self.place = ""
        self._cells_layout = arrange.CellLayout(self._regions)
        self._wanted: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The panes of the first place; others are mounted when they are visited."""
        yield from self.first_panes

    @property
    def layout(self) -> Layout:
        """Where panes go is decided by the size, not by CSS."""
        return self._cells_layout

    def pane(self, name: str) -> Pane | None:
        """A pane by name, if it is mounted."""
        try:
            return self.query_one(f"#pane-{name}", Pane)
        except NoMatches:
            return None

    @property
    def visible_panes(self) -> list[str]:
        """The panes in front of their cells, in order."""
        return [self._front_of(cell) for cell in self.cells]

    def _front_of(self, cell: arrange.Cell) -> str:
        wanted = [name for name in self._wanted if name in cell.panes]
        main = arrange.MAIN.get(self.place, "")
        return wanted[-1] if wanted else (main if main in cell.panes else cell.panes[0])

    def _regions(self, size: Size) -> dict[str, Region]:
        """Where the panes in front go, for a size."""
        cells = arrange.plan(self.place, size) if self.place else ()
        return {self._front_of(cell): cell.region for cell in cells}

    def enter(self, place: str, size: Size | None = None) -> None:
        """Show the panes of a place.

        Args:
            place: outline, lesson, lab or quiz.
            size: the size to arrange them for, when the board has none yet.
        """
        if place != self.place:
            self.place = place
            self._wanted.clear()
        self.rearrange(size)

    def forget(self) -> None:
        """Bring each cell's own pane to the front at the next arrangement."""
        self._wanted.clear()

    def bring(self, name: str) -> bool:
        """Bring a pane to the front of its cell; False when this place has no such pane."""
        if arrange.cell_of(name, self.cells) is None:
            return False
        self._wanted.pop(name, None)
        self._wanted[name] = name
        self.rearrange()
        return True

    def rearrange(self, size: Size | None = None) -> None:
        """Work out the cells for the size, and show what is in front."""
        size = size or self.size
        if not self.place or not size.width or not size.height:
            return
        self.cells = arrange.plan(self.place, size)
        bare = len(self.cells) == 1 and size.width < arrange.TWO_PANES
        numbers = {name: index for index, name in enumerate(arrange.PANES[self.place], 1)}
        shown: dict[str, arrange.Cell] = {self._front_of(cell): cell for cell in self.cells}
        for child in self.children:
            if isinstance(child, Pane):
                name = child.name or ""
                child.display = name in shown
                child.set_class(bare, "-bare")
                if name in shown:
                    child.entitle([(numbers.get(n, 0), n) for n in shown[name].panes], name)
        self.refresh(layout=True)

    def on_resize(self, event: events.Resize) -> None:
        """Another size may mean other cells."""
        self.rearrange(event.size)
        self.post_message(self.Rearranged())
