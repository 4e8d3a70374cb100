from __future__ import annotations

import pickle

import pytest

from sandbox.kernel import SECOND
from sandbox.services.base import AwsError
from sandbox.trace import InvocationEnded, InvocationStarted, LineLogged, LogGroupDeleted, LogStreamDeleted

ARN = "arn:aws:logs:us-east-1:123456789012:log-group:mine"
NO_GROUP = ("ResourceNotFoundException", "The specified log group does not exist.")
NO_STREAM = ("ResourceNotFoundException", "The specified log stream does not exist.")


def refused(code, message=None):
    def fits(error):
        return error.code == code and message in {None, error.message} and error.status == 400

    return pytest.raises(AwsError, check=fits)


def test_a_group_is_described_as_aws_does(logs):  # LS:test_describe_log_groups_with_prefix, 2026-02-03
    logs.create_log_group(logGroupName="mine")
    assert logs.describe_log_groups() == {
        "logGroups": [
            {
                "logGroupName": "mine",
                "creationTime": 1_795_424_400_000,
                "metricFilterCount": 0,
                "arn": f"{ARN}:*",
                "storedBytes": 0,
                "logGroupClass": "STANDARD",
                "logGroupArn": ARN,
                "deletionProtectionEnabled": False,
            }
        ]
    }


def test_a_group_exists_once(logs):  # LS:test_create_log_group_duplicate_error
    logs.create_log_group(logGroupName="mine")
    with refused("ResourceAlreadyExistsException", "The specified log group already exists"):
        logs.create_log_group(logGroupName="mine")


def test_groups_are_found_by_prefix_or_by_a_part_of_the_name(
    logs,
):  # LS:test_describe_log_groups_with_pattern
    for name in ("/aws/lambda/b", "/aws/lambda/a", "other"):
        logs.create_log_group(logGroupName=name)
    prefix = logs.describe_log_groups(logGroupNamePrefix="/aws/")["logGroups"]
    assert [group["logGroupName"] for group in prefix] == ["/aws/lambda/a", "/aws/lambda/b"]
    (part,) = logs.describe_log_groups(logGroupNamePattern="the")["logGroups"]
    assert "storedBytes" not in part
    with refused("InvalidParameterException"):
        logs.describe_log_groups(logGroupNamePattern="a", logGroupNamePrefix="a")


def test_groups_come_in_pages(logs):
    for number in range(7):
        logs.create_log_group(logGroupName=f"g{number}")
    names, token = [], {}
    while True:
        reply = logs.describe_log_groups(limit=3, **token)
        names += [group["logGroupName"] for group in reply["logGroups"]]
        if "nextToken" not in reply:
            break
        token = {"nextToken": reply["nextToken"]}
    assert names == [f"g{number}" for number in range(7)]
    with refused("InvalidParameterException", "The specified nextToken is invalid."):
        logs.describe_log_groups(nextToken="nonsense")


def test_retention_is_shown_only_when_it_is_set(streams):  # facts 5.8: never expire by default
    streams.put_retention_policy(logGroupName="mine", retentionInDays=14)
    assert streams.describe_log_groups()["logGroups"][0]["retentionInDays"] == 14
    streams.delete_retention_policy(logGroupName="mine")
    assert "retentionInDays" not in streams.describe_log_groups()["logGroups"][0]
    with refused("InvalidParameterException"):
        streams.put_retention_policy(logGroupName="mine", retentionInDays=2)


def test_lines_go_when_their_retention_is_over(streams):
    streams.write("mine", "a", "old")
    kernel = streams.port.kernel
    kernel.run_until(kernel.now + 86_401 * SECOND)
    streams.write("mine", "a", "new", at=86_401_000)
    streams.put_retention_policy(logGroupName="mine", retentionInDays=1)
    (event,) = streams.get_log_events(logGroupName="mine", logStreamName="a")["events"]
    assert event["message"] == "new"
    assert len(streams.filter_log_events(logGroupName="mine")["events"]) == 1
    streams.delete_retention_policy(logGroupName="mine")
    assert len(streams.filter_log_events(logGroupName="mine")["events"]) == 2


def test_a_stream_without_lines_has_no_times(streams):  # LS:test_create_and_delete_log_stream, 2026-02-03
    (shape, _) = streams.describe_log_streams(logGroupName="mine")["logStreams"]
    assert shape == {
        "logStreamName": "a",
        "creationTime": 1_795_424_400_000,
        "arn": f"{ARN}:log-stream:a",
        "storedBytes": 0,
    }


def test_a_stream_with_lines_tells_when_they_were_written(streams):
    streams.write("mine", "a", "one", "two", at=-5000)
    shape = streams.describe_log_streams(logGroupName="mine")["logStreams"][0]
    assert shape["firstEventTimestamp"] == 1_795_424_395_000
    assert shape["lastEventTimestamp"] == 1_795_424_395_001
    assert shape["lastIngestionTime"] == 1_795_424_400_000


def test_streams_are_ordered_by_name_or_by_their_last_event(streams):
    streams.write("mine", "b", "early", at=1)
    streams.write("mine", "a", "late", at=2)

    def names(**params):
        found = streams.describe_log_streams(logGroupName="mine", **params)["logStreams"]
        return [stream["logStreamName"] for stream in found]

    assert names() == ["a", "b"]
    assert names(descending=True) == ["b", "a"]
    assert names(orderBy="LastEventTime") == ["b", "a"]
    assert names(orderBy="LastEventTime", descending=True, limit=1) == ["a"]
    assert names(logStreamNamePrefix="b") == ["b"]
    with refused("InvalidParameterException"):
        names(orderBy="LastEventTime", logStreamNamePrefix="b")


