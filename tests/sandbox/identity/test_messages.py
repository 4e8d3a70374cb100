from __future__ import annotations

import pytest

from sandbox.identity import Decision, Policies, Principal, Request, denied_message, evaluate
from sandbox.identity.messages import explicit_deny, missing_allow

ROLE = "arn:aws:iam::123456789012:role/orders"


def test_the_message_of_a_missing_permission(worker: Principal):  # facts 9.5, for an assumed role
    queue = "arn:aws:sqs:us-east-1:123456789012:dead"
    request = Request(worker, "sqs:SendMessage", queue)
    assert denied_message(request, evaluate(request, Policies())) == (
        "User: arn:aws:sts::123456789012:assumed-role/worker/orders is not authorized to perform: "
        "sqs:SendMessage on resource: arn:aws:sqs:us-east-1:123456789012:dead "
        "because no identity-based policy allows the sqs:SendMessage action"
    )


def test_the_message_of_a_missing_pass_role(ada: Principal):  # facts 9.3
    request = Request(ada, "iam:PassRole", ROLE)
    assert denied_message(request, evaluate(request, Policies())) == (
        "User: arn:aws:iam::123456789012:user/team/ada is not authorized to perform: iam:PassRole "
        "on resource: arn:aws:iam::123456789012:role/orders "
        "because no identity-based policy allows the iam:PassRole action"
    )


def test_the_message_of_an_explicit_deny(ada: Principal):  # facts 9.5
    request = Request(ada, "sqs:SendMessage", "*")
    decision = Decision(False, explicit_deny("identity"), "p")
    assert denied_message(request, decision).endswith(
        "sqs:SendMessage on resource: * with an explicit deny in an identity-based policy"
    )


@pytest.mark.parametrize(
    ("layer", "missing", "denied"),
    [
        ("identity", "because no identity-based policy allows the a:B action", "in an identity-based policy"),
        ("resource", "because no resource-based policy allows the a:B action", "in a resource-based policy"),
        ("boundary", "because no permissions boundary allows the a:B action", "in a permissions boundary"),
        ("session", "because no session policy allows the a:B action", "in a session policy"),
        ("trust", "because no role trust policy allows the a:B action", "in the role trust policy"),
    ],
)
def test_the_grammar(layer: str, missing: str, denied: str):  # facts 9.5
    assert missing_allow(layer, "a:B") == missing
    assert explicit_deny(layer) == f"with an explicit deny {denied}"
