"""Queues and their attributes; the texts are AWS's."""

import json

import pytest

from sandbox.facts import Facts
from sandbox.world import World

FACTS = Facts.load()
ARN = "arn:aws:sqs:us-east-1:123456789012:"


def attributes(sqs, url, *names):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names)).get("Attributes", {})


def test_a_queues_url_has_region_account_and_name(sqs):
    made = sqs.create_queue(QueueName="jobs")
    assert made == {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/jobs"}
    assert sqs.get_queue_url(QueueName="jobs") == made


def test_a_new_queue_has_awss_defaults(sqs, url):
    assert attributes(sqs, url, "All") == {
        "VisibilityTimeout": str(FACTS["sqs.visibility_default"]),
        "MaximumMessageSize": str(FACTS["sqs.message_max"]),
        "MessageRetentionPeriod": str(FACTS["sqs.retention_default"]),
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "CreatedTimestamp": "1795424400",
        "LastModifiedTimestamp": "1795424400",
        "QueueArn": f"{ARN}jobs",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
    }


def test_in_2019_a_message_was_at_most_256_kib():
    with World(profile="2019") as world:
        sqs = world.client("sqs")
        url = sqs.create_queue(QueueName="old")["QueueUrl"]
        shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["MaximumMessageSize"])
        assert shown["Attributes"] == {"MaximumMessageSize": "262144"}


def test_without_attribute_names_there_are_no_attributes(sqs, url):
    assert sqs.get_queue_attributes(QueueUrl=url) == {}
    assert attributes(sqs, url, "Policy", "QueueArn") == {"QueueArn": f"{ARN}jobs"}


def test_an_unknown_attribute_cannot_be_asked_for(sqs, url, refused):
    error = refused(sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Colour"])
    assert (error["code"], error["message"]) == ("InvalidAttributeName", "Unknown Attribute Colour.")


def test_set_attributes_are_shown_and_move_the_modification_time(world, sqs, url):
    world.advance(seconds=10)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "69", "DelaySeconds": "420"})
    shown = attributes(
        sqs, url, "VisibilityTimeout", "DelaySeconds", "LastModifiedTimestamp", "CreatedTimestamp"
    )
    assert shown == {
        "VisibilityTimeout": "69",
        "DelaySeconds": "420",
        "LastModifiedTimestamp": "1795424410",
        "CreatedTimestamp": "1795424400",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VisibilityTimeout", str(FACTS["sqs.visibility_max"] + 1)),
        ("VisibilityTimeout", "-50"),
        ("VisibilityTimeout", ""),
        ("DelaySeconds", str(FACTS["sqs.delay_max"] + 1)),
        ("DelaySeconds", " 6"),
        ("DelaySeconds", "544.43"),
        ("ReceiveMessageWaitTimeSeconds", str(FACTS["sqs.wait_max"] + 1)),
        ("MessageRetentionPeriod", str(FACTS["sqs.retention_min"] - 1)),
        ("MessageRetentionPeriod", str(FACTS["sqs.retention_max"] + 1)),
        ("MaximumMessageSize", "1023"),
        ("MaximumMessageSize", str(FACTS["sqs.message_max"] + 1)),
        ("SqsManagedSseEnabled", "maybe"),
        ("Policy", "{"),
    ],
)
def test_values_out_of_range_are_refused(sqs, refused, name, value):
    error = refused(sqs.create_queue, QueueName="bad", Attributes={name: value})
    message = f"Invalid value for the parameter {name}."
    assert error == {"code": "InvalidAttributeValue", "message": message, "status": 400}


@pytest.mark.parametrize("name", ["in.fo", "with space", "a" * 81, "example.fifo"])
def test_names_have_80_letters_digits_hyphens_and_underscores(sqs, refused, name):
    error = refused(sqs.create_queue, QueueName=name)
    assert error["code"] == "InvalidParameterValue"
    assert error["message"] == (
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
    )


def test_creating_again_with_the_same_attributes_gives_the_same_queue(sqs):
    made = sqs.create_queue(QueueName="jobs", Attributes={"DelaySeconds": "1"})
    assert sqs.create_queue(QueueName="jobs", Attributes={"DelaySeconds": "1"}) == made
    assert sqs.create_queue(QueueName="jobs") == made


