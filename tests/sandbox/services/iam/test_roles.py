"""Roles and their trust policies; the texts are AWS's."""

import json
import re
from datetime import UTC, datetime

import pytest

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def trust(service="lambda.amazonaws.com", **statement):
    base = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**base, **statement}]})


def test_a_role_is_made_and_found(iam):
    made = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust())["Role"]
    assert made == {
        "Path": "/",
        "RoleName": "worker",
        "RoleId": made["RoleId"],
        "Arn": "arn:aws:iam::123456789012:role/worker",
        "CreateDate": datetime(2026, 11, 23, 9, 0, 0, 20_000, tzinfo=UTC),
        "AssumeRolePolicyDocument": json.loads(trust()),
    }
    assert re.fullmatch(r"AROA[A-Z0-9]{17}", made["RoleId"])
    found = iam.get_role(RoleName="worker")["Role"]
    assert found == {**made, "MaxSessionDuration": 3600, "RoleLastUsed": {}}


def test_what_is_given_is_shown(iam):
    given = {"Description": "works", "MaxSessionDuration": 7200, "Path": "/service-role/"}
    tags = [{"Key": "team", "Value": "blue"}]
    made = iam.create_role(
        RoleName="worker", AssumeRolePolicyDocument=trust(), Tags=tags, PermissionsBoundary=BASIC, **given
    )["Role"]
    assert made["Arn"] == "arn:aws:iam::123456789012:role/service-role/worker"
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": BASIC}
    assert {**made, **given, "Tags": tags, "PermissionsBoundary": boundary} == made
    (listed,) = iam.list_roles(PathPrefix="/service-role/")["Roles"]
    assert {**listed, **given} == listed
    assert not {"Tags", "PermissionsBoundary", "RoleLastUsed"} & set(listed)


def test_a_role_that_is_not_there(iam, refused):
    error = {"code": "NoSuchEntity", "message": "The role with name worker cannot be found.", "status": 404}
    assert refused(iam.get_role, RoleName="worker") == error
    assert refused(iam.delete_role, RoleName="worker") == error
    assert refused(iam.attach_role_policy, RoleName="worker", PolicyArn=BASIC) == error
    assert refused(iam.update_assume_role_policy, RoleName="worker", PolicyDocument=trust()) == error


def test_a_name_is_taken_once(iam, refused):
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust())
    assert refused(iam.create_role, RoleName="worker", AssumeRolePolicyDocument=trust()) == {
        "code": "EntityAlreadyExists",
        "message": "Role with name worker already exists.",
        "status": 409,
    }


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{not json", "This policy contains invalid Json"),
        (trust(Resource="*"), "Has prohibited field Resource."),
        (
            json.dumps(
                {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}}
            ),
            "Missing required field Principal",
        ),
    ],
)
def test_a_malformed_trust_policy_is_refused(iam, refused, document, message):
    error = refused(iam.create_role, RoleName="worker", AssumeRolePolicyDocument=document)
    assert error == {"code": "MalformedPolicyDocument", "message": message, "status": 400}
    assert iam.list_roles()["Roles"] == []


def test_an_identity_policy_names_no_principal(iam, refused):
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust())
    error = refused(
        iam.put_role_policy, RoleName="worker", PolicyName="p", PolicyDocument=trust(Resource="*")
    )
    assert error["code"] == "MalformedPolicyDocument"
    assert error["message"] == "Policy document should not specify a principal."


def test_names_and_session_lengths_have_rules(iam, refused):
    error = refused(iam.create_role, RoleName="a/b", AssumeRolePolicyDocument=trust())
    assert error["message"] == (
        "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or "
        "the following: +=,.@_-"
    )
    error = refused(iam.create_role, RoleName="a", AssumeRolePolicyDocument=trust(), MaxSessionDuration=43201)
    assert error["message"] == (
        "1 validation error detected: Value '43201' at 'maxSessionDuration' failed to satisfy constraint: "
        "Member must have value less than or equal to 43200"
    )


def test_a_role_is_updated(iam):
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust(), MaxSessionDuration=7200)
    assert iam.update_role(RoleName="worker", Description="new") == {}
    found = iam.get_role(RoleName="worker")["Role"]
    assert (found["Description"], found["MaxSessionDuration"]) == ("new", 3600)


def test_inline_and_attached_policies_of_a_role(iam, refused):
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust())
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": statement}
    iam.put_role_policy(RoleName="worker", PolicyName="p", PolicyDocument=json.dumps(document))
    iam.attach_role_policy(RoleName="worker", PolicyArn=BASIC)
    assert iam.get_role_policy(RoleName="worker", PolicyName="p") == {
        "RoleName": "worker",
        "PolicyName": "p",
        "PolicyDocument": document,
    }
    assert iam.list_role_policies(RoleName="worker") == {"PolicyNames": ["p"], "IsTruncated": False}
    attached = iam.list_attached_role_policies(RoleName="worker")["AttachedPolicies"]
    assert attached == [{"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": BASIC}]
    conflict = refused(iam.delete_role, RoleName="worker")
    assert (conflict["code"], conflict["message"]) == (
        "DeleteConflict",
        "Cannot delete entity, must detach all policies first.",
    )
    iam.detach_role_policy(RoleName="worker", PolicyArn=BASIC)
    error = refused(iam.delete_role, RoleName="worker")
    assert error["message"] == "Cannot delete entity, must delete policies first."
    iam.delete_role_policy(RoleName="worker", PolicyName="p")
    missing = refused(iam.get_role_policy, RoleName="worker", PolicyName="p")
    assert missing["message"] == "The role policy with name p cannot be found."
    iam.delete_role(RoleName="worker")
    assert iam.list_roles()["Roles"] == []


def test_a_role_takes_twenty_managed_policies(iam, refused):  # fact iam.policies_per_role
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust())
    names = [policy["Arn"] for policy in iam.list_policies(Scope="AWS")["Policies"]]
    for arn in names[:20]:
        iam.attach_role_policy(RoleName="worker", PolicyArn=arn)
    error = refused(iam.attach_role_policy, RoleName="worker", PolicyArn=names[20])
    assert error == {
        "code": "LimitExceeded",
        "message": "Cannot exceed quota for PoliciesPerRole: 20",
        "status": 409,
    }


def test_a_trust_policy_has_2048_characters(iam, refused):
    many = [f"arn:aws:iam::123456789012:user/{'a' * 60}{number}" for number in range(30)]
    error = refused(
        iam.create_role, RoleName="worker", AssumeRolePolicyDocument=trust(Principal={"AWS": many})
    )
    assert error["message"] == "Cannot exceed quota for ACLSizePerRole: 2048"


def test_a_boundary_comes_and_goes(iam):
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust())
    iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=BASIC)
    assert iam.get_role(RoleName="worker")["Role"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": BASIC,
    }
    iam.delete_role_permissions_boundary(RoleName="worker")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="worker")["Role"]
