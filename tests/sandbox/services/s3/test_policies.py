"""What a bucket policy may say, whom it means, and the condition keys of requests (facts 9.4)."""

import json

import pytest
from botocore.exceptions import ClientError

from sandbox.identity import Principal, walk
from sandbox.trace import PermissionDecided

ADA = "arn:aws:iam::123456789012:user/ada"
NO_RESOURCE = "Action does not apply to any resource(s) in statement"
NO_KEY = "Policy has an invalid condition key"
PICS = "arn:aws:s3:::pics"
THEIRS = "999999999999"
EVE = Principal(f"arn:aws:iam::{THEIRS}:user/eve", "user", THEIRS, "AIDAEVE")
ROOT = Principal(f"arn:aws:iam::{THEIRS}:root", "root", THEIRS, THEIRS)


def policy(**element):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ADA},
        "Action": "s3:GetObject",
        "Resource": f"{PICS}/*",
    }
    return {"Version": "2012-10-17", "Statement": [statement | element]}


@pytest.fixture
def put(s3):
    def put(**element):
        s3.put_bucket_policy(Bucket="pics", Policy=json.dumps(policy(**element)))

    return put


@pytest.fixture
def ada(s3, world):
    world.client("iam").create_user(UserName="ada")
    s3.put_object(Bucket="pics", Key="k", Body=b"x")
    return world.client("s3", ADA)


def error(act, *args, **params):
    with pytest.raises(ClientError) as caught:
        act(*args, **params)
    return caught.value.response["Error"]


