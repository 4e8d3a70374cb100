"""Users, and what is put on them; the texts are AWS's."""

import json
import re
from datetime import UTC, datetime

import pytest

READ_ONLY = "arn:aws:iam::aws:policy/AWSLambda_ReadOnlyAccess"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def document(*actions, effect="Allow", resource="*"):
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_user_is_made_found_and_deleted(iam, refused):
    made = iam.create_user(UserName="ada")
    user = made["User"]
    assert user == {
        "Path": "/",
        "UserName": "ada",
        "UserId": user["UserId"],
        "Arn": "arn:aws:iam::123456789012:user/ada",
        "CreateDate": datetime(2026, 11, 23, 9, 0, 0, 20_000, tzinfo=UTC),
    }
    assert re.fullmatch(r"AIDA[A-Z0-9]{17}", user["UserId"])
    assert iam.get_user(UserName="ada") == made
    iam.delete_user(UserName="ada")
    assert refused(iam.get_user, UserName="ada") == {
        "code": "NoSuchEntity",
        "message": "The user with name ada cannot be found.",
        "status": 404,
    }


def test_a_path_is_part_of_the_arn(iam):
    made = iam.create_user(UserName="ada", Path="/team/", Tags=[{"Key": "a", "Value": "b"}])["User"]
    assert made["Arn"] == "arn:aws:iam::123456789012:user/team/ada"
    assert made["Tags"] == [{"Key": "a", "Value": "b"}]
    assert [user["UserName"] for user in iam.list_users(PathPrefix="/team/")["Users"]] == ["ada"]


def test_a_name_is_taken_once(iam, refused):
    iam.create_user(UserName="ada")
    assert refused(iam.create_user, UserName="ada") == {
        "code": "EntityAlreadyExists",
        "message": "User with name ada already exists.",
        "status": 409,
    }


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"UserName": "a b"},
            "The specified value for userName is invalid. It must contain only alphanumeric characters "
            "and/or the following: +=,.@_-",
        ),
        (
            {"UserName": "a" * 65},
            f"1 validation error detected: Value '{'a' * 65}' at 'userName' failed to satisfy constraint: "
            "Member must have length less than or equal to 64",
        ),
        (
            {"UserName": "ada", "Path": "team"},
            "The specified value for path is invalid. It must begin and end with / and contain only "
            "alphanumeric characters and/or / characters.",
        ),
    ],
)
def test_names_and_paths_have_rules(iam, refused, params, message):
    error = refused(iam.create_user, **params)
    assert error == {"code": "ValidationError", "message": message, "status": 400}


def test_without_a_name_the_caller_is_shown(iam, client, refused):
    assert iam.get_user()["User"]["UserName"] == "admin"
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(
        RoleName="worker", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust})
    )
    iam.put_role_policy(RoleName="worker", PolicyName="all", PolicyDocument=document("iam:*"))
    session = client("iam", "arn:aws:sts::123456789012:assumed-role/worker/me")
    assert refused(session.get_user)["message"] == (
        "Must specify userName when calling with non-User credentials"
    )


def test_listings_come_in_pages(iam, refused):
    for name in "cab":
        iam.create_user(UserName=name)
    first = iam.list_users(MaxItems=3)
    assert [user["UserName"] for user in first["Users"]] == ["a", "admin", "b"]
    assert first["IsTruncated"] is True
    rest = iam.list_users(MaxItems=3, Marker=first["Marker"])
    assert [user["UserName"] for user in rest["Users"]] == ["c"]
    assert rest == {"Users": rest["Users"], "IsTruncated": False}
    assert refused(iam.list_users, Marker="%")["code"] == "ValidationError"


def test_an_inline_policy_comes_back_as_a_dict(iam, refused):
    iam.create_user(UserName="ada")
    text = document("sqs:SendMessage")
    iam.put_user_policy(UserName="ada", PolicyName="send", PolicyDocument=text)
    assert iam.get_user_policy(UserName="ada", PolicyName="send") == {
        "UserName": "ada",
        "PolicyName": "send",
        "PolicyDocument": json.loads(text),
    }
    assert iam.list_user_policies(UserName="ada") == {"PolicyNames": ["send"], "IsTruncated": False}
    iam.delete_user_policy(UserName="ada", PolicyName="send")
    error = refused(iam.get_user_policy, UserName="ada", PolicyName="send")
    assert error["message"] == "The user policy with name send cannot be found."
    assert refused(iam.delete_user_policy, UserName="ada", PolicyName="send") == error


