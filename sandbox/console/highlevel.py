"""Commands that are no API operation: what AWS CLI builds on top of the API.

`COMMANDS` names them by service and word. Each reads its own words and gives its output.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import msgspec

from sandbox.console.arguments import Option
from sandbox.console.errors import MistakeError
from sandbox.facts import Facts

_RELATIVE = re.compile(r"^(?P<amount>\d{1,9})(?P<unit>[smhdw])$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}

Client = Callable[[str], Any]
Clock = Callable[[], datetime]


class HighLevel(msgspec.Struct, frozen=True):
    """A command of its own.

    Attributes:
        about: what it does, in a sentence or two.
        positionals: the names of the words it needs.
        options: by name.
        words: what each option does.
        example: a line to try.
        run: gives its output; it gets the client, the clock and the values.
    """

    about: str
    positionals: tuple[str, ...]
    options: Mapping[str, Option]
    words: Mapping[str, str]
    example: str
    run: Callable[[Client, Clock | None, dict[str, Any]], Iterable[str]]


def tail(client: Client, clock: Clock | None, given: dict[str, Any]) -> Iterator[str]:
    """`aws logs tail GROUP`: the lines of a log group, oldest first.

    Args:
        client: gives the client of a service.
        clock: what time it is, for `--since 1h`; without it, the time of the newest line.
        given: the group as "group_name", and the options.

    Yields:
        A line of text for each event.

    Raises:
        MistakeError: `--follow`, or a time that cannot be read.
    """
    if "follow" in given:
        raise MistakeError(
            "--follow waits for new lines for ever, and here time moves only when you move it. "
            "Leave --follow out, move the clock, and give the command again.",
            "parameter",
        )
    logs = client("logs")
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
        yield line(moment, event.get("logStreamName", ""), event["message"]).rstrip() + "\n"


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


def _not_here(message: str) -> Callable[[Client, Clock | None, dict[str, Any]], NoReturn]:
    def refuse(client: Client, clock: Clock | None, given: dict[str, Any]) -> NoReturn:
        del client, clock, given
        raise MistakeError(message, "parameter")

    return refuse


TAIL = HighLevel(
    about="Shows the lines of a log group, oldest first: those of the last ten minutes, or since --since.",
    positionals=("group_name",),
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

COMMANDS: Mapping[tuple[str, str], HighLevel] = {("logs", "tail"): TAIL}
"""By AWS CLI's service and the word after it."""

REFUSED_SERVICES: Mapping[str, Callable[[Client, Clock | None, dict[str, Any]], NoReturn]] = {
    "configure": _not_here(
        "There is nothing to configure: one account, one Region, and you are its administrator. "
        "To see who you are: aws sts get-caller-identity"
    ),
    "s3": _not_here(
        "aws s3 (cp, ls, mb, sync) is not implemented here. "
        "aws s3api has the operations of the API: aws s3api help"
    ),
    "sso": _not_here("There is nobody to sign in to: you are the account's administrator."),
    "login": _not_here("There is nobody to sign in to: you are the account's administrator."),
}
"""Words that AWS CLI knows after `aws` and this console does not, with what to do instead."""

S3_NAMES = frozenset({"s3", "s3api"})
"""What follows `aws` when S3 is meant: AWS CLI has two names for it, boto3 one."""
