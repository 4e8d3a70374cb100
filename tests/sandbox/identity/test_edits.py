from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.identity import Document, Edit, NamedPolicy, Policies, Principal, Request, apply, evaluate, walk

ACCOUNT = "123456789012"
OTHER = "210987654321"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"
FOREIGN = f"arn:aws:sqs:us-east-1:{OTHER}:dead"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SEND = "sqs:SendMessage"
ALLOW = {"Effect": "Allow", "Action": SEND, "Resource": "*"}
DEAD = Principal(f"arn:aws:iam::{ACCOUNT}:user/dead", "user", ACCOUNT, "AIDADEAD")


def edits_of(request: Request, policies: Policies) -> tuple[Edit, ...]:
    found = walk(request, policies)
    assert not found.decision.allowed
    assert evaluate(request, apply(found.edits, request, policies)).allowed
    return found.edits


def test_a_statement_is_added_to_a_policy_that_one_may_edit(worker: Principal, policy):
    owned = policy("AWSThing", ALLOW | {"Action": "s3:*"}, arn="arn:aws:iam::aws:policy/AWSThing")
    own = policy("extra", ALLOW | {"Action": "logs:*"})
    (edit,) = edits_of(Request(worker, SEND, QUEUE), Policies(identity=(owned, own)))
    assert (edit.how, edit.policy) == ("add", "extra")
    assert edit.words == f"Add to the identity-based policy extra of role worker: allow {SEND} on {QUEUE}."


@pytest.mark.parametrize(
    ("deny", "how", "after", "words"),
    [
        (
            {"Action": ["sqs:PurgeQueue", "SQS:sendmessage"], "Resource": "*"},
            "change",
            {"Effect": "Deny", "Action": ["sqs:PurgeQueue"], "Resource": "*"},
            f"Take {SEND} out of the actions that statement 1 of no denies.",
        ),
        (
            {"Action": "sqs:*", "Resource": "*"},
            "change",
            {"Effect": "Deny", "Action": "sqs:*", "NotResource": QUEUE},
            f"Except {QUEUE} from statement 1 of no: NotResource instead of Resource.",
        ),
        (
            {"Action": "sqs:*", "Resource": [QUEUE, f"{QUEUE}2"]},
            "change",
            {"Effect": "Deny", "Action": "sqs:*", "Resource": [f"{QUEUE}2"]},
            f"Take {QUEUE} out of the resources that statement 1 of no denies.",
        ),
        (
            {"Action": "sqs:*", "Resource": "arn:aws:sqs:*:*:d*"},
            "remove",
            None,
            f"Remove statement 1 of no: it denies {SEND}.",
        ),
        (
            {"Action": ["sqs:*", SEND], "Resource": [QUEUE, "arn:aws:sqs:*:*:d*"]},
            "remove",
            None,
            f"Remove statement 1 of no: it denies {SEND}.",
        ),
    ],
)
def test_a_deny_gives_way_as_little_as_it_can(
    policy, deny: dict[str, Any], how: str, after: dict[str, Any] | None, words: str
):
    policies = Policies(identity=(policy("all", ALLOW), policy("no", {"Effect": "Deny", **deny})))
    (edit,) = edits_of(Request(DEAD, SEND, QUEUE), policies)
    assert (edit.how, edit.policy, edit.number, edit.words) == (how, "no", 1, words)
    assert (json.loads(edit.statement) if edit.statement else None) == after


def test_a_policy_that_aws_owns_is_detached(ada: Principal, policy):
    deny_all = policy("AWSDenyAll", {**ALLOW, "Effect": "Deny"}, arn="arn:aws:iam::aws:policy/AWSDenyAll")
    (edit,) = edits_of(Request(ada, SEND, QUEUE), Policies(identity=(policy("all", ALLOW), deny_all)))
    assert (edit.how, edit.policy, edit.statement) == ("detach", "AWSDenyAll", "")
    assert edit.words == f"Detach AWSDenyAll: it denies {SEND}, and AWS owns it, so it cannot be edited."


def test_a_deny_and_a_missing_allow_need_two_edits(ada: Principal, policy):
    deny = {"Effect": "Deny", "Action": "sqs:*", "Resource": "arn:aws:sqs:*:*:*"}
    found = edits_of(Request(ada, SEND, QUEUE), Policies(identity=(policy("no", deny),)))
    assert [edit.how for edit in found] == ["remove", "add"]


def test_across_accounts_each_side_gets_its_edit(worker: Principal):
    found = edits_of(Request(worker, SEND, FOREIGN), Policies())
    assert [edit.layer for edit in found] == ["resource", "identity"]
    assert json.loads(found[0].statement)["Principal"] == {"AWS": ROLE}


