"""The closed set of checks: questions about a world that need no code. Whoever has a world answers them.

In content a check is a mapping of one key, its kind: `{trace: {function: worker, count: 3}}`. `function`,
and `role` where it says so, name an entry of the lab's `roles`, so that a learner's own names never matter.
Texts may hold placeholders. A new kind is a new struct here, entered in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tutor.course.values import AT_LEAST_ONE, Compare, Duration, Times, Usd


class CheckBase(msgspec.Struct, frozen=True):
    """What all checks are."""


class StepBase(msgspec.Struct, frozen=True):
    """What all steps are. `line` is where it stands in its file."""


class ApiCall(StepBase, frozen=True, tag_field="is_a", tag="call"):
    """A step that calls AWS: boto3's client and method names, AWS's own parameters.

    Texts in `params` may hold placeholders. Three shapes are the loader's: an object where AWS wants a JSON
    text, `{"trust": SERVICE}` for a trust policy, and `{"folder": NAME}` for a zip of that folder, under
    one of `PACKAGES`. A call with a `name` (written `as`, beside the method) is one whose reply is asked
    about: the reply is kept, and an error of AWS is a reply too.
    """

    client: str
    method: str
    params: Mapping[str, Any]
    line: int = 0
    name: str = msgspec.field(name="as", default="")


class Advance(StepBase, frozen=True, tag_field="is_a", tag="advance"):
    """A step that lets time pass, in microseconds."""

    duration: Duration
    line: int = 0


class Load(StepBase, frozen=True, tag_field="is_a", tag="load"):
    """A step that plans calls of a function, evenly spaced. They come as time passes; it returns at once.

    Attributes:
        function: the function's name; `{role:NAME}` for what plays a role.
        rate: calls a second, more than 0; or the placeholder of a variant that is a number.
        duration: for how long, in microseconds; written `for`.
        payload: an object is sent as JSON, a text as it is; both may hold placeholders.
        type: the invocation type.
    """

    function: str
    rate: int | float | str
    duration: Duration = msgspec.field(name="for")
    payload: Any = None
    type: Literal["RequestResponse", "Event"] = "RequestResponse"
    line: int = 0


Step = ApiCall | Advance | Load

PACKAGES = ("Code", "Content", "ZipFile")
"""Parameters of AWS's that may be `{folder: NAME}`: code of a function, content of a layer, a bare zip."""


class Trace(CheckBase, frozen=True, tag_field="is_a", tag="trace"):
    """How many attempts at running a function's code there were.

    Attributes:
        function: a role.
        type: Event or RequestResponse; "" for both.
        outcome: success, error, timeout or crash, "failure" for all but success; "" for attempts that have
            not ended too.
        containing: a text in the event's payload.
        reply: what the code answered. Of an object these keys must be there with these values, and others may
            be; anything else must be equal.
        error: the type of the error that it ended in, such as KeyError or Runtime.MarshalError.
        count: at least one, if the author did not say.
    """

    function: str
    type: Literal["", "Event", "RequestResponse"] = ""
    outcome: Literal["", "success", "error", "timeout", "crash", "failure"] = ""
    containing: str = ""
    reply: Any = msgspec.UNSET
    error: str = ""
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
    """A CloudWatch metric of a function since the lab, the trial or the question's steps began."""

    function: str
    name: str
    stat: Literal["Sum", "Average", "Maximum", "Minimum", "SampleCount"]
    count: Compare | None = None

    @property
    def compare(self) -> Compare:
        """What the figure must be."""
        return self.count or AT_LEAST_ONE


class Log(CheckBase, frozen=True, tag_field="is_a", tag="log"):
    """How many log events of a function hold a text, since the lab, trial or question began."""

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


ResourceKind = Literal["function", "queue", "bucket", "table", "role", "user", "log-group"]


class Resource(CheckBase, frozen=True, tag_field="is_a", tag="resource"):
    """A resource of that kind and name exists."""

    kind: ResourceKind
    name: str


