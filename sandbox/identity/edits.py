"""The smallest set of edits that would turn a denied request into an allowed one.

Each Deny that matches must go or shrink, and each layer that must allow needs one Allow. Whether an edit is
wise is another question: it says what stands in the way, not what should be granted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from sandbox.identity.document import Document, Statement
from sandbox.identity.evaluate import judge, read, resource_layer
from sandbox.identity.explain import why
from sandbox.identity.grammar import CURRENT_VERSION
from sandbox.identity.match import action_matcher, resource_matcher
from sandbox.identity.messages import layer_name
from sandbox.identity.principal import Principal
from sandbox.identity.request import Context, NamedPolicy, Policies, Request

_AWS_OWNED = "arn:aws:iam::aws:"


class Edit(msgspec.Struct, frozen=True):
    """One change of one policy.

    Attributes:
        how: "add" a statement, "change" one, "remove" one, or "detach" the policy, which AWS owns.
        layer: "identity", "resource", "trust", "boundary" or "session".
        policy: the name of the policy to change; "" for a new one, and for the resource's own.
        arn: of that policy when it is managed, else "".
        number: of the statement that is changed or removed, from 1; 0 otherwise.
        words: the edit as a sentence.
        statement: the statement after the edit, as JSON text; "" when it goes.
    """

    how: str
    layer: str
    policy: str
    arn: str
    number: int
    words: str
    statement: str


def smallest_edits(request: Request, policies: Policies) -> tuple[Edit, ...]:
    """The edits that would get a request allowed; () when it is allowed."""
    edits = []
    for layer, policy, document in documents(request, policies):
        edits += _edits_of_denies(request, layer, policy, document)
    without = apply(edits, request, policies) if edits else policies
    verdict = judge(request, read(request, without))
    return (*edits, *(_add(layer, request, without) for layer in _lacking(verdict.missing, request)))


def _lacking(missing: tuple[str, ...], request: Request) -> tuple[str, ...]:
    """The layers that need an Allow of their own.

    Within an account a trust policy that names the principal makes the identity policies superfluous, and for
    a user, who is named directly, all the rest too (facts 9.4).
    """
    if "trust" not in missing or request.cross_account:
        return missing
    superfluous = {"identity"} if request.principal.kind == "session" else {"identity", "boundary", "session"}
    return tuple(layer for layer in missing if layer not in superfluous)


def documents(request: Request, policies: Policies) -> list[tuple[str, NamedPolicy, Document]]:
    """All policies that are read for a request: (layer, policy, its document), in AWS's order.

    The resource's own policy has no name, so its `NamedPolicy` has an empty one.
    """
    found: list[tuple[str, NamedPolicy]] = []
    if policies.resource is not None:
        found.append((resource_layer(request), NamedPolicy("", policies.resource)))
    if request.principal.kind in {"user", "session"}:
        found += [("identity", policy) for policy in policies.identity]
        if policies.boundary is not None:
            found.append(("boundary", policies.boundary))
        found += [("session", policy) for policy in policies.session]
    return [(layer, policy, policy.document) for layer, policy in found]


# -- denies ------------------------------------------------------------------------------------------------


def _edits_of_denies(request: Request, layer: str, policy: NamedPolicy, document: Document) -> list[Edit]:
    context = Context(request)
    of_resource = layer in {"resource", "trust"}
    denies = [
        statement
        for statement in document.statements
        if statement.effect == "Deny" and why(statement, request, context, of_resource=of_resource)[0]
    ]
    if denies and policy.arn.startswith(_AWS_OWNED):
        words = f"Detach {policy.name}: it denies {request.action}, and AWS owns it, so it cannot be edited."
        return [Edit("detach", layer, policy.name, policy.arn, 0, words, "")]
    return [_shrink(statement, request, layer, policy) for statement in denies]


def _shrink(statement: Statement, request: Request, layer: str, policy: NamedPolicy) -> Edit:
    """The least that must be taken from a Deny so that it no longer covers the request."""
    where = f"{statement.name} of {policy.name or f'the {layer_name(layer)}'}"
    how, words, data = _shrunk(statement, request, where)
    after = json.dumps(data) if data else ""
    return Edit(how, layer, policy.name, policy.arn, statement.number, words, after)


def _shrunk(statement: Statement, request: Request, where: str) -> tuple[str, str, dict[str, Any]]:
    data = json.loads(statement.raw)
    actions = tuple(one for one in statement.actions if one.lower() != request.action.lower())
    if actions and actions != statement.actions and not action_matcher(actions)(request.action):
        data["Action"] = list(actions)
        return "change", f"Take {request.action} out of the actions that {where} denies.", data
    if statement.resources == ("*",) and request.resource.startswith("arn:"):
        data["NotResource"] = data.pop("Resource") and request.resource
        return "change", f"Except {request.resource} from {where}: NotResource instead of Resource.", data
    others = tuple(one for one in statement.resources if one != request.resource)
    plain = not any("$" in one for one in others)
    if plain and others and others != statement.resources and not resource_matcher(others)(request.resource):
        data["Resource"] = list(others)
        return "change", f"Take {request.resource} out of the resources that {where} denies.", data
    return "remove", f"Remove {where}: it denies {request.action}.", {}


# -- allows ------------------------------------------------------------------------------------------------


def _add(layer: str, request: Request, policies: Policies) -> Edit:
    statement: dict[str, Any] = {"Effect": "Allow"}
    if layer in {"resource", "trust"}:
        statement["Principal"] = _named(request.principal)
    statement["Action"] = request.action
    if layer != "trust":
        statement["Resource"] = request.resource
    if conditions := _conditions(layer, request):
        statement["Condition"] = conditions
    policy = _editable(layer, policies)
    what = f"allow {request.action}" + ("" if layer == "trust" else f" on {request.resource}")
    if layer in {"resource", "trust"}:
        words = f"Add to the {layer_name(layer)}: {what} for {request.principal.arn}."
    elif policy is not None:
        words = f"Add to the {layer_name(layer)} {policy.name} of {request.principal.name}: {what}."
    elif layer == "identity":
        words = f"Give {request.principal.name} an {layer_name(layer)}: {what}."
    else:
        words = f"Give {request.principal.name} another {layer_name(layer)}, which must also {what}."
    name, arn = (policy.name, policy.arn) if policy is not None else ("", "")
    return Edit("add", layer, name, arn, 0, words, json.dumps(statement))


def _conditions(layer: str, request: Request) -> dict[str, Any]:
    """For a service: only for whom it asks now, so that nobody else can make it ask (IAM User Guide,
    confused-deputy).
    """
    if layer != "resource" or request.principal.kind != "service":
        return {}
    keys = (("ArnLike", "aws:SourceArn"), ("StringEquals", "aws:SourceAccount"))
    return {operator: {key: request.context[key]} for operator, key in keys if key in request.context}


def _named(principal: Principal) -> dict[str, str]:
    if principal.kind == "service":
        return {"Service": principal.arn}
    return {"AWS": principal.role_arn or principal.arn}


def _editable(layer: str, policies: Policies) -> NamedPolicy | None:
    """The first policy of a layer that its owner may edit; None when there is none."""
    named: tuple[NamedPolicy, ...] = {
        "identity": policies.identity,
        "session": policies.session,
        "boundary": (policies.boundary,) if policies.boundary is not None else (),
    }.get(layer, ())
    return next((policy for policy in named if not policy.arn.startswith(_AWS_OWNED)), None)


# -- applying ----------------------------------------------------------------------------------------------


def apply(edits: Iterable[Edit], request: Request, policies: Policies) -> Policies:
    """The policies after some edits; the old ones stay as they are.

    Raises:
        PolicyError: when an edit names a resource that is no ARN.
    """
    by_layer: dict[str, list[Edit]] = {}
    for edit in edits:
        by_layer.setdefault(edit.layer, []).append(edit)
    resource = policies.resource
    if own := by_layer.get(resource_layer(request)):
        resource = _edited(resource, own)
    boundary = (policies.boundary,) if policies.boundary is not None else ()
    limits = _edited_all(boundary, by_layer.get("boundary", []))
    return Policies(
        identity=_edited_all(policies.identity, by_layer.get("identity", [])),
        resource=resource,
        # A new boundary replaces the old one and allows what that allowed.
        boundary=limits[-1] if limits else None,
        session=_edited_all(policies.session, by_layer.get("session", [])),
    )


def _edited_all(policies: Iterable[NamedPolicy], edits: list[Edit]) -> tuple[NamedPolicy, ...]:
    result = []
    for policy in policies:
        own = [edit for edit in edits if (edit.policy, edit.arn) == (policy.name, policy.arn)]
        if any(edit.how == "detach" for edit in own):
            continue
        document = _edited(policy.document, own) if own else policy.document
        if document is not None:
            result.append(NamedPolicy(policy.name, document, policy.arn, policy.attached_to))
    for edit in edits:
        if not edit.policy:
            document = Document.parse({"Version": CURRENT_VERSION, "Statement": [json.loads(edit.statement)]})
            result.append(NamedPolicy("new policy", document))
    return tuple(result)


def _edited(document: Document | None, edits: list[Edit]) -> Document | None:
    """A document after its edits; None when no statement is left."""
    data: dict[str, Any] = {"Version": CURRENT_VERSION}
    statements = []
    if document is not None:
        data = json.loads(document.raw)
        after = {edit.number: edit.statement for edit in edits if edit.number}
        texts = [after.get(statement.number, statement.raw) for statement in document.statements]
        statements = [json.loads(text) for text in texts if text]
    statements += [json.loads(edit.statement) for edit in edits if edit.how == "add"]
    return Document.parse({**data, "Statement": statements}) if statements else None
