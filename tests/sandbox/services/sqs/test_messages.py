"""Sending, receiving and deleting; checksums are AWS's, from recorded replies."""

import pytest

from sandbox.facts import Facts
from sandbox.trace import MessageDeleted, MessageReceived, MessageSent

FACTS = Facts.load()


def receive(sqs, url, **params):
    return sqs.receive_message(QueueUrl=url, **params).get("Messages", [])


def text(value, kind="String"):
    return {"DataType": kind, "StringValue": value}


def test_a_message_is_sent_received_and_deleted(world, sqs, url):
    sent = sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert sent["MD5OfMessageBody"] == "5d41402abc4b2a76b9719d911017c592"
    (message,) = receive(sqs, url)
    assert message == {
        "MessageId": sent["MessageId"],
        "ReceiptHandle": message["ReceiptHandle"],
        "MD5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "Body": "hello",
    }
    assert message["ReceiptHandle"].startswith("AQEB")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    world.settle()
    assert receive(sqs, url) == []
    assert [type(event) for event in world.trace if hasattr(event, "message_id")] == [
        MessageSent,
        MessageReceived,
        MessageDeleted,
    ]
    assert world.trace.of(MessageDeleted)[0].why == "deleted"


def test_an_empty_queue_answers_without_messages(sqs, url):
    assert sqs.receive_message(QueueUrl=url) == {}


def test_messages_come_in_the_order_of_arrival_ten_at_most(sqs, url):
    for number in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    assert [message["Body"] for message in receive(sqs, url)] == ["0"]
    got = receive(sqs, url, MaxNumberOfMessages=FACTS["sqs.batch_max"])
    assert [message["Body"] for message in got] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"MaxNumberOfMessages": 11},
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, "
            "if provided.",
        ),
        (
            {"MaxNumberOfMessages": 0},
            "Value 0 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, "
            "if provided.",
        ),
        (
            {"WaitTimeSeconds": 21},
            "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        ),
        (
            {"WaitTimeSeconds": -1},
            "Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        ),
        (
            {"VisibilityTimeout": 43201},
            "Value 43201 for parameter VisibilityTimeout is invalid. "
            "Reason: Must be >= 0 and <= 43200, if provided.",
        ),
        (
            {"ReceiveRequestAttemptId": "x"},
            "Value x for parameter ReceiveRequestAttemptId is invalid. "
            "Reason: The request includes a parameter that is not valid for this queue type.",
        ),
    ],
)
def test_what_a_receiver_may_not_ask_for(sqs, url, refused, params, message):
    error = refused(sqs.receive_message, QueueUrl=url, **params)
    assert error == {"code": "InvalidParameterValue", "message": message, "status": 400}


def test_system_attributes_are_shown_when_asked_for(world, sqs, url, client):
    me = client("sts").get_caller_identity()["UserId"]
    sqs.send_message(QueueUrl=url, MessageBody="msg")
    sent = round(world.now.timestamp() * 1000)
    first = receive(sqs, url, AttributeNames=["All"], VisibilityTimeout=0)[0]["Attributes"]
    received = round(world.now.timestamp() * 1000)
    assert first == {
        "SenderId": me,
        "SentTimestamp": str(sent),
        "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": str(received),
    }
    again = receive(sqs, url, MessageSystemAttributeNames=["All"], VisibilityTimeout=0)[0]["Attributes"]
    assert again == {**first, "ApproximateReceiveCount": "2"}
    some = receive(sqs, url, AttributeNames=["SenderId"], MessageSystemAttributeNames=["SequenceNumber"])
    assert some[0]["Attributes"] == {"SenderId": me}


