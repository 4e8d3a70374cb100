"""The line-by-line skin: for screen readers, pipes and small terminals. It can do all the other can.

What lives here: the loop (app.py), what a typed line means (typed.py), where lines come from (keyboard.py),
how things are said (speech.py), how lessons (prose.py) and views (pages.py) become sentences, what follows an
action (aftermath.py), and how a file is changed (edit.py). What does not: rules of the course; this skin
shows `Tutor.view` and calls `Tutor.perform`. Where to add the next thing: a new action needs nothing here,
its word works at once; a new block of a lesson is a function in prose.py, a new part of the view one in
pages.py.

The rules of this skin: lines are only ever appended; no boxes, colours, cursor moves or spinners; what
happens starts with a word that says what kind of thing it is; menus are numbered; a table becomes
"Label: value".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.actions.tutor import Tutor

__all__ = ["run"]


def run(open_tutor: Callable[[], Tutor], *, reason: str = "", history: Path | None = None) -> int:
    """Start the plain skin on standard input and output, and stay until the person leaves or the input ends.

    Args:
        open_tutor: opens the course where the person left it; called again after a cancelled action.
        reason: why it is this skin, when the person did not ask for it; a clause for the second line.
        history: the file that keeps the lines typed at a terminal; None to keep none.

    Returns:
        The exit status, 0.
    """
    from tutor.plain.app import run_on_terminal

    return run_on_terminal(open_tutor, reason, history)
