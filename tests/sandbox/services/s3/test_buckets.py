"""Buckets, their policies and tags, in AWS's words (LS:tests/aws/services/s3, recorded 2026-02-21)."""

import json

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from sandbox.services import tokens
from sandbox.trace import PermissionDecided


def error(caught):
    told = caught.value.response["Error"]
    return told, caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_make_look_list_and_delete(client, world):
    s3 = client("s3")
    assert s3.create_bucket(Bucket="pics") == {"Location": "/pics", "BucketArn": "arn:aws:s3:::pics"}
    assert s3.head_bucket(Bucket="pics") == {
        "BucketArn": "arn:aws:s3:::pics", "BucketRegion": "us-east-1", "AccessPointAlias": False
    }  # fmt: skip
    s3.create_bucket(Bucket="audio")
    listed = s3.list_buckets()
    assert [one["Name"] for one in listed["Buckets"]] == ["audio", "pics"]
    assert set(listed["Buckets"][0]) == {"Name", "CreationDate", "BucketRegion", "BucketArn"}
    assert world.client("s3").get_bucket_location(Bucket="pics")["LocationConstraint"] is None
    assert s3.get_bucket_versioning(Bucket="pics") == {}
    s3.delete_bucket(Bucket="pics")
    assert world.cloud.services["s3"].bucket_names() == ["audio"]


def test_buckets_come_in_pages(client):
    s3 = client("s3")
    for name in ("aaa", "bbb", "bbc"):
        s3.create_bucket(Bucket=name)
    first = s3.list_buckets(MaxBuckets=2)
    assert [one["Name"] for one in first["Buckets"]] == ["aaa", "bbb"]
    rest = s3.list_buckets(ContinuationToken=first["ContinuationToken"])
    assert [one["Name"] for one in rest["Buckets"]] == ["bbc"]
    assert [one["Name"] for one in s3.list_buckets(Prefix="bb")["Buckets"]] == ["bbb", "bbc"]
    with pytest.raises(ClientError, match="max-buckets must be an integer between 1 and 10000"):
        s3.list_buckets(MaxBuckets=10001)
    assert s3.list_buckets(BucketRegion="eu-west-1")["Buckets"] == []


@pytest.mark.parametrize(
    "name", ["Pics", "a.-b_", "pics_1", "192.168.0.1", "xn--pics", "pics..x", "-pics", "pics-s3alias"]
)
def test_a_name_that_no_bucket_may_have(world, name):
    with pytest.raises(ClientError) as caught:
        world.client("s3").create_bucket(Bucket=name)
    told, status = error(caught)
    assert status == 400
    assert told == {
        "Code": "InvalidBucketName", "Message": "The specified bucket is not valid.", "BucketName": name
    }  # fmt: skip


def test_boto3_refuses_some_names_itself(world):
    with pytest.raises(ParamValidationError, match="Bucket name must match the regex"):
        world.client("s3").create_bucket(Bucket="no spaces")


def test_in_this_region_ones_own_bucket_may_be_made_again(s3):
    s3.put_object(Bucket="pics", Key="k", Body=b"x")
    assert s3.create_bucket(Bucket="pics")["Location"] == "/pics"
    assert s3.get_object(Bucket="pics", Key="k")["Body"].read() == b"x"


@pytest.mark.parametrize(
    ("place", "code", "message"),
    [
        ("us-east-1", "InvalidLocationConstraint", "The specified location-constraint is not valid"),
        (
            "eu-west-1",
            "IllegalLocationConstraintException",
            "The eu-west-1 location constraint is incompatible for the region specific endpoint this request "
            "was sent to.",
        ),
    ],
)
def test_places(s3, place, code, message):
    with pytest.raises(ClientError) as caught:
        s3.create_bucket(Bucket="other", CreateBucketConfiguration={"LocationConstraint": place})
    assert (error(caught)[0]["Code"], error(caught)[0]["Message"]) == (code, message)


def test_a_bucket_with_objects_stays(s3):
    s3.put_object(Bucket="pics", Key="k")
    with pytest.raises(ClientError) as caught:
        s3.delete_bucket(Bucket="pics")
    message = "The bucket you tried to delete is not empty"
    assert error(caught) == ({"Code": "BucketNotEmpty", "Message": message, "BucketName": "pics"}, 409)


def test_a_bucket_that_is_not_there(s3):
    with pytest.raises(s3.exceptions.NoSuchBucket) as caught:
        s3.list_objects_v2(Bucket="none")
    message = "The specified bucket does not exist"
    assert error(caught) == ({"Code": "NoSuchBucket", "Message": message, "BucketName": "none"}, 404)
    with pytest.raises(ClientError) as caught:
        s3.head_bucket(Bucket="none")
    assert error(caught) == ({"Code": "404", "Message": "Not Found"}, 404)


def test_another_owner_is_not_expected(s3):
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_policy(Bucket="pics", ExpectedBucketOwner="999999999999")
    assert error(caught) == ({"Code": "AccessDenied", "Message": "Access Denied"}, 403)


def test_what_is_not_here_is_said(s3):
    with pytest.raises(ClientError, match="not implemented here: parameter ObjectLockEnabledForBucket"):
        s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    with pytest.raises(ClientError, match="The bucket does not allow ACLs"):
        s3.put_object(Bucket="pics", Key="k", ACL="public-read")


