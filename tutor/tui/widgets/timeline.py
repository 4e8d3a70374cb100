"""The timeline: what happened, one lane for each function and queue, with the gaps of virtual time."""

from __future__ import annotations

from tutor.actions.view import TimelineRow
from tutor.tui import words
from tutor.tui.widgets.following import Following
from tutor.tui.widgets.lineview import ListView
from tutor.tui.widgets.styled import Piece, Row, row, wrap

MOST_LANES = 6
"""Lanes drawn side by side; events of further lanes are drawn in the last."""
TONES = ("lane0", "lane1", "lane2", "lane3")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
GAP_US = 1_000_000
"""Silences shorter than this, in microseconds, are not drawn."""


class Timeline(ListView, Following):
    """Shows `TimelineRow`s; the cursor's row can be chosen, which asks the core to explain it."""

    DEFAULT_CSS = "Timeline { padding: 0 0 0 1; }"

    def __init__(self) -> None:
        super().__init__(id="timeline")
        self._events: tuple[TimelineRow, ...] = ()
        self._time_width = 0

    def show(self, events: tuple[TimelineRow, ...]) -> None:
        """Show events, in order of time; keeps following the end if it was there."""
        if events == self._events:
            return
        self._events = events
        self.rebuild()
        self.to_end()

    def build(self, width: int) -> list[Row]:
        """A legend of the lanes, then a row for each event and for each gap."""
        if not self._events:
            return [row(Piece(words.NO_TIMELINE, "muted"))]
        self._time_width = max(len(event.time) for event in self._events) + 2
        lanes = list(dict.fromkeys(event.lane for event in self._events))[:MOST_LANES]
        rows = self._legend(lanes, width)
        before: int | None = None
        for event in self._events:
            now = microseconds(event.time)
            if before is not None and now is not None and now - before >= GAP_US:
                gap = words.LATER.format(time=words.duration(now - before))
                rows.append(
                    row(Piece(" " * self._time_width), *self._gutter(lanes, bar="┊"), Piece(gap, "muted"))
                )
            before = now if now is not None else before
            rows += self._event(event, lanes, width)
        return rows

    def _legend(self, lanes: list[str], width: int) -> list[Row]:
        parts: list[Piece] = []
        for index, lane in enumerate(lanes):
            parts += [Piece("● ", TONES[index % 4]), Piece(lane + "   ", "muted")]
        return wrap(parts, width)

    def _gutter(self, lanes: list[str], event: TimelineRow | None = None, bar: str = "│") -> list[Piece]:
        at = -1 if event is None else lanes.index(event.lane) if event.lane in lanes else len(lanes) - 1
        parts = []
        for index in range(len(lanes)):
            if event is not None and index == at:
                parts.append(Piece(f"{event.symbol or '●'} ", TONES[index % 4]))
            else:
                parts.append(Piece(f"{bar} ", "line"))
        return parts

    def _event(self, event: TimelineRow, lanes: list[str], width: int) -> list[Row]:
        gutter = tuple(self._gutter(lanes, event))
        time = Piece(event.time.ljust(self._time_width), "muted")
        # What `explain` takes in the console.
        number = Piece(f"  #{event.seq}", "muted")
        text = (Piece(event.word, "strong"), Piece(f"  {event.text}" if event.text else ""), number)
        empty = (Piece(" " * self._time_width), *self._gutter(lanes))
        return wrap(text, width, first=(time, *gutter), rest=empty, target=str(event.seq))


def microseconds(time: str) -> int | None:
    """Microseconds since midnight, or since Monday, of "09:01:00" or "Mon 09:01:00.020"; else None."""
    day, _space, clock = time.rpartition(" ")
    parts = clock.split(":")
    try:
        hours, minutes, seconds = int(parts[0]), int(parts[1]), float(parts[2])
    except (ValueError, IndexError):
        return None
    days = DAYS.index(day) if day in DAYS else 0
    return ((days * 24 + hours) * 3600 + minutes * 60) * 1_000_000 + round(seconds * 1_000_000)
