"""All ways out of the app: quitting, signals, Ctrl-C, mistakes. None of them loses anything."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from textual.app import App

from tutor.actions.registry import BY_ID
from tutor.tui import crashlog, words
from tutor.tui.engine import Engine, Frame
from tutor.tui.panes import Panes
from tutor.tui.screens.crash import CrashScreen

_SCREEN = 2
"""Textual paints on standard error."""

QUIT_PATIENCE = 2.0
"""Seconds of real time after which a slow quit says that it is still finishing."""


class Leaving(App[int], inherit_bindings=False):
    """What the app does to leave.

    Attributes:
        engine: finishes what was begun.
        panes: may hold text that is not saved.
        folder: where crash reports go.
    """

    engine: Engine
    panes: Panes
    folder: Path
    _leaving = False

    def perform(self, action_id: str, /, **args: str) -> None:
        """Hand an action to the engine."""
        raise NotImplementedError

    def catch_signals(self) -> None:
        """Signals to end leave cleanly; Ctrl-C from outside does what the key does."""
        if not self.is_headless and _has_terminal():
            threading.Thread(target=self._outlive_no_terminal, name="terminal-watch", daemon=True).start()
        loop = asyncio.get_running_loop()
        for name, handler in (
            ("SIGINT", self.action_interrupt),
            ("SIGTERM", partial(self.action_leave, 0)),
            ("SIGHUP", partial(self.action_leave, 0)),
        ):
            if hasattr(signal, name):
                with suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.add_signal_handler(getattr(signal, name), handler)

    def _outlive_no_terminal(self) -> None:
        # A terminal that goes away in the middle of a paint leaves Textual waiting for it for ever, and no
        # signal is heard then. What was done is saved; this thread ends the rest.
        while _has_terminal():
            time.sleep(1)
        time.sleep(QUIT_PATIENCE)
        self.engine.close()
        os._exit(128 + signal.SIGHUP)

    def leave(self) -> None:
        """Save and leave. A second time leaves without waiting for what is still being done."""
        if self._leaving or isinstance(self.screen, CrashScreen):
            self.exit(1 if isinstance(self.screen, CrashScreen) else 0)
            return
        self._leaving = True
        self.perform("app.quit")
        self.set_timer(QUIT_PATIENCE, self._still_busy)

    def _still_busy(self) -> None:
        title = BY_ID[self.engine.current].title if self.engine.current in BY_ID else ""
        self.notify(words.STILL_BUSY.format(action=title), markup=False, timeout=20)

    async def action_quit(self) -> None:
        """Textual's own way to quit is ours."""
        self.leave()

    def action_leave(self, status: int) -> None:
        """Leave now; what waits is still performed and saved while the program ends."""
        for name, text in self.panes.unsaved_files():
            self.engine.submit("lab.save_file", name=name, text=text)
        self.exit(status)

    def action_interrupt(self) -> None:
        """Ctrl-C: drop what waits, and say how to quit."""
        dropped = self.engine.cancel()
        if self.engine.current != "lesson.run":
            self.panes.cancelled()
        self.notify(words.CANCELLED if dropped else words.QUIT_HOW, markup=False, timeout=4)

    def crash(self, frame: Frame) -> None:
        """Show what happened, and write the details."""
        error = frame.error or RuntimeError(frame.action)
        title = BY_ID[frame.action].title if frame.action in BY_ID else frame.action
        self.push_screen(CrashScreen(title, self._report(error, frame.action)))

    def _report(self, error: BaseException, action: str) -> str:
        try:
            return words.CRASH_LOG.format(path=crashlog.write(self.folder, error, action))
        except OSError as problem:
            return words.CRASH_NO_LOG.format(reason=problem)

    def _handle_exception(self, error: Exception) -> None:
        """A mistake in the skin itself: a report instead of a traceback, outside of tests."""
        if self.is_headless:
            super()._handle_exception(error)
            return
        self._return_code = 1
        where = self._report(error, "tui")
        self.panic("\n".join((f"✗ {words.CRASH_TITLE}.", words.CRASH_SAVED, where, words.CRASH_REPORT)))


def _has_terminal() -> bool:
    """Whether the terminal that is painted on is there, and ours: one that never was is not waited for."""
    try:
        return os.tcgetpgrp(_SCREEN) >= 0
    except OSError:
        return False
