"""What every fold over the trace has: it catches up with new events, and it can start again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeVar

from sandbox.trace import Event, Trace

F = TypeVar("F", bound="Fold")


class Fold(ABC):
    """A view of the trace that is kept up to date event by event.

    A fold holds nothing that the trace does not hold. A copy or a saved one is therefore empty: it reads the
    trace again when it is next asked. After an undo, when the trace is not the one that it has read, it
    starts again by itself.
    """

    def __init__(self) -> None:
        self._seen = 0
        self._last: Event | None = None
        self.reset()

    @abstractmethod
    def reset(self) -> None:
        """Go back to what is known before the first event."""

    @abstractmethod
    def apply(self, event: Event) -> None:
        """Take in the next event."""

    def catch_up(self: F, trace: Trace) -> F:
        """Take in the events that this fold has not seen yet.

        Args:
            trace: the trace to read; always the same one, or a fork of it.

        Returns:
            This fold.
        """
        events = trace.events
        if self._seen > len(events) or (self._seen and events[self._seen - 1] is not self._last):
            self._seen, self._last = 0, None
            self.reset()
        for event in events[self._seen :]:
            self.apply(event)
        if events:
            self._seen, self._last = len(events), events[-1]
        return self

    def settings(self) -> tuple[Any, ...]:
        """The arguments that make a new fold like this one."""
        return ()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.settings()