def test_an_unknown_system_attribute_cannot_be_asked_for(sqs, url, refused):
    error = refused(sqs.receive_message, QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert (error["code"], error["message"]) == (
        "InvalidAttributeName",
        "Unknown Attribute VisibilityTimeout.",
    )


def test_a_trace_header_and_a_group_travel_with_a_message(sqs, url):
    header = {"AWSTraceHeader": text("some-trace-id")}
    sent = sqs.send_message(
        QueueUrl=url, MessageBody="x", MessageSystemAttributes=header, MessageGroupId="tenant-1"
    )
    assert sent["MD5OfMessageSystemAttributes"] == "fdce4f2818803f2f73becc09a54792c0"
    (message,) = receive(sqs, url, AttributeNames=["AWSTraceHeader", "MessageGroupId"])
    assert message["Attributes"] == {"AWSTraceHeader": "some-trace-id", "MessageGroupId": "tenant-1"}


@pytest.mark.parametrize(
    ("given", "md5"),
    [
        ({"Foo": text("Bar")}, "ae7155c6026991b6d54b11589678bf9c"),
        ({"MyAttribute": text("foobar")}, "adb59cd4678ea5a855436b949cd07ab6"),
        (
            {"Help.Me": text("Me"), "Hello": text("There"), "General": text("Kenobi")},
            "4c360f3fdafd970e05fae2f149d997f5",
        ),
        ({"data1": text("1", "Number"), "data2": text("2", "Number")}, "b53b5acf24e7fd9567705bd8027b1c76"),
        ({"UserId": text("1234567890123456789012", "Number.bigint")}, "797ab158d73dcb5242dedc4412c8e855"),
        (
            {
                "attr1": {
                    "DataType": "Binary",
                    "BinaryValue": b"traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
                }
            },
            "8cbe4db156db8a94db8b801b7addb984",
        ),
    ],
)
def test_message_attributes_have_awss_checksum(sqs, url, given, md5):
    sent = sqs.send_message(QueueUrl=url, MessageBody="msg", MessageAttributes=given)
    assert sent["MD5OfMessageAttributes"] == md5
    (message,) = receive(sqs, url, MessageAttributeNames=["All"])
    assert (message["MessageAttributes"], message["MD5OfMessageAttributes"]) == (given, md5)


@pytest.mark.parametrize(
    ("names", "md5"),
    [
        ([], None),
        (["*"], "4c360f3fdafd970e05fae2f149d997f5"),
        ([".*"], "4c360f3fdafd970e05fae2f149d997f5"),
        (["Foo", "Help"], None),
        (["Hello", "General"], "fca026605781cb4126a1e9044df24232"),
        (["Foo", "Hello"], "a311262e065454b75da111d535b8dacd"),
        (["Hel.*"], "83fee93c1bcd8b9a5a923ffacdc636c7"),
        (["AWS."], None),
    ],
)
def test_names_and_prefixes_choose_message_attributes(sqs, url, names, md5):
    given = {"Help.Me": text("Me"), "Hello": text("There"), "General": text("Kenobi")}
    sqs.send_message(QueueUrl=url, MessageBody="msg", MessageAttributes=given)
    (message,) = receive(sqs, url, MessageAttributeNames=names)
    assert message.get("MD5OfMessageAttributes") == md5
    assert ("MessageAttributes" in message) == (md5 is not None)


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"MessageBody": ""}, "MissingParameter", "The request must contain the parameter MessageBody."),
        (
            {"MessageBody": "\x01"},
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
            "#xE000 to #xFFFD | #x10000 to #x10FFFF",
        ),
        (
            {"DelaySeconds": 901},
            "InvalidParameterValue",
            "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        ),
        (
            {"MessageDeduplicationId": "d"},
            "InvalidParameterValue",
            "Value d for parameter MessageDeduplicationId is invalid. Reason: The request includes a "
            "parameter that is not valid for this queue type.",
        ),
        (
            {"MessageGroupId": "group 123"},
            "InvalidParameterValue",
            "Value group 123 for parameter MessageGroupId is invalid. Reason: MessageGroupId can only "
            "include alphanumeric and punctuation characters. 1 to 128 in length.",
        ),
        (
            {"MessageSystemAttributes": {"Hello": text("World")}},
            "InvalidParameterValue",
            "Message system attribute name 'Hello' is invalid.",
        ),
        (
            {"MessageAttributes": {"Hello": text("")}},
            "InvalidParameterValue",
            "Message (user) attribute 'Hello' must contain a non-empty value of type 'String'.",
        ),
        (
            {"MessageAttributes": {"Hello": text("world", "Number")}},
            "InvalidParameterValue",
            "Can't cast the value of message (user) attribute 'Hello' to a number.",
        ),
        (
            {"MessageAttributes": {"Hello": text("x", "Other")}},
            "InvalidParameterValue",
            "The type of message (user) attribute 'Hello' is invalid. You must use only the following "
            "supported type prefixes: Binary, Number, String.",
        ),
        (
            {"MessageAttributes": {"Hello": {"DataType": "StringList", "StringListValues": ["World"]}}},
            "InvalidParameterValue",
            "Message attribute list values in SendMessage operation are not supported.",
        ),
        (
            {"MessageAttributes": {"": text("x")}},
            "InvalidParameterValue",
            "The request must contain non-empty message (user) attribute names.",
        ),
        (
            {"MessageAttributes": {"AWS.Hello": text("x")}},
            "InvalidParameterValue",
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. These strings are "
            "reserved for internal use.",
        ),
        (
            {"MessageAttributes": {"a" * 256: text("x")}},
            "InvalidParameterValue",
            "Message (user) attribute name must be shorter than 256 bytes.",
        ),
        (
            {"MessageAttributes": {"a": text("x", "String." + "a" * 250)}},
            "InvalidParameterValue",
            "Message (user) attribute type must be shorter than 256 bytes.",
        ),
        (
            {"MessageAttributes": {f"a{number}": text("x") for number in range(11)}},
            "InvalidParameterValue",
            "Number of message attributes [11] exceeds the allowed maximum [10].",
        ),
    ],
)
def test_what_cannot_be_sent(world, sqs, url, refused, params, code, message):
    error = refused(sqs.send_message, QueueUrl=url, **{"MessageBody": "hello", **params})
    assert error == {"code": code, "message": message, "status": 400}
    assert world.trace.of(MessageSent) == []


