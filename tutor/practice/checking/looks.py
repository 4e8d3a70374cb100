"""Checks that look: whether something is so in the account, on the clock or in a reply."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

from botocore.exceptions import ClientError

from sandbox import World
from sandbox.cloud import Cloud, operations_of
from sandbox.identity import Decision, evaluate
from sandbox.models import service_model
from sandbox.observe.bill import BillFold, dollars
from sandbox.services.iam import IamService
from sandbox.trace import InvocationEnded, InvocationStarted, PermissionDecided
from tutor.course import ContentError, ContentProblem, checks, fill
from tutor.course.problems import did_you_mean, listed, shown
from tutor.course.values import Compare, duration_words, time_words
from tutor.practice.build import file_of
from tutor.practice.checking.counts import attempts_since, dynamodb, has_queue, s3
from tutor.practice.checking.replies import at
from tutor.practice.checking.scene import Scene, Verdict

_DAY = 86_400 * 1_000_000
_SECOND = 1_000_000


# -- time --------------------------------------------------------------------------------------------------


def _timeline(check: checks.Timeline, scene: Scene) -> Verdict:
    function = scene.naming.played_by(check.function)
    found = attempts_since(scene, function)
    if not found:
        return Verdict(False, f"attempts of {function}", f"{function} has not run yet")
    evidence = tuple(attempt.seq for attempt in found)
    parts = [
        _moment("first", check.first_start, found[0].start),
        _moment("last", check.last_start, found[-1].start),
        _gaps(list(check.gaps), [(attempt.start, attempt.end) for attempt in found]),
    ]
    asked = [part for part in parts if part is not None]
    holds, expected, actual = next((part for part in asked if not part[0]), asked[0])
    return Verdict(holds, f"{expected} ({function})", actual, evidence)


def _moment(name: str, wanted: Compare | None, start: int) -> tuple[bool, str, str] | None:
    if wanted is None:
        return None
    time = start % _DAY
    return wanted.holds(time), f"the {name} start {wanted.words()}", f"the {name} start at {time_words(time)}"


def _gaps(wanted: list[int], runs: list[tuple[int, int | None]]) -> tuple[bool, str, str] | None:
    if not wanted:
        return None
    gaps = [round((start - (end or start)) / _SECOND) * _SECOND for (_, end), (start, _) in pairwise(runs)]
    words = [", ".join(map(duration_words, some)) or "none" for some in (wanted, gaps)]
    return gaps == wanted, f"pauses between the attempts: {words[0]}", f"pauses: {words[1]}"


def _clock(check: checks.Clock, scene: Scene) -> Verdict:
    passed = scene.world.cloud.kernel.now - scene.began
    return Verdict(
        passed >= check.passed,
        f"at least {duration_words(check.passed)} of pretend time pass",
        f"{duration_words(passed // _SECOND * _SECOND)} passed",
    )


# -- configuration, resources, costs -----------------------------------------------------------------------


def _config(check: checks.Config, scene: Scene) -> Verdict:
    function = scene.naming.played_by(check.function)
    wanted = fill(check.value, scene.naming.value)
    words = f"{check.path} of {function} is"
    _check_path(check.path, scene)
    if scene.naming.function(function) is None:
        return Verdict(wanted is None, f"{words} {_shown(wanted)}", f"there is no function {function}")
    there = setting(scene.world, function, check.path)
    return Verdict(there == wanted, f"{words} {_shown(wanted)}", f"{words} {_shown(there)}")


_SHAPES = {
    "EventInvokeConfig": "FunctionEventInvokeConfig",
    "ReservedConcurrentExecutions": "GetFunctionConcurrencyResponse",
}
"""What begins a path, and the shape of AWS's answer that it leads into; any other leads into
FunctionConfiguration."""


def _check_path(path: str, scene: Scene) -> None:
    """Refuse a path at which AWS never has anything: nobody would ever be told that it is misspelt."""
    head, _, rest = path.partition(".")
    shape = service_model("lambda").shape_for(_SHAPES.get(head, "FunctionConfiguration"))
    for key in filter(None, (rest if head == "EventInvokeConfig" else path).split(".")):
        if shape.type_name == "map":
            return
        members = shape.members if shape.type_name == "structure" else {}
        if key not in members:
            known = [*members, *_SHAPES] if key == head else members
            found = f"the path {shown(path)} of a function's configuration"
            file = file_of(scene.naming.lab, scene.folder)
            expected = f"one of {listed(sorted(known))}" if known else f"nothing behind {shown(shape.name)}"
            raise ContentError([ContentProblem(file, 0, found, expected, did_you_mean(key, known))])
        shape = members[key]


def setting(world: World, function: str, path: str) -> Any:
    """What stands at a path of a function's configuration, read in a fork: asking leaves no trace."""
    with world.fork() as fork:
        return _read_setting(fork.client("lambda"), function, path)


