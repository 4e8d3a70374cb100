"""Why something happened: the verb explain."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sandbox.observe.words import function_name
from sandbox.trace import ApiCalled, ApiFailed, Event, InvocationEnded, PermissionDecided
from tutor.practice.console.asked import Usage, VerbError, lambda_of, no_function
from tutor.words import _

if TYPE_CHECKING:
    from tutor.practice.console.shell import Shell


def explain(shell: Shell, rest: str) -> str:
    """`explain`, `explain NUMBER`: why the last failure, or the event of a timeline row, happened."""
    trace = shell.world.trace
    if rest:
        if not re.fullmatch("[0-9]{1,9}", rest) or not 0 < int(rest) <= len(trace):
            raise Usage(
                _("explain, or explain NUMBER with the number of an event, 1 to {last}").format(
                    last=len(trace)
                )
            )
        event = trace.events[int(rest) - 1]
    else:
        event = _last_trouble(shell)
    told = shell.world.explain(event.seq)
    if isinstance(event, PermissionDecided) and not event.allowed:
        name = function_name(event.arn)
        if name and name not in lambda_of(shell).functions:
            told.append(no_function(shell, name))
        told += _walk(shell, event)
    if help_ := next(filter(None, map(shell.helps, _errors(shell, event))), ""):
        told.append(help_)
    return "\n".join(told)


def _last_trouble(shell: Shell) -> Event:
    for event in reversed(shell.world.trace.events):
        if isinstance(event, PermissionDecided) and not event.allowed:
            return event
        if isinstance(event, ApiFailed):
            return _refusal_behind(shell, event) or event
        if isinstance(event, InvocationEnded) and event.outcome == "error":
            return _refusal_inside(shell, event) or event
        if getattr(event, "outcome", "success") != "success":
            return event
    raise VerbError(_("nothing has gone wrong yet"))


def _refusal_behind(shell: Shell, failed: ApiFailed) -> Event | None:
    """The refused permission that made a call fail, if that is why."""
    refused = shell.world.trace.of(PermissionDecided, since=failed.cause)
    return next((event for event in refused if event.cause == failed.cause and not event.allowed), None)


def _refusal_inside(shell: Shell, ended: InvocationEnded) -> Event | None:
    """The refused permission that the code of a failed run met, if its error tells of it."""
    calls = {
        call.seq for call in shell.world.trace.of(ApiCalled, since=ended.cause) if call.cause == ended.cause
    }
    refused = shell.world.trace.of(PermissionDecided, since=ended.cause)
    met = [event for event in refused if event.cause in calls and not event.allowed]
    return next((event for event in reversed(met) if event.action.encode() in ended.payload), None)


def _walk(shell: Shell, event: PermissionDecided) -> list[str]:
    """The permission walk of a refusal: each policy read, and what would change the verdict."""
    walk = shell.world.walk(event)
    if walk is None:
        return []
    told = [_("How IAM decided:")]
    told += [f"  {_named(step.layer, step.policy)}: {step.why}" for step in walk.steps]
    told += [_("What would change it:")]
    for change in walk.edits:
        told.append(f"  {change.words}")
        if change.how == "add":
            policy = {"Version": "2012-10-17", "Statement": [json.loads(change.statement)]}
            told.append(_("  As a whole policy: {policy}").format(policy=json.dumps(policy)))
        elif change.statement:
            told.append(f"  {change.statement}")
    return told


def _named(layer: str, policy: str) -> str:
    # A policy on a resource has no name of its own: what kind of policy it is says its layer, too.
    return policy if policy.startswith(layer) else " ".join(filter(None, (layer, policy)))


def _errors(shell: Shell, event: Event) -> list[str]:
    """What AWS said where an event is an error, or led to one, in the words of the console."""
    # A refused permission, or a run, makes the call fail that is the cause of both.
    beside = [one for one in shell.world.trace.of(ApiFailed, since=event.cause) if one.cause == event.cause]
    failed = [one for one in (event, *beside) if isinstance(one, ApiFailed)]
    return [
        f"An error occurred ({one.error}) when calling the {one.operation} operation: {one.message}"
        for one in failed
    ]