def test_creating_again_with_another_value_is_refused(sqs, refused):
    sqs.create_queue(QueueName="jobs", Attributes={"DelaySeconds": "1"})
    error = refused(sqs.create_queue, QueueName="jobs", Attributes={"DelaySeconds": "2"})
    assert error["code"] == "QueueAlreadyExists"
    assert error["message"] == (
        "A queue already exists with the same name and a different value for attribute DelaySeconds"
    )


def test_fifo_attributes_do_not_fit_a_standard_queue(sqs, url, refused):
    error = refused(sqs.create_queue, QueueName="other", Attributes={"FifoQueue": "true"})
    assert (error["code"], error["message"]) == ("InvalidAttributeName", "Unknown Attribute FifoQueue.")
    error = refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"FifoThroughputLimit": "perQueue"})
    assert error["message"] == "You can specify the FifoThroughputLimit only when FifoQueue is set to true."


@pytest.mark.parametrize(
    ("name", "given", "what"),
    [
        ("q.fifo", {"FifoQueue": "true"}, "FIFO queues"),
        ("q", {"KmsMasterKeyId": "alias/aws/sqs"}, "encryption of queues with AWS KMS"),
        ("q", {"RedriveAllowPolicy": "{}"}, "redrive allow policies"),
    ],
)
def test_what_is_not_there_says_so(sqs, refused, name, given, what):
    error = refused(sqs.create_queue, QueueName=name, Attributes=given)
    assert error == {"code": "NotImplementedHere", "message": f"not implemented here: {what}", "status": 501}


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.us-east-1.amazonaws.com/123456789012/nope",
        "nope",
    ],
)
def test_a_queue_that_is_not_there(sqs, refused, url):
    sqs.create_queue(QueueName="jobs")
    error = refused(sqs.send_message, QueueUrl=url, MessageBody="hello")
    assert error == {
        "code": "AWS.SimpleQueueService.NonExistentQueue",
        "message": "The specified queue does not exist.",
        "status": 400,
    }


