"""What facts of CloudWatch, its logs and its metrics, decide."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sandbox import World
from sandbox.console import Console, Files
from tests.sandbox.facts_seen.awslambda import ended
from tests.sandbox.facts_seen.common import Seen, refusal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def logs(act: Callable[[Any], Any]) -> Seen:
    """What `act(logs)` comes to with the groups a and b, and two lines in a stream of a."""

    def seen(world: World) -> Any:
        client = world.client("logs")
        for name in ("a", "b"):
            client.create_log_group(logGroupName=name)
        client.create_log_stream(logGroupName="a", logStreamName="s")
        lines = [{"timestamp": int(world.now.timestamp() * 1000), "message": text} for text in ("x", "y")]
        client.put_log_events(logGroupName="a", logStreamName="s", logEvents=lines)
        return act(client)

    return seen


def retention(client: Any) -> str:
    """How a retention of two days is refused."""
    message = refusal(client.put_retention_policy, logGroupName="a", retentionInDays=2)
    return message.partition("constraint: ")[2].partition(":")[0]


def events(client: Any) -> int:
    """How many of two lines are shown."""
    return len(client.filter_log_events(logGroupName="a")["events"])


def tail_start() -> str:
    """The time of day from which `aws logs tail` reads at noon when it is not told."""
    asked: dict[str, Any] = {}

    class Logs:
        def filter_log_events(self, **params: Any) -> dict[str, Any]:
            asked.update(params)
            return {}

    done = Console(lambda service: Logs(), cast(Files, None), now=lambda: NOON).run("aws logs tail g")
    assert (done.code, done.out, done.err) == (0, "", "")
    return f"{datetime.fromtimestamp(asked['startTime'] / 1000, UTC):%H:%M}"


def metrics(act: Callable[[World, Any], Any]) -> Seen:
    """What `act(world, cloudwatch)` comes to an hour after one invocation at half past nine."""

    def seen(world: World) -> Any:
        world.advance(minutes=30)
        ended("outcome")(world)
        world.advance(minutes=60)
        return act(world, world.client("cloudwatch"))

    return seen


def points(period: int) -> Seen:
    """The minutes at which the datapoints of two hours begin, or how they are refused."""

    def act(world: World, cloudwatch: Any) -> Any:
        asked: dict[str, Any] = {
            "Namespace": "AWS/Lambda",
            "MetricName": "Invocations",
            "Statistics": ["Sum"],
        }
        start = world.now.replace(hour=9, minute=0, second=0, microsecond=0)
        asked |= {"Period": period, "StartTime": start, "EndTime": start + timedelta(hours=2)}
        if message := refusal(cloudwatch.get_metric_statistics, **asked):
            return re.sub(r"^.*which |, or .*$|\. You .*$| or a multiple .*$", "", message)
        return [
            point["Timestamp"].minute for point in cloudwatch.get_metric_statistics(**asked)["Datapoints"]
        ]

    return metrics(act)


def listed(**more: Any) -> Seen:
    """How many metrics a listing shows."""
    return metrics(lambda world, cloudwatch: len(cloudwatch.list_metrics(**more)["Metrics"]))
