"""What a skin shows of a lab: a `LabRun`, made immutable."""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from typing import TYPE_CHECKING

from tutor.actions.registry import Line
from tutor.actions.view import FileView, HintView, LabView, LogRow, NextEvent, PartView, TaskView, TimelineRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tutor.practice import LabRun, TaskState
    from tutor.practice.checking.scene import Verdict

_ROWS = 400
"""Rows of the log and of the timeline that a view has at most, the latest ones."""


def lab_view(run: LabRun, transcript: Sequence[Line], best: str) -> LabView:
    """What there is to show.

    Args:
        run: the lab.
        transcript: what was typed and answered.
        best: the best result so far, in words; "" for none.
    """
    from tutor.practice.console.timing import clock_words

    coming = run.coming()
    rows = [row for row in run.story.rows() if row.seq > run.shell.since][-_ROWS:]
    lines = sorted(
        (line for group in run.log.groups() for line in run.log.lines(group)),
        key=lambda line: (line.time, line.order),
    )
    return LabView(
        id=run.lab.id,
        title=run.lab.title,
        minutes=run.lab.minutes,
        flavour=run.lab.flavour,
        reality=(run.lab.reality.label, run.lab.reality.why),
        intro=run.intro,
        tasks=tuple(task_view(state) for state in run.tasks),
        clock=run.clock,
        next=NextEvent(*coming) if coming else None,
        log=tuple(
            LogRow(clock_words(line.time), line.stream, line.text.rstrip("\n"), line.kind)
            for line in lines[-_ROWS:]
        ),
        timeline=tuple(
            TimelineRow(row.time, row.lane, row.symbol, row.word, row.text, row.seq) for row in rows
        ),
        files=_files(run),
        console=tuple(transcript),
        done=run.done,
        calls=run.calls,
        functions=run.functions,
        tried=run.tried,
        best=best,
        warnings=run.warnings,
    )


def task_view(state: TaskState) -> TaskView:
    """A task, as a skin shows it."""
    result = state.result
    return TaskView(
        id=state.task.id,
        say=state.say,
        status=result.status,
        expected=result.expected,
        actual=result.actual,
        why=result.why,
        hints=tuple(HintView(hint.text, hint.number, hint.total) for hint in state.hints),
        hints_left=state.hints_left,
        lost=state.lost,
        parts=tuple(_leaves(result.parts)),
        trial=result.trial,
    )


def _leaves(parts: Iterable[Verdict]) -> Iterator[PartView]:
    """The checks that a task is made of in the end; what is denied stays one of them."""
    for part in parts:
        if part.parts and (len(part.parts) > 1 or part.parts[0].expected == part.expected):
            yield from _leaves(part.parts)
        else:
            yield PartView(part.holds, part.expected, part.actual)


def _files(run: LabRun) -> tuple[FileView, ...]:
    from tutor.practice.files import names
    from tutor.practice.layout import package_of

    desk = run.shell.folder
    files = names(desk.code)
    deployed: dict[str, set[bytes]] = {}
    for function in run.functions:
        inside = _unzipped(run.package(function))
        for name, file in package_of(function, files, run.functions).items():
            deployed.setdefault(file, set()).add(inside.get(name, b"\x00absent"))
    originals = run.originals()
    views = []
    for name in desk.names():
        try:
            place = desk.place(name)
            content = (desk.path / place).read_bytes()
        except OSError:
            continue  # gone since, or closed to us; `deploy` says so
        text, code = _text(content), desk.is_code(place)
        inner = place.removeprefix(f"{desk.code.name}/") if code else ""
        views.append(
            FileView(
                name,
                text or "",
                content in deployed.get(inner, set()),
                readable=text is not None,
                original=code and originals.get(inner) == content,
                restorable=code and inner in originals,
                code=code,
            )
        )
    return tuple(views)


def _text(content: bytes) -> str | None:
    """A file as text; None for one that is none, which nobody may save as if it were."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


@lru_cache(maxsize=32)
def _unzipped(package: bytes) -> dict[str, bytes]:
    if not package:
        return {}
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}