def test_managed_policies_are_attached_and_detached(iam, refused):
    iam.create_user(UserName="ada")
    for _ in range(2):
        iam.attach_user_policy(UserName="ada", PolicyArn=READ_ONLY)
    iam.attach_user_policy(UserName="ada", PolicyArn=BASIC)
    basic = {"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": BASIC}
    read_only = {"PolicyName": "AWSLambda_ReadOnlyAccess", "PolicyArn": READ_ONLY}
    listed = iam.list_attached_user_policies(UserName="ada")
    assert listed == {"AttachedPolicies": [basic, read_only], "IsTruncated": False}
    some = iam.list_attached_user_policies(UserName="ada", PathPrefix="/service-role/")
    assert some["AttachedPolicies"] == [basic]
    iam.detach_user_policy(UserName="ada", PolicyArn=BASIC)
    error = refused(iam.detach_user_policy, UserName="ada", PolicyArn=BASIC)
    assert error == {"code": "NoSuchEntity", "message": f"Policy {BASIC} was not found.", "status": 404}


def test_what_cannot_be_attached(iam, refused):
    iam.create_user(UserName="ada")
    missing = "arn:aws:iam::123456789012:policy/nope"
    assert refused(iam.attach_user_policy, UserName="ada", PolicyArn=missing) == {
        "code": "NoSuchEntity",
        "message": f"Policy {missing} does not exist or is not attachable.",
        "status": 404,
    }
    assert refused(iam.attach_user_policy, UserName="ada", PolicyArn="AWSLambda_ReadOnlyAccess") == {
        "code": "ValidationError",
        "message": "Invalid ARN:  Could not be parsed!",
        "status": 400,
    }


def test_a_user_with_policies_cannot_be_deleted(iam, refused):
    iam.create_user(UserName="ada")
    iam.attach_user_policy(UserName="ada", PolicyArn=BASIC)
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=document("sqs:*"))
    assert refused(iam.delete_user, UserName="ada") == {
        "code": "DeleteConflict",
        "message": "Cannot delete entity, must detach all policies first.",
        "status": 409,
    }
    iam.detach_user_policy(UserName="ada", PolicyArn=BASIC)
    error = refused(iam.delete_user, UserName="ada")
    assert error["message"] == "Cannot delete entity, must delete policies first."
    iam.delete_user_policy(UserName="ada", PolicyName="p")
    iam.delete_user(UserName="ada")


def test_inline_policies_of_a_user_have_2048_characters_without_blanks(iam, refused):
    iam.create_user(UserName="ada")
    room = 2048 - len("".join(document("sqs:").split()))
    fits = document("sqs:" + "a" * room)
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=fits)
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=fits + " " * 100)
    error = refused(iam.put_user_policy, UserName="ada", PolicyName="more", PolicyDocument=document("sqs:*"))
    assert error == {
        "code": "LimitExceeded",
        "message": "Maximum policy size of 2048 bytes exceeded for user ada",
        "status": 409,
    }


def test_a_boundary_limits_a_user(iam, client, refused):
    arn = iam.create_user(UserName="ada", PermissionsBoundary=READ_ONLY)["User"]["Arn"]
    assert iam.get_user(UserName="ada")["User"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": READ_ONLY,
    }
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=document("sqs:*"))
    sqs = client("sqs", arn)
    error = refused(sqs.list_queues)
    assert error["message"].endswith("because no permissions boundary allows the sqs:ListQueues action")
    iam.put_user_permissions_boundary(
        UserName="ada", PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    sqs.list_queues()
    iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=READ_ONLY)
    assert refused(sqs.list_queues)["code"] == "AccessDenied"
    iam.delete_user_permissions_boundary(UserName="ada")
    sqs.list_queues()
    assert "PermissionsBoundary" not in iam.get_user(UserName="ada")["User"]
    assert refused(iam.delete_user_permissions_boundary, UserName="ada")["code"] == "NoSuchEntity"
