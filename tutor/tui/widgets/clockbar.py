"""The clock bar: what time it is in the pretend AWS, what happens next and in how long, and how to skip."""

from __future__ import annotations

from rich.cells import cell_len

from tutor.actions.view import NextEvent
from tutor.tui import keys, words
from tutor.tui.widgets.bars import Bar
from tutor.tui.widgets.styled import Piece, cut


class ClockBar(Bar):
    """Always in view in a lab."""

    def __init__(self) -> None:
        super().__init__(id="clockbar")
        self.clock = ""
        self.next: NextEvent | None = None

    def show(self, clock: str, coming: NextEvent | None) -> None:
        """Show a time such as "Mon 09:00:00", and what the clock will come to."""
        self.clock, self.next = clock, coming
        self.refresh()

    def left(self) -> list[tuple[Piece, str]]:
        """The clock, then what comes."""
        parts = [
            (Piece(" ◷ ", "accent"), ""),
            (Piece(self.clock, "strong"), ""),
            (Piece("  ·  ", "muted"), ""),
        ]
        if self.next is None:
            return [*parts, (Piece(words.NEXT_NOTHING, "muted"), "")]
        time = words.duration(self.next.in_us)
        skip = words.SKIPS.format(key=keys.key_of("lab.skip"))
        # The time and the key stay whole; the name of what comes gives way.
        others = cell_len(words.NEXT.format(what="", time=time) + skip + self.clock + " ◷   ·    ·  ")
        what = cut(self.next.text, max(8, self.size.width - others))
        coming = words.NEXT.format(what=what, time=time)
        return [
            *parts,
            (Piece(coming), ""),
            (Piece("  ·  ", "muted"), ""),
            (Piece(skip, "key"), "app.do('lab.skip')"),
        ]
