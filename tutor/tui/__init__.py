"""The terminal skin: a Textual app over `tutor.actions`.

Here live: the app and its worker thread (`app`, `engine`), where panes go (`arrange`), themes, keys, palette,
`screens/` (what covers everything: help, questions, crash, too small) and `widgets/` (one pane a file).
What does not live here: rules of the course. A skin shows `Tutor.view` and calls `Tutor.perform`.
To add a key or a command, add an action to `tutor/actions/registry.py`; footer, palette and help follow.
To add a pane, write `widgets/<name>.py`, name it in `arrange.PANES` and give it a cell in `arrange.plan`.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["run"]


def run(course: Path | None = None, state: Path | None = None) -> int:
    """Start the terminal skin and stay until the person leaves.

    Args:
        course: a course folder; None for the course that is shipped.
        state: the folder of the person's progress; None for the usual one.

    Returns:
        The exit status: 0, or 1 when the course could not be opened or the program broke.
    """
    from tutor.tui.launch import run as launch

    return launch(course, state)