def test_a_name_that_is_not_there_has_no_url(sqs, refused):
    error = refused(sqs.get_queue_url, QueueName="nope")
    assert error["code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_queues_of_other_accounts_are_closed(sqs, url, refused):
    other = "210987654321"
    error = refused(sqs.get_queue_url, QueueName="jobs", QueueOwnerAWSAccountId=other)
    assert error["code"] == "AccessDenied"
    assert f"on resource: arn:aws:sqs:us-east-1:{other}:jobs" in error["message"]
    error = refused(sqs.send_message, QueueUrl=url.replace("123456789012", other), MessageBody="x")
    assert error["code"] == "AccessDenied"


def test_a_url_without_a_queue_is_an_invalid_address(sqs, refused):
    error = refused(sqs.purge_queue, QueueUrl="https://sqs.us-east-1.amazonaws.com/")
    assert error["code"] == "InvalidAddress"
    assert error["message"] == (
        "The address https://sqs.us-east-1.amazonaws.com/ is not valid for this endpoint."
    )


def test_a_bare_name_is_taken_for_a_url(sqs, url):
    sqs.send_message(QueueUrl="jobs", MessageBody="hello")
    assert attributes(sqs, url, "ApproximateNumberOfMessages") == {"ApproximateNumberOfMessages": "1"}


def test_queues_are_listed_by_prefix_and_page(sqs):
    assert sqs.list_queues() == {}
    urls = [sqs.create_queue(QueueName=f"a{number}")["QueueUrl"] for number in range(3)]
    other = sqs.create_queue(QueueName="b")["QueueUrl"]
    assert sqs.list_queues() == {"QueueUrls": [*urls, other]}
    assert sqs.list_queues(QueueNamePrefix="a") == {"QueueUrls": urls}
    first = sqs.list_queues(MaxResults=3)
    assert first["QueueUrls"] == urls
    assert sqs.list_queues(MaxResults=3, NextToken=first["NextToken"]) == {"QueueUrls": [other]}


def test_a_page_has_at_most_1000_queues(sqs, refused):
    error = refused(sqs.list_queues, MaxResults=1001)
    assert error["message"] == (
        "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000."
    )
    assert refused(sqs.list_queues, NextToken="%%%")["code"] == "InvalidParameterValue"


def test_tags_come_and_go(sqs, refused):
    url = sqs.create_queue(QueueName="tagged", tags={"team": "blue"})["QueueUrl"]
    sqs.tag_queue(QueueUrl=url, Tags={"env": "test"})
    assert sqs.list_queue_tags(QueueUrl=url) == {"Tags": {"team": "blue", "env": "test"}}
    sqs.untag_queue(QueueUrl=url, TagKeys=["team", "env", "none"])
    assert sqs.list_queue_tags(QueueUrl=url) == {}


def test_a_deleted_name_is_free_after_a_minute(world, sqs, url, refused):
    sqs.delete_queue(QueueUrl=url)
    error = refused(sqs.create_queue, QueueName="jobs")
    assert error["code"] == "AWS.SimpleQueueService.QueueDeletedRecently"
    assert error["message"] == (
        "You must wait 60 seconds after deleting a queue before you can create another with the same name."
    )
    world.advance(seconds=60)
    assert sqs.create_queue(QueueName="jobs") == {"QueueUrl": url}


def test_a_redrive_policy_is_shown_as_aws_writes_it(sqs, url):
    sqs.create_queue(QueueName="dead")
    given = json.dumps({"maxReceiveCount": "5", "deadLetterTargetArn": f"{ARN}dead"})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": given})
    shown = attributes(sqs, url, "RedrivePolicy")["RedrivePolicy"]
    assert shown == f'{{"deadLetterTargetArn":"{ARN}dead","maxReceiveCount":5}}'
    assert sqs.list_dead_letter_source_queues(QueueUrl="dead") == {"queueUrls": [url]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": ""})
    assert attributes(sqs, url, "RedrivePolicy") == {}
    assert sqs.list_dead_letter_source_queues(QueueUrl="dead") == {"queueUrls": []}


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ({}, "Redrive policy does not contain mandatory attribute: maxReceiveCount."),
        ({"maxReceiveCount": 5}, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."),
        (
            {"deadLetterTargetArn": f"{ARN}dead", "maxReceiveCount": 0},
            "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.",
        ),
        (
            {"deadLetterTargetArn": f"{ARN}dead", "maxReceiveCount": 1001},
            "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.",
        ),
        (
            {"deadLetterTargetArn": "arn:aws:sns:us-east-1:123456789012:topic", "maxReceiveCount": 5},
            "Only SQS queues are valid resources for deadLetterTargetArn.",
        ),
        (
            {"deadLetterTargetArn": f"{ARN}dead", "maxReceiveCount": 5},
            "Dead letter target does not exist.",
        ),
        (
            {"deadLetterTargetArn": f"{ARN}jobs", "maxReceiveCount": 5, "more": 1},
            "Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].",
        ),
    ],
)
def test_a_bad_redrive_policy_is_refused(sqs, url, refused, policy, reason):
    text = json.dumps(policy)
    error = refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"RedrivePolicy": text})
    assert error["code"] == "InvalidParameterValue"
    assert error["message"] == f"Value {text} for parameter RedrivePolicy is invalid. Reason: {reason}"


@pytest.mark.parametrize("text", [" ", "4", "[]"])
def test_a_redrive_policy_is_a_json_map(sqs, url, refused, text):
    error = refused(sqs.set_queue_attributes, QueueUrl=url, Attributes={"RedrivePolicy": text})
    assert error["code"] == "InvalidAttributeValue"
    assert error["message"] == (
        "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map."
    )


def test_a_refused_change_changes_nothing(sqs, url, refused):
    refused(
        sqs.set_queue_attributes, QueueUrl=url, Attributes={"DelaySeconds": "5", "VisibilityTimeout": "x"}
    )
    assert attributes(sqs, url, "DelaySeconds") == {"DelaySeconds": "0"}
