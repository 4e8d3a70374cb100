"""The closed set of checks: questions about a world that need no code. Whoever has a world answers them.

In content a check is a mapping of one key, its kind: `{trace: {function: worker, count: 3}}`. `function`,
and `role` where it says so, name an entry of the lab's `roles`, so that a learner's own names never matter.
Texts may hold placeholders. A new kind is a new struct here, entered in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tutor.course.values import AT_LEAST_ONE, Compare, Duration, Times


class CheckBase(msgspec.Struct, frozen=True):
    """What all checks are."""


class StepBase(msgspec.Struct, frozen=True):
    """What all steps are. `line` is where it stands in its file."""


class ApiCall(StepBase, frozen=True, tag_field="is_a", tag="call"):
    """A step that calls AWS: boto3's client and method names, AWS's own parameters.

    Texts in `params` may hold placeholders. Three shapes are the loader's: an object where AWS wants a JSON
    text, `{"trust": SERVICE}` for a trust policy, and `"Code": {"folder": NAME}` for a zip of that folder.
    """

    client: str
    method: str
    params: Mapping[str, Any]
    line: int = 0


class Advance(StepBase, frozen=True, tag_field="is_a", tag="advance"):
    """A step that lets time pass, in microseconds."""

    duration: Duration
    line: int = 0


Step = ApiCall | Advance


class Trace(CheckBase, frozen=True, tag_field="is_a", tag="trace"):
    """How many attempts at running a function's code there were.

    Attributes:
        function: a role.
        type: Event or RequestResponse; "" for both.
        outcome: success, error, timeout or crash, "failure" for all but success; "" for attempts that have
            not ended too.
        containing: a text in the event's payload.
        count: at least one, if the author did not say.
    """

    function: str
    type: Literal["", "Event", "RequestResponse"] = ""
    outcome: Literal["", "success", "error", "timeout", "crash", "failure"] = ""
    containing: str = ""
    count: Compare | None = None

    @property
    def compare(self) -> Compare:
        """What the count must be."""
        return self.count or AT_LEAST_ONE


class Timeline(CheckBase, frozen=True, tag_field="is_a", tag="timeline"):
    """When attempts started: the first, the last, or the gaps between them (in microseconds).

    A gap is from the end of one attempt to the start of the next, told in whole seconds.
    """

    function: str
    first_start: Times | None = None
    last_start: Times | None = None
    gaps: tuple[Duration, ...] = ()


class Metric(CheckBase, frozen=True, tag_field="is_a", tag="metric"):
    """A CloudWatch metric of a function over all the time there was."""

    function: str
    name: str
    stat: Literal["Sum", "Average", "Maximum", "Minimum", "SampleCount"]
    count: Compare | None = None

    @property
    def compare(self) -> Compare:
        """What the figure must be."""
        return self.count or AT_LEAST_ONE


class Log(CheckBase, frozen=True, tag_field="is_a", tag="log"):
    """How many log events of a function hold a text."""

    function: str
    contains: str
    count: Compare | None = None

    @property
    def compare(self) -> Compare:
        """What the count must be."""
        return self.count or AT_LEAST_ONE


class Config(CheckBase, frozen=True, tag_field="is_a", tag="config"):
    """What a function's configuration says, as GetFunctionConfiguration answers.

    Attributes:
        function: a role.
        path: keys with dots between: "DeadLetterConfig.TargetArn". `ReservedConcurrentExecutions` and
            `EventInvokeConfig` may begin it too.
        value: what must stand there; None for "nothing".
    """

    function: str
    path: str
    value: Any = msgspec.field(name="is")


ResourceKind = Literal["function", "queue", "role", "user", "log-group"]


class Resource(CheckBase, frozen=True, tag_field="is_a", tag="resource"):
    """A resource of that kind and name exists."""

    kind: ResourceKind
    name: str


class Missing(CheckBase, frozen=True, tag_field="is_a", tag="missing"):
    """One of the three is gone: a function (a role of the lab), a queue or an IAM role (by name)."""

    function: str = ""
    queue: str = ""
    role: str = ""


class Queue(CheckBase, frozen=True, tag_field="is_a", tag="queue"):
    """How many messages lie in a queue: the lab's `role` finds it, or `name` names it."""

    role: str = ""
    name: str = ""
    contains: str = ""
    count: Compare | None = None

    @property
    def compare(self) -> Compare:
        """What the count must be."""
        return self.count or AT_LEAST_ONE


class Denied(CheckBase, frozen=True, tag_field="is_a", tag="denied"):
    """IAM refused somebody an action; `principal` is a text in the principal's ARN, "" for anybody."""

    action: str
    principal: str = ""


class Allowed(CheckBase, frozen=True, tag_field="is_a", tag="allowed"):
    """IAM would let the execution role of a function (`principal`, one of the lab's roles) do an action."""

    principal: str
    action: str
    resource: str


class Clock(CheckBase, frozen=True, tag_field="is_a", tag="clock"):
    """At least so much virtual time passed since the lab began, in microseconds."""

    passed: Duration


class Answer(CheckBase, frozen=True, tag_field="is_a", tag="answer"):
    """What the learner typed is right: it is `value`, or what `reads` reads off the world. One of the two."""

    value: str | int | float | None = msgspec.field(name="is", default=None)
    reads: Check | None = None


class AllOf(CheckBase, frozen=True, tag_field="is_a", tag="all"):
    """All of them hold."""

    checks: tuple[Check, ...]


class AnyOf(CheckBase, frozen=True, tag_field="is_a", tag="any"):
    """One of them holds, or more."""

    checks: tuple[Check, ...]


class NotThat(CheckBase, frozen=True, tag_field="is_a", tag="not"):
    """It does not hold."""

    check: Check


class Probe(CheckBase, frozen=True, tag_field="is_a", tag="probe"):
    """What would happen: the steps run in a fork of the learner's world, then all of `expect` must hold."""

    steps: tuple[Step, ...]
    expect: tuple[Check, ...]


Check = (
    Trace | Timeline | Metric | Log | Config | Resource | Missing | Queue | Denied | Allowed | Clock | Answer
    | AllOf | AnyOf | NotThat | Probe
)  # fmt: skip

KINDS: dict[str, type[CheckBase]] = {
    "trace": Trace,
    "timeline": Timeline,
    "metric": Metric,
    "log": Log,
    "config": Config,
    "resource": Resource,
    "missing": Missing,
    "queue": Queue,
    "denied": Denied,
    "allowed": Allowed,
    "clock": Clock,
    "answer": Answer,
    "all": AllOf,
    "any": AnyOf,
    "not": NotThat,
    "probe": Probe,
}

PLANNED = ("object", "item", "cost", "code")
"""Kinds of the format that wait for the part of the pretend AWS that they ask about."""

READABLE = (Trace, Metric, Log, Queue)
"""Kinds that a figure can be read off: the right answer of a question of type `number`."""


def parts(check: Check) -> tuple[Check, ...]:
    """The checks directly inside a check."""
    if isinstance(check, (AllOf, AnyOf)):
        return check.checks
    if isinstance(check, NotThat):
        return (check.check,)
    if isinstance(check, Probe):
        return check.expect
    if isinstance(check, Answer) and check.reads is not None:
        return (check.reads,)
    return ()
