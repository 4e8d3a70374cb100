from __future__ import annotations

from datetime import UTC, datetime

import pytest

TAIL = "aws logs tail /aws/lambda/hello"
NINE = 1_795_424_400_000  # 2026-11-23T09:00:00Z, in milliseconds


def event(minutes: float, message: str) -> dict:
    return {
        "timestamp": NINE + round(minutes * 60_000),
        "logStreamName": "2026/11/23/[$LATEST]0a",
        "message": message,
        "ingestionTime": NINE,
        "eventId": "1",
    }


@pytest.fixture
def logs(make_bench):
    bench = make_bench(now=lambda: datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    bench.answers["logs.filter_log_events"] = [
        {"events": [event(29 + 0.123 / 60, "START RequestId: 1\n")], "nextToken": "t"},
        {"events": [event(29.5, '{"level": "INFO"}\n')]},
    ]
    return bench


def test_lines_are_shown_with_their_time_and_stream(logs):
    done = logs.run(TAIL)
    assert done.code == 0
    assert done.out == (
        "2026-11-23T09:29:00.123000+00:00 2026/11/23/[$LATEST]0a START RequestId: 1\n"
        '2026-11-23T09:29:30.000000+00:00 2026/11/23/[$LATEST]0a {"level": "INFO"}\n'
    )


def test_all_pages_since_ten_minutes_ago_are_asked_for(logs):
    logs.run(TAIL)
    start = {"logGroupName": "/aws/lambda/hello", "startTime": NINE + 20 * 60_000}
    assert [params for _, params in logs.calls] == [start, {**start, "nextToken": "t"}]


@pytest.mark.parametrize(
    ("since", "start"),
    [
        ("1h", NINE - 30 * 60_000),
        ("30s", NINE + 30 * 60_000 - 30_000),
        ("1d", NINE + 30 * 60_000 - 86_400_000),
        ("2026-11-23T09:10:00Z", NINE + 10 * 60_000),
        ("2026-11-23T09:10:00", NINE + 10 * 60_000),
        ("999999999w", 0),
    ],
)
def test_since_is_a_span_or_a_time(since, start, logs):
    logs.run(f"{TAIL} --since {since}")
    assert logs.calls[0][1]["startTime"] == start


def test_formats_are_short_and_json(logs):
    assert logs.run(f"{TAIL} --format short").out.splitlines()[0] == "2026-11-23T09:29:00 START RequestId: 1"
    logs.answers["logs.filter_log_events"] = {"events": [event(0, '{"level": "INFO"}'), event(0, "plain")]}
    assert logs.run(f"{TAIL} --format json").out == (
        '2026-11-23T09:00:00+00:00 2026/11/23/[$LATEST]0a \n{\n    "level": "INFO"\n}\n'
        "2026-11-23T09:00:00+00:00 2026/11/23/[$LATEST]0a plain\n"
    )


def test_filters_are_handed_on(logs):
    logs.run(f"{TAIL} --filter-pattern ERROR --log-stream-names a b")
    assert logs.calls[0][1]["filterPattern"] == "ERROR"
    assert logs.calls[0][1]["logStreamNames"] == ["a", "b"]


def test_without_a_clock_the_newest_line_is_now(bench):
    bench.answers["logs.filter_log_events"] = {"events": [event(0, "old"), event(25, "new")]}
    assert [line.split()[-1] for line in bench.run(TAIL).out.splitlines()] == ["new"]
    assert "startTime" not in bench.calls[0][1]


def test_follow_is_refused_with_what_to_do_instead(logs):
    assert "move the clock" in logs.error(f"{TAIL} --follow")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("aws logs tail", "the following arguments are required: group_name"),
        (f"{TAIL} --since soon", "argument --since: 'soon' is no time."),
        (f"{TAIL} --format long", "argument --format: Found invalid choice 'long'"),
        (f"{TAIL} other", "Unknown options: other"),
    ],
)
def test_mistakes_are_told(line, error, logs):
    assert logs.error(line).startswith(f"\naws: [ERROR]: {error}")
