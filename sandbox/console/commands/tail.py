"""`aws logs tail GROUP`: the lines of a log group, as AWS CLI shows them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.console.arguments import Option
from sandbox.console.commands.custom import Desk, Given, HighLevel
from sandbox.console.errors import MistakeError
from sandbox.facts import Facts

_RELATIVE = re.compile(r"^(?P<amount>\d{1,9})(?P<unit>[smhdw])$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def tail(desk: Desk, given: Given) -> int:
    """Print the lines of a log group, oldest first.

    Args:
        desk: its clock is for `--since 1h`; without one, "now" is the time of the newest line.
        given: the group as "group_name", and the options.

    Raises:
        MistakeError: `--follow`, or a time that cannot be read.
    """
    if "follow" in given:
        raise MistakeError(
            "--follow waits for new lines for ever, and here time moves only when you move it. "
            "Leave --follow out, move the clock, and give the command again.",
            "own",
        )
    logs = desk.client("logs")
    clock = desk.now
    params: dict[str, Any] = {"logGroupName": given["group_name"]}
    for option, member in _TAIL_MEMBERS.items():
        if option in given:
            params[member] = given[option]
    since = str(given.get("since", Facts.load()["cli.logs_tail_since"]))
    span = _span(since)
    if span is None:
        params["startTime"] = _milliseconds(_moment(since))
    elif clock is not None:
        params["startTime"] = max(0, _milliseconds(clock()) - span)
    events = list(_events(logs, params))
    if span is not None and clock is None and events:
        newest = max(event["timestamp"] for event in events)
        events = [event for event in events if event["timestamp"] >= newest - span]
    line = _LINES[str(given.get("format", "detailed"))]
    for event in events:
        moment = datetime.fromtimestamp(event["timestamp"] // 1000, UTC)
        moment += timedelta(milliseconds=event["timestamp"] % 1000)
        desk.say(line(moment, event.get("logStreamName", ""), event["message"]).rstrip())
    return 0


def _events(logs: Any, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    while True:
        reply = logs.filter_log_events(**params)
        yield from reply.get("events", [])
        if not reply.get("nextToken"):
            return
        params = {**params, "nextToken": reply["nextToken"]}


def _span(text: str) -> int | None:
    """Milliseconds of a span such as `5m`; None for any other text."""
    relative = _RELATIVE.match(text)
    return int(relative["amount"]) * _SECONDS[relative["unit"]] * 1000 if relative else None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise MistakeError(
            f"argument --since: '{text}' is no time. Write a number and one unit, such as 30s, 5m, 1h, 2d or "
            "1w, or a time in ISO 8601, such as 2026-11-23T09:00:00Z."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _milliseconds(moment: datetime) -> int:
    return max(0, (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))


def _short(moment: datetime, stream: str, message: str) -> str:
    del stream
    return f"{moment.strftime('%Y-%m-%dT%H:%M:%S')} {message}"


def _detailed(moment: datetime, stream: str, message: str) -> str:
    return f"{moment.isoformat(timespec='microseconds')} {stream} {message}"


def _pretty(moment: datetime, stream: str, message: str) -> str:
    with suppress(ValueError, RecursionError):  # a line that is no JSON is shown as it is
        message = "\n" + json.dumps(json.loads(message), indent=4)
    return f"{moment.isoformat()} {stream} {message}"


_LINES: Mapping[str, Callable[[datetime, str, str], str]] = {
    "detailed": _detailed,
    "short": _short,
    "json": _pretty,
}
_TAIL_MEMBERS = {
    "filter-pattern": "filterPattern",
    "log-stream-names": "logStreamNames",
    "log-stream-name-prefix": "logStreamNamePrefix",
}


TAIL = HighLevel(
    about="Shows the lines of a log group, oldest first: those of the last ten minutes, or since --since.",
    positionals=("group_name",),
    takes=("log-group",),
    options={
        "since": Option("since", "member"),
        "follow": Option("follow", "on", "none"),
        "format": Option("format", "own", choices=tuple(_LINES)),
        "filter-pattern": Option("filter-pattern", "member"),
        "log-stream-names": Option("log-stream-names", "member", "many"),
        "log-stream-name-prefix": Option("log-stream-name-prefix", "member"),
    },
    words={
        "since": "from when: 30s, 5m, 1h, 2d, 1w, or a time such as 2026-11-23T09:00:00Z",
        "follow": "not here: move the clock and give the command again",
        "format": "detailed, short, or json (JSON lines over several lines)",
        "filter-pattern": "only lines that match this pattern",
        "log-stream-names": "only these streams",
        "log-stream-name-prefix": "only streams whose name begins so",
    },
    example="aws logs tail /aws/lambda/hello --since 1h --format short",
    run=tail,
)