def _read_setting(client: Any, function: str, path: str) -> Any:
    head, _, rest = path.partition(".")
    try:
        if head == "EventInvokeConfig":
            value = client.get_function_event_invoke_config(FunctionName=function)
            path = rest
        elif head == "ReservedConcurrentExecutions":
            value = client.get_function_concurrency(FunctionName=function)
        else:
            value = client.get_function_configuration(FunctionName=function)
    except ClientError:
        return None
    found: Any = value
    for key in filter(None, path.split(".")):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _shown(value: Any) -> str:
    if value is None:
        return "not set"
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _exists(world: World, kind: str, name: str) -> bool:
    services = world.cloud.services
    if kind == "function":
        return name in services["lambda"].functions  # type: ignore[attr-defined]
    if kind == "queue":
        return has_queue(world, name)
    if kind == "bucket":
        return name in s3(world).bucket_names()
    if kind == "table":
        return name in dynamodb(world).tables
    if kind == "log-group":
        return name in services["logs"].groups  # type: ignore[attr-defined]
    iam = services["iam"]
    assert isinstance(iam, IamService)
    return iam.principal(f"arn:aws:iam::{world.cloud.account}:{kind}/{name}") is not None


_KINDS = {"role": "IAM role", "user": "IAM user", "log-group": "log group"}


def _resource(check: checks.Resource, scene: Scene) -> Verdict:
    name = fill(check.name, scene.naming.value)
    there = _exists(scene.world, check.kind, name)
    words = f"the {_KINDS.get(check.kind, check.kind)} {name}"
    return Verdict(there, f"{words} exists", f"{words} {'exists' if there else 'does not exist'}")


def _missing(check: checks.Missing, scene: Scene) -> Verdict:
    given = {"queue": check.queue, "role": check.role, "bucket": check.bucket, "table": check.table}
    kind, name = next(((kind, name) for kind, name in given.items() if name), ("function", ""))
    name = fill(name, scene.naming.value) if name else scene.naming.played_by(check.function)
    gone = not _exists(scene.world, kind, name)
    words = f"the {_KINDS.get(kind, kind)} {name}"
    return Verdict(gone, f"{words} is gone", f"{words} {'is gone' if gone else 'exists'}")


def _cost(check: checks.Cost, scene: Scene) -> Verdict:
    bill = BillFold(scene.world.cloud.facts)
    begun: set[str] = set()
    for event in scene.world.trace.since(scene.since):
        if isinstance(event, InvocationStarted):
            begun.add(event.environment)
        elif not isinstance(event, InvocationEnded) or event.environment in begun:
            bill.apply(event)
    function = scene.naming.played_by(check.function) if check.function else None
    total = bill.cost(function, free_tier=check.free_tier).total
    bounds = [f"at least ${check.atleast}"] if check.atleast else []
    bounds += [f"at most ${check.atmost}"] if check.atmost else []
    holds = (not check.atleast or total >= Decimal(check.atleast)) and (
        not check.atmost or total <= Decimal(check.atmost)
    )
    noun = f"the cost of {function}" if function else "the cost of Lambda"
    noun += " without what is free" if check.free_tier else ""
    return Verdict(holds, f"{noun}: {' and '.join(bounds)}", f"{noun}: {dollars(total)}")


# -- permissions and replies -------------------------------------------------------------------------------


