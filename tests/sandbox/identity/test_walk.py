from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from sandbox.identity import Policies, Principal, Request, evaluate, managed_policy, walk

ACCOUNT = "123456789012"
OTHER = "210987654321"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SEND = "sqs:SendMessage"
ALLOW = {"Effect": "Allow", "Action": SEND, "Resource": "*"}


def basic():
    policy = managed_policy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    assert policy is not None
    return policy


def why(request: Request, policies: Policies) -> list[tuple[str, str, bool, str]]:
    return [(step.layer, step.statement, step.matched, step.why) for step in walk(request, policies).steps]


def test_a_missing_permission_step_by_step(worker: Principal):
    request = Request(worker, SEND, QUEUE)
    found = walk(request, Policies(identity=(basic(),)))
    assert [
        (step.layer, step.policy, step.statement, step.effect, step.matched, step.why) for step in found.steps
    ] == [
        ("resource", "", "", "", False, f"there is no resource-based policy on {QUEUE}"),
        (
            "identity",
            "AWSLambdaBasicExecutionRole",
            "statement 1",
            "Allow",
            False,
            "action sqs:SendMessage is not among logs:CreateLogGroup, logs:CreateLogStream, "
            "logs:PutLogEvents",
        ),
    ]
    assert found.verdict == (
        f"Denied. Role worker may not do {SEND} on {QUEUE}: no identity-based policy allows it."
    )
    assert found.decision == evaluate(request, Policies(identity=(basic(),)))
    (edit,) = found.edits
    assert edit.how == "add"
    assert edit.layer == "identity"
    assert edit.policy == ""  # AWS owns the only policy there is
    assert edit.words == f"Give role worker an identity-based policy: allow {SEND} on {QUEUE}."
    assert json.loads(edit.statement) == {"Effect": "Allow", "Action": SEND, "Resource": QUEUE}


def test_an_allowed_request_step_by_step(worker: Principal, policy):
    found = walk(Request(worker, SEND, QUEUE), Policies(identity=(policy("send", {**ALLOW, "Sid": "Send"}),)))
    assert found.steps[1].matched
    assert found.steps[1].statement == "Send"
    assert found.steps[1].why == f"action {SEND} matches {SEND}; resource {QUEUE} matches *"
    assert found.verdict == (
        f"Allowed. Role worker may do {SEND} on {QUEUE}: send / Send allows it, and nothing denies it."
    )
    assert found.edits == ()


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ({"Action": "logs:*"}, "action sqs:SendMessage is not among logs:*"),
        ({"NotAction": "sqs:*"}, "action sqs:SendMessage is excepted by NotAction sqs:*"),
        ({"Resource": f"{QUEUE}2"}, f"resource {QUEUE} is not among {QUEUE}2"),
        ({"Resource": QUEUE.replace("dead", "DEAD")}, "(capital and small letters count)"),
        ({"NotResource": QUEUE}, f"resource {QUEUE} is excepted by NotResource {QUEUE}"),
        (
            {"Resource": "arn:aws:sqs:us-east-1:123456789012:${aws:username}"},
            "the request has no value for the variable in arn:aws:sqs:us-east-1:123456789012:${aws:username}",
        ),
        (
            {"Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"]}}},
            "condition StringEquals on aws:SourceAccount wants 1 or 2, and the request has 3",
        ),
        (
            {"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}},
            "condition ArnLike on aws:SourceArn wants arn:aws:s3:::b, and the request does not have it",
        ),
        (
            {"Action": [f"logs:Get{number}" for number in range(8)]},
            "is not among logs:Get0, logs:Get1, logs:Get2, logs:Get3, logs:Get4, logs:Get5 and 2 more",
        ),
    ],
)
def test_why_a_statement_does_not_match(worker: Principal, policy, statement: dict[str, Any], text: str):
    full = {"Effect": "Allow", "Action": SEND, "Resource": "*", **statement}
    for element in ("Action", "Resource"):
        if f"Not{element}" in statement:
            del full[element]
    request = Request(worker, SEND, QUEUE, {"aws:SourceAccount": "3"})
    (_, step) = why(request, Policies(identity=(policy("p", full),)))
    assert not step[2]
    assert step[3].endswith(text)


def test_a_version_is_a_resource_of_its_own(ada: Principal, policy):  # facts 9.4
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    request = Request(ada, "lambda:InvokeFunction", f"{function}:PROD")
    (_, step) = why(request, Policies(identity=(policy("p", statement),)))
    assert step[3].endswith(f"({function} does not cover what comes after a colon; {function}:* does)")


