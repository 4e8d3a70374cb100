"""Managed policies: the account's own and AWS's; the texts are AWS's."""

import json
import re
from datetime import UTC, datetime

import pytest

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def document(*actions, effect="Allow"):
    statement = {"Effect": effect, "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def arn(iam):
    return iam.create_policy(PolicyName="send", PolicyDocument=document("sqs:SendMessage"))["Policy"]["Arn"]


def test_a_policy_is_made_and_found(iam):
    text = document("sqs:SendMessage")
    made = iam.create_policy(PolicyName="send", PolicyDocument=text, Description="sends")["Policy"]
    now = datetime(2026, 11, 23, 9, 0, 0, 20_000, tzinfo=UTC)
    assert made == {
        "PolicyName": "send",
        "PolicyId": made["PolicyId"],
        "Arn": "arn:aws:iam::123456789012:policy/send",
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "PermissionsBoundaryUsageCount": 0,
        "IsAttachable": True,
        "CreateDate": now,
        "UpdateDate": now,
    }
    assert re.fullmatch(r"ANPA[A-Z0-9]{17}", made["PolicyId"])
    found = iam.get_policy(PolicyArn=made["Arn"])["Policy"]
    assert found == {**made, "Description": "sends", "Tags": []}
    version = iam.get_policy_version(PolicyArn=made["Arn"], VersionId="v1")["PolicyVersion"]
    assert version == {
        "Document": json.loads(text),
        "VersionId": "v1",
        "IsDefaultVersion": True,
        "CreateDate": now,
    }


def test_a_name_is_taken_once_whatever_the_path(iam, arn, refused):
    error = refused(iam.create_policy, PolicyName="send", PolicyDocument=document("sqs:*"), Path="/a/")
    assert error == {
        "code": "EntityAlreadyExists",
        "message": "A policy called send already exists. Duplicate names are not allowed.",
        "status": 409,
    }


def test_a_policy_in_use_is_counted_and_cannot_be_deleted(iam, arn, refused):
    iam.create_user(UserName="ada")
    iam.attach_user_policy(UserName="ada", PolicyArn=arn)
    iam.create_user(UserName="bob", PermissionsBoundary=arn)
    found = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (found["AttachmentCount"], found["PermissionsBoundaryUsageCount"]) == (1, 1)
    assert refused(iam.delete_policy, PolicyArn=arn) == {
        "code": "DeleteConflict",
        "message": "Cannot delete a policy attached to entities.",
        "status": 409,
    }
    iam.detach_user_policy(UserName="ada", PolicyArn=arn)
    iam.delete_user_permissions_boundary(UserName="bob")
    iam.delete_policy(PolicyArn=arn)
    assert refused(iam.get_policy, PolicyArn=arn)["message"] == f"Policy {arn} was not found."


def test_versions_are_made_chosen_and_deleted(iam, arn, refused):
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("sqs:*"))["PolicyVersion"]
    assert (made["VersionId"], made["IsDefaultVersion"], "Document" in made) == ("v2", False, False)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("sns:*"), SetAsDefault=True)
    listed = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [(one["VersionId"], one["IsDefaultVersion"]) for one in listed] == [
        ("v3", True),
        ("v2", False),
        ("v1", False),
    ]
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    error = refused(iam.delete_policy_version, PolicyArn=arn, VersionId="v2")
    assert (error["code"], error["message"]) == (
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    )
    error = refused(iam.delete_policy, PolicyArn=arn)
    assert error["message"].startswith("This policy has more than one version.")
    for version in ("v1", "v3"):
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    error = refused(iam.get_policy_version, PolicyArn=arn, VersionId="v1")
    assert error["message"] == f"Policy {arn} version v1 does not exist or is not attachable."
    iam.delete_policy(PolicyArn=arn)


def test_a_policy_keeps_five_versions(iam, arn, refused):
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("sqs:*"))
    error = refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=document("sqs:*"))
    assert error["code"] == "LimitExceeded"
    assert error["message"] == (
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an "
        "existing version."
    )


def test_the_version_in_force_decides(iam, client, arn, refused):
    user = iam.create_user(UserName="ada")["User"]["Arn"]
    iam.attach_user_policy(UserName="ada", PolicyArn=arn)
    sqs = client("sqs", user)
    assert refused(sqs.list_queues)["code"] == "AccessDenied"
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document("sqs:*"), SetAsDefault=True)
    sqs.list_queues()
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v1")
    assert refused(sqs.list_queues)["code"] == "AccessDenied"


def test_awss_policies_are_there_and_cannot_be_changed(iam, refused):
    found = iam.get_policy(PolicyArn=ADMINISTRATOR)["Policy"]
    assert (found["PolicyName"], found["AttachmentCount"], found["Tags"]) == ("AdministratorAccess", 1, [])
    version = iam.get_policy_version(PolicyArn=ADMINISTRATOR, VersionId=found["DefaultVersionId"])
    (statement,) = version["PolicyVersion"]["Document"]["Statement"]
    assert {**statement, "Effect": "Allow", "Action": "*", "Resource": "*"} == statement
    (only,) = iam.list_policy_versions(PolicyArn=ADMINISTRATOR)["Versions"]
    assert only["IsDefaultVersion"] is True
    assert refused(iam.get_policy_version, PolicyArn=ADMINISTRATOR, VersionId="v99")["code"] == "NoSuchEntity"
    error = refused(iam.delete_policy, PolicyArn=ADMINISTRATOR)
    assert error == {
        "code": "AccessDenied",
        "message": "Policy is outside your own account.",
        "status": 403,
    }


def test_policies_are_listed_by_scope_use_and_path(iam, arn):
    iam.create_policy(PolicyName="other", PolicyDocument=document("sqs:*"), Path="/team/")
    iam.create_user(UserName="ada", PermissionsBoundary=arn)

    def names(**params):
        return [policy["PolicyName"] for policy in iam.list_policies(**params)["Policies"]]

    assert names(Scope="Local") == ["other", "send"]
    assert names(Scope="Local", PathPrefix="/team/") == ["other"]
    assert names(OnlyAttached=True) == ["AdministratorAccess", "send"]
    assert names(PolicyUsageFilter="PermissionsBoundary") == ["send"]
    assert "AWSLambdaBasicExecutionRole" in names(Scope="AWS", PathPrefix="/service-role/")


def test_a_malformed_policy_is_refused(iam, refused):
    for text, message in (
        ("nothing", "This policy contains invalid Json"),
        (
            json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:*"}}),
            "Policy statement must contain resources.",
        ),
    ):
        error = refused(iam.create_policy, PolicyName="bad", PolicyDocument=text)
        assert error == {"code": "MalformedPolicyDocument", "message": message, "status": 400}


def test_a_managed_policy_has_6144_characters(iam, refused):
    error = refused(iam.create_policy, PolicyName="big", PolicyDocument=document("sqs:" + "a" * 6144))
    assert error["message"] == "Cannot exceed quota for PolicySize: 6144"


def test_a_scope_is_one_of_three(iam, refused):
    assert refused(iam.list_policies, Scope="Mine")["message"] == (
        "1 validation error detected: Value 'Mine' at 'scope' failed to satisfy constraint: Member must "
        "satisfy enum value set: [All, AWS, Local]"
    )