# -- what AWS takes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "message"),
    [
        ({"Resource": PICS}, NO_RESOURCE),
        ({"Action": ["s3:ListBucket", "s3:GetObject"]}, NO_RESOURCE),
        ({"Action": "s3:ListAllMyBuckets"}, NO_RESOURCE),
        ({"Action": "s3:Nonsense"}, "Policy has invalid action"),
        ({"Action": "sqs:SendMessage"}, "Policy has invalid action"),
        ({"Principal": {"AWS": f"{ADA}n"}}, "Invalid principal in policy"),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:user/*"}}, "Invalid principal in policy"),
        ({"Principal": {"AWS": "AIDANOBODY"}}, "Invalid principal in policy"),
        ({"Principal": {"Service": "nonsense.amazonaws.com"}}, "Invalid principal in policy"),
        ({"Condition": {"StringEquals": {"s3:nonsense": "x"}}}, NO_KEY),
        ({"Condition": {"StringEquals": {"s3:ExistingObjectTag/": "x"}}}, NO_KEY),
        ({"Condition": {"StringEquals": {"sqs:x": "x"}}}, NO_KEY),
        ({"Condition": {"StringEquals": {"s3:prefix": "x"}}},
         "Conditions do not apply to combination of actions and resources in statement"),
    ],
)  # fmt: skip
def test_a_policy_that_aws_refuses(ada, put, element, message):
    told = error(put, **element)
    assert (told["Code"], told["Message"]) == ("MalformedPolicy", message)


def test_a_principal_that_is_none_is_named(ada, put):
    told = error(put, Principal={"AWS": [ADA, f"{ADA}n"]})
    assert told["Detail"] == f'"AWS" : "{ADA}n"'


@pytest.mark.parametrize(
    "element",
    [
        {"Action": "*", "Resource": PICS},
        {"Action": "s3:get*", "Resource": "*"},
        {"Action": ["s3:ListBucket", "s3:GetObject"], "Resource": [PICS, f"{PICS}/*"]},
        {"Principal": {"AWS": ["*", THEIRS, EVE.arn, "arn:aws:iam::123456789012:root"]}},
        {"Principal": {"Service": "cloudtrail.amazonaws.com"}},
        {"Condition": {"StringEquals": {"aws:nonsense": "x", "s3:existingobjecttag/a": "x"}}},
    ],
)
def test_a_policy_that_aws_takes(ada, put, s3, element):
    put(**element)
    kept = json.loads(s3.get_bucket_policy(Bucket="pics")["Policy"])
    assert kept == policy(**element)


def test_two_statements_may_have_one_name(ada, s3):
    text = policy(Sid="read")
    text["Statement"] *= 2
    s3.put_bucket_policy(Bucket="pics", Policy=json.dumps(text))
    assert json.loads(s3.get_bucket_policy(Bucket="pics")["Policy"]) == text


def test_a_number_that_is_too_long_is_no_policy(ada, s3):
    text = json.dumps(policy()).replace('"Version"', f'"Id": {"9" * 5000}, "Version"')
    assert error(s3.put_bucket_policy, Bucket="pics", Policy=text)["Code"] == "MalformedPolicy"


# -- who is meant ------------------------------------------------------------------------------------------


def test_one_who_is_made_anew_is_somebody_else(ada, put, s3, world):
    iam = world.client("iam")
    first = iam.get_user(UserName="ada")["User"]["UserId"]
    put()
    assert ada.get_object(Bucket="pics", Key="k")["Body"].read() == b"x"
    iam.delete_user(UserName="ada")
    shown = json.loads(s3.get_bucket_policy(Bucket="pics")["Policy"])
    assert shown == policy(Principal={"AWS": first})
    iam.create_user(UserName="ada")
    again = world.client("s3", ADA)
    assert error(again.get_object, Bucket="pics", Key="k")["Code"] == "AccessDenied"
    assert error(ada.get_object, Bucket="pics", Key="k")["Code"] == "InvalidAccessKeyId"
    assert error(s3.put_bucket_policy, Bucket="pics", Policy=json.dumps(shown))["Code"] == "MalformedPolicy"
    put()
    assert again.get_object(Bucket="pics", Key="k")["Body"].read() == b"x"


def test_a_walk_names_people_by_their_arns(ada, put, world):
    put(Action="s3:PutObject")
    world.client("iam").create_user(UserName="eve")
    eve = world.client("s3", ADA.replace("ada", "eve"))
    assert error(eve.put_object, Bucket="pics", Key="k")["Code"] == "AccessDenied"
    walked = world.walk(world.trace.of(PermissionDecided)[-1])
    assert f"principal {ADA.replace('ada', 'eve')} is not among {ADA}" in [step.why for step in walked.steps]


def test_a_bucket_is_not_another_accounts(ada, put, world):
    theirs = world.client("s3", ROOT)
    for act in (
        lambda: theirs.get_object(Bucket="pics", Key="k"),
        lambda: theirs.delete_bucket_policy(Bucket="pics"),
        theirs.list_buckets,
    ):
        assert "because no resource-based policy allows" in error(act)["Message"]
    put(Principal={"AWS": THEIRS})
    assert theirs.get_object(Bucket="pics", Key="k")["Body"].read() == b"x"


def test_another_account_has_to_allow_it_too(ada, put, world):
    put(Principal={"AWS": [EVE.arn, THEIRS]})
    told = error(world.client("s3", EVE).get_object, Bucket="pics", Key="k")
    assert "because no identity-based policy allows the s3:GetObject action" in told["Message"]
    request = world.cloud.request(EVE, "s3:GetObject", f"{PICS}/k")
    walked = walk(request, world.cloud.policies(EVE, request.resource))
    assert walked.decision.reason.startswith("because no identity-based policy")
    text = f"what the identity-based policies of account {THEIRS} allow is not known here"
    assert any(step.why.startswith(text) for step in walked.steps)


# -- condition keys ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:ResourceAccount", "123456789012"),
        ("s3:authType", "REST-HEADER"),
        ("s3:TlsVersion", "1.3"),
        ("s3:ExistingObjectTag/public", "yes"),
    ],
)
def test_what_a_request_has(ada, put, s3, key, value):
    s3.put_object_tagging(Bucket="pics", Key="k", Tagging={"TagSet": [{"Key": "public", "Value": "yes"}]})
    put(Condition={"StringEquals": {key: "other"}})
    assert error(ada.get_object, Bucket="pics", Key="k")["Code"] == "AccessDenied"
    put(Condition={"StringEquals": {key: value}})
    assert ada.get_object(Bucket="pics", Key="k")["Body"].read() == b"x"


def test_a_tag_that_is_taken_off_counts_no_more(ada, put, s3):
    s3.put_object_tagging(Bucket="pics", Key="k", Tagging={"TagSet": [{"Key": "public", "Value": "yes"}]})
    put(
        Action=["s3:GetObject", "s3:PutObject"],
        Condition={"StringEquals": {"s3:ExistingObjectTag/public": "yes"}},
    )
    assert ada.head_object(Bucket="pics", Key="k")["ContentLength"] == 1
    s3.delete_object_tagging(Bucket="pics", Key="k")
    assert error(ada.head_object, Bucket="pics", Key="k")["Code"] == "403"


def test_the_tags_of_a_copys_source_count(ada, put, s3, world):
    text = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
    ]})  # fmt: skip
    world.client("iam").put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=text)
    put(Condition={"StringEquals": {"s3:ExistingObjectTag/public": "yes"}})
    copy = {"Bucket": "pics", "Key": "copy", "CopySource": "pics/k"}
    assert "s3:GetObject" in error(ada.copy_object, **copy)["Message"]
    s3.put_object_tagging(Bucket="pics", Key="k", Tagging={"TagSet": [{"Key": "public", "Value": "yes"}]})
    assert ada.copy_object(**copy)["CopyObjectResult"]["ETag"]


def test_an_upload_has_to_ask_for_its_encryption(s3, put):
    put(
        Effect="Deny", Principal="*", Action="s3:PutObject",
        Condition={"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}},
    )  # fmt: skip
    assert error(s3.put_object, Bucket="pics", Key="k")["Code"] == "AccessDenied"
    assert s3.put_object(Bucket="pics", Key="k", ServerSideEncryption="AES256")["ETag"]


def test_the_tags_of_an_upload_are_seen(s3, put):
    put(
        Effect="Deny", Principal="*", Action="s3:PutObject",
        Condition={"StringNotEquals": {"s3:RequestObjectTag/team": "x"}},
    )  # fmt: skip
    assert error(s3.put_object, Bucket="pics", Key="k", Tagging="team=y")["Code"] == "AccessDenied"
    assert s3.put_object(Bucket="pics", Key="k", Tagging="team=x")["ETag"]


def test_what_cannot_be_told_allows_nothing(ada, put, world):
    condition = {"StringNotEquals": {"aws:UserAgent": "curl"}}
    put(Condition=condition)
    assert error(ada.get_object, Bucket="pics", Key="k")["Code"] == "AccessDenied"
    walked = world.walk(world.trace.of(PermissionDecided)[-1])
    text = "the value of aws:UserAgent cannot be told here, so that an Allow does not count"
    assert text in [step.why for step in walked.steps]
    put(Principal="*", Effect="Deny", Condition={"StringEquals": {"aws:UserAgent": "curl"}})
    told = error(world.client("s3").get_object, Bucket="pics", Key="k")
    assert "with an explicit deny in a resource-based policy" in told["Message"]
    walked = world.walk(world.trace.of(PermissionDecided)[-1])
    assert any("so that a Deny counts" in step.why for step in walked.steps)


# -- what HTTP cannot carry --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [{"ContentType": "a\r\nb: c"}, {"Metadata": {"a": "b\nc"}}, {"CacheControl": "\x00"}]
)
def test_a_header_is_one_line(s3, given):
    told = error(s3.put_object, Bucket="pics", Key="k", **given)
    assert (told["Code"], told["Message"]) == (
        "BadRequest", "An error occurred when parsing the HTTP request."
    )  # fmt: skip
    assert s3.put_object(Bucket="pics", Key="k\r\n\x01", Metadata={"a": "b\tc"})["ETag"]


@pytest.mark.parametrize(
    ("asked", "length"),
    [
        (f"bytes=0-{'9' * 5000}", 5),
        (f"bytes=-{'9' * 5000}", 5),
        ("bytes=\u0660-\u0662", 5),
        (f"bytes={'9' * 5000}-{'9' * 4999}", 5),
        (f"bytes={'0' * 5000}1-0002", 2),
    ],
)
def test_a_range_of_any_length(s3, asked, length):
    s3.put_object(Bucket="pics", Key="k", Body=b"hello")
    assert s3.get_object(Bucket="pics", Key="k", Range=asked)["ContentLength"] == length


def test_a_range_far_behind_the_end(s3):
    s3.put_object(Bucket="pics", Key="k", Body=b"hello")
    assert (
        error(s3.get_object, Bucket="pics", Key="k", Range=f"bytes={'9' * 5000}-")["Code"] == "InvalidRange"
    )
