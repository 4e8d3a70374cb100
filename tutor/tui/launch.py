"""Starting and ending: the core opens in its thread while Textual is imported; at the end all is saved."""

from __future__ import annotations

import sys
from pathlib import Path

from tutor.tui import words
from tutor.tui.engine import Core, Engine


def run(course: Path | None, state: Path | None) -> int:
    """Open the course, show it, and save at the end. See `tutor.tui.run`."""

    def open_core() -> Core:
        from tutor.actions.tutor import Tutor

        return Tutor.open(course, state)

    engine = Engine(open_core)
    engine.start()
    from tutor.course.problems import ContentError
    from tutor.progress import state_folder
    from tutor.tui.app import LambdaTutorApp

    try:
        view, available = engine.opened.result()
    except ContentError as error:
        print(error, file=sys.stderr)
        return 1
    app = LambdaTutorApp(engine, view, available, state_folder(state))
    try:
        status = app.run()
    finally:
        saved = engine.close()
    if not saved:
        print(words.STILL_BUSY.format(action=engine.current), file=sys.stderr)
        return 1
    return status if status is not None else app.return_code or 0
