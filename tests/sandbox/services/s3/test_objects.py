"""Objects: written, read in whole and in part, copied, deleted; and keys listed."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.services.s3.listing import page
from sandbox.trace import ObjectCreated, ObjectRemoved
from sandbox.world import World

HELLO = '"5d41402abc4b2a76b9719d911017c592"'


def refused(act, **params):
    with pytest.raises(ClientError) as caught:
        act(**params)
    return caught.value.response["Error"]


def test_an_object_comes_back_as_it_was_written(s3):  # LS:test_put_and_get_object_with_utf8_key
    reply = s3.put_object(Bucket="pics", Key="ä/ b+%.txt", Body=b"hello")
    del reply["ResponseMetadata"]
    assert reply == {
        "ETag": HELLO, "ChecksumCRC32": "NhCmhg==", "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }  # fmt: skip
    found = s3.get_object(Bucket="pics", Key="ä/ b+%.txt")
    assert found.pop("Body").read() == b"hello"
    modified = found.pop("LastModified")
    assert modified.microsecond == 0
    assert modified.tzinfo is not None
    del found["ResponseMetadata"]
    assert found == {
        "AcceptRanges": "bytes", "ContentLength": 5, "ContentType": "binary/octet-stream", "ETag": HELLO,
        "Metadata": {}, "ServerSideEncryption": "AES256", "ChecksumCRC32": "NhCmhg==",
        "ChecksumType": "FULL_OBJECT",
    }  # fmt: skip


@pytest.mark.parametrize("body", [b"x", bytearray(b"x"), "x", io.BytesIO(b"x")])
def test_a_body_may_be_bytes_text_or_a_file(s3, body):
    s3.put_object(Bucket="pics", Key="k", Body=body)
    assert s3.get_object(Bucket="pics", Key="k")["Body"].read() == b"x"


def test_headers_metadata_and_tags_are_kept(s3):
    s3.put_object(
        Bucket="pics", Key="k", Body=b"x", ContentType="text/plain", CacheControl="no-store",
        Metadata={"Made-By": "Ada"}, Tagging="team=x&stage=a%20b", ChecksumAlgorithm="SHA256",
    )  # fmt: skip
    found = s3.head_object(Bucket="pics", Key="k", ChecksumMode="ENABLED")
    assert (found["ContentType"], found["CacheControl"]) == ("text/plain", "no-store")
    assert found["Metadata"] == {"made-by": "Ada"}
    assert found["TagCount"] == 2
    assert found["ChecksumSHA256"] == "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="
    tags = [{"Key": "team", "Value": "x"}, {"Key": "stage", "Value": "a b"}]
    assert s3.get_object_tagging(Bucket="pics", Key="k")["TagSet"] == tags
    s3.delete_object_tagging(Bucket="pics", Key="k")
    assert s3.get_object_tagging(Bucket="pics", Key="k")["TagSet"] == []
    shown = s3.get_object(Bucket="pics", Key="k", ResponseContentType="image/png")
    assert shown["ContentType"] == "image/png"


@pytest.mark.parametrize(
    ("asked", "part", "told"),
    [
        ("bytes=1-2", b"el", "bytes 1-2/5"),
        ("bytes=3-", b"lo", "bytes 3-4/5"),
        ("bytes=-2", b"lo", "bytes 3-4/5"),
        ("bytes=0-99", b"hello", "bytes 0-4/5"),
        ("lines=1-2", b"hello", None),
        ("bytes=3-1", b"hello", None),
    ],
)
def test_ranges(s3, asked, part, told):
    s3.put_object(Bucket="pics", Key="k", Body=b"hello")
    found = s3.get_object(Bucket="pics", Key="k", Range=asked)
    assert (found["Body"].read(), found.get("ContentRange")) == (part, told)
    assert found["ResponseMetadata"]["HTTPStatusCode"] == (206 if told else 200)
    assert s3.head_object(Bucket="pics", Key="k", Range=asked)["ContentLength"] == len(part)


def test_a_range_behind_the_end(s3):
    s3.put_object(Bucket="pics", Key="k", Body=b"hello")
    assert refused(s3.get_object, Bucket="pics", Key="k", Range="bytes=9-") == {
        "Code": "InvalidRange", "Message": "The requested range is not satisfiable",
        "RangeRequested": "bytes=9-", "ActualObjectSize": "5",
    }  # fmt: skip


def test_conditions(s3):
    s3.put_object(Bucket="pics", Key="k", Body=b"hello")
    about = {"Bucket": "pics", "Key": "k"}
    error = refused(s3.get_object, IfMatch='"other"', **about)
    assert error == {
        "Code": "PreconditionFailed", "Condition": "If-Match",
        "Message": "At least one of the pre-conditions you specified did not hold",
    }  # fmt: skip
    assert refused(s3.get_object, IfNoneMatch=HELLO, **about) == {"Code": "304", "Message": "Not Modified"}
    later = datetime(2030, 1, 1, tzinfo=UTC)
    assert refused(s3.get_object, IfModifiedSince=later, **about)["Code"] == "304"
    assert refused(s3.head_object, IfUnmodifiedSince=later - timedelta(days=9999), **about)["Code"] == "412"
    assert refused(s3.put_object, IfNoneMatch="*", **about)["Condition"] == "If-None-Match"
    assert refused(s3.put_object, IfMatch='"other"', **about)["Condition"] == "If-Match"
    s3.put_object(IfMatch=HELLO, Body=b"new", **about)
    assert s3.get_object(IfMatch="*", **about)["Body"].read() == b"new"


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ({"ChecksumCRC32": "AAAAAA=="}, "BadDigest",
         "The CRC32 you specified did not match the calculated checksum."),
        ({"ChecksumCRC32": "no"}, "InvalidRequest", "Value for x-amz-checksum-crc32 header is invalid."),
        ({"ChecksumCRC32": "NhCmhg==", "ChecksumSHA1": "x"}, "InvalidRequest",
         "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."),
        ({"ContentMD5": "__invalid__"}, "InvalidDigest", "The Content-MD5 you specified was invalid."),
        ({"ContentMD5": "AAAAAAAAAAAAAAAAAAAAAA=="}, "BadDigest",
         "The Content-MD5 you specified did not match what we received."),
        ({"ChecksumCRC64NVME": "AAAAAAAAAAA="}, "NotImplementedHere",
         "not implemented here: the checksum CRC64NVME; there are CRC32, SHA1, SHA256"),
        ({"Tagging": "a=1&a=2"}, "InvalidArgument",
         "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without "
         "tag name duplicates."),
        ({"Tagging": "aws:x=1"}, "InvalidTag", "Your TagKey cannot be prefixed with aws:"),
        ({"StorageClass": "GLACIER"}, "NotImplementedHere", "not implemented here: parameter StorageClass"),
    ],
)  # fmt: skip
def test_what_a_write_may_not_say(s3, given, code, message):
    error = refused(s3.put_object, Bucket="pics", Key="k", Body=b"hello", **given)
    assert (error["Code"], error["Message"]) == (code, message)
    assert s3.list_objects_v2(Bucket="pics")["KeyCount"] == 0


def test_a_missing_key_is_told_to_who_may_list(s3, world):
    error = refused(s3.get_object, Bucket="pics", Key="none")
    assert error == {"Code": "NoSuchKey", "Message": "The specified key does not exist.", "Key": "none"}
    assert refused(s3.head_object, Bucket="pics", Key="none") == {"Code": "404", "Message": "Not Found"}
    iam = world.client("iam")
    iam.create_user(UserName="ada")
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=policy)
    ada = world.client("s3", "arn:aws:iam::123456789012:user/ada")
    error = refused(ada.get_object, Bucket="pics", Key="none")
    assert error["Code"] == "AccessDenied"
    assert 's3:ListBucket on resource: "arn:aws:s3:::pics" because no identity' in error["Message"]
    assert refused(ada.head_object, Bucket="pics", Key="none") == {"Code": "403", "Message": "Forbidden"}


def test_a_copy_has_the_body_and_what_else_it_is_told(s3, world):
    s3.put_object(Bucket="pics", Key="a b", Body=b"hello", ContentType="text/plain", Metadata={"x": "y"})
    reply = s3.copy_object(Bucket="pics", Key="c", CopySource={"Bucket": "pics", "Key": "a b"})
    assert reply["CopyObjectResult"]["ETag"] == HELLO
    copied = s3.get_object(Bucket="pics", Key="c")
    assert (copied["Body"].read(), copied["ContentType"], copied["Metadata"]) == (
        b"hello", "text/plain", {"x": "y"}
    )  # fmt: skip
    s3.copy_object(
        Bucket="pics", Key="c", CopySource="pics/a b", MetadataDirective="REPLACE", Metadata={"n": "1"}
    )
    assert s3.head_object(Bucket="pics", Key="c")["Metadata"] == {"n": "1"}
    assert [event.name for event in world.trace.of(ObjectCreated)][1:] == ["ObjectCreated:Copy"] * 2
    error = refused(s3.copy_object, Bucket="pics", Key="c", CopySource="pics/c")
    assert error["Message"].startswith("This copy request is illegal because it is trying to copy an object")
    assert refused(s3.copy_object, Bucket="pics", Key="c", CopySource="pics/no")["Code"] == "NoSuchKey"
    assert refused(s3.copy_object, Bucket="pics", Key="c", CopySource="pics")["Message"] == (
        "Invalid copy source object key"
    )


def test_deleting_needs_no_object(s3, world):
    s3.put_object(Bucket="pics", Key="k")
    for _ in range(2):
        assert s3.delete_object(Bucket="pics", Key="k")["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert len(world.trace.of(ObjectRemoved)) == 1


def test_several_are_deleted_each_by_its_own_right(s3, world):  # LS:test_delete_objects
    iam = world.client("iam")
    iam.create_user(UserName="ada")
    statement = {"Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::pics/a*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=policy)
    for key in ("a", "b"):
        s3.put_object(Bucket="pics", Key=key)
    ada = world.client("s3", "arn:aws:iam::123456789012:user/ada")
    keys = {"Objects": [{"Key": "a"}, {"Key": "b"}, {"Key": "a-wrong-key"}]}
    reply = ada.delete_objects(Bucket="pics", Delete=keys)
    assert reply["Deleted"] == [{"Key": "a"}, {"Key": "a-wrong-key"}]
    assert [(one["Key"], one["Code"]) for one in reply["Errors"]] == [("b", "AccessDenied")]
    assert world.cloud.services["s3"].keys("pics") == ["b"]
    quiet = s3.delete_objects(Bucket="pics", Delete={**keys, "Quiet": True})
    assert set(quiet) == {"ResponseMetadata"}
    many = {"Objects": [{"Key": str(number)} for number in range(1001)]}
    assert refused(s3.delete_objects, Bucket="pics", Delete=many)["Code"] == "MalformedXML"


def test_too_much(s3):
    error = refused(s3.put_object, Bucket="pics", Key="k" * 1025)
    assert error == {
        "Code": "KeyTooLongError", "Message": "Your key is too long", "Size": "1025", "MaxSizeAllowed": "1024"
    }  # fmt: skip
    error = refused(s3.put_object, Bucket="pics", Key="k", Metadata={"x": "y" * 2048})
    assert (error["Code"], error["MaxSizeAllowed"]) == ("MetadataTooLarge", "2048")


# -- listing -----------------------------------------------------------------------------------------------

KEYS = ("test/bar/foo/123", "test/foo/bar/123", "test/foo/bar/456", "top ü+")


@pytest.fixture
def filled(s3):
    for key in KEYS:
        s3.put_object(Bucket="pics", Key=key, Body=b"x")
    return s3


def shown(reply):
    return (
        [one["Key"] for one in reply.get("Contents", ())],
        [one["Prefix"] for one in reply.get("CommonPrefixes", ())],
    )


def test_prefix_and_delimiter(filled):  # LS:test_list_objects_v2_with_prefix_and_delimiter
    reply = filled.list_objects_v2(Bucket="pics", Prefix="test/", Delimiter="/")
    del reply["ResponseMetadata"]
    assert reply == {
        "CommonPrefixes": [{"Prefix": "test/bar/"}, {"Prefix": "test/foo/"}], "Delimiter": "/",
        "EncodingType": "url", "IsTruncated": False, "KeyCount": 2, "MaxKeys": 1000, "Name": "pics",
        "Prefix": "test/",
    }  # fmt: skip
    assert shown(filled.list_objects_v2(Bucket="pics")) == (list(KEYS), [])
    assert shown(filled.list_objects_v2(Bucket="pics", StartAfter=KEYS[1])) == (list(KEYS[2:]), [])
    row = filled.list_objects_v2(Bucket="pics", Prefix="top")["Contents"][0]
    del row["LastModified"]
    assert row == {
        "Key": "top ü+", "ETag": f'"{hashlib.md5(b"x").hexdigest()}"', "Size": 1, "StorageClass": "STANDARD",
        "ChecksumAlgorithm": ["CRC32"], "ChecksumType": "FULL_OBJECT",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "more"), [("list_objects_v2", {}), ("list_objects", {"Delimiter": "|"})]
)
def test_paginators_of_boto3_find_everything(filled, operation, more):
    pages = filled.get_paginator(operation).paginate(Bucket="pics", PaginationConfig={"PageSize": 3}, **more)
    assert [shown(reply)[0] for reply in pages] == [list(KEYS[:3]), list(KEYS[3:])]


def test_rolled_up_pages_go_on_behind_the_prefix(filled):
    first = filled.list_objects_v2(Bucket="pics", Delimiter="/", MaxKeys=1)
    assert shown(first) == ([], ["test/"])
    rest = filled.list_objects_v2(
        Bucket="pics", Delimiter="/", ContinuationToken=first["NextContinuationToken"]
    )
    assert shown(rest) == (["top ü+"], [])
    assert rest["ContinuationToken"] == first["NextContinuationToken"]


def test_listing_refuses_nonsense(filled):
    error = refused(filled.list_objects_v2, Bucket="pics", ContinuationToken="?")
    assert error["Message"] == "The continuation token provided is incorrect"
    error = refused(filled.list_objects, Bucket="pics", EncodingType="value")
    assert error["Message"] == "Invalid Encoding Method specified in Request"
    assert filled.list_objects_v2(Bucket="pics", MaxKeys=0)["IsTruncated"] is False
    assert filled.list_objects_v2(Bucket="pics", MaxKeys=5000)["MaxKeys"] == 1000


NAMES = st.text(alphabet="ab/", min_size=1, max_size=5)


@given(
    keys=st.sets(NAMES),
    prefix=st.sampled_from(["", "a", "a/", "b"]),
    delimiter=st.sampled_from(["", "/"]),
    size=st.integers(1, 4),
)
def test_pages_together_are_the_whole(keys, prefix, delimiter, size):
    wanted = [key for key in sorted(keys) if key.startswith(prefix)]
    rolled = set()
    plain = []
    for key in wanted:
        head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
        if found:
            rolled.add(prefix + head + delimiter)
        else:
            plain.append(key)
    found_keys, found_prefixes, after = [], [], ""
    while True:
        one = page(sorted(keys), prefix=prefix, delimiter=delimiter, after=after, most=size)
        assert len(one.keys) + len(one.prefixes) <= size
        found_keys += one.keys
        found_prefixes += one.prefixes
        if not one.truncated:
            break
        after = one.last
    assert (found_keys, found_prefixes) == (plain, sorted(rolled))


# -- laws --------------------------------------------------------------------------------------------------

BODIES = st.binary(max_size=6)
ACTS = st.one_of(
    st.tuples(st.just("put"), NAMES, BODIES),
    st.tuples(st.just("delete"), NAMES, st.none()),
    st.tuples(st.just("copy"), NAMES, NAMES),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTS, max_size=8))
def test_a_bucket_is_a_dict(acts):
    world, model = World(), {}
    s3 = world.client("s3")
    s3.create_bucket(Bucket="pics")
    for act, key, other in acts:
        if act == "put":
            s3.put_object(Bucket="pics", Key=key, Body=other)
            model[key] = other
        elif act == "delete":
            s3.delete_object(Bucket="pics", Key=key)
            model.pop(key, None)
        elif other in model and other != key:
            s3.copy_object(Bucket="pics", Key=key, CopySource={"Bucket": "pics", "Key": other})
            model[key] = model[other]
    again = World.replay(world.journal)
    fork = world.fork()
    assert again.trace.hash() == world.trace.hash()
    for one in (world, again, fork):
        found = one.cloud.services["s3"].objects("pics")
        assert [(stored.key, stored.body) for stored in found] == sorted(model.items())
        listed = one.client("s3").list_objects_v2(Bucket="pics")
        assert [(row["Key"], row["Size"]) for row in listed.get("Contents", ())] == [
            (key, len(body)) for key, body in sorted(model.items())
        ]
    for one in (world, again, fork):
        one.close()


def test_forks_share_bodies_and_nothing_else(s3, world):
    for number in range(3):
        s3.put_object(Bucket="pics", Key=str(number), Body=bytes(100_000))
    frozen = world.cloud.freeze()
    assert len(frozen.written) < 100_000
    fork = world.fork()
    fork.client("s3").delete_object(Bucket="pics", Key="0")
    fork.client("s3").put_object(Bucket="pics", Key="1", Body=b"new")
    ours, theirs = (one.cloud.services["s3"].objects("pics") for one in (world, fork))
    assert [len(stored.body) for stored in ours] == [100_000] * 3
    assert [len(stored.body) for stored in theirs] == [3, 100_000]
    assert ours[2].body is theirs[1].body
    fork.close()


def test_undo_brings_an_object_back(s3, world):
    s3.put_object(Bucket="pics", Key="k", Body=b"x")
    s3.delete_object(Bucket="pics", Key="k")
    world.undo()
    assert world.cloud.services["s3"].keys("pics") == ["k"]
    with pytest.raises(LookupError, match="there is no bucket none"):
        world.cloud.services["s3"].objects("none")


def test_a_saved_world_has_its_objects(s3, world, tmp_path):
    body = bytes(range(256)) * 40
    s3.put_object(Bucket="pics", Key="k", Body=body)
    world.save(tmp_path / "w")
    with World.open(tmp_path / "w") as again:
        assert [one.body for one in again.cloud.services["s3"].objects("pics")] == [body]