class Missing(CheckBase, frozen=True, tag_field="is_a", tag="missing"):
    """One of these is gone: a function (a role of the lab), a queue, bucket, table or IAM role (by name)."""

    function: str = ""
    queue: str = ""
    bucket: str = ""
    table: str = ""
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


class Object(CheckBase, frozen=True, tag_field="is_a", tag="object"):
    """How many objects lie in an S3 bucket: the lab's `role` finds it, or `name` names it.

    Attributes:
        role: a bucket among the roles.
        name: the bucket's name.
        key: a pattern of keys, in which `*` stands for anything; "" for every object.
        contains: a text in the object.
        count: at least one, if the author did not say.
    """

    role: str = ""
    name: str = ""
    key: str = ""
    contains: str = ""
    count: Compare | None = None

    @property
    def compare(self) -> Compare:
        """What the count must be."""
        return self.count or AT_LEAST_ONE


class TableItem(CheckBase, frozen=True, tag_field="is_a", tag="item"):
    """How many items lie in a DynamoDB table: the lab's `role` finds it, or `name` names it.

    Attributes:
        role: a table among the roles.
        name: the table's name.
        key: attributes and their values (texts, numbers, true and false), such as those of the table's key.
        has: more of them, of any shape. Of a map these keys must be there, and others may be.
        count: at least one, if the author did not say.
    """

    role: str = ""
    name: str = ""
    key: Mapping[str, Any] = {}
    has: Mapping[str, Any] = {}
    count: Compare | None = None

    @property
    def compare(self) -> Compare:
        """What the count must be."""
        return self.count or AT_LEAST_ONE


class Cost(CheckBase, frozen=True, tag_field="is_a", tag="cost"):
    """What Lambda costs since the lab began (in a probe: since it began), in US dollars.

    Attributes:
        atleast: this or more.
        atmost: this or less. One of the two, or both.
        function: a role, for its share; "" for the whole account.
        free_tier: whether what is free every month is taken off first.
    """

    atleast: Usd = ""
    atmost: Usd = ""
    function: str = ""
    free_tier: bool = False


class Code(CheckBase, frozen=True, tag_field="is_a", tag="code"):
    """How often something stands in the code that a function runs. The code is read, never run.

    Attributes:
        function: a role.
        file: a pattern of file names in the package; every Python file if the author did not say.
        contains: a text, comments included.
        defines: a name that a file gives outside of every function: by def, class, import or
            assignment. "Class.method" for what is inside a class. One of the two.
        count: at least one, if the author did not say.
    """

    function: str
    file: str = "*.py"
    contains: str = ""
    defines: str = ""
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
    """IAM would let the execution role of a function do an action, or nothing but some actions.

    Attributes:
        principal: the function, one of the lab's roles.
        resource: an ARN, or "*".
        action: it is allowed.
        only: it is allowed none but these, of all actions that the operations here need of the resource's
            service ("*": of every service); `*` stands for anything. One of the two.
    """

    principal: str
    resource: str
    action: str = ""
    only: tuple[str, ...] = ()


class Reply(CheckBase, frozen=True, tag_field="is_a", tag="reply"):
    """What AWS answered a call of the same steps that has a name.

    With neither `is` nor `contains`: something stands there.

    Attributes:
        of: the name of the call.
        path: keys with dots between, as boto3 names them, entries of lists by number from 0: "Error.Code",
            "ResponseMetadata.HTTPStatusCode", "Payload.errorType" (JSON in a payload is parsed).
        value: what must stand there; None if that was not said.
        contains: a text in what stands there.
    """

    of: str
    path: str
    value: Any = msgspec.field(name="is", default=None)
    contains: str = ""


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
    Trace | Timeline | Metric | Log | Config | Resource | Missing | Queue | Object | TableItem | Cost | Code
    | Denied | Allowed | Reply | Clock | Answer | AllOf | AnyOf | NotThat | Probe
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
    "object": Object,
    "item": TableItem,
    "cost": Cost,
    "code": Code,
    "denied": Denied,
    "allowed": Allowed,
    "reply": Reply,
    "clock": Clock,
    "answer": Answer,
    "all": AllOf,
    "any": AnyOf,
    "not": NotThat,
    "probe": Probe,
}


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
