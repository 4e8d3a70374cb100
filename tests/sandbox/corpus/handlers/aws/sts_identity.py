import functools
import os

import boto3


@functools.cache
def whoami():
    print("asking sts")
    identity = boto3.client("sts").get_caller_identity()
    identity.pop("ResponseMetadata")
    return identity


def assumed(role, session):
    credentials = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName=session, DurationSeconds=900)
    return credentials["AssumedRoleUser"]["Arn"], credentials["Credentials"]["Expiration"].strftime("%H:%M")


def handler(event, context):
    account = whoami()["Account"]
    arn = whoami()["Arn"]
    session = boto3.session.Session()
    out = {
        "account": account == context.invoked_function_arn.split(":")[4],
        "arn": arn,
        "region": session.region_name,
        "key": os.environ["AWS_ACCESS_KEY_ID"][:4] == session.get_credentials().access_key[:4] == "ASIA",
    }
    if "role" in event:
        out["assumed"] = assumed(f"arn:aws:iam::{account}:role/{event['role']}", "job")
    return out
