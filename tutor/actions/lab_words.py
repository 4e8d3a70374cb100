"""What the lab desk says: how tasks stand, what was lost, what keeps a lab from being done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutor.actions.registry import Line
from tutor.words import _

if TYPE_CHECKING:
    from pathlib import Path

    from tutor.practice import LabRun

STATUS = {"pass": _("PASS ✓"), "not_yet": _("NOT YET ○"), "blocked": _("BLOCKED –"), "error": _("ERROR ✗")}
"""The verdicts of a task, by its status."""


def result_lines(result: Any) -> list[Line]:
    """How a task stands."""
    text = f"{STATUS[result.status]} {result.say}"
    lines = [Line("check", text)]
    if result.status == "not_yet" and result.expected:
        words = _("Wanted: {expected}. There is: {actual}.")
        lines.append(Line("why", words.format(expected=result.expected, actual=result.actual)))
    if result.why:
        lines.append(Line("why", result.why))
    return lines


def is_held(run: LabRun) -> bool:
    """Whether all tasks pass, and something that the lab warns of keeps it from being done."""
    return run.board.passing and not run.done


def warning_lines(run: LabRun) -> list[Line]:
    """What the lab warns of, and what that means where nothing else is left to do."""
    lines = [Line("error", warning) for warning in run.warnings]
    if is_held(run):
        lines.append(Line("error", _("All tasks pass, but the lab is not done as long as this is so.")))
    return lines


def lost_line(result: Any) -> Line:
    """That a task had passed, and why it does not any more."""
    words = _("Was done, is not any more: {say}.").format(say=result.say.rstrip("."))
    if result.expected:
        words += " " + _("Wanted: {expected}. There is: {actual}.").format(
            expected=result.expected, actual=result.actual
        )
    elif result.why:
        words += " " + result.why
    return Line("news", words)


def hint_words(hint: Any) -> str:
    """A hint, and which one it is."""
    return _("Hint {number} of {total}: {text}").format(number=hint.number, total=hint.total, text=hint.text)


def kept_words(folder: Path) -> str:
    """Where the files of an attempt that ended are."""
    return _("Your files as they were are kept in {folder}.").format(folder=folder)
