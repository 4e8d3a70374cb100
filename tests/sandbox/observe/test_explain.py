from __future__ import annotations

import pytest

from sandbox.observe import explain
from sandbox.observe.explain import _TELLERS
from sandbox.trace import (
    ApiCalled,
    ApiFailed,
    AsyncRetryScheduled,
    DeadLetterDelivered,
    DeadLetterFailed,
    DestinationDelivered,
    Event,
    InvocationStarted,
    LineLogged,
    MessageSent,
    PermissionDecided,
)

ROLE = "arn:aws:sts::123456789012:assumed-role/worker-role/worker"
ADMIN = "arn:aws:iam::123456789012:user/admin"


def of_kind(story, kind):
    return [event.seq for event in story.trace.of(kind)]


def test_a_second_attempt_is_explained_back_to_the_caller(story):
    story.three_tries()
    second = of_kind(story, InvocationStarted)[1]
    assert explain(story.trace, second) == [
        "Attempt 2 of event 1f3c2a4b... started at 09:01:00 because attempt 1 failed at 09:00:00 with "
        "ValueError and the queue waits 1 minute before the second attempt.",
        "Attempt 1 of event 1f3c2a4b... failed at 09:00:00 because the code raised ValueError: no stock.",
        "Attempt 1 of event 1f3c2a4b... started at 09:00:00 because Lambda took the event from its queue.",
        "Event 1f3c2a4b... was accepted at 09:00:00 because user admin invoked worker with type Event. "
        "The caller had its answer, 202, before any code ran.",
    ]


def test_a_third_attempt_waits_2_minutes(story):
    story.three_tries()
    third = of_kind(story, InvocationStarted)[2]
    assert explain(story.trace, third)[0] == (
        "Attempt 3 of event 1f3c2a4b... started at 09:03:00 because attempt 2 failed at 09:01:00 with "
        "ValueError and the queue waits 2 minutes before the third attempt."
    )


def test_a_throttled_event_says_that_no_attempt_was_used_up(story):  # facts 4.5
    accepted = story.accepted()
    throttled = story.throttled(cause=accepted.seq)
    story.retry(1, 1, why="throttle", cause=throttled.seq)
    story.at(1).started(cause=throttled.seq)
    retry = of_kind(story, AsyncRetryScheduled)[0]
    assert explain(story.trace, retry)[0].endswith(
        "because the event was throttled at 09:00:00. It waits 1 second, until 09:00:01. "
        "A throttle does not count as an attempt."
    )
    started = explain(story.trace, of_kind(story, InvocationStarted)[0])
    assert started[0] == (
        "Attempt 1 of event 1f3c2a4b... started at 09:00:01 because the event was throttled at 09:00:00 and "
        "the queue waits 1 second before it tries again."
    )
    assert started[1] == (
        "Event 1f3c2a4b... was throttled at 09:00:00: worker could not run because its reserved "
        "concurrency leaves no room for it."
    )


def test_a_letter_is_explained_by_what_gave_up(story):
    over = story.three_tries()
    letter = story.emit(DeadLetterDelivered, story.request, story.queue(), cause=over.seq)
    told = explain(story.trace, letter.seq)
    assert told[0] == (
        "A copy of event 1f3c2a4b... went to letters at 09:03:00 because that is the dead-letter target of "
        "worker."
    )
    assert told[1] == (
        "Lambda gave up on event 1f3c2a4b... at 09:03:00 after 3 attempts because the last attempt failed "
        "and no retries are left (RetriesExhausted)."
    )
    assert len(told) == 9


def test_a_lost_letter_names_the_permission_that_is_missing(story):
    over = story.three_tries()
    reason = "because no identity-based policy allows the sqs:SendMessage action"
    call = story.emit(ApiCalled, ROLE, "sqs", "SendMessage", "c1", cause=over.seq, arn=story.queue())
    story.emit(PermissionDecided, ROLE, "sqs:SendMessage", False, reason, cause=call.seq, arn=story.queue())
    lost = story.emit(DeadLetterFailed, story.request, story.queue(), "AccessDenied", cause=over.seq)
    assert explain(story.trace, lost.seq)[0] == (
        "The letter with event 1f3c2a4b... did not reach letters at 09:03:00 because role worker-role may "
        f"not sqs:SendMessage on it, {reason}."
    )


def test_a_lost_letter_without_a_refusal_names_the_error(story):
    over = story.three_tries()
    lost = story.emit(DeadLetterFailed, story.request, story.queue(), "QueueDoesNotExist", cause=over.seq)
    assert "because the write failed: QueueDoesNotExist." in explain(story.trace, lost.seq)[0]


