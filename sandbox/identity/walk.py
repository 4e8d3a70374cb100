"""The walk: how a decision came about, statement by statement, for people to read."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from sandbox.identity.document import Document
from sandbox.identity.edits import Edit, documents, smallest_edits
from sandbox.identity.evaluate import evaluate, resource_layer
from sandbox.identity.explain import why
from sandbox.identity.messages import layer_name, layer_with_article
from sandbox.identity.request import Context, Decision, NamedPolicy, Policies, Request

_UNIQUE_ID = re.compile(r"\b(?:AIDA|AROA)[A-Z0-9]+")


class Step(msgspec.Struct, frozen=True):
    """One statement that was read, or a layer in which there was nothing to read.

    Attributes:
        layer: "identity", "resource", "trust", "boundary" or "session".
        policy: the policy's name.
        statement: its Sid, or "statement 2"; "" where there was nothing to read.
        effect: "Allow", "Deny" or "".
        matched: whether the statement is about this request.
        why: what matched, or the first thing that did not.
    """

    layer: str
    policy: str
    statement: str
    effect: str
    matched: bool
    why: str


class Walk(msgspec.Struct, frozen=True):
    """The whole reasoning behind a decision.

    Attributes:
        request: what was asked.
        steps: all that was read, in AWS's order of evaluation.
        decision: the same that `evaluate` gives.
        verdict: the decision as one or two sentences.
        edits: the smallest set of edits that would turn a deny into an allow; () for an allow.
    """

    request: Request
    steps: tuple[Step, ...]
    decision: Decision
    verdict: str
    edits: tuple[Edit, ...]


def walk(request: Request, policies: Policies, arn_of: Callable[[str], str] = str) -> Walk:
    """Show the way to a decision; a pure function of its arguments, slower than `evaluate`.

    Args:
        request: what was asked.
        policies: all that bear on it.
        arn_of: tells the ARN of the user or role that a policy of a resource names by its unique id, "" when
            there is none any more.
    """
    decision = evaluate(request, policies)
    edits = () if decision.allowed else smallest_edits(request, policies)
    steps = tuple(
        msgspec.structs.replace(step, why=_UNIQUE_ID.sub(lambda one: arn_of(one[0]) or one[0], step.why))
        for step in _steps(request, policies)
    )
    return Walk(request, steps, decision, _verdict(request, decision, steps), edits)


def _steps(request: Request, policies: Policies) -> list[Step]:
    context = Context(request)
    steps = []
    own = resource_layer(request)
    if policies.resource is None:
        steps.append(Step(own, "", "", "", False, f"there is no {layer_name(own)} on {request.resource}"))
    for layer, policy, document in documents(request, policies):
        steps += _read(layer, policy, document, request, context)
    if request.principal.kind in {"user", "session"} and not policies.identity:
        place = next((i for i, step in enumerate(steps) if step.layer in {"boundary", "session"}), len(steps))
        text = f"{request.principal.name} has no identity-based policy"
        if request.cross_account:
            text = (
                f"what the identity-based policies of account {request.principal.account} allow is not known "
                "here, and what cannot be known is denied"
            )
        steps.insert(place, Step("identity", "", "", "", False, text))
    if request.principal.kind == "service":
        text = f"{request.principal.name} is an AWS service: only the policy of the resource counts"
        steps.append(Step("identity", "", "", "", False, text))
    if request.principal.kind == "root":
        text = f"{request.principal.name} may do everything in its own account that no policy denies"
        steps.append(Step("identity", "", "", "Allow", not request.cross_account, text))
    return steps


def _read(
    layer: str, policy: NamedPolicy, document: Document, request: Request, context: Context
) -> list[Step]:
    steps = []
    for statement in document.statements:
        matched, text = why(statement, request, context, of_resource=layer in {"resource", "trust"})
        name = policy.name or layer_name(layer)
        steps.append(Step(layer, name, statement.name, statement.effect, matched, text))
    return steps


def _verdict(request: Request, decision: Decision, steps: tuple[Step, ...]) -> str:
    who, what = request.principal.name, f"{request.action} on {request.resource}"
    if decision.allowed:
        by = f": {decision.by} allows it" if decision.by else ""
        return f"Allowed. {_capital(who)} may do {what}{by}, and nothing denies it."
    denies = [step for step in steps if step.matched and step.effect == "Deny"]
    if denies:
        named = " and ".join(f"{step.statement} of {step.policy}" for step in denies)
        return f"Denied. A matching Deny always wins: {named}."
    allowed = {step.layer for step in steps if step.matched and step.effect == "Allow"}
    layer = next(name for name in _ORDER if decision.reason.startswith(f"because no {layer_name(name)} "))
    also = ""
    if request.cross_account and allowed:
        also = " The resource is in another account, so both sides must allow it."
    elif layer in {"boundary", "session"} and "identity" in allowed:
        limit = layer_with_article(layer)
        also = f" An identity-based policy allows it, but {limit} is a limit and must allow it too."
    elif layer == "identity" and "resource" in allowed:
        also = " The resource's policy names the account only, so identity-based policies decide."
    return f"Denied. {_capital(who)} may not do {what}: no {layer_name(layer)} allows it.{also}"


_ORDER = ("resource", "trust", "identity", "boundary", "session")


def _capital(text: str) -> str:
    return text if "." in text.split(maxsplit=1)[0] else text[:1].upper() + text[1:]
