"""The one thread that talks to the core. It never touches a widget: it hands over immutable frames.

The core (`tutor.actions.tutor.Tutor`) is opened, used and closed in this thread only, so that nothing in it
needs a lock. Jobs wait in a queue; after each action the lab's checks run, unless a newer action waits.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

import msgspec

from tutor.actions.registry import Action, Line, Outcome
from tutor.actions.view import View
from tutor.course.problems import ContentError


class Core(Protocol):
    """What the skin needs of a `Tutor`."""

    @property
    def view(self) -> View:
        """All there is to show."""

    def available(self) -> list[Action]:
        """The actions that make sense now."""

    def perform(self, action: str, /, **args: str) -> Outcome:
        """Do an action; blocks until it is done and saved."""

    def resume(self) -> Outcome:
        """Go back into the lab or quiz that was open last time."""

    def complete(self, line: str) -> list[str]:
        """The words that could stand where a console line ends."""

    def examine(self, cancelled: Callable[[], bool] = ...) -> Outcome:
        """Check the tasks of the lab; gives up when `cancelled` says so."""

    def close(self) -> None:
        """Save and let go."""


class Frame(msgspec.Struct, frozen=True):
    """What the thread hands to the app after each step.

    Attributes:
        kind: "started" (an action begins), "done" (it ended), "examined" (its checks ended), "completed"
            (a line was completed), "crash".
        action: the action's id.
        args: what it was called with.
        view: the state to show; None for "started".
        available: the actions that make sense now.
        lines: what was answered.
        quit: whether the person asked to leave, and all is saved.
        error: what broke, for "crash".
        waiting: how many actions still wait.
        words: for "completed", those that could stand where the line ends.
    """

    kind: str
    action: str
    args: dict[str, str] = {}
    view: View | None = None
    available: tuple[Action, ...] = ()
    lines: tuple[Line, ...] = ()
    quit: bool = False
    error: BaseException | None = None
    waiting: int = 0
    words: tuple[str, ...] = ()


Listener = Callable[[Frame], None]


class Engine:
    """A queue of actions and the thread that performs them.

    Args:
        open_core: makes the core; called in the thread.
    """

    def __init__(self, open_core: Callable[[], Core]) -> None:
        self._open_core = open_core
        self._jobs: deque[tuple[str, dict[str, str]]] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._interrupted = False
        self._listener: Listener | None = None
        self.opened: Future[tuple[View, tuple[Action, ...]]] = Future()
        """The first view and actions, or why the core could not be opened."""
        self.current = ""
        """The action being performed; "" when none is."""
        self._owed: tuple[str, dict[str, str]] | None = None
        """The action whose checks have not come to their end."""
        self._thread = threading.Thread(target=self._run, name="tutor-core", daemon=True)

    def start(self) -> None:
        """Start the thread, which opens the core."""
        self._thread.start()

    def listen(self, listener: Listener) -> None:
        """Say who gets the frames. The listener is called in the thread and must not block."""
        self._listener = listener

    def submit(self, action: str, **args: str) -> None:
        """Queue an action. An examination that is under way is cancelled by it."""
        with self._wake:
            if not self._closing:
                self._jobs.append((action, args))
                self._wake.notify()

    def cancel(self) -> bool:
        """Drop what waits and end a running examination; an action itself always finishes.

        Returns:
            Whether there was anything to drop.
        """
        with self._wake:
            dropped = [job for job in self._jobs if job[0] not in KEPT]
            kept = [job for job in self._jobs if job[0] in KEPT]
            self._jobs.clear()
            self._jobs.extend(kept)
            self._interrupted = True
            return bool(dropped)

    @property
    def busy(self) -> bool:
        """Whether an action runs or waits."""
        return bool(self.current or self._jobs)

    def close(self, timeout: float = 10.0) -> bool:
        """Perform what waits, close the core and end the thread.

        Args:
            timeout: seconds of real time to wait for that.

        Returns:
            Whether the thread ended in time.
        """
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    # In the thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            core = self._open_core()
            first = core.view, tuple(core.available())
        except BaseException as error:  # noqa: BLE001 - the boundary of the thread: whoever waits gets the error
            self.opened.set_exception(error)
            return
        self.opened.set_result(first)
        broken = False
        while not broken and (job := self._next()) is not None:
            broken = not self._step(core, *job)
        try:
            core.close()
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: a crash report, not a dead thread
            self._tell(Frame("crash", "app.quit", error=error))

    def _next(self) -> tuple[str, dict[str, str]] | None:
        with self._wake:
            while not self._jobs and not self._closing:
                self._wake.wait()
            if not self._jobs:
                return None
            action, args = self._jobs.popleft()
            self.current = action
            self._interrupted = False
            return action, args

    def _step(self, core: Core, action: str, args: dict[str, str]) -> bool:
        """Perform one action and its checks; False when the program broke."""
        try:
            if action == COMPLETE:
                self._tell(Frame("completed", action, args, words=tuple(core.complete(args["line"]))))
            else:
                self._tell(Frame("started", action, args))
                outcome = _performed(core, action, args)
                self._hand_over(core, "done", action, args, outcome)
                self._owed = None if outcome.quit else (action, args)
            if self._owed is not None and not self._superseded():
                self._examine(core, *self._owed)
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: shown as a crash report
            self.current = ""
            self._tell(Frame("crash", action, args, error=error))
            return False
        self.current = ""
        return True

    def _examine(self, core: Core, action: str, args: dict[str, str]) -> None:
        examined = core.examine(self._superseded)
        if not self._superseded():
            self._owed = None
        self._hand_over(core, "examined", action, args, examined)

    def _superseded(self) -> bool:
        return bool(self._jobs) or self._closing or self._interrupted

    def _hand_over(self, core: Core, kind: str, action: str, args: dict[str, str], outcome: Outcome) -> None:
        actions = tuple(core.available())
        self._tell(
            Frame(
                kind, action, args, core.view, actions, outcome.lines, outcome.quit, waiting=len(self._jobs)
            )
        )

    def _tell(self, frame: Frame) -> None:
        if self._listener is not None:
            self._listener(frame)


def _performed(core: Core, action: str, args: dict[str, str]) -> Outcome:
    """Perform an action. Content that cannot be used is an answer, not a mistake of the program."""
    try:
        return core.resume() if action == RESUME else core.perform(action, **args)
    except ContentError as error:
        return Outcome((Line("error", str(error)),))


COMPLETE = "lab.complete"
"""Not in the registry: what the console asks for while a line is typed. It changes nothing."""
RESUME = "go.resume"
"""Not in the registry: what the skin does by itself after its first screen."""
KEPT = ("lab.save_file", "app.quit")
"""What is performed even when the person cancels: nothing written is lost."""
