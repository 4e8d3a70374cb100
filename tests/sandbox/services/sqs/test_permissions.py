"""Who may do what to a queue, under which action and which ARN."""

import json

import pytest

from sandbox.models import operation_names
from sandbox.services.base import Service
from sandbox.services.sqs import SqsService
from sandbox.trace import PermissionDecided

ARN = "arn:aws:sqs:us-east-1:123456789012:jobs"
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/jobs"

DIFFERENT = {
    "send_message_batch": "sqs:SendMessage",
    "delete_message_batch": "sqs:DeleteMessage",
    "change_message_visibility_batch": "sqs:ChangeMessageVisibility",
}


def operations(service: type[Service]):
    return {
        name: getattr(service, name).spec for name in dir(service) if hasattr(getattr(service, name), "spec")
    }


def test_each_operation_asks_for_awss_action():
    names = operation_names("sqs")
    for name, spec in operations(SqsService).items():
        assert spec.action == DIFFERENT.get(name, f"sqs:{names[name]}")


def test_each_operation_but_the_listing_is_about_a_queue():
    assert {name: spec.resource for name, spec in operations(SqsService).items() if spec.resource == "*"} == {
        "list_queues": "*"
    }


@pytest.fixture
def reader(client):
    iam = client("iam")
    arn = iam.create_user(UserName="reader")["User"]["Arn"]
    document = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "sqs:Receive*", "Resource": ARN},
    }
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps(document))
    return arn


def test_a_queue_that_is_not_there_has_the_arn_that_it_would_have(world, sqs, refused):
    refused(sqs.receive_message, QueueUrl=URL)
    decided = world.trace.of(PermissionDecided)[-1]
    assert (decided.action, decided.arn, decided.allowed) == ("sqs:ReceiveMessage", ARN, True)


def test_what_is_not_allowed_is_denied_in_awss_words(url, client, reader, refused):
    sqs = client("sqs", reader)
    assert sqs.receive_message(QueueUrl=url) == {}
    error = refused(sqs.send_message, QueueUrl=url, MessageBody="x")
    assert error == {
        "code": "AccessDenied",
        "message": (
            f"User: {reader} is not authorized to perform: sqs:SendMessage on resource: {ARN} because no "
            "identity-based policy allows the sqs:SendMessage action"
        ),
        "status": 403,
    }


def test_a_queues_policy_lets_a_user_in_and_keeps_the_administrator_out(sqs, url, client, reader, refused):
    statements = [
        {"Effect": "Allow", "Principal": {"AWS": reader}, "Action": "sqs:SendMessage", "Resource": ARN},
        {"Effect": "Deny", "Principal": "*", "Action": "sqs:PurgeQueue", "Resource": ARN},
    ]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    assert json.loads(shown)["Statement"] == statements
    client("sqs", reader).send_message(QueueUrl=url, MessageBody="x")
    assert refused(sqs.purge_queue, QueueUrl=url)["message"].endswith(
        "with an explicit deny in a resource-based policy"
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]) == {}
    assert (
        refused(client("sqs", reader).send_message, QueueUrl=url, MessageBody="x")["code"] == "AccessDenied"
    )
    sqs.purge_queue(QueueUrl=url)


def test_a_policy_can_come_with_a_new_queue_and_goes_with_it(world, sqs, client, reader, refused):
    statement = {"Effect": "Allow", "Principal": {"AWS": reader}, "Action": "sqs:*", "Resource": ARN}
    text = json.dumps({"Version": "2012-10-17", "Statement": statement})
    other = client("sqs", reader)
    assert refused(other.send_message, QueueUrl=URL, MessageBody="x")["code"] == "AccessDenied"
    sqs.create_queue(QueueName="jobs", Attributes={"Policy": text})
    other.send_message(QueueUrl=URL, MessageBody="x")
    other.delete_queue(QueueUrl=URL)
    assert refused(other.get_queue_url, QueueName="jobs")["code"] == "AccessDenied"


def test_the_senders_id_is_of_who_sent(sqs, url, client, reader):
    role_trust = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    iam = client("iam")
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(role_trust))["Role"]
    iam.attach_role_policy(RoleName="worker", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    session = "arn:aws:sts::123456789012:assumed-role/worker/fn"
    client("sqs", session).send_message(QueueUrl=url, MessageBody="x")
    (message,) = sqs.receive_message(QueueUrl=url, AttributeNames=["SenderId"])["Messages"]
    assert message["Attributes"] == {"SenderId": f"{role['RoleId']}:fn"}
