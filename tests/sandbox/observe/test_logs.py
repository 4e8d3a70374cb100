from __future__ import annotations

import re

import pytest

from sandbox.facts import Facts
from sandbox.observe import LogFold, invocation_lines
from sandbox.trace import LineLogged, LogGroupDeleted, LogStreamDeleted

STREAM = "2026/11/23/[$LATEST]env-1"
REPORT = re.compile(
    r"REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
    r"Memory Size: \d+ MB\tMax Memory Used: \d+ MB\t(Init Duration: \d+\.\d\d ms\t)?"
    r"(Status: timeout|Status: error\tError Type: [\w.]+)?\n"
)


def texts(story):
    fold = LogFold().catch_up(story.trace)
    return [line.text for line in fold.lines(story.group)]


def report_of(story):
    (report,) = [text for text in texts(story) if text.startswith("REPORT")]
    assert REPORT.fullmatch(report)
    return report


def test_the_report_line_is_the_recorded_one(story):  # facts 2.4
    story.created()
    story.initialised()
    story.started(cold=True)
    story.ended(ms=3.01, init=110.10)
    # Recorded in 2023, when INIT was not billed: 4 ms then, 114 ms by the rule of today (facts 2.2).
    assert report_of(story) == (
        f"REPORT RequestId: {story.request}\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB"
        "\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t\n"
    )


def test_a_warm_start_has_no_init_duration(story):  # facts 2.4: "Init Duration only on cold starts"
    story.started()
    story.ended(ms=79.67)
    assert report_of(story).endswith("Duration: 79.67 ms\tBilled Duration: 80 ms\tMemory Size: 128 MB\t"
                                     "Max Memory Used: 36 MB\t\n")  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "error", "ending"),
    [
        ("timeout", "Sandbox.Timedout", "\tStatus: timeout\n"),
        ("crash", "Runtime.ExitError", "\tStatus: error\tError Type: Runtime.ExitError\n"),
        ("error", "ValueError", "MB\t\n"),
    ],
)
def test_the_report_line_tells_a_timeout_and_an_exit(story, outcome, error, ending):  # facts 2.4, 5.6
    story.started()
    story.ended(outcome, ms=3000, error=error)
    assert report_of(story).endswith(ending)


def test_a_cold_start_logs_the_lines_of_facts_5_6_in_their_order(story):
    story.created()
    story.wait(50_000).line("loading", group="")
    story.wait(60_100).initialised()
    story.started(cold=True)
    story.line("hello")
    story.ended(ms=3.01, init=110.1)
    lines = texts(story)
    assert re.fullmatch(
        r"INIT_START Runtime Version: python:3\.\d+\.v\d+\tRuntime Version ARN: "
        r"arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}\n",
        lines[0],
    )
    assert lines[1:5] == [
        "loading\n",
        f"START RequestId: {story.request} Version: $LATEST\n",
        "hello\n",
        f"END RequestId: {story.request}\n",
    ]
    assert len(lines) == 6


def test_platform_lines_written_lines_and_errors_are_told_apart(story):
    story.started()
    story.line("hello")
    story.line("[ERROR] ValueError: no stock\nTraceback (most recent call last):")
    story.ended("error", error="ValueError")
    kinds = [line.kind for line in LogFold().catch_up(story.trace).lines(story.group, STREAM)]
    assert kinds == ["platform", "line", "error", "platform", "platform"]


def test_all_attempts_log_the_same_request_id(story):  # facts 5.6
    story.three_tries()
    starts = [text for text in texts(story) if text.startswith("START")]
    assert starts == [f"START RequestId: {story.request} Version: $LATEST\n"] * 3


def test_a_role_that_may_not_log_leaves_no_lines_but_a_tail(story):  # facts 5.8
    story.started(type_="RequestResponse", group="")
    story.line("hello", group="")
    story.ended(type_="RequestResponse")
    fold = LogFold().catch_up(story.trace)
    assert fold.groups() == []
    tail = invocation_lines(fold, story.request)
    assert tail[1] == "hello\n"
    assert len(tail) == 4


