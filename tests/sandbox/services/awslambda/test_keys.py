"""Whose permissions count when code calls AWS: the role's, or those of the keys that a client was given."""

from __future__ import annotations

import json

from tests.sandbox.services.awslambda.shop import Shop

ASSUMING = """
import boto3

def attempt(action):
    try:
        return action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def handler(event, context):
    keys = boto3.client("sts").assume_role(RoleArn=event["role"], RoleSessionName="me")["Credentials"]
    own = {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }
    wrong = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x"}
    return [
        boto3.client("sts").get_caller_identity()["Arn"],
        boto3.client("sts", **own).get_caller_identity()["Arn"],
        attempt(lambda: boto3.client("sqs", **own).create_queue(QueueName="letters")),
        attempt(lambda: boto3.client("sqs", **wrong).list_queues()),
        attempt(lambda: boto3.client("lambda", **wrong).list_functions()),
    ]
"""
ROOT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"}
MAY_ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}


def document(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_client_with_the_keys_of_another_session_acts_as_that_session(shop: Shop):
    other = shop.iam.create_role(RoleName="other", AssumeRolePolicyDocument=document(ROOT))["Role"]["Arn"]
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="p", PolicyDocument=document(MAY_ASSUME))
    shop.function(ASSUMING, Timeout=30)
    mine, theirs, denied, sqs, functions = json.loads(shop.invoke({"role": other})["Payload"])
    assert mine.endswith(":assumed-role/worker-role/worker")
    assert theirs.endswith(":assumed-role/other/me")
    assert "assumed-role/other/me is not authorized to perform: sqs:CreateQueue" in denied
    assert sqs.startswith("ClientError: An error occurred (InvalidClientTokenId)")
    assert functions.startswith("ClientError: An error occurred (UnrecognizedClientException)")
