"""Whatever a request says, S3 answers it, or refuses it as AWS does."""

import json
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from botocore import xform_name
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.cloud import Cloud
from sandbox.models import service_model
from sandbox.services.base import AwsError
from sandbox.services.s3 import S3Service

MODEL = service_model("s3")
OPERATIONS = [
    name for name in MODEL.operation_names if hasattr(getattr(S3Service, xform_name(name), None), "spec")
]
DIGITS = "9" * 5000
PICS = "arn:aws:s3:::pics"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"


def policy(**element):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": [PICS, f"{PICS}/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | element]})


def limited(operator, key, value):
    return policy(Condition={operator: {key: value}})


POLICIES = [
    policy(),
    policy(
        Principal={
            "AWS": [
                "123456789012",
                "\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661",
            ]
        }
    ),
    policy().replace('"Version"', f'"Id": {DIGITS}, "Version"'),
    policy(Sid="\ud800"),
    policy(Resource=f"{PICS}/${{aws:nothing}}${{"),
    limited("DateLessThan", "aws:CurrentTime", "²"),
    limited("DateLessThan", "aws:CurrentTime", DIGITS),
    limited("DateLessThan", "aws:EpochTime", "\u0662\u0660\u0662\u0666-\u0660\u0661-\u0660\u0661"),
    limited("NumericLessThan", "s3:max-keys", "1e999999999"),
    limited("NumericLessThan", "aws:EpochTime", DIGITS),
    limited("BinaryEquals", "aws:userid", "é"),
    limited("IpAddress", "aws:SourceIp", "\u0662\u0660\u0663.0.113.10/33"),
    limited("StringLike", "aws:userid", "*?${" * 200),
    limited("Bool", "aws:SecureTransport", True),
    "{" * 15000,
    '{"Statement": NaN}',
]
TEXTS = st.sampled_from(
    [
        *(
            "",
            "pics",
            "in/a",
            "pics/in/a",
            "pics/%zz?versionId=",
            "*",
            '"',
            "\\",
            "\x00",
            "a\r\nb: c",
            "\ud800",
        ),
        *("é", "\u0662", "²", DIGITS, f"bytes=0-{DIGITS}", f"bytes={DIGITS}-", f"bytes=-{DIGITS}"),
        *("bytes=\u0660-\u0662", "bytes=2-1", "a=b&a=c", "a=%ff&=", "====", "AAAA", "AAAAAA==", "url"),
        *("https://x", QUEUE, f"{QUEUE}:x:y", "arn:aws:lambda:", FUNCTION, "s3:ObjectCreated:*"),
        *("s3:ObjectCreated:Put", "x" * 3000),
        *POLICIES,
    ]
) | st.text(max_size=6)
NUMBERS = st.sampled_from([0, 1, -1, 2, 1000, 1001, 2**31 - 1, -(2**31), 2**63 - 1])
TIMES = st.sampled_from([datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)]) | st.just(
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
)


def values(shape):
    """Values of a shape's type, whatever its limits and patterns say."""
    if shape.type_name == "structure":
        members = {name: values(member) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required_members}
        if "Bucket" in required:
            required["Bucket"] = st.just("pics") | TEXTS
        if "Key" in required:
            required["Key"] = st.just("in/a") | TEXTS
        # Most members are not there, so that requests get far.
        optional = {name: st.one_of(*[st.none()] * 3, value) for name, value in members.items()}
        return st.fixed_dictionaries({**required, **optional}).map(
            lambda found: {name: value for name, value in found.items() if value is not None}
        )
    if shape.type_name == "list":
        return st.lists(values(shape.member), max_size=3)
    if shape.type_name == "map":
        return st.dictionaries(TEXTS, TEXTS, max_size=2)
    if shape.type_name == "string":
        return st.sampled_from(shape.metadata["enum"]) | TEXTS if "enum" in shape.metadata else TEXTS
    kinds = {"boolean": st.booleans(), "blob": st.binary(max_size=5), "timestamp": TIMES}
    return kinds.get(shape.type_name, NUMBERS)


@pytest.fixture(scope="module")
def cloud():
    return Cloud(seed=1, profile="today", account_limit=None, start=1795424400000000)


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_it_is_answered_or_refused(cloud, operation, data):
    shape = MODEL.operation_model(operation).input_shape
    params = data.draw(values(shape)) if shape is not None else {}
    for name, given_first in (
        ("CreateBucket", {"Bucket": "pics"}),
        ("PutObject", {"Bucket": "pics", "Key": "in/a", "Body": b"hello"}),
        ("PutBucketPolicy", {"Bucket": "pics", "Policy": data.draw(st.sampled_from(POLICIES))}),
        (operation, params),
        ("DeleteBucketPolicy", {"Bucket": "pics"}),
    ):
        status = HTTPStatus.OK
        try:
            cloud.call("s3", name, given_first, principal=cloud.administrator, cause=0)
        except AwsError as error:
            status = HTTPStatus(error.status)
        assert status != HTTPStatus.INTERNAL_SERVER_ERROR
