"""What S3's wire has of its own: hosts, chunked bodies, XML that means no good, answers without a body."""

from __future__ import annotations

from email.header import decode_header

import pytest

from sandbox import wire
from sandbox.models import service_model
from tests.sandbox.wire.shapes import parsed
from tests.sandbox.wire.test_routing import ask, refused

ID = "11111111-2222-4333-8444-555555555555"


def s3(method: str = "GET", path: str = "/", query: str = "", **more: object) -> wire.HttpRequest:
    return ask(method, path, query, scope="s3", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("request_", "operation", "params"),
    [
        (s3(), "ListBuckets", {}),
        (s3(path="/pics"), "ListObjects", {"Bucket": "pics"}),
        (s3(path="/pics/"), "ListObjects", {"Bucket": "pics"}),
        (s3(path="/pics", query="list-type=2&prefix=a%2Fb"), "ListObjectsV2",
         {"Bucket": "pics", "Prefix": "a/b"}),
        (s3(path="/pics/a/b%20c/"), "GetObject", {"Bucket": "pics", "Key": "a/b c/"}),
        (s3("HEAD", "/pics/k"), "HeadObject", {"Bucket": "pics", "Key": "k"}),
        (s3("DELETE", "/pics/k"), "DeleteObject", {"Bucket": "pics", "Key": "k"}),
        (s3("DELETE", "/pics/k", "uploadId=1"), "AbortMultipartUpload",
         {"Bucket": "pics", "Key": "k", "UploadId": "1"}),
        (s3("PUT", "/pics/k", x_amz_copy_source="pics/a"), "CopyObject",
         {"Bucket": "pics", "Key": "k", "CopySource": "pics/a"}),
        (s3("PUT", "/pics/k", x_amz_meta_a="1", x_amz_meta_b="2"), "PutObject",
         {"Bucket": "pics", "Key": "k", "Metadata": {"a": "1", "b": "2"}}),
        (s3(path="/k", host="pics.s3.amazonaws.com"), "GetObject", {"Bucket": "pics", "Key": "k"}),
        (s3(path="/", host="pics.s3.us-east-1.amazonaws.com"), "ListObjects", {"Bucket": "pics"}),
        (s3(path="/k", host="a.b.localhost:4566"), "GetObject", {"Bucket": "a.b", "Key": "k"}),
        (ask("GET", "/k", host="pics.s3.us-east-1.amazonaws.com"), "GetObject",
         {"Bucket": "pics", "Key": "k"}),
        (s3(path="/pics", query="policy"), "GetBucketPolicy", {"Bucket": "pics"}),
        (s3(path="/pics", query="notification"), "GetBucketNotificationConfiguration", {"Bucket": "pics"}),
    ],
)  # fmt: skip
def test_operations(request_: wire.HttpRequest, operation: str, params: dict[str, object]) -> None:
    assert wire.parse(request_) == wire.Asked("s3", operation, params, "rest-xml")


def test_a_path_that_is_none_of_s3s() -> None:
    response = refused(s3("PATCH", "/pics/k"))
    assert response.status == 405
    assert b"<Code>MethodNotAllowed</Code>" in response.body


# -- bodies ------------------------------------------------------------------------------------------------


def put(body: bytes, **headers: str) -> wire.HttpRequest:
    return s3("PUT", "/pics/k", body=body, **headers)


def test_a_chunked_body_is_put_together_and_its_trailer_read() -> None:
    body = (
        b"5;chunk-signature=ab\r\nhello\r\n2\r\n!!\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-other:1\r\n\r\n"
    )
    asked = wire.parse(
        put(body, content_encoding="gzip,aws-chunked", x_amz_decoded_content_length="7", content_length="99")
    )
    assert asked.params == {
        "Bucket": "pics", "Key": "k", "Body": b"hello!!", "ContentLength": 7, "ContentEncoding": "gzip",
        "ChecksumCRC32": "NhCmhg==",
    }  # fmt: skip
    unsigned = put(b"1\r\nx\r\n0\r\n\r\n", x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    assert wire.parse(unsigned).params["Body"] == b"x"


@pytest.mark.parametrize(
    "body", [b"", b"5\r\nhel", b"zz\r\n", b"5\r\nhelloXX0\r\n\r\n", b"2\r\nab\r\n0\r\n\r\n"]
)
def test_a_chunked_body_that_is_cut_off(body: bytes) -> None:
    response = refused(put(body, content_encoding="aws-chunked", x_amz_decoded_content_length="5"))
    assert b"<Code>IncompleteBody</Code>" in response.body


def test_a_compressed_object_stays_compressed() -> None:
    asked = wire.parse(put(b"not gzip at all", content_encoding="gzip"))
    assert (asked.params["Body"], asked.params["ContentEncoding"]) == (b"not gzip at all", "gzip")


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Delete><Object><Key>&b;</Key></Object></Delete>'
)