def test_a_boundary_that_aws_owns_is_replaced(ada: Principal, policy):
    logs = policy("Logs", ALLOW | {"Action": "logs:*"}, arn="arn:aws:iam::aws:policy/Logs")
    found = edits_of(Request(ada, SEND, QUEUE), Policies(identity=(policy("all", ALLOW),), boundary=logs))
    assert [edit.words for edit in found] == [
        f"Give user ada another permissions boundary, which must also allow {SEND} on {QUEUE}."
    ]


def test_a_trust_policy_that_names_a_user_needs_nothing_else(ada: Principal, worker: Principal, document):
    trust = document(
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    for who, name in ((ada, ada.arn), (worker, ROLE)):
        (edit,) = edits_of(Request(who, "sts:AssumeRole", ROLE), Policies(resource=trust))
        assert edit.layer == "trust"
        assert json.loads(edit.statement) == {
            "Effect": "Allow",
            "Principal": {"AWS": name},
            "Action": "sts:AssumeRole",
        }


def test_two_policies_of_one_name_are_told_apart(ada: Principal, policy):
    inline = policy("twin", ALLOW)
    managed = policy("twin", {**ALLOW, "Effect": "Deny"}, arn=f"arn:aws:iam::{ACCOUNT}:policy/twin")
    (edit,) = edits_of(Request(ada, SEND, QUEUE), Policies(identity=(inline, managed)))
    assert edit.arn == managed.arn


def test_applying_leaves_the_old_policies_alone(ada: Principal, policy):
    before = Policies(identity=(policy("no", {**ALLOW, "Effect": "Deny"}),))
    request = Request(ada, SEND, QUEUE)
    apply(walk(request, before).edits, request, before)
    assert before == Policies(identity=(policy("no", {**ALLOW, "Effect": "Deny"}),))


ACTIONS = st.lists(st.sampled_from(["*", "sqs:*", SEND, "logs:*"]), min_size=1, max_size=3)
RESOURCES = st.lists(
    st.sampled_from(["*", QUEUE, FOREIGN, "arn:aws:sqs:*:*:d*", "arn:aws:sqs:*:*:${aws:username}"]),
    min_size=1,
    max_size=2,
)
NAMES = st.sampled_from(["*", {"AWS": ACCOUNT}, {"AWS": ROLE}, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/dead"}])


@st.composite
def documents(draw: st.DrawFn, *, of_resource: bool = False) -> Document:
    statements = []
    for _ in range(draw(st.integers(1, 3))):
        statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
        if of_resource:
            statement[draw(st.sampled_from(["Principal", "NotPrincipal"]))] = draw(NAMES)
        statement[draw(st.sampled_from(["Action", "NotAction"]))] = draw(ACTIONS)
        statement[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(RESOURCES)
        statements.append(statement)
    return Document.parse({"Version": "2012-10-17", "Statement": statements})


POLICY = st.builds(
    NamedPolicy,
    st.sampled_from(["a", "b"]),
    documents(),
    st.sampled_from(["", "arn:aws:iam::aws:policy/a", f"arn:aws:iam::{ACCOUNT}:policy/b"]),
)
POLICIES = st.builds(
    Policies,
    identity=st.lists(POLICY, max_size=2, unique_by=lambda policy: (policy.name, policy.arn)).map(tuple),
    resource=st.none() | documents(of_resource=True),
    boundary=st.none() | POLICY,
    session=st.lists(POLICY, max_size=1).map(tuple),
)
SOMEBODY = st.sampled_from(
    [
        DEAD,
        Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/s", "session", ACCOUNT, "AROAW:s", ROLE),
        Principal(f"arn:aws:iam::{ACCOUNT}:root", "root", ACCOUNT, ACCOUNT),
        Principal("s3.amazonaws.com", "service", "", ""),
    ]
)


@given(SOMEBODY, st.sampled_from([QUEUE, FOREIGN, "*"]), POLICIES)
def test_the_edits_turn_a_deny_into_an_allow_and_none_is_too_many(
    principal: Principal, resource: str, policies: Policies
):
    request = Request(principal, SEND, resource)
    found = walk(request, policies)
    assert found.decision == evaluate(request, policies)
    assert bool(found.edits) is not found.decision.allowed
    assert evaluate(request, apply(found.edits, request, policies)).allowed
    for one in found.edits:
        fewer = [edit for edit in found.edits if edit is not one]
        assert not evaluate(request, apply(fewer, request, policies)).allowed