def test_tags_of_a_bucket(s3):
    with pytest.raises(ClientError, match="The TagSet does not exist"):
        s3.get_bucket_tagging(Bucket="pics")
    tags = [{"Key": "team", "Value": "x"}]
    s3.put_bucket_tagging(Bucket="pics", Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket="pics")["TagSet"] == tags
    with pytest.raises(ClientError, match="Cannot provide multiple Tags with the same key"):
        s3.put_bucket_tagging(Bucket="pics", Tagging={"TagSet": tags * 2})
    s3.delete_bucket_tagging(Bucket="pics")
    with pytest.raises(ClientError, match="The TagSet does not exist"):
        s3.get_bucket_tagging(Bucket="pics")


# -- policies ----------------------------------------------------------------------------------------------


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


ADA = "arn:aws:iam::123456789012:user/ada"
READ = policy(Principal={"AWS": ADA}, Action="s3:GetObject", Resource="arn:aws:s3:::pics/in/*")


def test_a_policy_is_kept_as_it_was_given(s3):
    everybody = policy(Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::pics/in/*")
    with pytest.raises(ClientError) as caught:
        s3.get_bucket_policy(Bucket="pics")
    message = "The bucket policy does not exist"
    assert error(caught) == ({"Code": "NoSuchBucketPolicy", "Message": message, "BucketName": "pics"}, 404)
    s3.put_bucket_policy(Bucket="pics", Policy=everybody)
    assert s3.get_bucket_policy(Bucket="pics")["Policy"] == everybody
    s3.delete_bucket_policy(Bucket="pics")
    s3.delete_bucket_policy(Bucket="pics")
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="pics")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Policies must be valid JSON and the first byte must be '{'"),
        ("{}", "Missing required field Statement"),
        (policy(Principal="*", Action="s3:GetObject", Resource="arn:aws:s3:::other/*"),
         "Policy has invalid resource"),
        (policy(Principal="*", Action="s3:*", Resource=["arn:aws:s3:::pics/" + "x" * 21000]),
         "Normalized policy document exceeds the maximum allowed size"),
    ],
)  # fmt: skip
def test_policies_that_are_none(s3, text, message):
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_policy(Bucket="pics", Policy=text)
    assert (error(caught)[0]["Code"], error(caught)[0]["Message"]) == ("MalformedPolicy", message)


def test_a_bucket_policy_lets_in_and_keeps_out(s3, world):
    world.client("iam").create_user(UserName="ada")
    ada = world.client("s3", ADA)
    s3.put_object(Bucket="pics", Key="in/a", Body=b"x")
    with pytest.raises(ClientError) as caught:
        ada.get_object(Bucket="pics", Key="in/a")
    assert error(caught) == (
        {
            "Code": "AccessDenied",
            "Message": f"User: {ADA} is not authorized to perform: s3:GetObject on resource: "
            '"arn:aws:s3:::pics/in/a" because no identity-based policy allows the s3:GetObject action',
        },
        403,
    )
    s3.put_bucket_policy(Bucket="pics", Policy=READ)
    assert ada.get_object(Bucket="pics", Key="in/a")["Body"].read() == b"x"
    denied = json.loads(READ)
    denied["Statement"][0]["Effect"] = "Deny"
    s3.put_bucket_policy(Bucket="pics", Policy=json.dumps(denied))
    with pytest.raises(ClientError, match="with an explicit deny in a resource-based policy"):
        ada.get_object(Bucket="pics", Key="in/a")


def test_a_head_request_says_no_more_than_forbidden(s3, world):
    world.client("iam").create_user(UserName="ada")
    with pytest.raises(ClientError) as caught:
        world.client("s3", ADA).head_object(Bucket="pics", Key="k")
    assert error(caught) == ({"Code": "403", "Message": "Forbidden"}, 403)


def test_a_list_of_all_buckets_is_about_no_resource(s3, world):
    world.client("iam").create_user(UserName="ada")
    with pytest.raises(ClientError) as caught:
        world.client("s3", ADA).list_buckets()
    assert error(caught)[0]["Message"] == (
        f"User: {ADA} is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy "
        "allows the s3:ListAllMyBuckets action"
    )


def test_keys_that_s3_does_not_take():
    invalid, expired = tokens.invalid("s3"), tokens.expired("s3")
    assert (invalid.code, invalid.status) == ("InvalidAccessKeyId", 403)
    assert invalid.message == "The AWS Access Key Id you provided does not exist in our records."
    assert (expired.code, expired.status, expired.message) == (
        "ExpiredToken", 400, "The provided token has expired."
    )  # fmt: skip


def test_looking_is_no_command_that_could_be_undone(s3, world):
    s3.put_object(Bucket="pics", Key="k")
    s3.head_object(Bucket="pics", Key="k")
    s3.list_objects_v2(Bucket="pics")
    assert [row.operation for row in world.undo()] == ["PutObject"]
    assert world.cloud.services["s3"].keys("pics") == []


def test_a_policy_may_be_about_a_prefix(s3, world):
    iam = world.client("iam")
    iam.create_user(UserName="ada")
    condition = {"StringLike": {"s3:prefix": "home/ada/*"}, "NumericLessThanEquals": {"s3:max-keys": "10"}}
    statement = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": condition}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=text)
    ada = world.client("s3", ADA)
    assert ada.list_objects_v2(Bucket="pics", Prefix="home/ada/x", MaxKeys=10)["KeyCount"] == 0
    for asked in ({}, {"Prefix": "home/eve/", "MaxKeys": 10}, {"Prefix": "home/ada/", "MaxKeys": 11}):
        with pytest.raises(ClientError, match="is not authorized to perform: s3:ListBucket"):
            ada.list_objects_v2(Bucket="pics", **asked)
    decided = world.trace.of(PermissionDecided)[-1]
    assert dict(decided.context) == {"s3:prefix": "home/ada/", "s3:max-keys": "11"}
    assert not world.walk(decided).decision.allowed