def _denied(check: checks.Denied, scene: Scene) -> Verdict:
    who = fill(check.principal, scene.naming.value)
    refused = [
        event
        for event in scene.world.trace.of(PermissionDecided, since=scene.since)
        if not event.allowed and event.action == check.action and who in event.principal
    ]
    # A refusal that would be allowed today is history, and no reason for a hint.
    still = [event for event in refused if not _allowed_now(scene.world, event)]
    words = f"{check.action} of {who}" if who else check.action
    actual = f"{words} was refused" if still else f"{words} is not being refused"
    return Verdict(bool(still), f"{words} is refused", actual, tuple(event.seq for event in still))


def _allowed_now(world: World, event: PermissionDecided) -> bool:
    cloud = world.cloud
    principal = cloud.who(event.principal)
    if principal is None:
        return False
    request = cloud.request(principal, event.action, event.arn, dict(event.context))
    return evaluate(request, cloud.policies(principal, event.arn)).allowed


def _allowed(check: checks.Allowed, scene: Scene) -> Verdict:
    resource = fill(check.resource, scene.naming.value)
    words = f"{check.action or 'something'} on {resource}"
    name = scene.naming.played_by(check.principal)
    principal = None
    function = scene.naming.function(name)
    if function is not None:
        principal = scene.world.cloud.role(
            function.latest.role, session=function.name, service="lambda.amazonaws.com"
        )
    if principal is None:
        there = "no execution role" if function else f"no function {name}"
        return Verdict(False, f"{words} is allowed", f"there is {there} that could be allowed anything")
    cloud = scene.world.cloud
    own = {"lambda:SourceFunctionArn": function.arn} if function is not None else {}
    policies = cloud.policies(principal, resource)

    def decide(action: str) -> Decision:
        return evaluate(cloud.request(principal, action, resource, own), policies)

    if check.only:
        others = [action for action in _actions(cloud, resource) if not _among(action, check.only)]
        more = [action for action in others if decide(action).allowed]
        expected = f"the role of {name} may do nothing but {', '.join(check.only)} on {resource}"
        shown_of_them = ", ".join(more[:_MOST_NAMED]) + (" and more" if len(more) > _MOST_NAMED else "")
        return Verdict(not more, expected, f"it may do {shown_of_them}" if more else "it is so")
    decision = decide(check.action)
    actual = "it is allowed" if decision.allowed else f"it is denied {decision.reason}"
    return Verdict(decision.allowed, f"{words} is allowed for the role of {name}", actual)


_MOST_NAMED = 3
"""Actions that a role may do too: more names than these tell nobody more."""


def _actions(cloud: Cloud, resource: str) -> list[str]:
    """The actions that the operations of a resource's service need; for "*" those of every service."""
    of = resource.split(":", 3)[2] if resource.startswith("arn:") else ""
    services = [service for name, service in cloud.services.items() if of in ("", name)]
    specs = [getattr(service, name).spec for service in services for name in operations_of(service)]
    return sorted({spec.action for spec in specs if spec.action})


def _among(action: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(action, pattern) for pattern in patterns)


def _reply(check: checks.Reply, scene: Scene) -> Verdict:
    found = at(scene.replies.get(check.of), check.path)
    place = f"{check.path} of {check.of}"
    wanted, contained = fill(check.value, scene.naming.value), fill(check.contains, scene.naming.value)
    if contained:
        return Verdict(
            contained in str(found), f"{place} has {contained!r} in it", f"{place} is {_shown(found)}"
        )
    if wanted is None:
        return Verdict(found is not None, f"{place} is there", f"{place} is {_shown(found)}")
    return Verdict(found == wanted, f"{place} is {wanted}", f"{place} is {_shown(found)}")


LOOKS: dict[type[Any], Callable[[Any, Scene], Verdict]] = {
    checks.Timeline: _timeline,
    checks.Clock: _clock,
    checks.Config: _config,
    checks.Resource: _resource,
    checks.Missing: _missing,
    checks.Cost: _cost,
    checks.Denied: _denied,
    checks.Allowed: _allowed,
    checks.Reply: _reply,
}
"""The kinds of checks that are answered here."""