def test_an_operation_without_a_resource_needs_a_star(ada: Principal, policy):
    statement = {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": QUEUE}
    (_, step) = why(Request(ada, "sqs:ListQueues", "*"), Policies(identity=(policy("p", statement),)))
    assert step[3].endswith('(this operation has no resource of its own, so it needs "*")')


@pytest.mark.parametrize(
    ("principal", "matched", "text"),
    [
        ({"AWS": ROLE}, True, f"is named through its role {ROLE}"),
        ({"AWS": ACCOUNT}, True, f"is named through its account {ACCOUNT}"),
        ("*", True, "is named"),
        ({"Service": "s3.amazonaws.com"}, False, "is not among s3.amazonaws.com"),
    ],
)
def test_how_a_resource_policy_names_the_principal(
    worker: Principal, document, principal: Any, matched: bool, text: str
):
    policies = Policies(resource=document({**ALLOW, "Principal": principal}))
    step = walk(Request(worker, SEND, QUEUE), policies).steps[0]
    assert (step.layer, step.policy, step.matched) == ("resource", "resource-based policy", matched)
    assert step.why.split(";")[0] == f"principal {worker.arn} {text}"


def test_who_is_excepted(ada: Principal, worker: Principal, document):
    statement = {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": SEND, "Resource": "*"}
    policies = Policies(resource=document(statement))
    spared = walk(Request(worker, SEND, QUEUE), policies).steps[0]
    assert (spared.matched, spared.why) == (
        False,
        f"principal {worker.arn} is excepted by NotPrincipal {ROLE}",
    )
    caught = walk(Request(ada, SEND, QUEUE), policies).steps[0]
    assert caught.matched
    assert f"principal {ada.arn} is not excepted by NotPrincipal {ROLE}" in caught.why


def test_a_service_without_permission(s3: Principal):  # facts 8.2
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    found = walk(Request(s3, "lambda:InvokeFunction", function), Policies())
    assert [step.why for step in found.steps] == [
        f"there is no resource-based policy on {function}",
        "s3.amazonaws.com is an AWS service: only the policy of the resource counts",
    ]
    assert found.verdict.startswith("Denied. s3.amazonaws.com may not do lambda:InvokeFunction")
    (edit,) = found.edits
    assert json.loads(edit.statement) == {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": function,
    }
    assert edit.words == (
        f"Add to the resource-based policy: allow lambda:InvokeFunction on {function} for s3.amazonaws.com."
    )


def test_somebody_without_policies(ada: Principal, policy):
    found = walk(Request(ada, SEND, QUEUE), Policies(boundary=policy("limit", ALLOW)))
    assert [(step.layer, step.why) for step in found.steps[1:]] == [
        ("identity", "user ada has no identity-based policy"),
        ("boundary", f"action {SEND} matches {SEND}; resource {QUEUE} matches *"),
    ]


def test_the_root(root: Principal):
    found = walk(Request(root, SEND, QUEUE), Policies())
    assert found.decision.allowed
    assert found.steps[-1].matched
    assert found.verdict == (
        f"Allowed. The root of account {ACCOUNT} may do {SEND} on {QUEUE}, and nothing denies it."
    )


def test_the_verdict_names_every_deny(ada: Principal, policy, document):
    policies = Policies(
        identity=(policy("all", ALLOW), policy("no", {**ALLOW, "Effect": "Deny", "Sid": "NoSend"})),
        resource=document({**ALLOW, "Effect": "Deny", "Principal": "*"}),
    )
    found = walk(Request(ada, SEND, QUEUE), policies)
    assert found.verdict == (
        "Denied. A matching Deny always wins: statement 1 of resource-based policy and NoSend of no."
    )
    assert [edit.how for edit in found.edits] == ["change", "change"]


def test_the_verdict_explains_a_limit(ada: Principal, policy):
    limit = policy("limit", {"Effect": "Allow", "Action": "logs:*", "Resource": "*"})
    found = walk(Request(ada, SEND, QUEUE), Policies(identity=(policy("send", ALLOW),), boundary=limit))
    assert found.verdict.endswith(
        "no permissions boundary allows it. An identity-based policy allows it, but a permissions boundary "
        "is a limit and must allow it too."
    )
    (edit,) = found.edits
    assert edit.words == f"Add to the permissions boundary limit of user ada: allow {SEND} on {QUEUE}."


def test_the_verdict_explains_the_other_account(ada: Principal, policy):
    foreign = f"arn:aws:sqs:us-east-1:{OTHER}:dead"
    found = walk(Request(ada, SEND, foreign), Policies(identity=(policy("send", ALLOW),)))
    assert found.verdict.endswith("The resource is in another account, so both sides must allow it.")


def test_the_verdict_explains_an_account_as_principal(ada: Principal, document):
    policies = Policies(resource=document({**ALLOW, "Principal": {"AWS": ACCOUNT}}))
    found = walk(Request(ada, SEND, QUEUE), policies)
    assert found.verdict.endswith("names the account only, so identity-based policies decide.")


def test_a_walk_is_pickled(worker: Principal):
    found = walk(Request(worker, SEND, QUEUE), Policies(identity=(basic(),)))
    assert pickle.loads(pickle.dumps(found)) == found