def test_body_and_attributes_together_are_held_to_the_queues_size(sqs, url, refused):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "1024"})
    attributes = {"k": text("x")}
    fits = "a" * (1024 - len("k" + "String" + "x"))
    sqs.send_message(QueueUrl=url, MessageBody=fits, MessageAttributes=attributes)
    error = refused(sqs.send_message, QueueUrl=url, MessageBody=fits + "é", MessageAttributes=attributes)
    assert error["message"] == (
        "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes."
    )


def test_a_batch_tells_of_each_entry(sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MaximumMessageSize": "1024"})
    entries = [
        {"Id": "good", "MessageBody": "hello", "MessageAttributes": {"Foo": text("Bar")}},
        {"Id": "empty", "MessageBody": ""},
        {"Id": "large", "MessageBody": "a" * 1025},
    ]
    reply = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    (good,) = reply["Successful"]
    assert good == {
        "Id": "good",
        "MessageId": good["MessageId"],
        "MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592",
        "MD5OfMessageAttributes": "ae7155c6026991b6d54b11589678bf9c",
    }
    assert reply["Failed"] == [
        {
            "Id": "empty",
            "SenderFault": True,
            "Code": "MissingParameter",
            "Message": "The request must contain the parameter SendMessageBatchRequestEntry.2.MessageBody.",
        },
        {
            "Id": "large",
            "SenderFault": True,
            "Code": "InvalidParameterValue",
            "Message": (
                "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes."
            ),
        },
    ]


def test_a_batch_has_no_empty_lists(sqs, url):
    assert set(sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "a"}])) == {
        "Successful"
    }
    assert set(sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": ""}])) == {"Failed"}


@pytest.mark.parametrize(
    ("ids", "name", "message"),
    [
        (
            [],
            "EmptyBatchRequest",
            "There should be at least one SendMessageBatchRequestEntry in the request.",
        ),
        (
            [str(number) for number in range(11)],
            "TooManyEntriesInBatchRequest",
            "Maximum number of entries per request are 10. You have sent 11.",
        ),
        (
            ["invalid:id"],
            "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can "
            "be at most 80 letters long.",
        ),
        (["a", "a"], "BatchEntryIdsNotDistinct", "Id a repeated."),
    ],
)
def test_a_batch_as_a_whole_can_be_wrong(sqs, url, refused, ids, name, message):
    entries = [{"Id": one, "MessageBody": "x"} for one in ids]
    error = refused(sqs.send_message_batch, QueueUrl=url, Entries=entries)
    assert error == {"code": f"AWS.SimpleQueueService.{name}", "message": message, "status": 400}


def test_a_batch_is_held_to_the_size_of_one_message(sqs, url, refused):
    half = FACTS["sqs.message_max"] // 2
    entries = [{"Id": "1", "MessageBody": "a" * half}, {"Id": "2", "MessageBody": "a" * (half + 1)}]
    error = refused(sqs.send_message_batch, QueueUrl=url, Entries=entries)
    assert error["code"] == "AWS.SimpleQueueService.BatchRequestTooLong"
    assert (
        error["message"] == "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
    )


def test_messages_are_deleted_in_a_batch(sqs, url):
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": str(n)} for n in range(2)])
    handles = [message["ReceiptHandle"] for message in receive(sqs, url, MaxNumberOfMessages=10)]
    entries = [{"Id": str(place), "ReceiptHandle": handle} for place, handle in enumerate([*handles, "no"])]
    assert sqs.delete_message_batch(QueueUrl=url, Entries=entries) == {
        "Successful": [{"Id": "0"}, {"Id": "1"}],
        "Failed": [
            {
                "Id": "2",
                "SenderFault": True,
                "Code": "ReceiptHandleIsInvalid",
                "Message": 'The input receipt handle "no" is not a valid receipt handle.',
            }
        ],
    }


@pytest.mark.parametrize("handle", ["INVALID", "AQEBAAAA", "é"])
def test_a_handle_that_is_none(sqs, url, refused, handle):
    error = refused(sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)
    assert error["code"] == "ReceiptHandleIsInvalid"
    assert error["message"] == f'The input receipt handle "{handle}" is not a valid receipt handle.'


def test_a_handle_belongs_to_its_queue(sqs, url, refused):
    other = sqs.create_queue(QueueName="other")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = receive(sqs, url)[0]["ReceiptHandle"]
    assert (
        refused(sqs.delete_message, QueueUrl=other, ReceiptHandle=handle)["code"] == "ReceiptHandleIsInvalid"
    )


def test_deleting_twice_is_no_error(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = receive(sqs, url)[0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    assert len(world.trace.of(MessageDeleted)) == 1


def test_an_old_handle_deletes_nothing_once_the_message_was_received_again(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    old = receive(sqs, url)[0]["ReceiptHandle"]
    world.settle()
    new = receive(sqs, url)[0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=old)
    assert world.trace.of(MessageDeleted) == []
    world.settle()
    sqs.delete_message(QueueUrl=url, ReceiptHandle=new)
    assert receive(sqs, url) == []


def test_a_purge_takes_everything_once_a_minute(world, sqs, url, refused):
    for number in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=str(number), DelaySeconds=number)
    receive(sqs, url)
    sqs.purge_queue(QueueUrl=url)
    assert [event.why for event in world.trace.of(MessageDeleted)] == ["purged"] * 3
    error = refused(sqs.purge_queue, QueueUrl=url)
    assert error == {
        "code": "AWS.SimpleQueueService.PurgeQueueInProgress",
        "message": "Only one PurgeQueue operation on jobs is allowed every 60 seconds.",
        "status": 403,
    }
    world.advance(seconds=60)
    sqs.purge_queue(QueueUrl=url)
    assert receive(sqs, url) == []


def test_a_deleted_queue_takes_its_messages_with_it(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.delete_queue(QueueUrl=url)
    assert [event.why for event in world.trace.of(MessageDeleted)] == ["queue deleted"]
    world.settle()
    assert sqs.list_queues() == {}