def test_a_record_names_the_destination(story):
    over = story.three_tries()
    record = story.emit(
        DestinationDelivered, story.request, story.queue(), "RetriesExhausted", cause=over.seq
    )
    assert "because that is the on-failure destination of worker." in explain(story.trace, record.seq)[0]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("EventAgeExceeded", "the next wait would end after the event's maximum age"),
        ("ZeroReservedConcurrency", "the function's reserved concurrency is 0"),
        ("FunctionDeleted", "the function was deleted"),
    ],
)  # facts 6.3
def test_each_way_of_losing_an_event_has_its_reason(story, condition, words):
    story.accepted()
    over = story.over(condition, 0)
    assert words in explain(story.trace, over.seq)[0]


def test_a_refused_call_leads_to_the_decision(story):
    arn = story.queue()
    call = story.emit(ApiCalled, ADMIN, "sqs", "SendMessage", "c1", arn=arn)
    fields = (ADMIN, "sqs:SendMessage", False, "with an explicit deny in an identity-based policy")
    story.emit(PermissionDecided, *fields, cause=call.seq, arn=arn)
    failed = story.emit(
        ApiFailed, ADMIN, "sqs", "SendMessage", "c1", "AccessDenied", "no", cause=call.seq, arn=arn
    )
    assert explain(story.trace, failed.seq) == [
        "SendMessage, called by user admin, failed at 09:00:00 with AccessDenied: no.",
        "User admin was refused sqs:SendMessage on letters at 09:00:00 with an explicit deny in an "
        "identity-based policy.",
        "User admin called sqs SendMessage at 09:00:00.",
    ]


def test_a_429_leads_to_the_throttle(story):  # facts 4.4
    call = story.emit(ApiCalled, ADMIN, "lambda", "Invoke", story.request)
    story.throttled("RequestResponse", "ConcurrentInvocationLimitExceeded", cause=call.seq)
    fields = (ADMIN, "lambda", "Invoke", story.request, "TooManyRequestsException", "Rate Exceeded.")
    failed = story.emit(ApiFailed, *fields, cause=call.seq)
    assert explain(story.trace, failed.seq)[1] == (
        "Request 1f3c2a4b... was throttled at 09:00:00: worker could not run because all "
        "the concurrency that it shares with other functions is in use."
    )


@pytest.mark.parametrize(
    ("outcome", "error", "words"),
    [
        ("success", "", "ended well at 09:00:03, after 3 seconds, because the code returned."),
        ("timeout", "Sandbox.Timedout", "because it ran for 3 seconds, all that its Timeout allows."),
        ("crash", "Runtime.ExitError", "because its process ended: Runtime.ExitError."),
    ],
)
def test_each_outcome_has_its_words(story, outcome, error, words):
    story.started()
    ended = story.ended(outcome, ms=3000, error=error)
    assert explain(story.trace, ended.seq)[0].endswith(words)


def test_a_line_belongs_to_the_attempt_that_wrote_it(story):
    story.accepted("RequestResponse")
    story.started(type_="RequestResponse", cold=True)
    story.line("hello")
    (line,) = of_kind(story, LineLogged)
    told = explain(story.trace, line)
    assert told[0] == "The code wrote this line at 09:00:00 during request 1f3c2a4b...."
    opening = "Request 1f3c2a4b... started at 09:00:00 after a cold start"
    assert told[1] == f"{opening} because there was room for a new environment."
    assert told[2].endswith("because user admin invoked worker and waits for the answer.")


def test_an_invocation_from_code_goes_on_to_the_code_that_made_it(story):
    outer = story.started(request="9a9a9a9a-outer", function="outer")
    call = story.emit(ApiCalled, ROLE, "lambda", "Invoke", story.request, cause=outer.seq)
    accepted = story.emit(type(story.accepted()), story.request, "Event", ROLE, b"{}", cause=call.seq)
    told = explain(story.trace, accepted.seq)
    assert "because role worker-role invoked worker with type Event" in told[0]
    assert told[1].startswith("Attempt 1 of event 9a9a9a9a... started")


def test_a_message_tells_who_sent_it(story):
    call = story.emit(ApiCalled, ADMIN, "sqs", "SendMessage", "c1", arn=story.queue())
    sent = story.emit(MessageSent, "m1", "hi", 0, cause=call.seq, arn=story.queue())
    assert explain(story.trace, sent.seq) == [
        "A message arrived in letters at 09:00:00 because user admin called SendMessage."
    ]


def test_every_kind_of_event_has_its_words():
    assert set(_TELLERS) == set(Event.__subclasses__())


def test_there_is_no_explanation_for_an_event_that_is_not_there(story):
    with pytest.raises(IndexError, match="no event 1; the trace has 0"):
        explain(story.trace, 1)
