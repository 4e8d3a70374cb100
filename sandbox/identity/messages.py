"""AWS's words for a denied request (facts 9.5).

A new kind of policy is one row of `_LAYERS`.
"""

from __future__ import annotations

from sandbox.identity.request import Decision, Request

_LAYERS = {
    "identity": ("identity-based policy", "an identity-based policy"),
    "resource": ("resource-based policy", "a resource-based policy"),
    "boundary": ("permissions boundary", "a permissions boundary"),
    "session": ("session policy", "a session policy"),
    "trust": ("role trust policy", "the role trust policy"),
}


def layer_name(layer: str) -> str:
    """What AWS calls a layer: "identity-based policy" for "identity"."""
    return _LAYERS[layer][0]


def layer_with_article(layer: str) -> str:
    """The same with its article: "an identity-based policy"."""
    return _LAYERS[layer][1]


def explicit_deny(layer: str) -> str:
    """The tail of the message when a Deny of this layer matched."""
    return f"with an explicit deny in {layer_with_article(layer)}"


def missing_allow(layer: str, action: str) -> str:
    """The tail of the message when this layer lacks an Allow."""
    return f"because no {layer_name(layer)} allows the {action} action"


def denied_message(request: Request, decision: Decision) -> str:
    """AWS's whole message for a denied request.

    [SIM] No policy ARN is appended; AWS does so in some newer replies.
    """
    return (
        f"User: {request.principal.arn} is not authorized to perform: {request.action} "
        f"on resource: {request.resource} {decision.reason}"
    )