@pytest.mark.parametrize("body", [BOMB, b"<Delete>", b"\xff\xfe", b"{}", b"<Delete/>", b"<a" * 10_000])
def test_xml_that_cannot_be_read(body: bytes) -> None:
    response = refused(s3("POST", "/pics", "delete", body=body))
    assert (response.status, b"<Code>MalformedXML</Code>" in response.body) == (400, True)


def test_a_policy_that_is_no_text() -> None:
    response = refused(s3("PUT", "/pics", "policy", body=b"\xff\xff"))
    assert b"<Code>InvalidArgument</Code>" in response.body


# -- answers -----------------------------------------------------------------------------------------------


def test_an_answer_to_head_tells_the_length_and_has_no_body() -> None:
    response = wire.reply(wire.Asked("s3", "HeadObject", {}, "rest-xml"), {"ContentLength": 7}, ID)
    assert (dict(response.headers)["content-length"], response.body) == ("7", b"")


@pytest.mark.parametrize(("operation", "status"), [("HeadObject", 404), ("GetObject", 304)])
def test_errors_without_a_body(operation: str, status: int) -> None:
    asked = wire.Asked("s3", operation, {}, "rest-xml")
    response = wire.refusal(asked, code=str(status), message="x", status=status, fields={}, request_id=ID)
    assert (response.status, response.body) == (status, b"")


def test_what_belongs_to_an_error_stands_beside_its_code() -> None:
    asked = wire.Asked("s3", "GetObject", {}, "rest-xml")
    response = wire.refusal(
        asked, code="NoSuchKey", message="a & b", status=404, fields={"Key": "<k>"}, request_id=ID
    )
    model = service_model("s3").operation_model("GetObject")
    assert parsed(response, model, "rest-xml")["Error"] == {
        "Code": "NoSuchKey", "Message": "a & b", "Key": "<k>"
    }  # fmt: skip


@pytest.mark.parametrize(("place", "text"), [(None, ""), ("eu-west-1", "eu-west-1")])
def test_a_location_is_a_document_of_its_own(place: str | None, text: str) -> None:
    asked = wire.Asked("s3", "GetBucketLocation", {}, "rest-xml")
    body = wire.reply(asked, {"LocationConstraint": place}, ID).body
    root = f'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{text}</LocationConstraint>'
    assert body.decode().endswith(root)


def test_nobodys_requests_are_denied() -> None:
    asked = wire.Asked("s3", "GetObject", {}, "rest-xml")
    response = wire.unsigned(asked, ID)
    assert response.status == 403
    assert b"<Code>AccessDenied</Code><Message>Access Denied</Message>" in response.body


def test_a_header_beyond_ascii_is_encoded() -> None:
    asked = wire.Asked("s3", "GetObject", {}, "rest-xml")
    told = {"ContentDisposition": "ü" * 60, "Metadata": {"by": "Zoë"}}
    headers = dict(wire.reply(asked, told, ID).headers)
    assert headers["x-amz-meta-by"] == "=?utf-8?q?Zo=C3=AB?="
    decoded, _ = zip(*decode_header(headers["content-disposition"]), strict=True)
    assert b"".join(decoded).decode() == "ü" * 60
    with pytest.raises(ValueError, match="the header x-amz-meta-by cannot have the value"):
        wire.reply(asked, {"Metadata": {"by": "a\r\nb"}}, ID)


@pytest.mark.parametrize(
    ("header", "items"),
    [
        ("a", ["a"]),
        ("a, b,c", ["a", "b", "c"]),
        ('"a,b",c', ["a,b", "c"]),
        ('"\\"",b', ['"', "b"]),
        ('x"y', ['x"y']),
    ],
)
def test_a_list_in_a_header_is_quoted_where_it_must_be(header: str, items: list[str]) -> None:
    asked = wire.parse(s3(path="/pics", x_amz_optional_object_attributes=header))
    assert asked.params["OptionalObjectAttributes"] == items
