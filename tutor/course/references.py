"""Names in checks, steps and questions that must lead somewhere: roles, placeholders, misconceptions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import msgspec

from tutor.course.checks import (
    Allowed,
    Answer,
    ApiCall,
    Check,
    Config,
    Log,
    Metric,
    Missing,
    Probe,
    Queue,
    Step,
    Timeline,
    Trace,
    parts,
)
from tutor.course.decode import Decoder
from tutor.course.model import Role
from tutor.course.placeholders import ARN_KINDS, placeholders
from tutor.course.problems import Problems, did_you_mean, listed, shown
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
        near = [known for known, role in self.roles.items() if _kind(role) == kind]
        line = self.decoder.line(owner, key)
        if name not in self.roles:
            self.wrong(line, f"the role {shown(name)}", f"a {kind} among `roles`", did_you_mean(name, near))
        elif name not in near:
            self.wrong(
                line, f"the role {shown(name)}, a {_kind(self.roles[name])}", f"a {kind} among `roles`"
            )

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


def _kind(role: Role) -> str:
    return "queue" if role.where or role.queue else "function"


def check_names(check: Check, names: Names) -> None:
    """Note what is wrong with the names and the shape of a check, and of those inside it."""
    if isinstance(check, (Trace, Timeline, Metric, Log, Config)):
        names.role(check, "function", check.function, "function")
    elif isinstance(check, Missing):
        _missing(check, names)
    elif isinstance(check, Queue):
        _queue(check, names)
    elif isinstance(check, Allowed):
        names.role(check, "principal", check.principal, "function")
    line = names.decoder.line(check)
    if isinstance(check, Timeline) and not (check.first_start or check.last_start or check.gaps):
        names.wrong(line, "a timeline that asks nothing", "`first_start`, `last_start` or `gaps`")
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


def reading_names(check: Check, names: Names) -> None:
    """The same for a check that a figure is read off: it compares nothing."""
    line = names.decoder.line(check)
    if isinstance(check, (Trace, Metric, Log, Queue)):
        if check.count is not None:
            names.wrong(line, "a comparison in an answer", "no comparison: the figure is read off the run")
        elif isinstance(check, Queue):
            _queue(check, names)
        else:
            names.role(check, "function", check.function, "function")
        _placeholders(check, line, names)
    else:
        names.wrong(line, "a check that has no figure", "`trace`, `metric`, `log` or `queue`")


def steps_names(steps: Iterable[Step], names: Names) -> None:
    """Note placeholders in steps that lead nowhere."""
    for step in steps:
        if isinstance(step, ApiCall):
            _placeholders(step, step.line, names)


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


def _missing(check: Missing, names: Names) -> None:
    if sum(map(bool, (check.function, check.queue, check.role))) != 1:
        names.wrong(names.decoder.line(check), "`missing` as it is", "one of `function`, `queue` or `role`")
    elif check.function:
        names.role(check, "function", check.function, "function")


def _queue(check: Queue, names: Names) -> None:
    if bool(check.role) == bool(check.name):
        names.wrong(names.decoder.line(check), "`queue` as it is", "one of `role` or `name`")
    elif check.role:
        names.role(check, "role", check.role, "queue")


def _answer(check: Answer, names: Names) -> None:
    if (check.value is None) == (check.reads is None):
        names.wrong(names.decoder.line(check), "`answer` as it is", "one of `is` or `reads`")
    elif check.reads is not None:
        reading_names(check.reads, names)
