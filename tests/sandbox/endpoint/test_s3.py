"""S3 over a socket: stock boto3 writes, reads, lists, is refused, and a bucket invokes a function."""

from __future__ import annotations

import http.client
import io
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.endpoint.conftest import Served
from tests.sandbox.wire.shapes import SCOPE

ARN = "arn:aws:lambda:us-east-1:123456789012:function:echo"
ECHO = "def handler(event, context):\n    print(event['Records'][0]['s3']['object']['key'])\n"


@pytest.fixture
def s3(served: Served) -> Any:
    client = served.client("s3")
    client.create_bucket(Bucket="pics")
    return client


def test_objects_come_and_go(s3: Any) -> None:
    key = "a b/ü+%.txt"
    written = s3.put_object(
        Bucket="pics", Key=key, Body=b"hello", Metadata={"X": "y"}, ContentType="text/plain"
    )
    assert written["ChecksumCRC32"] == "NhCmhg=="
    found = s3.get_object(Bucket="pics", Key=key)
    assert (found["Body"].read(), found["Metadata"], found["ContentType"]) == (
        b"hello",
        {"x": "y"},
        "text/plain",
    )
    assert found["ChecksumCRC32"] == "NhCmhg=="
    part = s3.get_object(Bucket="pics", Key=key, Range="bytes=1-2")
    assert (part["Body"].read(), part["ResponseMetadata"]["HTTPStatusCode"]) == (b"el", 206)
    assert s3.head_object(Bucket="pics", Key=key)["ContentLength"] == 5
    s3.copy_object(Bucket="pics", Key="copy", CopySource={"Bucket": "pics", "Key": key})
    s3.put_object(Bucket="pics", Key="folder/")
    listed = s3.list_objects_v2(Bucket="pics", Delimiter="/")
    assert [one["Key"] for one in listed["Contents"]] == ["copy"]
    assert [one["Prefix"] for one in listed["CommonPrefixes"]] == ["a b/", "folder/"]
    keys = {"Objects": [{"Key": one} for one in (key, "copy", "folder/")]}
    assert len(s3.delete_objects(Bucket="pics", Delete=keys)["Deleted"]) == 3
    s3.delete_bucket(Bucket="pics")
    assert s3.list_buckets()["Buckets"] == []


def test_files_go_up_and_down(s3: Any) -> None:
    s3.upload_fileobj(io.BytesIO(b"z" * 300_000), "pics", "big")
    down = io.BytesIO()
    s3.download_fileobj("pics", "big", down)
    assert down.getvalue() == b"z" * 300_000


def test_refusals(s3: Any) -> None:
    with pytest.raises(s3.exceptions.NoSuchKey) as caught:
        s3.get_object(Bucket="pics", Key="none")
    assert caught.value.response["Error"] == {
        "Code": "NoSuchKey", "Message": "The specified key does not exist.", "Key": "none"
    }  # fmt: skip
    with pytest.raises(ClientError) as caught:
        s3.head_object(Bucket="pics", Key="none")
    assert caught.value.response["Error"] == {"Code": "404", "Message": "Not Found"}
    etag = s3.put_object(Bucket="pics", Key="k")["ETag"]
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket="pics", Key="k", IfNoneMatch=etag)
    assert caught.value.response["Error"]["Code"] == "304"
    # The connection is still good.
    assert s3.get_bucket_location(Bucket="pics")["LocationConstraint"] is None
    with pytest.raises(ClientError, match="s3 ListObjectVersions is not implemented here"):
        s3.list_object_versions(Bucket="pics")


def test_a_body_in_chunks_with_a_checksum_behind_it(served: Served, s3: Any) -> None:
    def put(checksum: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", served.endpoint.port, timeout=60)
        headers = {
            "Authorization": SCOPE.format("AKIDEXAMPLE", "s3"), "Content-Encoding": "aws-chunked",
            "x-amz-decoded-content-length": "5", "Expect": "100-continue",
        }  # fmt: skip
        body = f"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n".encode()
        try:
            connection.request("PUT", "/pics/k", body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    status, told = put("AAAAAA==")
    assert (status, b"<Code>BadDigest</Code>" in told) == (400, True)
    assert put("NhCmhg==") == (200, b"")
    assert s3.get_object(Bucket="pics", Key="k")["Body"].read() == b"hello"


def test_a_bucket_invokes_a_function(served: Served, s3: Any) -> None:
    functions = served.function("echo", ECHO)
    row = {"LambdaFunctionArn": ARN, "Events": ["s3:ObjectCreated:*"]}
    wanted = {"LambdaFunctionConfigurations": [row]}
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_notification_configuration(Bucket="pics", NotificationConfiguration=wanted)
    assert caught.value.response["Error"]["ArgumentValue1"] == f"Not authorized to invoke function [{ARN}]"
    functions.add_permission(
        FunctionName="echo", StatementId="s3", Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::pics",
    )  # fmt: skip
    s3.put_bucket_notification_configuration(Bucket="pics", NotificationConfiguration=wanted)
    assert s3.get_bucket_notification_configuration(Bucket="pics")["LambdaFunctionConfigurations"][
        0
    ].items() >= (row.items())
    s3.put_object(Bucket="pics", Key="in/a b.txt", Body=b"x")
    served.clock(advance=10)
    assert [event["text"] for event in served.events("LineLogged")] == ["in/a+b.txt"]
