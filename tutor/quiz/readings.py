"""Answering readings: what a question's answer is, read off a run; and moments: when something was in it."""

from __future__ import annotations

import re
from typing import Any

from sandbox.observe.logs import LogFold, LogLine
from sandbox.observe.timeline import timeline
from sandbox.services.sqs import SqsService
from sandbox.trace import Event, MessageSent, PermissionDecided
from tutor.course import fill
from tutor.course.checks import Denied, Log, Metric, Object, Queue, Trace
from tutor.course.questions.readings import (
    ConfigRead,
    DeniedRead,
    LineRead,
    MessageRead,
    Moment,
    RaisedRead,
    Reading,
    ReplyRead,
    StoryRow,
)
from tutor.practice.checking.counts import attempts_since, counted, figure, has_queue, lines_since
from tutor.practice.checking.looks import setting
from tutor.practice.checking.replies import at
from tutor.practice.checking.scene import Scene

_FRAME = re.compile(r'File "/var/task/([^"]+)", line (\d+)')


class UnreadableError(Exception):
    """There is nothing to read, or no such moment; the message says what is missing, to the author."""


def read(reading: Reading, scene: Scene) -> Any:
    """What a reading comes to: a number, a text, or data of AWS's.

    Raises:
        UnreadableError: there is nothing.
        UnboundRoleError: nothing plays a role that it names.
    """
    if isinstance(reading, Trace | Metric | Log | Queue | Object):
        return figure(reading, scene)
    if isinstance(reading, ConfigRead):
        value = setting(scene.world, scene.naming.played_by(reading.function), reading.path)
        return _there(value, f"{reading.path} in the configuration of {reading.function}")
    if isinstance(reading, ReplyRead):
        return _there(
            at(scene.replies.get(reading.of), reading.path), f"{reading.path} in the reply {reading.of}"
        )
    if isinstance(reading, DeniedRead):
        who = fill(reading.principal, scene.naming.value)
        return _refusals(scene, who=who)[0].action
    if isinstance(reading, LineRead):
        return _field(reading, scene)
    if isinstance(reading, MessageRead):
        return _message(reading, scene)
    return raised(reading, scene)[1]


def _there(value: Any, what: str) -> Any:
    if value is None:
        raise UnreadableError(f"no {what}")
    return value


def _refusals(scene: Scene, who: str, action: str = "") -> list[PermissionDecided]:
    found = [
        event
        for event in scene.world.trace.of(PermissionDecided, since=scene.since)
        if not event.allowed and who in event.principal and action in {"", event.action}
    ]
    if not found:
        raise UnreadableError(f"no refusal of {action or 'anything'} to {who or 'anybody'}")
    return found


# -- logs --------------------------------------------------------------------------------------------------


def logged(function: str, scene: Scene) -> list[LogLine]:
    """What a function logged in a scene, oldest first. `function` is a role."""
    there = scene.naming.function(scene.naming.played_by(function))
    if there is None:
        return []
    return lines_since(scene, there.active.log_group)


def printed(lines: list[LogLine]) -> list[str]:
    """Log lines as they are shown: one line each, tabs as spaces."""
    return [row.replace("\t", "  ").rstrip() for line in lines for row in line.text.rstrip("\n").split("\n")]


def _first_line(function: str, contains: str, scene: Scene) -> LogLine:
    text = fill(contains, scene.naming.value)
    found = [line for line in logged(function, scene) if text in line.text]
    if not found:
        raise UnreadableError(f"no log line of {function} with {text!r}")
    return found[0]


def _field(reading: LineRead, scene: Scene) -> str:
    text = _first_line(reading.function, reading.contains, scene).text
    if not reading.field:
        return text.strip()
    found = re.search(rf"(?:^|\t){re.escape(reading.field)}: ([^\t\n]*)", text)
    if found is None:
        raise UnreadableError(f"no {reading.field!r} in the log line {text.strip()!r}")
    return found[1].strip()


def raised(reading: RaisedRead, scene: Scene) -> tuple[str, int]:
    """Where a function's code raised first: the file in its package, and the line.

    Raises:
        UnreadableError: it raised nothing in code of its own.
    """
    function = scene.naming.played_by(reading.function)
    fold = LogFold().catch_up(scene.world.trace)
    for attempt in attempts_since(scene, function):
        if attempt.outcome != "error":
            continue
        for line in fold.attempt_lines(attempt.request_id, attempt.attempt):
            frames = _FRAME.findall(line.text) if line.kind == "error" else []
            if frames:
                file, number = frames[-1]
                return file, int(number)
    raise UnreadableError(f"no error that the code of {function} raised")


# -- queues ------------------------------------------------------------------------------------------------


def _queues(check: Queue | MessageRead, scene: Scene) -> list[str]:
    names = [fill(check.name, scene.naming.value)] if check.name else scene.naming.queues_of(check.role)
    return [name for name in names if has_queue(scene.world, name)]


def _message(reading: MessageRead, scene: Scene) -> Any:
    sqs = scene.world.cloud.services["sqs"]
    assert isinstance(sqs, SqsService)
    bodies = [body for queue in _queues(reading, scene) for _, body, _ in sqs.messages(queue)]
    if not bodies:
        raise UnreadableError(f"no message in {reading.role or reading.name}")
    return _there(at(bodies[0], reading.path), f"{reading.path} in the first message")


# -- moments -----------------------------------------------------------------------------------------------


def moment(wanted: Moment, scene: Scene) -> int:
    """When it was, in microseconds since the epoch.

    Raises:
        UnreadableError: it never was.
        UnboundRoleError: nothing plays a role that it names.
    """
    if isinstance(wanted, StoryRow):
        return _story(wanted, scene)
    if isinstance(wanted, Trace):
        return _attempt(wanted, scene)
    if isinstance(wanted, Log):
        return _first_line(wanted.function, wanted.contains, scene).time
    if isinstance(wanted, Queue):
        return _arrival(wanted, scene)
    assert isinstance(wanted, Denied)
    who = fill(wanted.principal, scene.naming.value)
    return _refusals(scene, who, wanted.action)[0].time


def _story(wanted: StoryRow, scene: Scene) -> int:
    function = scene.naming.played_by(wanted.function) if wanted.function else None
    rows = [
        row
        for row in timeline(scene.world.trace, function)
        if row.seq > scene.since and row.word.startswith(wanted.word)
    ]
    if len(rows) < wanted.nth:
        of = f" of {function}" if function else ""
        raise UnreadableError(
            f"no row {wanted.nth} with {wanted.word!r} in the timeline{of}, {len(rows)} in all"
        )
    return _event(scene, rows[wanted.nth - 1].seq).time


def _event(scene: Scene, seq: int) -> Event:
    return scene.world.trace.events[seq - 1]


def _attempt(wanted: Trace, scene: Scene) -> int:
    function, those = scene.naming.played_by(wanted.function), counted(wanted, scene).evidence
    for found in attempts_since(scene, function):
        if found.seq in those:
            return found.end if wanted.outcome and found.end is not None else found.start
    raise UnreadableError(f"no such attempt of {function}")


def _arrival(wanted: Queue, scene: Scene) -> int:
    text, queues = fill(wanted.contains, scene.naming.value), _queues(wanted, scene)
    for event in scene.world.trace.of(MessageSent, since=scene.since):
        if event.arn.rsplit(":", 1)[1] in queues and text in event.body:
            return event.time
    raise UnreadableError(f"no such message in {wanted.role or wanted.name}")
