"""Answering checks: what was expected, what there is, and whether they agree.

A check asks about behaviour and finds what it talks about through the lab's roles, so that whatever a
learner named or wired is judged by what it does. A probe acts in a fork of the world and is thrown away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from sandbox import World
from sandbox.identity import evaluate
from sandbox.observe.logs import LogFold
from sandbox.observe.metrics import MetricFold
from sandbox.observe.timeline import Attempt, attempts
from sandbox.services.iam import IamService
from sandbox.services.sqs import SqsService
from sandbox.trace import PermissionDecided
from tutor.course import checks, fill
from tutor.course.values import Compare, duration_words, time_words
from tutor.practice.build import StepError, perform
from tutor.practice.naming import Naming, UnboundRoleError

_DAY = 86_400 * 1_000_000
_SECOND = 1_000_000


class Result(msgspec.Struct, frozen=True):
    """How a task stands; this JSON is public.

    Attributes:
        id: the task's id.
        status: pass, not_yet, blocked or error.
        say: what the task asks for.
        expected: what was expected, in words.
        actual: what there is, in words.
        why: why it matters, or why it is not there yet.
        evidence: sequence numbers of the trace events that show it.
    """

    id: str
    status: str
    say: str
    expected: str = ""
    actual: str = ""
    why: str = ""
    evidence: tuple[int, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """The answer to one check."""

    holds: bool
    expected: str
    actual: str
    evidence: tuple[int, ...] = ()


class Cancelled(Exception):  # noqa: N818 - not an error: a newer action made the answer worthless
    """The answer is not wanted any more."""


@dataclass(frozen=True)
class Scene:
    """What checks are asked about.

    Attributes:
        world: the world; a probe forks it.
        naming: what names stand for in it.
        folder: the lesson's folder.
        since: trace events up to this number happened before the scene began.
        began: the time at which it began, microseconds since the epoch.
        said: what the learner typed as an answer.
        cancelled: asked between the parts of a probe.
    """

    world: World
    naming: Naming
    folder: Path
    since: int = 0
    began: int = 0
    said: str = ""
    cancelled: Callable[[], bool] = lambda: False


def answer(check: checks.Check, scene: Scene) -> Verdict:
    """Answer a check.

    Raises:
        Cancelled: the scene was cancelled in between.
    """
    try:
        return _ANSWERS[type(check)](check, scene)
    except UnboundRoleError as missing:
        wanted = "a queue that takes the letters" if isinstance(check, checks.Queue) else "it to be there"
        return Verdict(False, wanted, str(missing))


def figure(check: checks.Check, scene: Scene) -> float:
    """The number that a check is about, for questions whose answer is read off a run."""
    return _FIGURES[type(check)](check, scene)[0]


# -- counts ------------------------------------------------------------------------------------------------


def _count_trace(check: checks.Trace, scene: Scene) -> tuple[float, tuple[int, ...]]:
    function = scene.naming.played_by(check.function)
    containing = fill(check.containing, scene.naming.value).encode()
    found = [
        attempt
        for attempt in _attempts(scene, function)
        if (not check.type or attempt.type == check.type)
        and _outcome_is(attempt, check.outcome)
        and containing in attempt.payload
    ]
    return len(found), tuple(attempt.seq for attempt in found)


def _attempts(scene: Scene, function: str) -> list[Attempt]:
    return [attempt for attempt in attempts(scene.world.trace, function) if attempt.seq > scene.since]


def _outcome_is(attempt: Attempt, wanted: str) -> bool:
    if wanted == "failure":
        return attempt.outcome not in {"", "success"}
    return not wanted or attempt.outcome == wanted


def _count_metric(check: checks.Metric, scene: Scene) -> tuple[float, tuple[int, ...]]:
    function = scene.naming.played_by(check.function)
    value = MetricFold().catch_up(scene.world.trace).total(check.name, function, check.stat)
    return value or 0, ()


def _count_log(check: checks.Log, scene: Scene) -> tuple[float, tuple[int, ...]]:
    function = scene.naming.function(scene.naming.played_by(check.function))
    if function is None:
        return 0, ()
    text = fill(check.contains, scene.naming.value)
    lines = LogFold().catch_up(scene.world.trace).lines(function.active.log_group)
    return sum(text in line.text for line in lines if line.time >= scene.began), ()


def _count_queue(check: checks.Queue, scene: Scene) -> tuple[float, tuple[int, ...]]:
    queues = [fill(check.name, scene.naming.value)] if check.name else scene.naming.queues_of(check.role)
    text = fill(check.contains, scene.naming.value)
    sqs = scene.world.cloud.services["sqs"]
    assert isinstance(sqs, SqsService)
    # Who wires both a dead-letter queue and a destination gets the letter in both: the fullest counts.
    there = [queue for queue in queues if has_queue(scene.world, queue)]
    return max((sum(text in body for _, body, _ in sqs.messages(queue)) for queue in there), default=0), ()


_FIGURES: dict[type[Any], Callable[[Any, Scene], tuple[float, tuple[int, ...]]]] = {
    checks.Trace: _count_trace,
    checks.Metric: _count_metric,
    checks.Log: _count_log,
    checks.Queue: _count_queue,
}


def _counted(check: Any, scene: Scene) -> Verdict:
    number, evidence = _FIGURES[type(check)](check, scene)
    noun = _noun(check, scene)
    compare: Compare = check.compare
    return Verdict(compare.holds(number), f"{noun}: {compare.words()}", f"{noun}: {number:,}", evidence)


_HOW = {"": "", "success": "successful ", "error": "failed ", "failure": "failed "}


def _noun(check: Any, scene: Scene) -> str:
    if isinstance(check, checks.Trace):
        how = _HOW.get(check.outcome, f"{check.outcome} ")
        return f"{how}attempts of {scene.naming.played_by(check.function)}"
    if isinstance(check, checks.Metric):
        return f"{check.name} ({check.stat}) of {scene.naming.played_by(check.function)}"
    if isinstance(check, checks.Log):
        return f"log events with {fill(check.contains, scene.naming.value)!r}"
    return "letters in the queue"


# -- yes and no --------------------------------------------------------------------------------------------


def _timeline(check: checks.Timeline, scene: Scene) -> Verdict:
    found = _attempts(scene, scene.naming.played_by(check.function))
    if not found:
        return Verdict(False, "an attempt", "no attempt yet")
    evidence = tuple(attempt.seq for attempt in found)
    for name, wanted, attempt in (
        ("first start", check.first_start, found[0]),
        ("last start", check.last_start, found[-1]),
    ):
        if wanted is not None:
            time = attempt.start % _DAY
            return Verdict(
                wanted.holds(time), f"{name} {wanted.words()}", f"{name} at {time_words(time)}", evidence
            )
    gaps = [
        round((after.start - (before.end or after.start)) / _SECOND) * _SECOND
        for before, after in pairwise(found)
    ]
    wanted_gaps = list(check.gaps)
    words = [", ".join(map(duration_words, some)) or "none" for some in (wanted_gaps, gaps)]
    return Verdict(gaps == wanted_gaps, f"gaps {words[0]}", f"gaps {words[1]}", evidence)


def _config(check: checks.Config, scene: Scene) -> Verdict:
    function = scene.naming.played_by(check.function)
    there = _setting(scene.world, function, check.path)
    return Verdict(
        there == check.value, f"{check.path} is {_shown(check.value)}", f"{check.path} is {_shown(there)}"
    )


def _setting(world: World, function: str, path: str) -> Any:
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
    return "not set" if value is None else str(value)


def _exists(world: World, kind: str, name: str) -> bool:
    services = world.cloud.services
    if kind == "function":
        return name in services["lambda"].functions  # type: ignore[attr-defined]
    if kind == "queue":
        return has_queue(world, name)
    if kind == "log-group":
        return name in services["logs"].groups  # type: ignore[attr-defined]
    iam = services["iam"]
    assert isinstance(iam, IamService)
    return iam.principal(f"arn:aws:iam::{world.cloud.account}:{kind}/{name}") is not None


def has_queue(world: World, name: str) -> bool:
    """Whether there is a queue of that name."""
    sqs = world.cloud.services["sqs"]
    assert isinstance(sqs, SqsService)
    try:
        sqs.messages(name)
    except LookupError:
        return False
    return True


def _resource(check: checks.Resource, scene: Scene) -> Verdict:
    name = fill(check.name, scene.naming.value)
    there = _exists(scene.world, check.kind, name)
    words = f"{check.kind} {name}"
    return Verdict(there, f"{words} exists", f"{words} {'exists' if there else 'does not exist'}")


def _missing(check: checks.Missing, scene: Scene) -> Verdict:
    kind = "function" if check.function else "queue" if check.queue else "role"
    if check.function:
        name = scene.naming.played_by(check.function)
    else:
        name = fill(check.queue or check.role, scene.naming.value)
    gone = not _exists(scene.world, kind, name)
    return Verdict(gone, f"{kind} {name} is gone", f"{kind} {name} {'is gone' if gone else 'exists'}")


def _denied(check: checks.Denied, scene: Scene) -> Verdict:
    refused = [
        event
        for event in scene.world.trace.of(PermissionDecided, since=scene.since)
        if not event.allowed and event.action == check.action and check.principal in event.principal
    ]
    # A refusal that would be allowed today is history, and no reason for a hint.
    still = [event for event in refused if not _allowed_now(scene.world, event)]
    actual = f"{check.action} was refused" if still else f"{check.action} is not being refused"
    return Verdict(bool(still), f"{check.action} is refused", actual, tuple(event.seq for event in still))


def _allowed_now(world: World, event: PermissionDecided) -> bool:
    cloud = world.cloud
    principal = cloud.who(event.principal)
    if principal is None:
        return False
    request = cloud.request(principal, event.action, event.arn, dict(event.context))
    return evaluate(request, cloud.policies(principal, event.arn)).allowed


def _allowed(check: checks.Allowed, scene: Scene) -> Verdict:
    function = scene.naming.function(scene.naming.played_by(check.principal))
    resource = fill(check.resource, scene.naming.value)
    words = f"{check.action} on {resource}"
    principal = None
    if function is not None:
        principal = scene.world.cloud.role(
            function.latest.role, session=function.name, service="lambda.amazonaws.com"
        )
    if principal is None:
        return Verdict(False, f"{words} is allowed", "there is no role that could be allowed anything")
    cloud = scene.world.cloud
    own = {"lambda:SourceFunctionArn": function.arn} if function is not None else {}
    request = cloud.request(principal, check.action, resource, own)
    decision = evaluate(request, cloud.policies(principal, resource))
    actual = "allowed" if decision.allowed else f"denied {decision.reason}"
    return Verdict(decision.allowed, f"{words} is allowed", actual)


def _clock(check: checks.Clock, scene: Scene) -> Verdict:
    passed = scene.world.cloud.kernel.now - scene.began
    return Verdict(
        passed >= check.passed,
        f"{duration_words(check.passed)} pass",
        f"{duration_words(passed // _SECOND * _SECOND)} passed",
    )


def _answer(check: checks.Answer, scene: Scene) -> Verdict:
    wanted: Any = check.value if check.reads is None else figure(check.reads, scene)
    right = f"{wanted:g}" if isinstance(wanted, float) else str(wanted)
    said = scene.said.strip()
    return Verdict(said.casefold() == right.casefold(), "the right answer", said or "no answer yet")


def _all(check: checks.AllOf, scene: Scene) -> Verdict:
    return _first_that(False, [answer(part, scene) for part in check.checks])


def _any(check: checks.AnyOf, scene: Scene) -> Verdict:
    return _first_that(True, [answer(part, scene) for part in check.checks])


def _first_that(holds: bool, verdicts: list[Verdict]) -> Verdict:
    return next((verdict for verdict in verdicts if verdict.holds is holds), verdicts[-1])


def _not(check: checks.NotThat, scene: Scene) -> Verdict:
    inner = answer(check.check, scene)
    return Verdict(not inner.holds, f"not: {inner.expected}", inner.actual, inner.evidence)


def _probe(check: checks.Probe, scene: Scene) -> Verdict:
    with scene.world.fork() as fork:
        naming = Naming(scene.naming.lab, scene.naming.variants, fork, _nonce(scene))
        inside = replace(scene, world=fork, naming=naming, since=len(fork.trace), began=fork.cloud.kernel.now)
        try:
            if not perform(fork, check.steps, naming, scene.folder, scene.cancelled):
                raise Cancelled
        except StepError as error:
            return Verdict(False, "the trial call is taken", str(error.__cause__))
        return _first_that(False, [answer(part, inside) for part in check.expect])


def _nonce(scene: Scene) -> str:
    """A word that the learner cannot have foreseen, the same when the same world is probed again."""
    last = scene.world.journal.rows[-1].hash
    return "probe-" + hashlib.sha256(f"{last}:{scene.naming.lab.id}".encode()).hexdigest()[:12]


_ANSWERS: dict[type[Any], Callable[[Any, Scene], Verdict]] = {
    **dict.fromkeys(_FIGURES, _counted),
    checks.Timeline: _timeline,
    checks.Config: _config,
    checks.Resource: _resource,
    checks.Missing: _missing,
    checks.Denied: _denied,
    checks.Allowed: _allowed,
    checks.Clock: _clock,
    checks.Answer: _answer,
    checks.AllOf: _all,
    checks.AnyOf: _any,
    checks.NotThat: _not,
    checks.Probe: _probe,
}
