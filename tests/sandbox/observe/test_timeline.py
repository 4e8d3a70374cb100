from __future__ import annotations

from sandbox.observe import attempts, timeline
from sandbox.observe.words import brief, clock, ordinal, resource_name, spoken, who
from sandbox.trace import (
    ApiCalled,
    DeadLetterDelivered,
    DeadLetterFailed,
    InvocationEnded,
    MessageReceived,
    MessageSent,
    PermissionDecided,
)

ROLE = "arn:aws:sts::123456789012:assumed-role/worker-role/worker"


def test_three_tries_and_a_letter(story):  # facts 6.1
    over = story.three_tries()
    call = story.emit(ApiCalled, ROLE, "sqs", "SendMessage", "c1", cause=over.seq, arn=story.queue())
    story.emit(MessageSent, "m1", '{"order": 7}', story.clock.now, cause=call.seq, arn=story.queue())
    story.emit(DeadLetterDelivered, story.request, story.queue(), cause=over.seq)
    rows = [(row.time, row.lane, row.symbol, row.word, row.text) for row in timeline(story.trace, "worker")]
    assert rows == [
        ("09:00:00.000", "worker", "→", "accepted", "event 1f3c2a4b from user admin waits in Lambda's queue"),
        ("09:00:00.000", "worker", "▶", "started", "attempt 1 of event 1f3c2a4b, warm"),
        ("09:00:00.000", "worker", "✗", "error", "ValueError after 0 ms"),
        (
            "09:00:00.000",
            "worker",
            "↻",
            "retry in 1 min",
            "event 1f3c2a4b again at 09:01:00: the code failed",
        ),
        ("09:01:00.000", "worker", "▶", "started", "attempt 2 of event 1f3c2a4b, warm"),
        ("09:01:00.000", "worker", "✗", "error", "ValueError after 0 ms"),
        (
            "09:01:00.000",
            "worker",
            "↻",
            "retry in 2 min",
            "event 1f3c2a4b again at 09:03:00: the code failed",
        ),
        ("09:03:00.000", "worker", "▶", "started", "attempt 3 of event 1f3c2a4b, warm"),
        ("09:03:00.000", "worker", "✗", "error", "ValueError after 0 ms"),
        ("09:03:00.000", "worker", "■", "gave up", "event 1f3c2a4b after 3 attempts: RetriesExhausted"),
        ("09:03:00.000", "letters", "+", "message", '{"order": 7}'),
        ("09:03:00.000", "worker", "✉", "letter", "event 1f3c2a4b went to letters"),
    ]


def test_the_story_of_one_function_leaves_others_out(story):
    story.accepted(function="other")
    story.emit(MessageSent, "m1", "by hand", 0, arn=story.queue())
    story.started()
    assert [row.word for row in timeline(story.trace, "worker")] == ["started"]
    assert [row.word for row in timeline(story.trace)] == ["accepted", "message", "started"]


def test_refused_permissions_are_told_and_allowed_ones_are_not(story):
    over = story.three_tries()
    asked = (ROLE, "sqs:SendMessage")
    reason = "because no identity-based policy allows the sqs:SendMessage action"
    story.emit(PermissionDecided, *asked, True, "", cause=over.seq, arn=story.queue("other"))
    story.emit(PermissionDecided, *asked, False, reason, cause=over.seq, arn=story.queue())
    story.emit(DeadLetterFailed, story.request, story.queue(), "AccessDenied", cause=over.seq)
    refused, lost = timeline(story.trace, "worker")[-2:]
    assert (refused.lane, refused.symbol, refused.word) == ("worker", "⊘", "refused")
    assert refused.text == f"role worker-role may not sqs:SendMessage on letters, {reason}"
    assert (lost.word, lost.text) == ("letter lost", "event 1f3c2a4b did not reach letters: AccessDenied")


def test_throttles_cold_starts_and_timeouts_have_words_and_symbols(story):
    story.throttled("RequestResponse")
    story.created("0123456789abcdef")
    story.started(type_="RequestResponse", cold=True)
    story.ended("timeout", ms=3000, error="Sandbox.Timedout", type_="RequestResponse")
    rows = [(row.symbol, row.word, row.text) for row in timeline(story.trace)]
    assert rows == [
        ("‖", "throttled", "request 1f3c2a4b: ReservedFunctionConcurrentInvocationLimitExceeded"),
        ("◇", "cold start", "new environment 01234567"),
        ("▶", "started", "request 1f3c2a4b, cold"),
        ("◷", "timeout", "Sandbox.Timedout after 3 s"),
    ]


def test_messages_show_how_often_they_were_received(story):
    until = story.clock.now + 30_000_000
    story.emit(MessageReceived, "abcdefgh-1", 2, until, arn=story.queue())
    (row,) = timeline(story.trace)
    assert (row.lane, row.word, row.text) == (
        "letters",
        "received",
        "abcdefgh, receive 2, hidden until 09:00:30",
    )


def test_attempts_tell_start_outcome_and_request(story, nine):
    story.three_tries()
    story.at(200).started(1, request="r2")
    found = attempts(story.trace, "worker")
    minutes = [(attempt.start - nine) // 60_000_000 for attempt in found]
    assert minutes == [0, 1, 3, 3]
    assert [attempt.outcome for attempt in found] == ["error", "error", "error", ""]
    assert [attempt.attempt for attempt in found] == [1, 2, 3, 1]
    assert {attempt.request_id for attempt in found[:3]} == {story.request}
    assert found[0].error_type == "ValueError"
    assert found[0].payload == b'{"order": 7}'
    assert isinstance(story.trace.events[found[0].end_seq - 1], InvocationEnded)
    assert (found[3].end, found[3].end_seq) == (None, 0)


def test_attempts_of_other_functions_are_left_out(story):
    story.started(function="other")
    assert attempts(story.trace, "worker") == []
    assert len(attempts(story.trace)) == 1


def test_names_are_the_ones_that_people_know():
    assert resource_name("arn:aws:lambda:us-east-1:1:function:f:PROD") == "f"
    assert resource_name("arn:aws:sqs:us-east-1:1:q") == "q"
    assert resource_name("arn:aws:iam::1:role/path/r") == "r"
    assert resource_name("arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f:log-stream:s") == "/aws/lambda/f"
    assert resource_name("*") == "*"
    assert who("arn:aws:iam::1:root") == "the account's root user"
    assert who("lambda.amazonaws.com") == "lambda.amazonaws.com"


def test_durations_and_places_are_spoken_as_people_speak():
    assert [spoken(60_000_000), spoken(120_000_000), spoken(1_500_000)] == [
        "1 minute", "2 minutes", "1.5 seconds",
    ]  # fmt: skip
    assert [spoken(21_600_000_000), spoken(3_010), spoken(5_000)] == [
        "6 hours", "3.01 milliseconds", "5 milliseconds",
    ]  # fmt: skip
    assert [brief(60_000_000), brief(3_010), brief(90_000_000)] == ["1 min", "3.01 ms", "90 s"]
    assert [ordinal(2), ordinal(6), ordinal(11), ordinal(22)] == ["second", "6th", "11th", "22nd"]
    assert clock(1_795_424_400_140_000) == "09:00:00.140"
    assert clock(1_795_424_400_000_000, exact=False) == "09:00:00"
