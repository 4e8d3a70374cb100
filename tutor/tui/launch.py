"""Starting and ending: the core opens in its thread while Textual is imported; at the end all is saved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tutor.course.problems import ContentError
from tutor.progress import state_folder
from tutor.tui import words
from tutor.tui.engine import Core, Engine


def run(course: Path | None, state: Path | None) -> int:
    """Open the course, show it, and save at the end. See `tutor.tui.run`."""

    def open_core() -> Core:
        from tutor.actions.tutor import Tutor

        return Tutor.open(course, state)

    return show(open_core, state_folder(state))


def show(open_core: Callable[[], Core], folder: Path) -> int:
    """Open a core, show it, and close it at the end.

    Args:
        open_core: makes the core; called in the engine's thread.
        folder: where crash reports go.

    Returns:
        The exit status.
    """
    engine = Engine(open_core)
    engine.start()
    from tutor.tui.app import LambdaTutorApp

    try:
        view, available = engine.opened.result()
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    app = LambdaTutorApp(engine, view, available, folder)
    saved = False
    try:
        # A terminal that went away cannot be restored; the progress is saved all the same.
        with suppress(OSError):
            app.run()
    finally:
        saved = engine.close()
    if app.view.saved:
        print(words.LEFT_UNSAVED.format(what=app.view.saved), file=sys.stderr)
    if not saved:
        print(words.NOT_FINISHED.format(action=engine.current), file=sys.stderr)
        return 1
    return app.return_value if app.return_value is not None else app.return_code or 0
