"""What a question's answer is read off: readings of a run, and moments in it.

A check says whether something is so; a reading says what there is, a moment says when it was. In content both
are mappings of one key, as checks are. The counts among the checks (`trace`, `metric`, `log`, `queue`,
`object`) are readings too, without their comparison. A new kind is a new struct here, entered in its table;
what answers it is in `tutor.quiz.readings`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from tutor.course.checks import CheckBase, Denied, Log, Metric, Object, Queue, Trace


class ConfigRead(CheckBase, frozen=True, tag_field="is_a", tag="read-config"):
    """What stands at a path of a function's configuration; see `checks.Config`."""

    function: str
    path: str


class ReplyRead(CheckBase, frozen=True, tag_field="is_a", tag="read-reply"):
    """What stands at a path of a named call's reply; see `checks.Reply`. No path: the whole reply."""

    of: str
    path: str = ""


class DeniedRead(CheckBase, frozen=True, tag_field="is_a", tag="read-denied"):
    """The action that IAM refused first; `principal` is a text in the principal's ARN, "" for anybody."""

    principal: str = ""


class LineRead(CheckBase, frozen=True, tag_field="is_a", tag="read-line"):
    """The first line of a function's log that holds a text.

    Attributes:
        function: a role.
        contains: the text.
        field: what stands behind this word and a colon, up to the next tab: "Status" of a REPORT line; "" for
            the whole line.
    """

    function: str
    contains: str
    field: str = ""


class MessageRead(CheckBase, frozen=True, tag_field="is_a", tag="read-message"):
    """The first message in a queue: the lab's `role` finds it, or `name` names it.

    `path` leads into a body that is JSON, as in `checks.Reply`; "" for the body itself.
    """

    role: str = ""
    name: str = ""
    path: str = ""


class RaisedRead(CheckBase, frozen=True, tag_field="is_a", tag="read-raised"):
    """The number of the line at which a function's code raised first, in the file that the question shows."""

    function: str


class StoryRow(CheckBase, frozen=True, tag_field="is_a", tag="event"):
    """The moment of a row of the timeline.

    Attributes:
        word: how its word begins: "started", "retry".
        function: a role, whose rows are counted; "" for all rows.
        nth: which of these rows, from 1.
    """

    word: str
    function: str = ""
    nth: int = 1


Reading = Annotated[
    Trace
    | Metric
    | Log
    | Queue
    | Object
    | ConfigRead
    | ReplyRead
    | DeniedRead
    | LineRead
    | MessageRead
    | RaisedRead,
    msgspec.Meta(extra={"content": "reading"}),
]

READINGS: dict[str, type[CheckBase]] = {
    "trace": Trace,
    "metric": Metric,
    "log": Log,
    "queue": Queue,
    "object": Object,
    "config": ConfigRead,
    "reply": ReplyRead,
    "denied": DeniedRead,
    "line": LineRead,
    "message": MessageRead,
    "raised": RaisedRead,
}

Moment = Annotated[StoryRow | Trace | Log | Queue | Denied, msgspec.Meta(extra={"content": "moment"})]
"""When something was: a row of the timeline; the start of the first attempt that matches (its end, if an
outcome was asked for); the first log line; the first message that arrived; the first refusal."""

MOMENTS: dict[str, type[CheckBase]] = {
    "event": StoryRow,
    "trace": Trace,
    "log": Log,
    "queue": Queue,
    "denied": Denied,
}
