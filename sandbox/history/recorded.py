"""`Recorded`: what was done to a cloud, written down while it is done, and the way back.

A world is this and the ways to act on it. Nothing here knows what the commands mean: `history.commands` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.cloud import Cloud
from sandbox.history import commands
from sandbox.history import journal as rows
from sandbox.history.checkpoints import Checkpoints
from sandbox.history.journal import Journal, Row
from sandbox.history.replaying import replayed


class NothingToUndoError(Exception):
    """There is no command left that could be undone, or none that could be done again."""


class Recorded:
    """A cloud, the journal of what was done to it, and the checkpoints on the way.

    Args:
        cloud: as the journal describes it.
        journal: what was done.
        checkpoints: states on the way to it.
    """

    def __init__(self, cloud: Cloud, journal: Journal, checkpoints: Checkpoints) -> None:
        self._state, self._torn = cloud, False
        self.journal = journal
        self._checkpoints = checkpoints
        self._group: int | None = None

    @property
    def _cloud(self) -> Cloud:
        if self._torn:
            # A command was interrupted, and so was the way back.
            self._rebuild()
        return self._state

    def mark(self) -> None:
        """Say that what was done so far cannot be undone: a lab's set-up ends here."""
        self._write(rows.MARK)
        self._checkpoints.keep(len(self.journal.rows), self._cloud)
        self._checkpoints.begin_at(len(self.journal.rows))

    @contextmanager
    def group(self) -> Iterator[None]:
        """What is done inside is one command for `undo`."""
        if self._group is not None:
            yield
            return
        self._group = len(self.journal.rows)
        try:
            yield
        finally:
            self._group = None

    def undo(self) -> tuple[Row, ...]:
        """Take back the last command, and every reading one after it.

        Returns:
            What was taken back, without what only read.

        Raises:
            NothingToUndoError: nothing was done since the beginning, or since the last `mark`.
        """
        undone = self.journal.last_command()
        if not undone:
            raise NothingToUndoError("there is nothing left to undo")
        self._turn_back(rows.UNDO, undone[0].group)
        return tuple(undone)

    def redo(self) -> tuple[Row, ...]:
        """Take back the last undo: the world is again what it was before, to the event.

        What only read in between goes; a command that changed something ends what can be done again.

        Returns:
            What was done again, without what only read.

        Raises:
            NothingToUndoError: there is no such undo.
        """
        undo = self.journal.last_undo()
        if undo is None:
            raise NothingToUndoError("there is nothing to do again")
        self._turn_back(rows.REDO, undo.number)
        return tuple(self.journal.last_command())

    def _turn_back(self, kind: str, first: int) -> None:
        """Write down that the rows from number `first` on do not count, and become what is left."""
        before, known = self.journal, self._checkpoints
        self.journal, self._checkpoints = before.copy(), known.copy()
        self._write(kind, params={"from": first})
        self._checkpoints.forget(first)
        try:
            self._rebuild()
        except BaseException:
            self.journal, self._checkpoints = before, known
            raise

    def _rebuild(self) -> None:
        """Become what the journal says; the world stays as it is when the journal cannot be replayed."""
        old, self._state = self._state, replayed(self.journal, self._checkpoints)
        self._torn = False
        self._state.environments.adopt(old.environments)
        old.environments.close()

    # -- journaling ----------------------------------------------------------------------------------------

    @contextmanager
    def _command(self, kind: str, **fields: Any) -> Iterator[None]:
        """Journal what is done inside, at the instant at which it began, once it is done."""
        kernel = self._cloud.kernel
        time, steps = kernel.now, kernel.steps
        with self._whole():
            yield
            with commands.undisturbed():
                self.journal.append(kind, time=time, steps=steps, group=self._group, **fields)
                self._done()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """What is done inside is done wholly, or the world is what its journal says."""
        try:
            yield
        except BaseException:
            self._torn = True
            with commands.undisturbed():
                self._rebuild()
            raise

    def _write(self, kind: str, **fields: Any) -> None:
        kernel = self._cloud.kernel
        self.journal.append(kind, time=kernel.now, steps=kernel.steps, group=self._group, **fields)

    def _done(self) -> None:
        """Write down what was observed, and remember this state if it is time to."""
        for observation in self._cloud.environments.take_observations():
            self._write(rows.OBSERVATION, params=observation.plain())
        number = len(self.journal.rows)
        if self._checkpoints.due(number, self._cloud.kernel.steps):
            self._checkpoints.keep(number, self._cloud)
