"""Who am I, and sessions of roles; the texts are AWS's."""

import json
import re
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from sandbox.services.base import AwsError
from sandbox.trace import PermissionDecided

ROLE = "arn:aws:iam::123456789012:role/worker"
ROOT = "arn:aws:iam::123456789012:root"


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", **statement}})


def trust(**principal):
    return policy(Principal=principal, Action="sts:AssumeRole")


@pytest.fixture
def make_role(iam):
    def make(**principal):
        made = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust(**principal))["Role"]
        iam.put_role_policy(
            RoleName="worker", PolicyName="p", PolicyDocument=policy(Action="sqs:*", Resource="*")
        )
        return made

    return make


@pytest.fixture
def ada(iam):
    return iam.create_user(UserName="ada")["User"]["Arn"]


def assume(sts, **params):
    return sts.assume_role(**{"RoleArn": ROLE, "RoleSessionName": "me", **params})


def test_everybody_may_ask_who_they_are(client, iam, ada):
    deny = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
    )
    iam.put_user_policy(UserName="ada", PolicyName="nothing", PolicyDocument=deny)
    user = iam.get_user(UserName="ada")["User"]
    assert client("sts", ada).get_caller_identity() == {
        "UserId": user["UserId"],
        "Account": "123456789012",
        "Arn": ada,
    }


def test_a_session_of_a_role_has_keys_and_acts_as_the_role(world, sts, client, make_role, refused):
    role = make_role(AWS="arn:aws:iam::123456789012:user/admin")
    reply = assume(sts, DurationSeconds=900)
    arn = "arn:aws:sts::123456789012:assumed-role/worker/me"
    assert reply["AssumedRoleUser"] == {"AssumedRoleId": f"{role['RoleId']}:me", "Arn": arn}
    keys = reply["Credentials"]
    assert re.fullmatch(r"ASIA[A-Z0-9]{16}", keys["AccessKeyId"])
    assert len(keys["SecretAccessKey"]) == 40
    assert keys["Expiration"] == world.now + timedelta(seconds=900)
    assert client("sts", arn).get_caller_identity() == {
        "UserId": f"{role['RoleId']}:me",
        "Account": "123456789012",
        "Arn": arn,
    }
    client("sqs", arn).list_queues()
    error = refused(client("iam", arn).get_role, RoleName="worker")
    assert error["message"].startswith(
        f"User: {arn} is not authorized to perform: iam:GetRole on resource: {ROLE}"
    )


def test_keys_differ_and_are_drawn_from_the_seed(world, sts, make_role):
    make_role(AWS=ROOT)
    fork = world.fork()
    first = assume(sts)["Credentials"]
    assert assume(fork.client("sts"))["Credentials"] == first
    second = assume(sts)["Credentials"]
    assert not {first[name] for name in first} & {second[name] for name in second}
    fork.close()


def test_an_administrator_needs_the_trust_policy_too(sts, make_role, refused):
    make_role(Service="lambda.amazonaws.com")
    assert refused(assume, sts=sts) == {
        "code": "AccessDenied",
        "message": (
            "User: arn:aws:iam::123456789012:user/admin is not authorized to perform: sts:AssumeRole on "
            f"resource: {ROLE} because no role trust policy allows the sts:AssumeRole action"
        ),
        "status": 403,
    }


def test_a_trust_policy_that_names_the_user_is_enough(client, make_role, ada):
    make_role(AWS=ada)
    assert assume(client("sts", ada))["AssumedRoleUser"]["Arn"].endswith("assumed-role/worker/me")


def test_changes_of_a_trust_policy_count_at_once(iam, client, make_role, ada, refused):
    make_role(Service="lambda.amazonaws.com")
    sts = client("sts", ada)
    assert refused(assume, sts=sts)["code"] == "AccessDenied"
    iam.update_assume_role_policy(RoleName="worker", PolicyDocument=trust(AWS=ada))
    assume(sts)
    iam.delete_role_policy(RoleName="worker", PolicyName="p")
    assume(sts)
    iam.delete_role(RoleName="worker")
    error = refused(assume, sts=sts)
    assert error["message"].endswith("because no identity-based policy allows the sts:AssumeRole action")


