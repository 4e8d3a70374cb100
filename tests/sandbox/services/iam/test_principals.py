"""What the world asks of IAM: who is there, what is on them, who may assume what."""

import json

import pytest

from sandbox.identity import Principal
from sandbox.models import operation_names
from sandbox.services.iam import IamService

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/fn"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def trust(**principal):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def allow(*actions):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@pytest.fixture
def service(world) -> IamService:
    return world.cloud.iam


@pytest.fixture
def worker(iam):
    document = trust(Service="lambda.amazonaws.com")
    return iam.create_role(RoleName="worker", AssumeRolePolicyDocument=document)["Role"]


def test_each_operation_asks_for_the_action_of_its_name():
    names = operation_names("iam")
    for name in dir(IamService):
        spec = getattr(getattr(IamService, name), "spec", None)
        if spec is not None:
            assert spec.action == f"iam:{names[name]}"
            assert callable(getattr(IamService, spec.resource))


def test_the_administrator_is_there_from_the_beginning(world, iam, service):
    user = iam.get_user(UserName="admin")["User"]
    assert world.cloud.administrator == Principal(user["Arn"], "user", ACCOUNT, user["UserId"])
    attached = iam.list_attached_user_policies(UserName="admin")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AdministratorAccess"]


def test_a_service_gets_a_session_of_a_role_that_trusts_it(service, worker):
    session = service.session(ROLE, "fn", "lambda.amazonaws.com")
    assert session == Principal(SESSION, "session", ACCOUNT, f"{worker['RoleId']}:fn", ROLE)
    assert service.session(ROLE, "fn", "ec2.amazonaws.com") is None
    assert service.session(ROLE + "x", "fn", "lambda.amazonaws.com") is None


def test_a_changed_trust_policy_counts_at_once(iam, service, worker):
    iam.update_assume_role_policy(RoleName="worker", PolicyDocument=trust(Service="ec2.amazonaws.com"))
    assert service.session(ROLE, "fn", "lambda.amazonaws.com") is None
    assert iam.get_role(RoleName="worker")["Role"]["AssumeRolePolicyDocument"]["Statement"]["Principal"] == {
        "Service": "ec2.amazonaws.com"
    }


def test_an_arn_stands_for_a_user_a_role_a_session_or_the_root(iam, service, worker):
    user = iam.create_user(UserName="ada", Path="/team/")["User"]
    assert service.principal(user["Arn"]) == Principal(user["Arn"], "user", ACCOUNT, user["UserId"])
    assert service.principal(SESSION) == service.session(ROLE, "fn", "lambda.amazonaws.com")
    assert service.principal(ROLE).role == ROLE
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert service.principal(root) == Principal(root, "root", ACCOUNT, ACCOUNT)


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{ACCOUNT}:user/ada",
        f"arn:aws:iam::{ACCOUNT}:role/other/worker",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/other/fn",
        "arn:aws:sts::210987654321:assumed-role/worker/fn",
        "arn:aws:iam::210987654321:root",
        "lambda.amazonaws.com",
    ],
)
def test_nobody_is_nobody(service, worker, arn):
    assert service.principal(arn) is None


def test_policies_of_a_session_are_those_of_its_role(iam, service, worker):
    iam.put_role_policy(RoleName="worker", PolicyName="send", PolicyDocument=allow("sqs:SendMessage"))
    iam.attach_role_policy(RoleName="worker", PolicyArn=BASIC)
    iam.put_role_permissions_boundary(RoleName="worker", PermissionsBoundary=BASIC)
    policies = service.policies_of(service.principal(SESSION))
    assert [(policy.name, policy.arn, policy.attached_to) for policy in policies.identity] == [
        ("send", "", ROLE),
        ("AWSLambdaBasicExecutionRole", BASIC, ROLE),
    ]
    assert policies.boundary.arn == BASIC
    assert (policies.resource, policies.session) == (None, ())


