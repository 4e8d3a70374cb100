"""Names in checks, steps and questions that must lead somewhere: roles, placeholders, misconceptions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeGuard

import msgspec

from sandbox.observe.metrics import METRICS
from tutor.course.checks import (
    Allowed,
    Answer,
    ApiCall,
    Check,
    Code,
    Config,
    Cost,
    Load,
    Log,
    Metric,
    Missing,
    Object,
    Probe,
    Queue,
    Reply,
    Step,
    TableItem,
    Timeline,
    Trace,
    parts,
)
from tutor.course.decode import Decoder
from tutor.course.model import Role
from tutor.course.placeholders import ARN_KINDS, placeholders
from tutor.course.problems import Problems, did_you_mean, listed, shown
from tutor.course.questions.readings import (
    ConfigRead,
    DeniedRead,
    LineRead,
    MessageRead,
    RaisedRead,
    Reading,
    ReplyRead,
    StoryRow,
)
from tutor.course.source import Source

_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z*]+")


class Names:
    """What names mean in one file.

    Args:
        decoder: knows the lines.
        problems: where to note what leads nowhere.
        roles: the lab's roles; None when the lab itself is not to be had, so that nothing is said of them.
        variants: the lab's variants.
    """

    def __init__(
        self,
        decoder: Decoder,
        problems: Problems,
        roles: Mapping[str, Role] | None,
        variants: Collection[str],
    ) -> None:
        self.decoder = decoder
        self.problems = problems
        self.roles = roles
        self.variants = variants

    def wrong(self, line: int, found: str, expected: str, hint: str = "") -> None:
        """Note a problem of this file."""
        self.problems.add(self.decoder.file, line, found, expected, hint)

    def role(self, owner: msgspec.Struct, key: str, name: str, kind: str) -> None:
        """Note a name that is no role of the lab, or a role of another kind ("function", "queue")."""
        if self.roles is None:
            return
        near = [known for known, role in self.roles.items() if role.kind == kind]
        line = self.decoder.line(owner, key)
        if name not in self.roles:
            self.wrong(line, f"the role {shown(name)}", f"a {kind} among `roles`", did_you_mean(name, near))
        elif name not in near:
            self.wrong(line, f"the role {shown(name)}, a {self.roles[name].kind}", f"a {kind} among `roles`")

    def known(
        self,
        owner: msgspec.Struct,
        key: str,
        given: Iterable[str],
        known: Collection[str] | None,
        expected: str,
    ) -> None:
        """Note entries of a list that are not known; `known` None leaves them unchecked."""
        for number, name in enumerate(given):
            if known is not None and name not in known:
                self.wrong(
                    self.decoder.line(owner, key, number), shown(name), expected, did_you_mean(name, known)
                )


def check_names(check: Check, names: Names) -> None:
    """Note what is wrong with the names and the shape of a check, and of those inside it."""
    if isinstance(check, (Trace, Timeline, Metric, Log, Config, Code)) or _of_one(check):
        names.role(check, "function", check.function, "function")
    elif isinstance(check, Missing):
        _missing(check, names)
    elif isinstance(check, Queue):
        _queue(check, names)
    elif isinstance(check, Object):
        _role_or_name(check, "object", "bucket", names)
    elif isinstance(check, TableItem):
        _item(check, names)
    elif isinstance(check, Allowed):
        names.role(check, "principal", check.principal, "function")
    line = names.decoder.line(check)
    if isinstance(check, Cost):
        _bounds(check, line, names)
    if isinstance(check, Code) and bool(check.contains) == bool(check.defines):
        names.wrong(line, "`code` as it is", "one of `contains` or `defines`")
    if isinstance(check, Allowed):
        _allowed(check, line, names)
    if isinstance(check, Timeline) and not (check.first_start or check.last_start or check.gaps):
        names.wrong(line, "a timeline that asks nothing", "`first_start`, `last_start` or `gaps`")
    if isinstance(check, Reply) and check.value is not None and check.contains:
        names.wrong(line, "both `is` and `contains`", "one of the two, or none for: something is there")
    if isinstance(check, Metric):
        _metric(check, names)
    if isinstance(check, Metric) and check.count is None:
        names.wrong(line, "a metric without a comparison", "`equals`, `atleast`, `atmost` or `between`")
    action = getattr(check, "action", "")
    if action and not _ACTION.fullmatch(action):
        names.wrong(
            names.decoder.line(check, "action"), shown(action), "an IAM action such as `sqs:SendMessage`"
        )
    if isinstance(check, Answer):
        _answer(check, names)
        return
    _placeholders(check, line, names)
    if isinstance(check, Probe):
        steps_names(check.steps, names)
    for part in parts(check):
        check_names(part, names)


def _allowed(check: Allowed, line: int, names: Names) -> None:
    if bool(check.action) == bool(check.only):
        names.wrong(line, "`allowed` as it is", "one of `action` or `only`")
    for number, action in enumerate(check.only):
        if not _ACTION.fullmatch(action):
            names.wrong(
                names.decoder.line(check, "only", number), shown(action), "an IAM action such as `logs:*`"
            )


def reading_names(check: Check | Reading, names: Names) -> None:
    """The same for a reading: a check that a figure is read off compares nothing."""
    line = names.decoder.line(check)
    if isinstance(check, (ConfigRead, LineRead, RaisedRead)):
        names.role(check, "function", check.function, "function")
    elif isinstance(check, MessageRead):
        _queue(check, names)
    if isinstance(check, (ConfigRead, LineRead, RaisedRead, MessageRead, ReplyRead, DeniedRead)):
        _placeholders(check, line, names)
        return
    if isinstance(check, (Trace, Metric, Log, Queue, Object)):
        if check.count is not None:
            names.wrong(line, "a comparison in an answer", "no comparison: the figure is read off the run")
        elif isinstance(check, Queue):
            _queue(check, names)
        elif isinstance(check, Object):
            _role_or_name(check, "object", "bucket", names)
        else:
            names.role(check, "function", check.function, "function")
        if isinstance(check, Metric):
            _metric(check, names)
        _placeholders(check, line, names)
    else:
        names.wrong(line, "a check that has no figure", "`trace`, `metric`, `log` or `queue`")


def moment_names(check: Check | StoryRow, names: Names) -> None:
    """The same for a moment: it compares nothing either."""
    if not isinstance(check, StoryRow):
        if getattr(check, "count", None) is not None:
            expected = "no comparison: the first that there is counts"
            names.wrong(names.decoder.line(check), "a comparison in a moment", expected)
        check_names(check, names)
        return
    if check.function:
        names.role(check, "function", check.function, "function")
    if check.nth < 1:
        names.wrong(names.decoder.line(check, "nth"), f"`nth: {check.nth}`", "1 for the first, 2, 3, ...")
    _placeholders(check, names.decoder.line(check), names)


def steps_names(steps: Iterable[Step], names: Names) -> None:
    """Note placeholders in steps that lead nowhere, and what a step's struct cannot refuse by its types."""
    for step in steps:
        if isinstance(step, (ApiCall, Load)):
            _placeholders(step, step.line, names)
        if isinstance(step, Load):
            _load(step, names)


