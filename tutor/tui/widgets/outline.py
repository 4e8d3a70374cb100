"""The outline: modules, lessons, labs and quizzes, with how far each is."""

from __future__ import annotations

from rich.cells import cell_len

from tutor.actions.view import Entry
from tutor.tui import words
from tutor.tui.widgets.lineview import ListView
from tutor.tui.widgets.styled import BLANK, Piece, Row, wrap


class Outline(ListView):
    """Shows the entries as a tree; enter or a click opens one."""

    DEFAULT_CSS = "Outline { padding: 0 0 0 1; }"

    def __init__(self) -> None:
        super().__init__(id="outline")
        self._entries: tuple[Entry, ...] = ()
        self._current = ""

    def show(self, entries: tuple[Entry, ...], current: str, place: str) -> None:
        """Show the entries; the one that is open gets the cursor when it changes.

        Args:
            entries: the outline.
            current: the id of the entry that is open.
            place: tells the lesson from the quiz of the same id.
        """
        ids = [f"{e.kind}:{e.id}" for e in entries if e.id == current and e.kind != "module"]
        here = next((target for target in ids if target.startswith(place)), ids[0] if ids else "")
        moved = here != self._current
        if entries != self._entries or moved:
            self._entries, self._current = entries, here
            if moved:
                self.cursor = here
            self.rebuild()
            if moved:
                self.call_after_refresh(self.reveal, self.cursor)

    def build(self, width: int) -> list[Row]:
        """A row for each entry."""
        rows: list[Row] = []
        for entry in self._entries:
            if entry.kind == "module":
                if rows:
                    rows.append(BLANK)
                rows += wrap((Piece(entry.title, "heading"),), width)
                continue
            symbol, tone = words.MARKS.get(entry.mark, ("·", "muted"))
            target = f"{entry.kind}:{entry.id}"
            here = "here" if target == self._current else ""
            indent = "  " * max(0, entry.depth - 1)
            title = [Piece(entry.title, "strong" if here else "")]
            kind = words.KINDS.get(entry.kind, entry.kind)
            after = "  " + kind if entry.kind != "lesson" else ""
            minutes = f"  {words.MINUTES.format(n=entry.minutes)}" if entry.minutes else ""
            title.append(Piece(after, "muted"))
            minutes += f"  {words.BEST.format(best=entry.best)}" if entry.best else ""
            if word := words.MARK_WORDS.get(entry.mark, ""):
                minutes += f" · {word}" if minutes else f"  {word}"
            if len(indent) + 2 + cell_len(entry.title + after + minutes) <= width:
                title.append(Piece(minutes, "muted"))
            first = (Piece(indent), Piece(f"{symbol} ", tone))
            rows += wrap(title, width, first=first, fill=here, target=target)
        return rows
