"""The log tail: the last lines of all log groups, following their end."""

from __future__ import annotations

from collections import deque
from itertools import islice

from tutor.actions.view import LogRow
from tutor.tui import words
from tutor.tui.widgets.following import Following
from tutor.tui.widgets.styled import Piece, Row, row, wrap

CAPACITY = 5000
"""Log lines kept for scrolling back; older ones are in `aws logs`."""


class Tail(Following):
    """A ring buffer of log lines. New lines are added without building the old ones again.

    It follows the end until the person scrolls up; the end key follows again.
    """

    DEFAULT_CSS = "Tail { padding: 0 0 0 1; }"

    def __init__(self) -> None:
        super().__init__(id="log")
        self._log: deque[LogRow] = deque(maxlen=CAPACITY)
        self._source: tuple[LogRow, ...] = ()
        self._stream = ""

    def show(self, log: tuple[LogRow, ...]) -> None:
        """Show log lines; those that are known already are not built again."""
        old, known = self._source, len(self._source)
        self._source = log
        if log is old or log == old:
            return
        if known and len(log) >= known and log[0] == old[0] and log[known - 1] == old[-1]:
            fresh = log[known:]
            full = len(self._log) + len(fresh) > CAPACITY
            self._log.extend(fresh)
            if full or not self.rows or self._built_for < 0:
                self.rebuild()
            else:
                self._add([r for line in fresh for r in self._rows_of(line, self._built_for)])
        else:
            self._log.clear()
            self._log.extend(islice(log, max(0, len(log) - CAPACITY), None))
            self.rebuild()
        self.to_end()

    def _add(self, rows: list[Row]) -> None:
        self.rows += rows
        self.virtual_size = self.virtual_size.with_height(len(self.rows))
        self.refresh()

    def build(self, width: int) -> list[Row]:
        """A row or more per line: time, then text; a line names its stream when the stream changes."""
        if not self._log:
            return [row(Piece(words.NO_LOG, "muted"))]
        self._stream = ""
        return [r for line in self._log for r in self._rows_of(line, width)]

    def _rows_of(self, line: LogRow, width: int) -> list[Row]:
        rows: list[Row] = []
        if line.stream != self._stream:
            self._stream = line.stream
            rows.append(row(Piece(line.stream, "accent")))
        tone = {"error": "error", "platform": "muted"}.get(line.kind, "")
        text = line.text.rstrip("\n").replace("\t", "  ")
        return rows + wrap((Piece(text, tone),), width, first=(Piece(f"{line.time}  ", "muted"),))
