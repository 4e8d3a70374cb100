from __future__ import annotations

import pytest

from sandbox.services.base import AwsError

NINE = 1_795_424_400_000


def messages(reply):
    return [event["message"] for event in reply["events"]]


@pytest.fixture
def ten(streams):
    streams.write("mine", "a", *[f"m{number}" for number in range(10)])
    return streams


def read(logs, **params):
    return logs.get_log_events(logGroupName="mine", logStreamName="a", **params)


def test_events_have_timestamp_message_and_ingestion_time(streams):
    streams.write("mine", "a", "hello", at=-7)
    assert read(streams)["events"] == [{"timestamp": NINE - 7, "message": "hello", "ingestionTime": NINE}]


def test_reading_begins_at_the_tail_unless_told_otherwise(ten):  # BC:GetLogEventsRequest.startFromHead
    assert messages(read(ten, limit=3)) == ["m7", "m8", "m9"]
    assert messages(read(ten, limit=3, startFromHead=True)) == ["m0", "m1", "m2"]


def test_the_forward_token_leads_to_the_end_and_then_stays(ten):  # BC:GetLogEventsResponse.nextForwardToken
    found, token = [], {}
    while True:
        reply = read(ten, limit=4, startFromHead=True, **token)
        found += messages(reply)
        assert reply["nextForwardToken"].startswith("f/")
        if token.get("nextToken") == reply["nextForwardToken"]:
            break
        token = {"nextToken": reply["nextForwardToken"]}
    assert found == [f"m{number}" for number in range(10)]
    ten.write("mine", "a", "later", at=100)
    assert messages(read(ten, nextToken=token["nextToken"], startFromHead=True)) == ["later"]


def test_the_backward_token_leads_to_the_beginning_and_then_stays(ten):
    reply = read(ten, limit=4)
    found = [messages(reply)]
    while True:
        token = reply["nextBackwardToken"]
        reply = read(ten, limit=4, nextToken=token)
        if reply["nextBackwardToken"] == token:
            break
        found.append(messages(reply))
    assert found == [["m6", "m7", "m8", "m9"], ["m2", "m3", "m4", "m5"], ["m0", "m1"]]


def test_the_token_of_an_empty_stream_finds_what_comes_later(streams):
    token = read(streams)["nextForwardToken"]
    streams.write("mine", "a", "first")
    assert messages(read(streams, nextToken=token)) == ["first"]


def test_get_takes_the_start_in_and_leaves_the_end_out(ten):  # BC:GetLogEventsRequest.endTime
    assert messages(read(ten, startTime=NINE + 2, endTime=NINE + 4)) == ["m2", "m3"]


def test_filter_takes_start_and_end_in(ten):  # BC:FilterLogEventsRequest.endTime
    reply = ten.filter_log_events(logGroupName="mine", startTime=NINE + 2, endTime=NINE + 4)
    assert messages(reply) == ["m2", "m3", "m4"]


@pytest.mark.parametrize("token", ["nonsense", "f/12", "x/" + "0" * 56])
def test_a_token_that_is_not_ours_is_refused(ten, token):  # LS:test_get_log_events_invalid_token
    with pytest.raises(AwsError, match=r"The specified nextToken is invalid\."):
        read(ten, nextToken=token)
    with pytest.raises(AwsError, match=r"The specified nextToken is invalid\."):
        ten.filter_log_events(logGroupName="mine", nextToken=token)


def test_a_limit_above_10000_is_refused(ten):  # LS:test_get_log_events_limit_validation
    words = "Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal"
    with pytest.raises(AwsError, match=words):
        read(ten, limit=10001)


def test_events_must_be_written_in_order(streams):  # LS:test_put_log_events_wrong_order
    events = [{"timestamp": NINE + 1, "message": "b"}, {"timestamp": NINE, "message": "a"}]
    with pytest.raises(AwsError, match="must be in chronological order") as caught:
        streams.put_log_events(logGroupName="mine", logStreamName="a", logEvents=events)
    assert caught.value.code == "InvalidParameterException"
    assert messages(read(streams)) == []


def test_filter_interleaves_the_streams_of_a_group(streams):  # BC:FilterLogEventsRequest.interleaved
    streams.write("mine", "a", "a1", at=1)
    streams.write("mine", "b", "b1", at=2)
    streams.write("mine", "a", "a2", at=3)
    reply = streams.filter_log_events(logGroupName="mine")
    assert [(event["logStreamName"], event["message"]) for event in reply["events"]] == [
        ("a", "a1"), ("b", "b1"), ("a", "a2"),
    ]  # fmt: skip
    assert reply["searchedLogStreams"] == []
    assert "nextToken" not in reply
    ids = [event["eventId"] for event in reply["events"]]
    assert len(set(ids)) == 3
    assert {len(event_id) for event_id in ids} == {56}


def test_filter_can_be_kept_to_some_streams(streams):
    streams.write("mine", "a", "in a")
    streams.write("mine", "b", "in b")
    one = streams.filter_log_events(logGroupName="mine", logStreamNames=["b"])
    assert messages(one) == ["in b"]
    prefix = streams.filter_log_events(logGroupName="mine", logStreamNamePrefix="a")
    assert messages(prefix) == ["in a"]
    with pytest.raises(AwsError, match="log stream does not exist"):
        streams.filter_log_events(logGroupName="mine", logStreamNames=["none"])


@pytest.mark.parametrize("from_head", [True, False])
def test_filter_comes_in_pages_in_either_direction(ten, from_head):  # LS:test_filter_log_events_pagination
    found, token = [], {}
    while True:
        reply = ten.filter_log_events(logGroupName="mine", limit=4, startFromHead=from_head, **token)
        found.append(messages(reply))
        if "nextToken" not in reply:
            break
        token = {"nextToken": reply["nextToken"]}
    assert [len(page) for page in found] == [4, 4, 2]
    flat = [message for page in found for message in page]
    assert flat == [f"m{number}" for number in (range(10) if from_head else range(9, -1, -1))]


def test_filter_finds_by_pattern(streams):
    streams.write("mine", "a", "ok", "ERROR disk", '{"level": "ERROR"}')
    assert messages(streams.filter_log_events(logGroupName="mine", filterPattern="ERROR -disk")) == [
        '{"level": "ERROR"}'
    ]