def _load(step: Load, names: Names) -> None:
    if isinstance(step.rate, str) and {f"{{{name}}}" for name in placeholders(step.rate)} != {step.rate}:
        names.wrong(step.line, f"the rate {shown(step.rate)}", "a number, or one placeholder for a number")
    if not isinstance(step.rate, str) and step.rate <= 0:
        names.wrong(step.line, f"the rate {step.rate}", "calls a second, more than 0")
    if step.duration <= 0:
        names.wrong(step.line, "a load that takes no time", "`for: 30s`, or another duration")
    role = names.roles.get(step.function) if names.roles else None
    if role is not None and role.function != step.function:
        hint = f"`{{role:{step.function}}}` is the name of what plays that role."
        names.wrong(step.line, f"the function {shown(step.function)}", "the name of a function", hint)


def _placeholders(value: msgspec.Struct, line: int, names: Names) -> None:
    if names.roles is None:
        return
    for name in sorted(placeholders(value)):
        kind, _, rest = name.partition(":")
        if kind == "role" and rest not in names.roles:
            hint = did_you_mean(rest, names.roles)
            names.wrong(line, shown(f"{{{name}}}"), "a role among `roles`", hint)
        elif kind == "arn" and rest.split("/")[0] not in ARN_KINDS:
            hint = did_you_mean(rest.split("/")[0], ARN_KINDS)
            names.wrong(line, shown(f"{{{name}}}"), f"an ARN of {listed(ARN_KINDS)}", hint)
        elif not rest and name != "nonce" and name not in names.variants:
            hint = did_you_mean(name, [*names.variants, "nonce"])
            names.wrong(
                line, shown(f"{{{name}}}"), "a variant, `{nonce}`, `{role:NAME}` or `{arn:KIND/NAME}`", hint
            )