def test_a_failed_init_has_its_own_report(story):  # facts 3.7
    story.created()
    story.initialised(outcome="error", ms=1236.04, error="Runtime.ImportModuleError")
    story.started(cold=True)
    story.ended("error", error="Runtime.ImportModuleError")
    lines = texts(story)
    assert lines[1] == (
        "INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\tStatus: error\t"
        "Error Type: Runtime.ImportModuleError\n"
    )
    assert lines[-1].endswith("\tStatus: error\tError Type: Runtime.ImportModuleError\n")


def test_an_init_that_takes_too_long_is_reported_as_a_timeout(story):  # facts 3.7
    story.created()
    story.initialised(outcome="timeout", ms=10_000)
    story.started(cold=True)
    assert texts(story)[1] == "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout\n"


def test_init_inside_an_invocation_has_no_init_start(story):  # facts 3.7: "suppressed init"
    story.created()
    story.initialised()
    story.started(cold=True)
    story.ended("crash", init=110.1, error="Runtime.ExitError")
    story.started(2)
    story.initialised(phase="invoke")
    story.ended(attempt=2)
    assert sum(text.startswith("INIT_START") for text in texts(story)) == 1


def test_each_environment_writes_to_its_own_stream(story):  # facts 5.8
    story.started(environment="env-1")
    story.started(environment="env-2", request="2f3c2a4b-0000-4000-8000-000000000002")
    fold = LogFold().catch_up(story.trace)
    assert fold.streams(story.group) == [STREAM, "2026/11/23/[$LATEST]env-2"]
    assert [line.request_id[0] for line in fold.lines(story.group)] == ["1", "2"]


def test_deleting_a_stream_or_a_group_takes_its_lines(story):
    story.started(environment="env-1")
    story.started(environment="env-2", request="2f3c2a4b-0000-4000-8000-000000000002")
    story.emit(LogStreamDeleted, story.group, STREAM)
    fold = LogFold().catch_up(story.trace)
    assert fold.streams(story.group) == ["2026/11/23/[$LATEST]env-2"]
    story.emit(LogGroupDeleted, story.group)
    assert fold.catch_up(story.trace).groups() == []


def test_lines_put_by_hand_keep_their_text_and_bear_their_stamp(story):
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:mine:log-stream:s"
    late = story.emit(LineLogged, "mine", "s", "", "second", arn=arn)
    early = story.emit(LineLogged, "mine", "s", "", "first", arn=arn)
    stamps = {late.seq: late.time + 5, early.seq: early.time - 5}
    lines = LogFold(stamps).catch_up(story.trace).lines("mine", "s")
    assert [(line.text, line.time, line.ingested) for line in lines] == [
        ("first", early.time - 5, early.time),
        ("second", late.time + 5, late.time),
    ]


def test_the_tail_is_the_last_4_kb(story):  # fact invoke.log_tail
    story.started()
    for number in range(200):
        story.line(f"line {number:03d} " + "x" * 40)
    story.ended()
    tail = "".join(invocation_lines(story.trace, story.request))
    assert len(tail.encode()) == Facts.load()["invoke.log_tail"] == 4096
    assert tail.endswith("MB\t\n")
    assert "line 000" not in tail


def test_the_tail_is_of_one_attempt_only(story):
    story.started(1)
    story.line("first")
    story.ended("error", 1, error="ValueError")
    story.started(2)
    story.line("second")
    story.ended(attempt=2)
    assert "first\n" not in invocation_lines(story.trace, story.request, 2)
    assert "second\n" in invocation_lines(story.trace, story.request, 2)


def test_the_tail_has_what_the_code_wrote_while_it_was_loaded(story):
    story.created()
    story.line("loading", group="")
    story.initialised()
    story.started(cold=True)
    tail = invocation_lines(story.trace, story.request)
    assert tail == ["loading\n", f"START RequestId: {story.request} Version: $LATEST\n"]


def test_a_request_that_never_ran_has_no_tail(story):
    story.accepted()
    assert invocation_lines(story.trace, story.request) == []
