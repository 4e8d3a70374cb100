"""States that a world has been in, so that undo need not replay everything from the beginning.

A checkpoint changes nothing but the time that an undo takes: what is thawed from it and led on by the rows
that follow is what a replay of the whole journal comes to.
"""

from __future__ import annotations

import msgspec

from sandbox.cloud import Cloud
from sandbox.sharing import Frozen

KEPT = 16
"""How many are kept at most: close together lately, further apart towards the past."""

_FIRST = 64
_BYTES = 80
"""Bytes that are written in about a twentieth of the time in which one agenda entry is replayed."""


class Checkpoint(msgspec.Struct, frozen=True):
    """A state.

    Attributes:
        row: number of the first row that the state does not know yet.
        steps: how many agenda entries had run.
        time: microseconds since the epoch.
        state: the cloud.
    """

    row: int
    steps: int
    time: int
    state: Frozen


class Checkpoints:
    """The checkpoints of one world, in the order of their rows."""

    def __init__(self, kept: list[Checkpoint] | None = None) -> None:
        self._kept = list(kept or [])

    def copy(self) -> Checkpoints:
        """The same ones, for a world that goes its own way; they never change."""
        return Checkpoints(self._kept)

    @property
    def latest(self) -> Checkpoint | None:
        """The last one."""
        return self._kept[-1] if self._kept else None

    def due(self, row: int, steps: int) -> bool:
        """Whether so much was done since the last one that another is worth its price.

        Args:
            row: how many rows there are.
            steps: how many agenda entries have run.
        """
        last = self.latest
        if last is None:
            return row + steps >= _FIRST
        done = row - last.row + steps - last.steps
        return done >= _FIRST and done * _BYTES >= len(last.state.written)

    def keep(self, row: int, cloud: Cloud) -> Checkpoint:
        """Take one, unless the last one is of this very instant.

        Args:
            row: number of the first row that the cloud does not know yet.
            cloud: between two commands, with nothing observed that is not written down.
        """
        last, kernel = self.latest, cloud.kernel
        if last is not None and (last.row, last.steps, last.time) == (row, kernel.steps, kernel.now):
            return last
        made = Checkpoint(row, kernel.steps, kernel.now, cloud.freeze())
        self._kept.append(made)
        if len(self._kept) > KEPT:
            self._thin()
        return made

    def forget(self, row: int) -> None:
        """Drop those that know a row after number `row`: they are states of another past."""
        while self._kept and self._kept[-1].row > row:
            self._kept.pop()

    def begin_at(self, row: int) -> None:
        """Drop those before a row that nobody will go behind any more."""
        self._kept = [one for one in self._kept if one.row >= row]

    def _thin(self) -> None:
        # The first stays, as everything can be reached from it, and the last. Of the others goes the one
        # whose neighbours are close together for their distance from now.
        newest = self._kept[-1].row
        rows = [one.row for one in self._kept]
        gaps = [(rows[i + 1] - rows[i - 1]) / (newest - rows[i] + 1) for i in range(1, len(rows) - 1)]
        del self._kept[1 + gaps.index(min(gaps))]
