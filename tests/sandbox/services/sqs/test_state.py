"""The state as a whole: copies, what checks may read, and laws over long lives."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.services.base import AwsError
from sandbox.trace import MessageDeleted, MessageReceived, MessageReturned, MessageSent
from sandbox.world import World

ARN = "arn:aws:sqs:us-east-1:123456789012:"


def test_a_check_can_read_messages_without_receiving_them(world, sqs, url):
    attribute = {"k": {"DataType": "String", "StringValue": "v"}}
    first = sqs.send_message(QueueUrl=url, MessageBody="a", MessageAttributes=attribute)["MessageId"]
    second = sqs.send_message(QueueUrl=url, MessageBody="b", DelaySeconds=60)["MessageId"]
    service = world.cloud.services["sqs"]
    found = service.messages("jobs")
    assert found == [(first, "a", attribute), (second, "b", {})]
    found[0][2]["k"]["StringValue"] = "changed"
    assert service.messages("jobs")[0][2] == attribute
    assert world.trace.of(MessageReceived) == []
    with pytest.raises(LookupError, match="there is no queue nope"):
        service.messages("nope")


def test_a_fork_in_the_middle_of_a_long_poll_goes_its_own_way(world, sqs, url):
    ticket = world.submit("sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20})
    world.advance(seconds=5)
    fork = world.fork()
    fork.client("sqs").send_message(QueueUrl=url, MessageBody="only here")
    assert len(fork.trace.of(MessageReceived)) == 1
    assert not ticket.done
    assert world.trace.of(MessageSent) == []
    world.advance(seconds=15)
    assert ticket.result() == {}
    fork.advance(seconds=60)
    assert [type(event) for event in fork.trace if hasattr(event, "message_id")] == [
        MessageSent,
        MessageReceived,
        MessageReturned,
    ]
    fork.close()


def test_a_fork_has_the_same_future(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=3)
    sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)
    fork = world.fork()
    for one in (world, fork):
        one.settle()
        one.client("sqs").send_message(QueueUrl=url, MessageBody="y")
    assert fork.trace.hash() == world.trace.hash()
    fork.close()


def test_undo_takes_a_message_back(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    world.undo()
    assert world.cloud.services["sqs"].messages("jobs") == []


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 3)),
        st.tuples(st.just("receive"), st.integers(0, 6), st.integers(0, 4), st.integers(1, 3)),
        st.tuples(st.just("delete"), st.integers(0, 20)),
        st.tuples(st.just("change"), st.integers(0, 20), st.integers(0, 6)),
        st.tuples(st.just("advance"), st.integers(0, 5)),
        st.tuples(st.just("bury")),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTIONS)
def test_no_message_is_lost_or_given_to_two_at_once(actions):
    with World() as world:
        live_a_life(world, actions)
        check_life(world)
        replayed = World.replay(world.journal)
        assert replayed.trace.hash() == world.trace.hash()
        replayed.close()


def live_a_life(world, actions):
    sqs = world.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    tickets = []
    for action in actions:
        handles = [
            (place, message["ReceiptHandle"])
            for place, ticket in tickets
            if ticket.done
            for message in ticket.result().get("Messages", [])
        ]
        match action:
            case ("send", delay):
                sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=delay)
            case ("receive", visibility, wait, count):
                place = dead if visibility == 6 else url
                params = {
                    "VisibilityTimeout": visibility,
                    "WaitTimeSeconds": wait,
                    "MaxNumberOfMessages": count,
                }
                tickets.append((place, world.submit("sqs", "ReceiveMessage", {"QueueUrl": place, **params})))
            case ("delete", number) if handles:
                place, handle = handles[number % len(handles)]
                sqs.delete_message(QueueUrl=place, ReceiptHandle=handle)
            case ("change", number, visibility) if handles:
                place, handle = handles[number % len(handles)]
                params = {"QueueUrl": place, "ReceiptHandle": handle, "VisibilityTimeout": visibility}
                ticket = world.submit("sqs", "ChangeMessageVisibility", params)
                assert ticket.done
            case ("advance", seconds):
                world.advance(seconds=seconds)
            case ("bury",):
                policy = json.dumps({"deadLetterTargetArn": f"{ARN}dead", "maxReceiveCount": 2})
                sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    world.settle()


def check_life(world):
    """From the trace alone: where is each message, and might it have been handed out?"""
    where: dict[str, str] = {}
    free_at: dict[str, int] = {}
    for event in world.trace:
        match event:
            case MessageSent(arn=arn, message_id=one, visible_at=visible_at):
                assert one not in where
                where[one], free_at[one] = arn, visible_at
            case MessageReceived(arn=arn, message_id=one, visible_at=visible_at):
                assert where[one] == arn
                assert free_at[one] <= event.time
                free_at[one] = visible_at if visible_at > event.time else event.time
            case MessageReturned(message_id=one):
                free_at[one] = event.time
            case MessageDeleted(arn=arn, message_id=one):
                assert where.pop(one) == arn
    service = world.cloud.services["sqs"]
    left = Counter(f"{ARN}{name}" for name in ("jobs", "dead") for _ in service.messages(name))
    assert Counter(where.values()) == left
    for queue in ("jobs", "dead"):
        assert {one for one, _, _ in service.messages(queue)} == {
            one for one, arn in where.items() if arn == f"{ARN}{queue}"
        }
    counts = world.client("sqs").get_queue_attributes(QueueUrl="jobs", AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"
    assert counts["ApproximateNumberOfMessagesDelayed"] == "0"


def test_a_thousand_messages_wait_in_order(world, sqs, url):
    for start in range(0, 1000, 10):
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(start, start + 10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    seen = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        seen += [int(message["Body"]) for message in messages]
    assert seen == list(range(1000))


def test_errors_name_the_shape_of_awss_model(world, sqs, url):
    with pytest.raises(AwsError) as caught:
        world.submit("sqs", "PurgeQueue", {"QueueUrl": "nope"}).result()
    assert caught.value.fields == {"QueryErrorCode": "QueueDoesNotExist"}


def test_the_clock_bar_tells_what_is_to_come(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="now")
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=2)
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=3)
    world.submit("sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20})
    assert [words for _, words in world.cloud.kernel.pending()] == [
        "a message in jobs becomes visible again",
        "a delayed message in jobs becomes visible",
        "a receiver stops waiting for jobs",
    ]


def test_the_agenda_holds_names_and_ids_and_no_objects(world, sqs, url):
    dead_letters = json.dumps({"deadLetterTargetArn": f"{ARN}dead", "maxReceiveCount": 1})
    sqs.create_queue(QueueName="dead")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": dead_letters})
    sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=3)
    world.submit("sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20})
    entries = world.cloud.kernel._agenda
    assert len(entries) == 3
    for _, _, callback, arguments in entries:
        assert callback.__self__ is world.cloud.services["sqs"]._delivery
        assert all(isinstance(argument, str | int) for argument in arguments)
