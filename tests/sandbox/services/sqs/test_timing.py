"""Delay, visibility, long polls, redrive and retention, over virtual time."""

import json

import pytest

from sandbox.facts import Facts
from sandbox.kernel import SECOND
from sandbox.trace import ApiCalled, MessageDeleted, MessageReceived, MessageReturned, MessageSent

FACTS = Facts.load()
LATENCY = FACTS.us("command.latency")
ARN = "arn:aws:sqs:us-east-1:123456789012:"


def receive(sqs, url, **params):
    return sqs.receive_message(QueueUrl=url, **params).get("Messages", [])


def bodies(sqs, url, **params):
    return [message["Body"] for message in receive(sqs, url, MaxNumberOfMessages=10, **params)]


def counts(sqs, url):
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return tuple(int(shown[name]) for name in names)


def dead_letters(sqs, url, count):
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": f"{ARN}dead", "maxReceiveCount": count})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    return dead


# -- visibility and delay ----------------------------------------------------------------------------------


def test_a_received_message_is_invisible_for_the_visibility_timeout(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert bodies(sqs, url) == ["x"]
    received = world.trace.of(MessageReceived)[0]
    assert received.visible_at == received.time + FACTS.us("sqs.visibility_default")
    world.advance(microseconds=FACTS.us("sqs.visibility_default") - LATENCY - 1)
    assert world.trace.of(MessageReturned) == []
    world.advance(microseconds=LATENCY + 1)
    (returned,) = world.trace.of(MessageReturned)
    assert (returned.time, returned.cause) == (received.visible_at, received.seq)
    assert bodies(sqs, url) == ["x"]
    assert [event.count for event in world.trace.of(MessageReceived)] == [1, 2]


def test_the_counts_tell_visible_in_flight_and_delayed_apart(sqs, url):
    for _ in range(3):
        sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=60)
    receive(sqs, url)
    assert counts(sqs, url) == (2, 1, 1)


def test_a_message_is_delayed_by_the_queue_or_by_its_sender(world, sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "10"})
    sqs.send_message(QueueUrl=url, MessageBody="queue")
    sqs.send_message(QueueUrl=url, MessageBody="own", DelaySeconds=5)
    sqs.send_message(QueueUrl=url, MessageBody="none", DelaySeconds=0)
    assert [event.visible_at - event.time for event in world.trace.of(MessageSent)] == [
        10 * SECOND,
        5 * SECOND,
        0,
    ]
    assert bodies(sqs, url) == ["none"]
    world.advance(seconds=5)
    assert bodies(sqs, url) == ["own"]
    world.advance(seconds=5)
    assert bodies(sqs, url) == ["queue"]
    assert world.trace.of(MessageReturned) == []


def test_a_message_that_comes_back_keeps_its_place(world, sqs, url):
    for body in "abc":
        sqs.send_message(QueueUrl=url, MessageBody=body)
    receive(sqs, url, VisibilityTimeout=1)
    world.advance(seconds=1)
    assert bodies(sqs, url) == ["a", "b", "c"]


def test_visibility_can_be_longer_and_given_back(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = receive(sqs, url, VisibilityTimeout=10)[0]["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=100)
    world.advance(seconds=99)
    assert bodies(sqs, url) == []
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    assert len(world.trace.of(MessageReturned)) == 1
    assert bodies(sqs, url) == ["x"]


def test_visibility_is_changed_in_a_batch(sqs, url):
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": body, "MessageBody": body} for body in "ab"])
    handles = [message["ReceiptHandle"] for message in receive(sqs, url, MaxNumberOfMessages=10)]
    entries = [
        {"Id": "a", "ReceiptHandle": handles[0], "VisibilityTimeout": 0},
        {"Id": "b", "ReceiptHandle": handles[1]},
        {"Id": "c", "ReceiptHandle": handles[0], "VisibilityTimeout": 43201},
    ]
    reply = sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
    assert reply["Successful"] == [{"Id": "a"}, {"Id": "b"}]
    assert [failed["Code"] for failed in reply["Failed"]] == ["InvalidParameterValue"]
    assert bodies(sqs, url) == ["a"]


def test_an_expired_handle_still_changes_visibility(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = receive(sqs, url, VisibilityTimeout=1)[0]["ReceiptHandle"]
    world.advance(seconds=2)
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=5)
    assert counts(sqs, url) == (0, 1, 0)
    assert bodies(sqs, url) == []
    world.advance(seconds=5)
    assert bodies(sqs, url) == ["x"]


def test_the_visibility_of_a_deleted_message_cannot_change(sqs, url, refused):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = receive(sqs, url)[0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    error = refused(sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=5)
    assert error["message"] == (
        f"Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not "
        "available for visibility timeout change."
    )


def test_a_message_is_invisible_for_twelve_hours_at_most(world, sqs, url, refused):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    handle = receive(sqs, url)[0]["ReceiptHandle"]
    error = refused(
        sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=43200
    )
    assert error["message"] == (
        "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the "
        "message is beyond the limit [43200 seconds]."
    )


# -- long polls --------------------------------------------------------------------------------------------


def test_a_long_poll_without_messages_ends_empty_when_its_time_is_over(world, sqs, url):
    before = world.now
    assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20) == {}
    assert (world.now - before).total_seconds() == pytest.approx(20 + LATENCY / SECOND)


def test_a_queue_can_make_every_poll_a_long_one(world, sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"ReceiveMessageWaitTimeSeconds": "7"})
    before = world.now
    assert sqs.receive_message(QueueUrl=url) == {}
    assert (world.now - before).total_seconds() == pytest.approx(7 + LATENCY / SECOND)
    before = world.now
    assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0) == {}
    assert (world.now - before).total_seconds() == pytest.approx(LATENCY / SECOND)