def test_a_group_may_be_named_by_its_arn(streams):  # LS:test_describe_log_streams_with_log_group_identifier
    for identifier in ("mine", ARN, f"{ARN}:*"):
        found = streams.describe_log_streams(logGroupIdentifier=identifier)
        assert len(found["logStreams"]) == 2
    message = "LogGroup name and LogGroup ARN are mutually exclusive parameters."
    with refused("ValidationException", message):
        streams.describe_log_streams(logGroupName="mine", logGroupIdentifier=ARN)


def test_a_stream_exists_once_and_needs_its_group(streams):  # LS:test_create_log_stream_duplicate_error
    with refused("ResourceAlreadyExistsException", "The specified log stream already exists"):
        streams.create_log_stream(logGroupName="mine", logStreamName="a")
    with refused(*NO_GROUP):
        streams.create_log_stream(logGroupName="none", logStreamName="a")


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("delete_log_group", {}),
        ("describe_log_streams", {}),
        ("put_retention_policy", {"retentionInDays": 7}),
        ("get_log_events", {"logStreamName": "a"}),
        ("filter_log_events", {}),
        ("delete_log_stream", {"logStreamName": "a"}),
        ("put_log_events", {"logStreamName": "a", "logEvents": [{"timestamp": 1, "message": "m"}]}),
    ],
)
def test_what_is_about_a_group_needs_one(logs, operation, params):  # LS:test_resource_does_not_exist
    with refused(*NO_GROUP):
        getattr(logs, operation)(logGroupName="none", **params)


@pytest.mark.parametrize("operation", ["delete_log_stream", "get_log_events", "put_log_events"])
def test_what_is_about_a_stream_needs_one(streams, operation):  # LS:test_put_log_events_to_invalid_stream
    events = [{"timestamp": 1, "message": "m"}]
    more = {"logEvents": events} if operation == "put_log_events" else {}
    with refused(*NO_STREAM):
        getattr(streams, operation)(logGroupName="mine", logStreamName="none", **more)


def test_deleting_is_traced_and_takes_the_lines(streams):
    streams.write("mine", "a", "gone")
    streams.write("mine", "b", "gone too")
    streams.delete_log_stream(logGroupName="mine", logStreamName="a")
    streams.create_log_stream(logGroupName="mine", logStreamName="a")
    assert streams.get_log_events(logGroupName="mine", logStreamName="a")["events"] == []
    streams.delete_log_group(logGroupName="mine")
    streams.create_log_group(logGroupName="mine")
    assert streams.describe_log_streams(logGroupName="mine") == {"logStreams": []}
    kinds = [type(event) for event in streams.port.trace]
    assert kinds == [LineLogged, LineLogged, LogStreamDeleted, LogGroupDeleted]


def test_stored_bytes_are_those_of_the_lines(streams):
    streams.write("mine", "a", "äh", "oh")
    assert streams.describe_log_groups()["logGroups"][0]["storedBytes"] == 5


def test_permission_is_asked_for_the_group_with_an_empty_stream(logs):  # elastic/apm-aws-lambda#526
    service = logs.service
    assert service.group_arn({"logGroupName": "mine"}) == f"{ARN}:log-stream:"
    assert service.group_arn({"logGroupIdentifier": f"{ARN}:*"}) == f"{ARN}:log-stream:"
    assert service.stream_arn({"logGroupName": "mine", "logStreamName": "s"}) == f"{ARN}:log-stream:s"
    assert service.every_group_arn({}) == "arn:aws:logs:us-east-1:123456789012:log-group::log-stream:"


def test_what_is_not_there_is_refused_by_name(logs):
    with pytest.raises(AwsError, match="not implemented here: parameter kmsKeyId"):
        logs.create_log_group(logGroupName="mine", kmsKeyId="key")


def test_the_lines_of_a_function_are_in_its_stream(streams):  # facts 5.8
    arn = "arn:aws:lambda:us-east-1:123456789012:function:worker"
    trace, kernel = streams.port.trace, streams.port.kernel
    where = ("$LATEST", "mine", "a", b"{}")
    trace.emit(InvocationStarted, arn, "r1", "Event", 1, "e1", False, *where)
    trace.emit(LineLogged, arn, "mine", "a", "r1", "hello")
    kernel.run_until(kernel.now + SECOND)
    ending = ("success", SECOND, 0, 1000, 128, 36, "", b"null")
    trace.emit(InvocationEnded, arn, "r1", "Event", 1, "e1", *ending)
    events = streams.get_log_events(logGroupName="mine", logStreamName="a")["events"]
    words = [event["message"].split()[0] for event in events]
    assert words == ["START", "hello", "END", "REPORT"]
    assert events[-1]["timestamp"] - events[0]["timestamp"] == 1000


def test_the_service_can_be_copied_with_its_stamps(streams):
    streams.write("mine", "a", "old", at=-5000)
    before = streams.get_log_events(logGroupName="mine", logStreamName="a")
    copy = pickle.loads(pickle.dumps(streams.service))
    copy.port.trace.events = list(streams.port.trace.events)
    streams.write("mine", "a", "new")
    reply = copy.get_log_events(None, logGroupName="mine", logStreamName="a")
    assert reply == before
    assert copy.stamps is copy._fold.stamps
