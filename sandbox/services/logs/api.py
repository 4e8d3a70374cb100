"""The operations of CloudWatch Logs, named and shaped as boto3 has them."""

from __future__ import annotations

from typing import Any

from sandbox.kernel import MILLISECOND, SECOND
from sandbox.observe.logs import LogFold, LogLine
from sandbox.services.base import AwsError, Call, Port, Service, operation, refuse
from sandbox.services.logs import pattern
from sandbox.services.logs.model import LogGroup, LogStream
from sandbox.services.logs.pages import between, event_id, page, search_page, token, window
from sandbox.trace import LineLogged, LogGroupDeleted, LogStreamDeleted

_DAY = 86_400 * SECOND


class LogsService(Service):
    """CloudWatch Logs (facts 5.8). Lines come from the trace; groups and streams are kept here."""

    name = "logs"

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.groups: dict[str, LogGroup] = {}
        self.stamps: dict[int, int] = {}
        self._fold = LogFold(self.stamps)

    # -- resources -----------------------------------------------------------------------------------------

    def group_arn(self, params: dict[str, Any]) -> str:
        """The ARN that permission is asked for where an operation is about a group.

        AWS asks for the streams of the group with an empty name, so that a policy for
        `log-group:NAME:*` lets it through.
        """
        name = params.get("logGroupName") or _name_of(params.get("logGroupIdentifier", ""))
        return self.arn(f"log-group:{name}:log-stream:")

    def stream_arn(self, params: dict[str, Any]) -> str:
        """The ARN of the stream that an operation is about."""
        return self.group_arn(params) + str(params.get("logStreamName", ""))

    def every_group_arn(self, params: dict[str, Any]) -> str:
        """The ARN that permission is asked for to list groups."""
        del params
        return self.arn("log-group::log-stream:")

    # -- groups --------------------------------------------------------------------------------------------

    @operation("logs:CreateLogGroup", "group_arn")
    def create_log_group(
        self,
        call: Call,
        *,
        logGroupName: str,
        tags: dict[str, str] | None = None,
        logGroupClass: str = "STANDARD",
        **others: Any,
    ) -> dict[str, Any]:
        """Make a log group."""
        del call
        refuse(others)
        if logGroupName in self.groups:
            raise AwsError("ResourceAlreadyExistsException", "The specified log group already exists")
        now = self.port.kernel.now
        self.groups[logGroupName] = LogGroup(logGroupName, now, logGroupClass, dict(tags or {}))
        return {}

    @operation("logs:DeleteLogGroup", "group_arn")
    def delete_log_group(self, call: Call, *, logGroupName: str) -> dict[str, Any]:
        """Delete a log group and every line in it."""
        group = self._group(logGroupName)
        del self.groups[logGroupName]
        self.port.trace.emit(LogGroupDeleted, self._log_group_arn(group), logGroupName, cause=call.cause)
        return {}

    @operation("logs:DescribeLogGroups", "every_group_arn")
    def describe_log_groups(
        self,
        call: Call,
        *,
        logGroupNamePrefix: str | None = None,
        logGroupNamePattern: str | None = None,
        logGroupClass: str | None = None,
        nextToken: str | None = None,
        limit: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """List log groups in order of their names."""
        del call
        refuse(others)
        if logGroupNamePrefix is not None and logGroupNamePattern is not None:
            raise AwsError(
                "InvalidParameterException",
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
            )
        size = self._limit(limit, "logs.describe_page")
        groups = [
            group
            for name, group in sorted(self.groups.items())
            if name.startswith(logGroupNamePrefix or "")
            and (logGroupNamePattern or "") in name
            and logGroupClass in {None, group.log_class}
        ]
        shown, more = page(groups, size, nextToken)
        by_pattern = logGroupNamePattern is not None
        return _with_token([self._group_shape(group, by_pattern) for group in shown], "logGroups", more)

    def _group_shape(self, group: LogGroup, by_pattern: bool) -> dict[str, Any]:
        arn = self._log_group_arn(group)
        shape: dict[str, Any] = {
            "logGroupName": group.name,
            "creationTime": group.created // MILLISECOND,
            "metricFilterCount": 0,
            "arn": f"{arn}:*",
            "logGroupClass": group.log_class,
            "logGroupArn": arn,
        }
        if group.retention is not None:
            shape["retentionInDays"] = group.retention
        if not by_pattern:
            shape["storedBytes"] = sum(len(line.text.encode()) for line in self._kept(group))
            shape["deletionProtectionEnabled"] = False
        return shape

    @operation("logs:PutRetentionPolicy", "group_arn")
    def put_retention_policy(self, call: Call, *, logGroupName: str, retentionInDays: int) -> dict[str, Any]:
        """Say after how many days lines go. [SIM] They go at that moment; AWS may take days more."""
        del call
        group = self._group(logGroupName)
        if retentionInDays not in (allowed := self.port.facts["logs.retentions"]):
            raise AwsError(
                "InvalidParameterException",
                f"1 validation error detected: Value '{retentionInDays}' at 'retentionInDays' failed to "
                f"satisfy constraint: Member must satisfy enum value set: {allowed}",
            )
        group.retention = retentionInDays
        return {}

    @operation("logs:DeleteRetentionPolicy", "group_arn")
    def delete_retention_policy(self, call: Call, *, logGroupName: str) -> dict[str, Any]:
        """Keep lines for ever."""
        del call
        self._group(logGroupName).retention = None
        return {}

    # -- streams -------------------------------------------------------------------------------------------

    @operation("logs:CreateLogStream", "stream_arn")
    def create_log_stream(self, call: Call, *, logGroupName: str, logStreamName: str) -> dict[str, Any]:
        """Make a stream in a group."""
        del call
        group = self._group(logGroupName)
        if logStreamName in group.streams:
            raise AwsError("ResourceAlreadyExistsException", "The specified log stream already exists")
        group.streams[logStreamName] = LogStream(logStreamName, self.port.kernel.now)
        return {}

    @operation("logs:DeleteLogStream", "stream_arn")
    def delete_log_stream(self, call: Call, *, logGroupName: str, logStreamName: str) -> dict[str, Any]:
        """Delete a stream and every line in it."""
        group = self._group(logGroupName)
        stream = _stream(group, logStreamName)
        del group.streams[stream.name]
        arn = f"{self._log_group_arn(group)}:log-stream:{stream.name}"
        self.port.trace.emit(LogStreamDeleted, arn, logGroupName, logStreamName, cause=call.cause)
        return {}

    @operation("logs:DescribeLogStreams", "group_arn")
    def describe_log_streams(
        self,
        call: Call,
        *,
        logGroupName: str | None = None,
        logGroupIdentifier: str | None = None,
        logStreamNamePrefix: str | None = None,
        orderBy: str = "LogStreamName",
        descending: bool = False,
        nextToken: str | None = None,
        limit: int | None = None,
    ) -> dict[str, Any]:
        """List the streams of a group, by name or by the time of their last event."""
        del call
        group = self._named(logGroupName, logGroupIdentifier)
        size = self._limit(limit, "logs.describe_page")
        if orderBy == "LastEventTime" and logStreamNamePrefix is not None:
            raise AwsError(
                "InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix."
            )
        shapes = [
            self._stream_shape(group, stream, self._kept(group, stream.name))
            for name, stream in sorted(group.streams.items())
            if name.startswith(logStreamNamePrefix or "")
        ]
        if orderBy == "LastEventTime":
            shapes.sort(key=lambda shape: shape.get("lastEventTimestamp", 0))
        if descending:
            shapes.reverse()
        shown, more = page(shapes, size, nextToken)
        return _with_token(shown, "logStreams", more)

    def _stream_shape(self, group: LogGroup, stream: LogStream, lines: list[LogLine]) -> dict[str, Any]:
        shape: dict[str, Any] = {
            "logStreamName": stream.name,
            "creationTime": stream.created // MILLISECOND,
            "arn": f"{self._log_group_arn(group)}:log-stream:{stream.name}",
            "storedBytes": 0,
        }
        if lines:
            shape["firstEventTimestamp"] = lines[0].time // MILLISECOND
            shape["lastEventTimestamp"] = lines[-1].time // MILLISECOND
            shape["lastIngestionTime"] = max(line.ingested for line in lines) // MILLISECOND
            shape["uploadSequenceToken"] = event_id(lines[-1])
        return shape

    # -- lines ---------------------------------------------------------------------------------------------

    @operation("logs:PutLogEvents", "stream_arn")
    def put_log_events(
        self,
        call: Call,
        *,
        logGroupName: str,
        logStreamName: str,
        logEvents: list[dict[str, Any]],
        sequenceToken: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Write lines into a stream. Sequence tokens are ignored, as AWS does today."""
        del sequenceToken
        refuse(others)
        group = self._group(logGroupName)
        stream = _stream(group, logStreamName)
        times = [event["timestamp"] for event in logEvents]
        if times != sorted(times):
            raise AwsError(
                "InvalidParameterException",
                "Log events in a single PutLogEvents request must be in chronological order.",
            )
        arn = f"{self._log_group_arn(group)}:log-stream:{stream.name}"
        seq = 0
        for event in logEvents:
            fields = (group.name, stream.name, "", event["message"])
            seq = self.port.trace.emit(LineLogged, arn, *fields, cause=call.cause).seq
            self.stamps[seq] = event["timestamp"] * MILLISECOND
        return {"nextSequenceToken": f"{seq:056d}"}

    @operation("logs:GetLogEvents", "stream_arn")
    def get_log_events(
        self,
        call: Call,
        *,
        logStreamName: str,
        logGroupName: str | None = None,
        logGroupIdentifier: str | None = None,
        startTime: int | None = None,
        endTime: int | None = None,
        nextToken: str | None = None,
        limit: int | None = None,
        startFromHead: bool = False,
        unmask: bool = False,
    ) -> dict[str, Any]:
        """Read one stream, from its head or from its tail; `endTime` is not included."""
        del call, unmask
        group = self._named(logGroupName, logGroupIdentifier)
        stream = _stream(group, logStreamName)
        size = self._limit(limit, "logs.events_page")
        lines = between(self._kept(group, stream.name), startTime, endTime)
        shown, first, after = window(lines, size, nextToken, startFromHead)
        return {
            "events": [_event_shape(line) for line in shown],
            "nextForwardToken": token("f", after),
            "nextBackwardToken": token("b", first),
        }

    @operation("logs:FilterLogEvents", "group_arn")
    def filter_log_events(
        self,
        call: Call,
        *,
        logGroupName: str | None = None,
        logGroupIdentifier: str | None = None,
        logStreamNames: list[str] | None = None,
        logStreamNamePrefix: str | None = None,
        startTime: int | None = None,
        endTime: int | None = None,
        filterPattern: str = "",
        nextToken: str | None = None,
        limit: int | None = None,
        startFromHead: bool = True,
        interleaved: bool = True,
        unmask: bool = False,
    ) -> dict[str, Any]:
        """Search the streams of a group, their lines interleaved; `endTime` is included."""
        del call, interleaved, unmask
        if logStreamNames and logStreamNamePrefix:
            raise AwsError(
                "InvalidParameterException", "logStreamNames and logStreamNamePrefix are mutually exclusive."
            )
        group = self._named(logGroupName, logGroupIdentifier)
        size = self._limit(limit, "logs.events_page")
        streams = self._searched(group, logStreamNames, logStreamNamePrefix or "")
        wanted = pattern.parse(filterPattern)
        last = None if endTime is None else endTime + 1
        lines = [
            line
            for line in between(self._kept(group), startTime, last)
            if line.stream in streams and wanted.matches(line.text)
        ]
        shown, more = search_page(lines, size, nextToken, startFromHead)
        reply: dict[str, Any] = {
            "events": [
                {"logStreamName": line.stream, **_event_shape(line), "eventId": event_id(line)}
                for line in shown
            ],
            "searchedLogStreams": [],
        }
        if more is not None:
            reply["nextToken"] = more
        return reply

    def _searched(self, group: LogGroup, names: list[str] | None, prefix: str) -> set[str]:
        if names is None:
            return {name for name in group.streams if name.startswith(prefix)}
        return {_stream(group, name).name for name in names}

    # -- finding -------------------------------------------------------------------------------------------

    def _limit(self, given: int | None, fact: str) -> int:
        """How many items a reply may have: what was asked for, or the most that the fact allows."""
        most: int = self.port.facts[fact]
        if given is not None and given > most:
            raise AwsError(
                "InvalidParameterException",
                f"1 validation error detected: Value '{given}' at 'limit' failed to satisfy constraint: "
                f"Member must have value less than or equal to {most}",
            )
        return most if given is None else given

    def _kept(self, group: LogGroup, stream: str | None = None) -> list[LogLine]:
        """The lines of a group or of one of its streams, but those that are past its retention."""
        lines = self._fold.catch_up(self.port.trace).lines(group.name, stream)
        if group.retention is None:
            return lines
        oldest = self.port.kernel.now - group.retention * _DAY
        return [line for line in lines if line.time >= oldest]

    def _log_group_arn(self, group: LogGroup) -> str:
        return self.arn(f"log-group:{group.name}")

    def _group(self, name: str) -> LogGroup:
        group = self.groups.get(name)
        if group is None:
            raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
        return group

    def _named(self, name: str | None, identifier: str | None) -> LogGroup:
        if name is not None and identifier is not None:
            raise AwsError(
                "ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters."
            )
        if name is None and identifier is None:
            raise AwsError(
                "InvalidParameterException", "Either logGroupName or logGroupIdentifier is required."
            )
        return self._group(name if name is not None else _name_of(identifier or ""))


def _name_of(identifier: str) -> str:
    """The group's name out of a logGroupIdentifier: a name or an ARN."""
    if not identifier.startswith("arn:"):
        return identifier
    return identifier.partition(":log-group:")[2].removesuffix(":*")


def _stream(group: LogGroup, name: str) -> LogStream:
    stream = group.streams.get(name)
    if stream is None:
        raise AwsError("ResourceNotFoundException", "The specified log stream does not exist.")
    return stream


def _with_token(shapes: list[dict[str, Any]], name: str, more: str | None) -> dict[str, Any]:
    return {name: shapes} if more is None else {name: shapes, "nextToken": more}


def _event_shape(line: LogLine) -> dict[str, Any]:
    return {
        "timestamp": line.time // MILLISECOND,
        "message": line.text,
        "ingestionTime": line.ingested // MILLISECOND,
    }
