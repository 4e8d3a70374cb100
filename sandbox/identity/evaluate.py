"""May they? IAM's evaluation logic (facts 9.4).

An explicit deny anywhere wins. Within an account an Allow of the resource's policy or of an identity policy
is enough, and a permissions boundary and session policies limit the latter; across accounts both must allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sandbox.identity.conditions import counts
from sandbox.identity.document import Document, Statement
from sandbox.identity.match import action_matcher, filled, resource_matcher
from sandbox.identity.messages import explicit_deny, missing_allow
from sandbox.identity.principal import Grant, Principal, grant
from sandbox.identity.request import Context, Decision, NamedPolicy, Policies, Request

ASSUME_ROLE = "sts:AssumeRole"
RESOURCE_POLICY = "the resource's policy"
TRUST_POLICY = "the role's trust policy"


class Layer(NamedTuple):
    """What all policies of one layer say together.

    Attributes:
        name: "boundary", "session", "identity", "resource" or "trust".
        denied_by: the policy and statement with a Deny that matches, or "".
        allowed_by: the policy and statement with an Allow that matches, or "".
        reach: of a resource's policy, how directly its Allow reaches the principal.
    """

    name: str
    denied_by: str = ""
    allowed_by: str = ""
    reach: Grant = Grant.NONE


class Verdict(NamedTuple):
    """A decision before it is put into AWS's words.

    Attributes:
        allowed: whether the request may be made.
        layer: what denied it, or "".
        explicit: whether by a Deny.
        by: the policy and statement that decided, or "".
        missing: the layers that lack an Allow, in the order of evaluation.
    """

    allowed: bool
    layer: str = ""
    explicit: bool = False
    by: str = ""
    missing: tuple[str, ...] = ()


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decide a request; a pure function of its arguments."""
    verdict = judge(request, read(request, policies))
    if verdict.allowed:
        return Decision(True, "", verdict.by)
    if verdict.explicit:
        return Decision(False, explicit_deny(verdict.layer), verdict.by)
    return Decision(False, missing_allow(verdict.layer, request.action), "")


def assumable(
    document: Document, service: str, context: Mapping[str, str | tuple[str, ...]] | None = None
) -> bool:
    """Whether a trust policy lets a service principal assume its role.

    Args:
        document: the role's trust policy.
        service: such as "lambda.amazonaws.com".
        context: condition keys of the request, such as aws:SourceAccount.
    """
    principal = Principal(service, "service", "", "")
    request = Request(principal, ASSUME_ROLE, "*", context or {})
    layer = _read_resource("trust", document, request, Context(request))
    return bool(layer.allowed_by) and not layer.denied_by


# -- reading the layers ------------------------------------------------------------------------------------


def read(request: Request, policies: Policies) -> dict[str, Layer]:
    """Read all layers that bear on a request, in the order in which a deny is named.

    [SIM] facts 9.5: when several kinds of policies deny, the boundary is named before session, identity and
    resource policies. Service principals have no policies but the resource's, and nothing limits a root.
    """
    layers = {}
    context = Context(request)
    if request.principal.kind in {"user", "session"}:
        if policies.boundary is not None:
            layers["boundary"] = _read_named("boundary", (policies.boundary,), request, context)
        if policies.session:
            layers["session"] = _read_named("session", policies.session, request, context)
        layers["identity"] = _read_named("identity", policies.identity, request, context)
    if policies.resource is not None:
        name = resource_layer(request)
        layers[name] = _read_resource(name, policies.resource, request, context)
    return layers


def resource_layer(request: Request) -> str:
    """What the policy of the asked resource is called: a role has a trust policy."""
    return "trust" if request.action == ASSUME_ROLE else "resource"