def test_a_trust_policy_that_names_the_account_leaves_it_to_the_users_policies(
    iam, client, make_role, ada, refused
):
    make_role(AWS=ROOT)
    sts = client("sts", ada)
    error = refused(assume, sts=sts)
    assert error["message"].endswith("because no identity-based policy allows the sts:AssumeRole action")
    iam.put_user_policy(
        UserName="ada", PolicyName="p", PolicyDocument=policy(Action="sts:AssumeRole", Resource=ROLE)
    )
    assume(sts)


def test_a_session_may_assume_the_next_role(iam, client, make_role, sts):
    make_role(AWS=ROOT)
    first = assume(sts)["AssumedRoleUser"]["Arn"]
    iam.create_role(RoleName="next", AssumeRolePolicyDocument=trust(AWS=ROLE))
    reply = client("sts", first).assume_role(
        RoleArn="arn:aws:iam::123456789012:role/next", RoleSessionName="two"
    )
    assert reply["AssumedRoleUser"]["Arn"] == "arn:aws:sts::123456789012:assumed-role/next/two"


def test_a_role_that_is_not_there_is_not_told_from_one_that_is_closed(sts, refused):
    assert refused(assume, sts=sts) == {
        "code": "AccessDenied",
        "message": (
            "User: arn:aws:iam::123456789012:user/admin is not authorized to perform: sts:AssumeRole on "
            f"resource: {ROLE}"
        ),
        "status": 403,
    }


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"RoleArn": "nothing-valid-in-here"}, "nothing-valid-in-here is invalid"),
        (
            {"RoleSessionName": "Session1:2"},
            "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
        ),
        (
            {"RoleSessionName": "a" * 65},
            f"1 validation error detected: Value '{'a' * 65}' at 'roleSessionName' failed to satisfy "
            "constraint: Member must have length less than or equal to 64",
        ),
        (
            {"DurationSeconds": 43201},
            "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy "
            "constraint: Member must have value less than or equal to 43200",
        ),
    ],
)
def test_parameters_have_rules(sts, make_role, refused, params, message):
    make_role(AWS=ROOT)
    error = refused(assume, sts=sts, **params)
    assert error == {"code": "ValidationError", "message": message, "status": 400}


@pytest.mark.parametrize(
    ("params", "what"),
    [
        ({"ExternalId": "shared"}, "AssumeRole with ExternalId"),
        ({"Policy": policy(Action="sqs:*", Resource="*")}, "AssumeRole with Policy"),
        ({"DurationSeconds": 7200}, "sessions longer than 3600 seconds"),
    ],
)
def test_what_is_not_there_says_so(sts, make_role, refused, params, what):
    make_role(AWS=ROOT)
    error = refused(assume, sts=sts, **params)
    assert error == {"code": "NotImplementedHere", "message": f"not implemented here: {what}", "status": 501}


def test_a_decision_about_a_session_of_a_user_can_be_walked(world, sts, client, make_role):
    make_role(AWS="arn:aws:iam::123456789012:user/admin")
    key = assume(sts)["Credentials"]["AccessKeyId"]
    session = world.cloud.holder(key, "s3")
    with pytest.raises(ClientError, match="not authorized to perform: s3:ListAllMyBuckets"):
        world.client("s3", session).list_buckets()
    walk = world.walk(world.trace.of(PermissionDecided)[-1])
    assert walk.request.principal == session
    assert not walk.decision.allowed


def test_a_session_ends_with_its_role(world, sts, iam, make_role):
    admin = "arn:aws:iam::123456789012:user/admin"
    make_role(AWS=admin)
    key = assume(sts)["Credentials"]["AccessKeyId"]
    old = world.cloud.holder(key, "sqs")
    assert "QueueUrls" not in world.client("sqs", old).list_queues()
    iam.delete_role_policy(RoleName="worker", PolicyName="p")
    iam.delete_role(RoleName="worker")
    make_role(AWS=admin)
    with pytest.raises(AwsError, match="The security token included in the request is invalid"):
        world.cloud.holder(key, "sqs")
    with pytest.raises(ClientError, match="The security token included in the request is invalid"):
        world.client("sqs", old).list_queues()
    again = world.cloud.holder(assume(sts)["Credentials"]["AccessKeyId"], "sqs")
    assert "QueueUrls" not in world.client("sqs", again).list_queues()
