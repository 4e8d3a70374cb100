from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.identity import (
    Decision,
    Document,
    NamedPolicy,
    Policies,
    Principal,
    Request,
    assumable,
    evaluate,
)
from sandbox.identity.match import action_matcher, resource_matcher

ACCOUNT = "123456789012"
OTHER = "210987654321"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead"
FOREIGN = f"arn:aws:sqs:us-east-1:{OTHER}:dead"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SEND = "sqs:SendMessage"

ALLOW = {"Effect": "Allow", "Action": SEND, "Resource": "*"}
DENY = {"Effect": "Deny", "Action": SEND, "Resource": "*"}
UNRELATED = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


def to(principal: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement of a queue's policy."""
    return {"Effect": effect, "Principal": principal, "Action": SEND, "Resource": "*", **more}


# -- one account -------------------------------------------------------------------------------------------


def test_nothing_allowed_is_a_deny(ada: Principal):  # facts 9.4: no Allow = implicit deny
    decision = evaluate(Request(ada, SEND, QUEUE), Policies())
    assert decision == Decision(
        False, "because no identity-based policy allows the sqs:SendMessage action", ""
    )


def test_an_identity_policy_is_enough(ada: Principal, policy):  # facts 9.4
    policies = Policies(identity=(policy("logs", UNRELATED), policy("send", {**ALLOW, "Sid": "Send"})))
    assert evaluate(Request(ada, SEND, QUEUE), policies) == Decision(True, "", "send / Send")


def test_a_resource_policy_is_enough(ada: Principal, document):  # facts 9.4: same account, either suffices
    policies = Policies(resource=document(to({"AWS": ada.arn})))
    assert evaluate(Request(ada, SEND, QUEUE), policies) == Decision(True, "", "the resource's policy")


def test_a_qualified_arn_is_another_resource(ada: Principal, policy):  # facts 9.4
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction"}
    exact = Policies(identity=(policy("invoke", {**invoke, "Resource": function}),))
    assert evaluate(Request(ada, "lambda:InvokeFunction", function), exact).allowed
    assert not evaluate(Request(ada, "lambda:InvokeFunction", f"{function}:PROD"), exact).allowed
    both = Policies(identity=(policy("invoke", {**invoke, "Resource": [function, f"{function}:*"]}),))
    assert evaluate(Request(ada, "lambda:InvokeFunction", f"{function}:PROD"), both).allowed


def test_not_action_and_not_resource(ada: Principal, policy):
    but_iam = Policies(identity=(policy("p", {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),))
    assert evaluate(Request(ada, SEND, QUEUE), but_iam).allowed
    assert not evaluate(Request(ada, "iam:GetRole", ROLE), but_iam).allowed
    but_dead = Policies(identity=(policy("p", {"Effect": "Allow", "Action": "*", "NotResource": QUEUE}),))
    assert not evaluate(Request(ada, SEND, QUEUE), but_dead).allowed
    assert evaluate(Request(ada, SEND, f"{QUEUE}2"), but_dead).allowed


def test_a_condition_decides_with_the_context(ada: Principal, policy):
    statement = {**ALLOW, "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}
    policies = Policies(identity=(policy("p", statement),))
    assert evaluate(Request(ada, SEND, QUEUE, {"AWS:SourceAccount": ACCOUNT}), policies).allowed
    assert not evaluate(Request(ada, SEND, QUEUE, {"AWS:SourceAccount": OTHER}), policies).allowed
    assert not evaluate(Request(ada, SEND, QUEUE), policies).allowed


def test_a_policy_variable_in_a_resource(ada: Principal, worker: Principal, policy):
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::home/${aws:username}/*",
    }
    policies = Policies(identity=(policy("home", statement),))
    assert evaluate(Request(ada, "s3:GetObject", "arn:aws:s3:::home/ada/x"), policies).allowed
    assert not evaluate(Request(ada, "s3:GetObject", "arn:aws:s3:::home/eve/x"), policies).allowed
    # A session has no user name, so the resource fits nothing.
    assert not evaluate(Request(worker, "s3:GetObject", "arn:aws:s3:::home//x"), policies).allowed


# -- limits ------------------------------------------------------------------------------------------------


def test_a_boundary_must_allow_too(ada: Principal, policy):  # facts 9.4, step 6
    request = Request(ada, SEND, QUEUE)
    identity = (policy("send", ALLOW),)
    assert evaluate(request, Policies(identity=identity, boundary=policy("limit", ALLOW))).allowed
    decision = evaluate(request, Policies(identity=identity, boundary=policy("limit", UNRELATED)))
    assert decision.reason == "because no permissions boundary allows the sqs:SendMessage action"


def test_a_boundary_alone_grants_nothing(ada: Principal, policy):
    decision = evaluate(Request(ada, SEND, QUEUE), Policies(boundary=policy("limit", ALLOW)))
    assert decision.reason == "because no identity-based policy allows the sqs:SendMessage action"


def test_one_session_policy_must_allow_too(worker: Principal, policy):  # facts 9.4, step 7
    request = Request(worker, SEND, QUEUE)
    identity = (policy("send", ALLOW),)
    both = (policy("a", UNRELATED), policy("b", ALLOW))
    assert evaluate(request, Policies(identity=identity, session=both)).allowed
    decision = evaluate(request, Policies(identity=identity, session=both[:1]))
    assert decision.reason == "because no session policy allows the sqs:SendMessage action"


@pytest.mark.parametrize("named", ["user", "session", "everybody"])
def test_naming_a_user_or_a_session_passes_by_the_limits(
    ada: Principal, worker: Principal, policy, document, named: str
):  # facts 9.4, same account subtlety
    who, principal = {
        "user": (ada, {"AWS": ada.arn}),
        "session": (worker, {"AWS": worker.arn}),
        "everybody": (worker, "*"),
    }[named]
    policies = Policies(
        resource=document(to(principal)),
        boundary=policy("limit", UNRELATED),
        session=(policy("s", UNRELATED),),
    )
    assert evaluate(Request(who, SEND, QUEUE), policies).allowed


def test_naming_a_role_stays_inside_the_limits(worker: Principal, policy, document):  # facts 9.4
    request, resource = Request(worker, SEND, QUEUE), document(to({"AWS": ROLE}))
    assert evaluate(request, Policies(resource=resource)).allowed
    bounded = Policies(resource=resource, boundary=policy("limit", UNRELATED))
    assert (
        evaluate(request, bounded).reason
        == "because no permissions boundary allows the sqs:SendMessage action"
    )
    narrowed = Policies(resource=resource, session=(policy("s", UNRELATED),))
    assert evaluate(request, narrowed).reason == "because no session policy allows the sqs:SendMessage action"


@pytest.mark.parametrize("name", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"])
def test_naming_the_account_leaves_it_to_identity_policies(ada: Principal, policy, document, name: str):
    resource = document(to({"AWS": name}))
    request = Request(ada, SEND, QUEUE)
    decision = evaluate(request, Policies(resource=resource))
    assert decision.reason == "because no identity-based policy allows the sqs:SendMessage action"
    assert evaluate(request, Policies(identity=(policy("send", ALLOW),), resource=resource)).allowed


def test_a_unique_id_names_a_user_and_a_role(ada: Principal, worker: Principal, document):
    assert evaluate(
        Request(ada, SEND, QUEUE), Policies(resource=document(to({"AWS": ada.unique_id})))
    ).allowed
    role_id = worker.unique_id.split(":")[0]
    assert evaluate(Request(worker, SEND, QUEUE), Policies(resource=document(to({"AWS": role_id})))).allowed
    assert not evaluate(Request(ada, SEND, QUEUE), Policies(resource=document(to({"AWS": role_id})))).allowed


def test_the_root_may_all_but_what_is_denied(root: Principal, document):
    assert evaluate(Request(root, SEND, QUEUE), Policies()).allowed
    denied = evaluate(Request(root, SEND, QUEUE), Policies(resource=document(to("*", "Deny"))))
    assert denied.reason == "with an explicit deny in a resource-based policy"


# -- services, accounts, trust -----------------------------------------------------------------------------


def test_a_service_is_governed_by_the_resource_policy_only(s3: Principal, policy, document):  # facts 9.4
    request = Request(s3, SEND, QUEUE, {"aws:SourceArn": "arn:aws:s3:::bucket"})
    alone = evaluate(request, Policies(identity=(policy("send", ALLOW),)))
    assert alone.reason == "because no resource-based policy allows the sqs:SendMessage action"
    assert evaluate(request, Policies(resource=document(to({"Service": "s3.amazonaws.com"})))).allowed
    assert evaluate(request, Policies(resource=document(to("*")))).allowed
    sns = document(to({"Service": "sns.amazonaws.com"}))
    assert not evaluate(request, Policies(resource=sns)).allowed
    account = document(to({"AWS": ACCOUNT}))
    assert not evaluate(request, Policies(resource=account)).allowed


def test_the_statement_that_add_permission_makes(s3: Principal):  # facts 8.2
    function = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
    statement = {
        "Sid": "s3",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": function,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": ACCOUNT},
            "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"},
        },
    }
    resource = Document.parse({"Version": "2012-10-17", "Id": "default", "Statement": [statement]})
    policies = Policies(resource=resource)

    def asked(**seen: str) -> bool:
        context = {f"aws:{key}": value for key, value in seen.items()}
        return evaluate(Request(s3, "lambda:InvokeFunction", function, context), policies).allowed

    assert asked(SourceArn="arn:aws:s3:::bucket", SourceAccount=ACCOUNT)
    assert not asked(SourceArn="arn:aws:s3:::bucket", SourceAccount=OTHER)
    assert not asked(SourceArn="arn:aws:s3:::bucket2", SourceAccount=ACCOUNT)
    assert not asked(SourceArn="arn:aws:s3:::bucket")
    decision = evaluate(
        Request(
            s3,
            "lambda:InvokeFunction",
            function,
            {"aws:SourceArn": "arn:aws:s3:::bucket", "aws:SourceAccount": ACCOUNT},
        ),
        policies,
    )
    assert decision.by == "the resource's policy / s3"


@pytest.mark.parametrize("name", [OTHER, f"arn:aws:iam::{ACCOUNT}:root", "ada", "*"])
@pytest.mark.parametrize("identity", [True, False])
def test_across_accounts_both_must_allow(ada: Principal, policy, document, name: str, identity: bool):
    # facts 9.4
    resource = document(to({"AWS": ada.arn if name == "ada" else name}))
    policies = Policies(identity=(policy("send", ALLOW),) if identity else (), resource=resource)
    decision = evaluate(Request(ada, SEND, FOREIGN), policies)
    assert decision.allowed == (identity and name != OTHER)
    if not decision.allowed:
        missing = "resource-based" if name == OTHER else "identity-based"
        assert decision.reason == f"because no {missing} policy allows the sqs:SendMessage action"


def test_across_accounts_without_any_resource_policy(ada: Principal, policy, root: Principal):
    decision = evaluate(Request(ada, SEND, FOREIGN), Policies(identity=(policy("all", ALLOW),)))
    assert decision.reason == "because no resource-based policy allows the sqs:SendMessage action"
    assert not evaluate(Request(root, SEND, FOREIGN), Policies()).allowed


def test_an_arn_without_an_account_counts_as_ones_own(ada: Principal, policy):
    get = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    request = Request(ada, "s3:GetObject", "arn:aws:s3:::bucket/x")
    assert evaluate(request, Policies(identity=(policy("s3", get),))).allowed


TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def test_a_trust_policy_lets_its_service_in(document):  # facts 9.1
    assert assumable(document(TRUST), "lambda.amazonaws.com")
    assert not assumable(document(TRUST), "ec2.amazonaws.com")
    assert assumable(document({**TRUST, "Action": "sts:*"}), "lambda.amazonaws.com")
    assert not assumable(document({**TRUST, "Action": "sts:TagSession"}), "lambda.amazonaws.com")
    assert not assumable(document(TRUST, {**TRUST, "Effect": "Deny"}), "lambda.amazonaws.com")


def test_a_trust_policy_may_ask_for_a_condition(document):
    guarded = document({**TRUST, "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}})
    assert not assumable(guarded, "lambda.amazonaws.com")
    assert assumable(guarded, "lambda.amazonaws.com", {"aws:SourceAccount": ACCOUNT})


def test_assuming_a_role_needs_its_trust_policy(ada: Principal, policy, document):  # facts 9.5
    assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    request = Request(ada, "sts:AssumeRole", ROLE)
    identity = (policy("assume", assume),)
    closed = evaluate(request, Policies(identity=identity, resource=document(TRUST)))
    assert closed.reason == "because no role trust policy allows the sts:AssumeRole action"
    account = document({**TRUST, "Principal": {"AWS": ACCOUNT}})
    assert evaluate(request, Policies(identity=identity, resource=account)).allowed
    alone = evaluate(request, Policies(resource=account))
    assert alone.reason == "because no identity-based policy allows the sts:AssumeRole action"
    by_name = document({**TRUST, "Principal": {"AWS": ada.arn}})
    assert evaluate(request, Policies(resource=by_name)).allowed
    shut = document({**TRUST, "Principal": "*", "Effect": "Deny"})
    denied = evaluate(request, Policies(identity=identity, resource=shut))
    assert denied.reason == "with an explicit deny in the role trust policy"


# -- explicit denies ---------------------------------------------------------------------------------------


def test_a_deny_names_its_layer_and_its_policy(ada: Principal, policy):
    policies = Policies(identity=(policy("all", ALLOW), policy("no", {**DENY, "Sid": "NoSend"})))
    decision = evaluate(Request(ada, SEND, QUEUE), policies)
    assert decision == Decision(False, "with an explicit deny in an identity-based policy", "no / NoSend")


def test_the_order_in_which_denies_are_named(ada: Principal, policy, document):  # facts 9.5 [SIM]
    everywhere = Policies(
        identity=(policy("i", DENY),),
        resource=document(to("*", "Deny")),
        boundary=policy("b", DENY),
        session=(policy("s", DENY),),
    )
    request = Request(ada, SEND, QUEUE)
    assert evaluate(request, everywhere).reason == "with an explicit deny in a permissions boundary"
    rest = Policies(identity=everywhere.identity, resource=everywhere.resource, session=everywhere.session)
    assert evaluate(request, rest).reason == "with an explicit deny in a session policy"
    rest = Policies(identity=everywhere.identity, resource=everywhere.resource)
    assert evaluate(request, rest).reason == "with an explicit deny in an identity-based policy"
    rest = Policies(resource=everywhere.resource)
    assert evaluate(request, rest).reason == "with an explicit deny in a resource-based policy"


@pytest.mark.parametrize("name", [ACCOUNT, ROLE, "*"])
def test_a_deny_reaches_by_any_name(worker: Principal, policy, document, name: str):
    policies = Policies(identity=(policy("send", ALLOW),), resource=document(to({"AWS": name}, "Deny")))
    assert not evaluate(Request(worker, SEND, QUEUE), policies).allowed


def test_not_principal_spares_those_whom_it_names(ada: Principal, worker: Principal, policy, document):
    statement = {"Effect": "Deny", "NotPrincipal": {"AWS": ROLE}, "Action": SEND, "Resource": "*"}
    policies = Policies(identity=(policy("send", ALLOW),), resource=document(statement))
    assert evaluate(Request(worker, SEND, QUEUE), policies).allowed
    assert not evaluate(Request(ada, SEND, QUEUE), policies).allowed
    by_account = document({**statement, "NotPrincipal": {"AWS": ACCOUNT}})
    policies = Policies(identity=policies.identity, resource=by_account)
    assert not evaluate(Request(worker, SEND, QUEUE), policies).allowed


ACTIONS = st.sampled_from(["*", "sqs:*", SEND, "sqs:Receive*", "logs:PutLogEvents", "lambda:Invoke?unction"])
RESOURCES = st.sampled_from(["*", QUEUE, FOREIGN, "arn:aws:sqs:*:*:d*", "arn:aws:logs:*:*:*", "arn:aws:sqs"])
CONDITIONS = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}},
        {"Null": {"aws:SourceArn": "true"}},
    ]
)
PRINCIPALS = st.sampled_from(
    [
        "*",
        {"AWS": ACCOUNT},
        {"AWS": ROLE},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:user/team/ada"},
        {"Service": "s3.amazonaws.com"},
    ]
)


@st.composite
def statements(draw: st.DrawFn, *, of_resource: bool = False) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Deny"]))}
    if of_resource:
        statement["Principal"] = draw(PRINCIPALS)
    statement[draw(st.sampled_from(["Action", "NotAction"]))] = draw(
        st.lists(ACTIONS, min_size=1, max_size=3)
    )
    statement[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(
        st.lists(RESOURCES, min_size=1, max_size=2)
    )
    statement["Condition"] = draw(CONDITIONS)
    return statement


def written(found: list[dict[str, Any]]) -> Document:
    return Document.parse({"Version": "2012-10-17", "Statement": found})


def named(found: list[dict[str, Any]]) -> NamedPolicy:
    return NamedPolicy("generated", written(found))


POLICY = st.lists(statements(), min_size=1, max_size=3).map(named)
RESOURCE_POLICY = st.lists(statements(of_resource=True), min_size=1, max_size=3).map(written)
POLICIES = st.builds(
    Policies,
    identity=st.lists(POLICY, max_size=2).map(tuple),
    resource=st.none() | RESOURCE_POLICY,
    boundary=st.none() | POLICY,
    session=st.lists(POLICY, max_size=1).map(tuple),
)
SOMEBODY = st.sampled_from(
    [
        Principal(f"arn:aws:iam::{ACCOUNT}:user/team/ada", "user", ACCOUNT, "AIDAADA"),
        Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/s", "session", ACCOUNT, "AROAW:s", ROLE),
    ]
)
REQUESTS = st.builds(
    Request,
    principal=SOMEBODY,
    action=st.sampled_from([SEND, "sqs:ReceiveMessage", "logs:PutLogEvents"]),
    resource=st.sampled_from([QUEUE, FOREIGN, "*"]),
    context=st.sampled_from([{}, {"aws:SourceAccount": ACCOUNT}, {"AWS:SourceArn": "arn:aws:s3:::b"}]),
)


@given(REQUESTS, POLICIES, st.sampled_from(["identity", "boundary", "session", "resource"]))
def test_an_explicit_deny_always_wins(request_: Request, policies: Policies, place: str):
    deny: dict[str, Any] = {"Effect": "Deny", "Action": request_.action, "Resource": "*"}
    identity, resource, session = policies.identity, policies.resource, policies.session
    boundary = policies.boundary
    if place == "identity":
        identity = (*identity, named([deny]))
    elif place == "session":
        session = (*session, named([deny]))
    elif place == "boundary":
        boundary = named([deny])
    else:
        resource = written([{**deny, "Principal": "*"}])
    decision = evaluate(request_, Policies(identity, resource, boundary, session))
    assert not decision.allowed
    assert decision.reason.startswith("with an explicit deny in ")


@given(REQUESTS, POLICIES)
def test_more_identity_allows_never_take_away(request_: Request, policies: Policies):
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    more = Policies(
        (*policies.identity, named([allow])), policies.resource, policies.boundary, policies.session
    )
    before, after = evaluate(request_, policies), evaluate(request_, more)
    assert after.allowed or not before.allowed


@given(REQUESTS, POLICIES)
def test_a_decision_is_a_pure_function(request_: Request, policies: Policies):
    copies = pickle.loads(pickle.dumps((request_, policies)))
    assert copies == (request_, policies)
    assert evaluate(*copies) == evaluate(request_, policies)


def test_a_second_decision_compiles_nothing(worker: Principal, policy):
    many = tuple(
        policy(f"p{number}", {"Effect": "Allow", "Action": f"s3:Get{number}*", "Resource": "arn:aws:s3:::b*"})
        for number in range(5)
    )
    request, policies = Request(worker, "s3:Get4Object", "arn:aws:s3:::b4"), Policies(identity=many)
    first = evaluate(request, policies)
    before = action_matcher.cache_info().misses + resource_matcher.cache_info().misses
    assert evaluate(request, policies) == first == Decision(True, "", "p4")
    assert action_matcher.cache_info().misses + resource_matcher.cache_info().misses == before