def test_a_long_poll_that_finds_messages_does_not_wait(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    before = world.now
    assert bodies(sqs, url, WaitTimeSeconds=20) == ["x"]
    assert (world.now - before).total_seconds() == pytest.approx(LATENCY / SECOND)


def test_a_send_ends_a_long_poll(world, sqs, url):
    ticket = world.submit("sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20})
    world.advance(seconds=3)
    assert not ticket.done
    sqs.send_message(QueueUrl=url, MessageBody="x")
    assert ticket.done
    assert [message["Body"] for message in ticket.result()["Messages"]] == ["x"]
    (received,) = world.trace.of(MessageReceived)
    call = next(event for event in world.trace.of(ApiCalled) if event.operation == "ReceiveMessage")
    assert received.cause == call.seq
    world.advance(seconds=20)
    assert ticket.result()["Messages"]


def test_a_batch_is_given_to_a_waiting_receiver_together(world, sqs, url):
    ticket = world.submit(
        "sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20, "MaxNumberOfMessages": 10}
    )
    sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": body, "MessageBody": body} for body in "abc"])
    assert [message["Body"] for message in ticket.result()["Messages"]] == ["a", "b", "c"]


def test_waiting_receivers_are_served_in_the_order_in_which_they_came(world, sqs, url):
    tickets = [
        world.submit("sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20}) for _ in range(3)
    ]
    for body in "ab":
        sqs.send_message(QueueUrl=url, MessageBody=body)
    assert [ticket.done for ticket in tickets] == [True, True, False]
    assert [ticket.result()["Messages"][0]["Body"] for ticket in tickets[:2]] == ["a", "b"]
    world.settle()
    assert tickets[2].result() == {}


def test_a_message_that_comes_back_or_appears_ends_a_long_poll(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="back")
    receive(sqs, url, VisibilityTimeout=5)
    sqs.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=9)
    before = world.now
    assert bodies(sqs, url, WaitTimeSeconds=20) == ["back"]
    assert 4.9 < (world.now - before).total_seconds() < 5
    assert bodies(sqs, url, WaitTimeSeconds=20) == ["late"]


def test_a_long_poll_fails_when_its_queue_is_deleted(world, sqs, url):
    ticket = world.submit("sqs", "ReceiveMessage", {"QueueUrl": url, "WaitTimeSeconds": 20})
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(Exception, match="The specified queue does not exist"):
        ticket.result()
    world.settle()


# -- redrive -----------------------------------------------------------------------------------------------


def test_after_max_receive_count_receives_a_message_moves_to_the_dead_letter_queue(world, sqs, url):
    dead = dead_letters(sqs, url, 2)
    sent = sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        assert bodies(sqs, url) == ["poison"]
        world.settle()
    assert counts(sqs, dead) == (0, 0, 0)
    assert bodies(sqs, url) == []
    assert counts(sqs, url) == (0, 0, 0)
    (buried,) = receive(sqs, dead, AttributeNames=["All"])
    assert (buried["MessageId"], buried["Body"]) == (sent["MessageId"], "poison")
    assert buried["Attributes"]["ApproximateReceiveCount"] == "3"
    assert buried["Attributes"]["DeadLetterQueueSourceArn"] == f"{ARN}jobs"
    moved = world.trace.of(MessageDeleted)[0]
    assert (moved.arn, moved.why) == (f"{ARN}jobs", "moved")


def test_a_good_message_behind_a_poisoned_one_is_received(world, sqs, url):
    dead_letters(sqs, url, 1)
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    assert bodies(sqs, url) == ["poison"]
    world.settle()
    sqs.send_message(QueueUrl=url, MessageBody="good")
    assert bodies(sqs, url) == ["good"]


def test_a_moved_message_ends_a_long_poll_on_the_dead_letter_queue(world, sqs, url):
    dead = dead_letters(sqs, url, 1)
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    receive(sqs, url, VisibilityTimeout=0)
    ticket = world.submit("sqs", "ReceiveMessage", {"QueueUrl": dead, "WaitTimeSeconds": 20})
    assert bodies(sqs, url) == []
    world.advance(seconds=0)
    assert [message["Body"] for message in ticket.result()["Messages"]] == ["poison"]


def test_two_queues_may_bury_in_each_other(world, sqs, url):
    dead = dead_letters(sqs, url, 1)
    back = json.dumps({"deadLetterTargetArn": f"{ARN}jobs", "maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"RedrivePolicy": back})
    sqs.send_message(QueueUrl=url, MessageBody="ball")
    for here in (url, dead, url):
        assert bodies(sqs, here) == ["ball"]
        world.settle()
        assert bodies(sqs, here) == []


def test_without_the_dead_letter_queue_messages_stay(world, sqs, url):
    dead = dead_letters(sqs, url, 1)
    sqs.delete_queue(QueueUrl=dead)
    sqs.send_message(QueueUrl=url, MessageBody="x")
    for _ in range(3):
        assert bodies(sqs, url, VisibilityTimeout=0) == ["x"]


# -- retention ---------------------------------------------------------------------------------------------


def test_messages_expire_after_the_retention_period(world, sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    for body in ("a", "b"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
        world.advance(seconds=20)
    assert world.trace.of(MessageDeleted) == []
    world.advance(seconds=60)
    first, second = world.trace.of(MessageSent)
    expired = world.trace.of(MessageDeleted)
    assert [(event.message_id, event.why, event.time) for event in expired] == [
        (sent.message_id, "expired", sent.time + 60 * SECOND) for sent in (first, second)
    ]
    assert expired[0].cause == first.seq
    assert counts(sqs, url) == (0, 0, 0)


def test_a_message_in_flight_expires_too(world, sqs, url):
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    sqs.send_message(QueueUrl=url, MessageBody="x")
    receive(sqs, url, VisibilityTimeout=600)
    world.advance(hours=1)
    assert counts(sqs, url) == (0, 0, 0)
    assert world.trace.of(MessageReturned) == []


def test_a_shorter_retention_period_counts_for_messages_that_are_there(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    world.advance(seconds=100)
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})
    world.advance(seconds=0)
    assert counts(sqs, url) == (0, 0, 0)


def test_a_dead_letter_queue_counts_from_the_first_send(world, sqs, url):
    dead = dead_letters(sqs, url, 1)
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"MessageRetentionPeriod": "60"})
    sqs.send_message(QueueUrl=url, MessageBody="x")
    receive(sqs, url)
    world.advance(seconds=50)
    assert bodies(sqs, url) == []
    assert counts(sqs, dead) == (1, 0, 0)
    world.advance(seconds=10)
    assert counts(sqs, dead) == (0, 0, 0)


def test_an_old_message_expires_before_a_younger_one_that_came_first(world, sqs, url):
    dead = dead_letters(sqs, url, 1)
    sqs.set_queue_attributes(QueueUrl=dead, Attributes={"MessageRetentionPeriod": "60"})
    sqs.send_message(QueueUrl=url, MessageBody="old")
    receive(sqs, url)
    world.advance(seconds=50)
    sqs.send_message(QueueUrl=dead, MessageBody="young")
    assert bodies(sqs, url) == []
    assert counts(sqs, dead) == (2, 0, 0)
    world.advance(seconds=20)
    assert [body for _, body, _ in world.cloud.services["sqs"].messages("dead")] == ["young"]


def test_settling_does_not_wait_for_messages_to_expire(world, sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="x")
    before = world.now
    world.settle()
    assert world.now == before
