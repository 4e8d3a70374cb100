"""A whole boto3 in the package: it wins over the runtime's, and reaches AWS over sockets, properly signed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from sandbox import World
from tests.sandbox.services.awslambda.shop import Shop

pytestmark = pytest.mark.slow

HANDLER = """
import boto3, botocore
def handler(event, context):
    identity = boto3.client("sts").get_caller_identity()
    queues = boto3.client("sqs").list_queues()
    return [boto3.__file__, botocore.__file__, identity["Arn"], queues["ResponseMetadata"]["HTTPStatusCode"]]
"""
LIBRARIES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3")
MODELS = ("sqs", "sts")


def with_boto3() -> bytes:
    """A package with boto3 and all that it needs, and the models of two services."""
    site = Path(boto3.__file__).parents[1]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("app.py", HANDLER)
        archive.write(site / "six.py", "six.py")
        for library in LIBRARIES:
            for path in (site / library).rglob("*"):
                name = path.relative_to(site)
                service = name.parts[2] if name.parts[1:2] == ("data",) and len(name.parts) > 3 else ""
                if path.is_file() and "__pycache__" not in name.parts and (not service or service in MODELS):
                    archive.write(path, str(name))
    return buffer.getvalue()


def test_a_vendored_boto3_is_the_one_that_is_used(make_world: Callable[..., World]) -> None:
    shop = Shop(make_world())
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="sqs", PolicyDocument=policy)
    shop.function("", Code={"ZipFile": with_boto3()}, Timeout=60, MemorySize=512)
    boto, core, arn, status = json.loads(shop.invoke()["Payload"])
    assert (boto, core) == ("/var/task/boto3/__init__.py", "/var/task/botocore/__init__.py")
    assert arn == "arn:aws:sts::123456789012:assumed-role/worker-role/worker"
    assert status == 200
