"""Where an action's answer is shown: nowhere twice. What no pane in view shows is a notice or a window."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from tutor.actions.registry import Line
from tutor.tui import words
from tutor.tui.engine import RESUME, Frame

READ = ("lab.goal", "lab.check", "lab.tasks", "lab.hint", "lab.changes")
"""Actions that are asked for in order to read their answer, so a long answer is a window."""
SHORT = ("lab.hint",)
"""Of these, those whose answer is a notice when it is short enough."""


class Besides(NamedTuple):
    """What is shown beside the panes.

    Attributes:
        console: for the console of a lab.
        notice: for a notice of a few seconds.
        window: for a window to read; it comes instead of the notice.
    """

    console: tuple[Line, ...] = ()
    notice: tuple[Line, ...] = ()
    window: tuple[Line, ...] = ()


def besides(frame: Frame, visible: Collection[str]) -> Besides:
    """What to show of an answer besides the panes.

    Args:
        frame: of an action that ended, or of its checks.
        visible: the panes in view.
    """
    if frame.action == "lesson.run" and frame.kind == "done":
        return Besides()
    if frame.view is None or frame.view.place != "lab":
        told = frame.action in ("quiz.answer", "quiz.proof")
        kinds = {"error", "note"} if told else {"error", "note", "say"}
        return Besides(notice=tuple(line for line in frame.lines if line.kind in kinds))
    return _in_lab(frame, visible)


def _in_lab(frame: Frame, visible: Collection[str]) -> Besides:
    lines = tuple(line for line in frame.lines if line.text.strip())
    if frame.action == "lab.save_file" and frame.kind == "done":
        lines = _without(lines, "say")
    if frame.kind == "examined":
        # The tasks have the reasons; on entering a lab they have everything.
        entering = frame.action.startswith("go.") or frame.action == RESUME
        lines = _only(lines, "news") if entering else _without(lines, "why")
        return Besides(lines, () if "console" in visible else _unseen(lines, visible))
    if frame.action == "lab.solution":
        return Besides(lines, *((), lines) if len(lines) > 1 else (_hidden(lines, visible), ()))
    left = _hidden(lines, visible)
    if frame.action == "lab.command":
        explained = frame.args.get("line", "").startswith("explain")
        return Besides(lines, window=left if explained else ())
    if frame.action in READ:
        left = left if frame.action in ("lab.goal", "lab.changes") else _unseen(left, visible)
        return Besides(lines, left, ()) if frame.action in SHORT else Besides(lines, (), left)
    return Besides(lines, left)


def _without(lines: tuple[Line, ...], *kinds: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.kind not in kinds)


def _only(lines: tuple[Line, ...], kind: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.kind == kind)


def _hidden(lines: tuple[Line, ...], visible: Collection[str]) -> tuple[Line, ...]:
    """What the console would show if it were in view."""
    return () if "console" in visible else lines


def _unseen(lines: tuple[Line, ...], visible: Collection[str]) -> tuple[Line, ...]:
    """What is not in the tasks, if they are in view."""
    return _without(lines, "check", "why", "hint") if "tasks" in visible else lines


def as_text(lines: Collection[Line]) -> str:
    """Lines as the text of a notice."""
    return "\n".join(words.LINE_TONES.get(line.kind, ("", ""))[0] + line.text for line in lines)