def _read_named(name: str, policies: Iterable[NamedPolicy], request: Request, context: Context) -> Layer:
    allowed_by = ""
    for policy in policies:
        for statement in policy.document.statements:
            deny = statement.effect == "Deny"
            if (deny or not allowed_by) and _covers(statement, request, context):
                by = f"{policy.name} / {statement.sid}" if statement.sid else policy.name
                if deny:
                    return Layer(name, denied_by=by)
                allowed_by = by
    return Layer(name, allowed_by=allowed_by)


def _read_resource(name: str, document: Document, request: Request, context: Context) -> Layer:
    policy = TRUST_POLICY if name == "trust" else RESOURCE_POLICY
    allowed_by, reach = "", Grant.NONE
    for statement in document.statements:
        reached = reaches(statement, request.principal)
        deny = statement.effect == "Deny"
        if reached > (Grant.NONE if deny else reach) and _covers(statement, request, context):
            by = f"{policy} / {statement.sid}" if statement.sid else policy
            if deny:
                return Layer(name, denied_by=by)
            allowed_by, reach = by, reached
    return Layer(name, allowed_by=allowed_by, reach=reach)


def reaches(statement: Statement, principal: Principal) -> Grant:
    """How directly a statement of a resource's policy reaches a principal.

    [SIM] NotPrincipal spares those whom it names by their own ARN, by their role, or by "*".
    """
    if statement.not_principals:
        return Grant.NONE if grant(principal, statement.not_principals) >= Grant.ROLE else Grant.DIRECT
    return grant(principal, statement.principals)


def _covers(statement: Statement, request: Request, context: Context) -> bool:
    return (
        action_fits(statement, request.action)
        and resource_fits(statement, request.resource, context)
        and all(counts(condition, statement.effect, context) for condition in statement.conditions)
    )


def action_fits(statement: Statement, action: str) -> bool:
    """Whether a statement is about an action."""
    if statement.not_actions:
        return action_matcher(statement.not_actions)(action) is None
    return action_matcher(statement.actions)(action) is not None


def resource_fits(statement: Statement, resource: str, context: Context) -> bool:
    """Whether a statement is about a resource; one without Resource, as in trust policies, always is."""
    patterns = statement.not_resources or statement.resources
    if not patterns:
        return True
    if statement.variables:
        texts = (filled(pattern, context.get) for pattern in patterns)
        # A variable without a value makes its pattern fit no resource.
        patterns = tuple(text for text in texts if text is not None)
    fits = resource_matcher(patterns)(resource) is not None
    return fits != bool(statement.not_resources)


# -- judging -----------------------------------------------------------------------------------------------


def judge(request: Request, layers: Mapping[str, Layer]) -> Verdict:
    """Put the layers together (facts 9.4)."""
    for layer in layers.values():
        if layer.denied_by:
            return Verdict(False, layer.name, explicit=True, by=layer.denied_by)
    name = resource_layer(request)
    resource = layers.get(name, Layer(name))
    needed = _needed(request, resource, name in layers)
    missing = tuple(one for one in needed if one in layers and not layers[one].allowed_by)
    missing = tuple(one for one in needed if one not in layers and one == name) + missing
    if missing:
        return Verdict(False, missing[0], missing=missing)
    identity = layers.get("identity", Layer("identity"))
    return Verdict(True, by=resource.allowed_by if "identity" not in needed else identity.allowed_by)


def _needed(request: Request, resource: Layer, present: bool) -> tuple[str, ...]:
    """The layers that must allow a request, in the order of evaluation."""
    limits = ("boundary", "session")
    if request.principal.kind == "service":
        return (resource.name,)
    if request.cross_account:
        return (resource.name, "identity", *limits)
    if request.principal.kind == "root":
        return ()
    if resource.reach == Grant.DIRECT:
        return (resource.name,)
    if resource.reach == Grant.ROLE:
        return (resource.name, *limits)
    # A trust policy must allow on its own account (IAM User Guide, policy-eval-denyallow).
    trust = (resource.name,) if present and resource.name == "trust" else ()
    return (*trust, "identity", *limits)
