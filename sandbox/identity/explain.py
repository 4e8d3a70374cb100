"""Why a statement matches a request, or why not, in plain words."""

from __future__ import annotations

from sandbox.identity.conditions import Condition, counts, unknown
from sandbox.identity.document import Names, Statement
from sandbox.identity.evaluate import action_fits, reaches, resource_fits
from sandbox.identity.match import action_matcher, filled, resource_matcher, unescaped
from sandbox.identity.principal import Grant
from sandbox.identity.request import Context, Request

_SHOWN = 6
"""Of a long list this many entries are shown."""


def why(statement: Statement, request: Request, context: Context, *, of_resource: bool) -> tuple[bool, str]:
    """Whether a statement matches, and the reason.

    Args:
        statement: of any policy.
        request: what is asked.
        context: the request's condition keys.
        of_resource: whether the policy is the resource's, so that it must name the principal.

    Returns:
        When it matches, all that matched; otherwise the first element that did not, in the order
        principal, action, resource, condition.
    """
    parts = []
    if of_resource:
        fits, text = _principal(statement, request)
        if not fits:
            return False, text
        parts.append(text)
    fits, text = _action(statement, request.action)
    if not fits:
        return False, text
    parts.append(text)
    fits, text = _resource(statement, request.resource, context)
    if not fits:
        return False, text
    if text:
        parts.append(text)
    for condition in statement.conditions:
        text = _condition(condition, statement.effect, context)
        if not counts(condition, statement.effect, context):
            return False, text
        parts.append(text)
    return True, "; ".join(parts)


def among(entries: tuple[str, ...]) -> str:
    """A list for a sentence, cut when it is long: "a, b and 12 more"."""
    if len(entries) <= _SHOWN:
        return ", ".join(entries)
    return f"{', '.join(entries[:_SHOWN])} and {len(entries) - _SHOWN} more"


def _principal(statement: Statement, request: Request) -> tuple[bool, str]:
    principal = request.principal
    reach = reaches(statement, principal)
    if statement.not_principals:
        names = among(_names(statement.not_principals))
        if reach:
            return True, f"principal {principal.arn} is not excepted by NotPrincipal {names}"
        return False, f"principal {principal.arn} is excepted by NotPrincipal {names}"
    if reach == Grant.NONE:
        return False, f"principal {principal.arn} is not among {among(_names(statement.principals))}"
    how = {
        Grant.ACCOUNT: f" through its account {principal.account}",
        Grant.ROLE: f" through its role {principal.role_arn}",
        Grant.DIRECT: "",
    }
    return True, f"principal {principal.arn} is named{how[reach]}"


def _names(names: Names) -> tuple[str, ...]:
    return tuple(value for _, value in names) or ("nobody",)


def _action(statement: Statement, action: str) -> tuple[bool, str]:
    fits = action_fits(statement, action)
    if statement.not_actions:
        names = among(statement.not_actions)
        word = "is not excepted" if fits else "is excepted"
        return fits, f"action {action} {word} by NotAction {names}"
    if fits:
        covering = next(one for one in statement.actions if action_matcher((one,))(action))
        return True, f"action {action} matches {covering}"
    return False, f"action {action} is not among {among(statement.actions)}"


def _resource(statement: Statement, resource: str, context: Context) -> tuple[bool, str]:
    patterns = statement.not_resources or statement.resources
    if not patterns:
        return True, ""
    fits = resource_fits(statement, resource, context)
    if statement.not_resources:
        word = "is not excepted" if fits else "is excepted"
        return fits, f"resource {resource} {word} by NotResource {among(patterns)}"
    texts = {pattern: filled(pattern, context.get) for pattern in patterns}
    if fits:
        covering = next(one for one, text in texts.items() if text and resource_matcher((text,))(resource))
        return True, f"resource {resource} matches {covering}"
    empty = [pattern for pattern, text in texts.items() if text is None]
    if empty:
        return False, f"the request has no value for the variable in {among(tuple(empty))}"
    return False, f"resource {resource} is not among {among(patterns)}{_hint(patterns, resource)}"


def _hint(patterns: tuple[str, ...], resource: str) -> str:
    """What a beginner may have missed: a longer ARN is a resource of its own (facts 9.4)."""
    for pattern in patterns:
        if resource.startswith(f"{pattern}:"):
            return f" ({pattern} does not cover what comes after a colon; {pattern}:* does)"
        if pattern.lower() == resource.lower():
            return " (capital and small letters count)"
    if resource == "*":
        return ' (this operation has no resource of its own, so it needs "*")'
    return ""


def _condition(condition: Condition, effect: str, context: Context) -> str:
    if unknown(condition.key, context):
        so = "a Deny counts" if effect == "Deny" else "an Allow does not count"
        return f"the value of {condition.key} cannot be told here, so that {so}"
    values = context.get(condition.key.lower())
    wanted = " or ".join(unescaped(value) for value in condition.values) or "nothing"
    has = "does not have it" if values is None else f"has {', '.join(values) or 'no value'}"
    return f"condition {condition.operator} on {condition.key} wants {wanted}, and the request {has}"