def near_misses(source: Source, names: Iterable[str], known: Collection[str], problems: Problems) -> None:
    """Note placeholders that are almost a variant: `{nmaes}` would be shown to the learner as it stands.

    Args:
        source: the file, for the line.
        names: placeholders that its texts hold, without braces.
        known: the variants.
        problems: where to note it.
    """
    for name in sorted(set(names)):
        hint = did_you_mean(name, known) if name.isidentifier() and name not in known else ""
        if not hint:
            continue
        found = f"{{{name}}}"
        number = next((n for n, line in enumerate(source.lines(), 1) if found in line), 0)
        problems.add(source.file, number, shown(found), "a variant of the lab", hint)


def unknown_names(source: Source, names: Iterable[str], roles: Collection[str], problems: Problems) -> None:
    """Note `{role:...}` and `{arn:...}` of a page that stand for nothing.

    Args:
        source: the page, for the line.
        names: placeholders that it holds, without braces.
        roles: those of the lab whose world it uses.
        problems: where to note it.
    """
    for name in sorted(set(names)):
        kind, _, rest = name.partition(":")
        known = {"role": roles, "arn": ARN_KINDS}.get(kind, ())
        what = rest.split("/")[0]
        if known and what not in known:
            found = f"{{{name}}}"
            line = next((n for n, line in enumerate(source.lines(), 1) if found in line), 0)
            expected = "a role of the lab" if kind == "role" else f"an ARN of {listed(ARN_KINDS)}"
            problems.add(source.file, line, shown(found), expected, did_you_mean(what, known))


def _missing(check: Missing, names: Names) -> None:
    if sum(map(bool, (check.function, check.queue, check.bucket, check.table, check.role))) != 1:
        expected = "one of `function`, `queue`, `bucket`, `table` or `role`"
        names.wrong(names.decoder.line(check), "`missing` as it is", expected)
    elif check.function:
        names.role(check, "function", check.function, "function")


def _of_one(check: Check) -> TypeGuard[Cost]:
    """Whether it is a cost, and one of a function."""
    return isinstance(check, Cost) and bool(check.function)


def _bounds(check: Cost, line: int, names: Names) -> None:
    if not check.atleast and not check.atmost:
        names.wrong(line, "a cost without a comparison", "`atleast` or `atmost`")
    elif check.atleast and check.atmost and Decimal(check.atleast) > Decimal(check.atmost):
        names.wrong(line, "`atleast` above `atmost`", "the lower bound in `atleast`")


def _metric(check: Metric, names: Names) -> None:
    if check.name not in METRICS:
        hint = did_you_mean(check.name, METRICS)
        line = names.decoder.line(check, "name")
        names.wrong(line, f"the metric {shown(check.name)}", f"one of {listed(METRICS)}", hint)


def _item(check: TableItem, names: Names) -> None:
    _role_or_name(check, "item", "table", names)
    for name, value in check.key.items():
        if not isinstance(value, str | int | float):
            found, hint = f"{shown(name)} as a list, a mapping or nothing", "`has` takes values of any shape."
            names.wrong(names.decoder.line(check, "key"), found, "a text, a number, true or false", hint)


def _role_or_name(check: Any, what: str, kind: str, names: Names) -> None:
    if bool(check.role) == bool(check.name):
        names.wrong(names.decoder.line(check), f"{shown(what)} as it is", "one of `role` or `name`")
    elif check.role:
        names.role(check, "role", check.role, kind)


def _queue(check: Queue | MessageRead, names: Names) -> None:
    _role_or_name(check, "queue", "queue", names)


def _answer(check: Answer, names: Names) -> None:
    if (check.value is None) == (check.reads is None):
        names.wrong(names.decoder.line(check), "`answer` as it is", "one of `is` or `reads`")
    elif check.reads is not None:
        reading_names(check.reads, names)