def test_who_was_deleted_may_do_nothing(iam, client, service, refused):
    arn = iam.create_user(UserName="ada")["User"]["Arn"]
    iam.put_user_policy(UserName="ada", PolicyName="all", PolicyDocument=allow("*"))
    principal = service.principal(arn)
    sqs = client("sqs", arn)
    sqs.list_queues()
    iam.delete_user_policy(UserName="ada", PolicyName="all")
    assert refused(sqs.list_queues)["code"] == "AccessDenied"
    iam.delete_user(UserName="ada")
    assert service.policies_of(principal).identity == ()


def test_attaching_and_detaching_counts_at_once(iam, client, refused):
    arn = iam.create_user(UserName="ada")["User"]["Arn"]
    full = {"UserName": "ada", "PolicyArn": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"}
    sqs = client("sqs", arn)
    assert refused(sqs.list_queues)["code"] == "AccessDenied"
    iam.attach_user_policy(**full)
    sqs.list_queues()
    iam.detach_user_policy(**full)
    assert refused(sqs.list_queues)["code"] == "AccessDenied"


def test_a_user_gets_a_session_only_where_trust_policy_own_policies_and_boundary_agree(iam, service):
    arn = iam.create_user(UserName="ada")["User"]["Arn"]
    root = f"arn:aws:iam::{ACCOUNT}:root"
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust(AWS=root))
    assert service.session(ROLE, "fn", arn) is None
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=allow("sts:*"))
    assert service.session(ROLE, "fn", arn).arn == SESSION
    iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=BASIC)
    assert service.session(ROLE, "fn", arn) is None
    iam.update_assume_role_policy(RoleName="worker", PolicyDocument=trust(AWS=arn))
    assert service.session(ROLE, "fn", arn).arn == SESSION
    assert service.session(ROLE, "fn", f"arn:aws:iam::{ACCOUNT}:user/nobody") is None


def test_a_service_principal_has_no_policies_of_its_own(service):
    principal = Principal("lambda.amazonaws.com", "service", "", "")
    assert service.policies_of(principal).identity == ()


def test_a_roles_resource_policy_is_its_trust_policy(service, worker):
    assert json.loads(service.resource_policy(ROLE).raw) == worker["AssumeRolePolicyDocument"]
    assert service.resource_policy(f"arn:aws:iam::{ACCOUNT}:user/admin") is None


def test_a_denied_change_names_the_role(iam, client, worker, refused):
    arn = iam.create_user(UserName="ada")["User"]["Arn"]
    error = refused(
        client("iam", arn).put_role_policy, RoleName="worker", PolicyName="p", PolicyDocument=allow("*")
    )
    assert error["message"] == (
        f"User: {arn} is not authorized to perform: iam:PutRolePolicy on resource: {ROLE} because no "
        "identity-based policy allows the iam:PutRolePolicy action"
    )


def test_a_thing_that_is_not_there_yet_has_the_arn_that_it_would_have(service, worker):
    assert service.role_arn({"RoleName": "new", "Path": "/a/"}) == f"arn:aws:iam::{ACCOUNT}:role/a/new"
    assert service.user_arn({"UserName": "new"}) == f"arn:aws:iam::{ACCOUNT}:user/new"
    assert service.policy_arn({"PolicyName": "new"}) == f"arn:aws:iam::{ACCOUNT}:policy/new"


def test_a_fork_has_users_of_its_own(world, iam):
    fork = world.fork()
    fork.client("iam").create_user(UserName="ada")
    assert [user["UserName"] for user in iam.list_users()["Users"]] == ["admin"]
    assert len(fork.client("iam").list_users()["Users"]) == 2
    fork.close()


def test_ids_are_drawn_from_the_worlds_seed(world, iam):
    fork = world.fork()
    made = [one.client("iam").create_user(UserName="ada")["User"]["UserId"] for one in (world, fork)]
    assert made[0] == made[1]
    fork.close()
