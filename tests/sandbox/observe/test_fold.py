from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.observe import LogFold, MetricFold, TimelineFold, explain, timeline
from sandbox.trace import (
    ApiFailed,
    AsyncEventEnded,
    AsyncRetryScheduled,
    DeadLetterFailed,
    EnvironmentCreated,
    EnvironmentInitialised,
    EnvironmentReaped,
    InvocationAccepted,
    InvocationEnded,
    InvocationStarted,
    InvocationThrottled,
    LineLogged,
    LogGroupDeleted,
    LogStreamDeleted,
    MessageSent,
    Trace,
)

FOLDS = [LogFold, MetricFold, TimelineFold]
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:letters"

_requests = st.sampled_from(["r1", "r2", "r3"])
_environments = st.sampled_from(["e1", "e2"])
_groups = st.sampled_from(["g1", "g2", ""])
_streams = st.sampled_from(["s1", "s2"])
_types = st.sampled_from(["Event", "RequestResponse"])
_outcomes = st.sampled_from(["success", "error", "timeout", "crash"])
_times = st.integers(0, 90_000_000)
_number = st.integers(1, 3)
_text = st.sampled_from(["hello", "[ERROR] ValueError", "INIT_START?"])

_events = st.one_of(
    st.tuples(st.just(InvocationAccepted), _requests, _types, st.just("p"), st.just(b"")),
    st.tuples(st.just(InvocationThrottled), _requests, _types, st.just("because")),
    st.tuples(
        st.just(InvocationStarted),
        _requests, _types, _number, _environments, st.booleans(), st.just("1"), _groups, _streams,
        st.just(b""),
    ),
    st.tuples(
        st.just(InvocationEnded),
        _requests, _types, _number, _environments, _outcomes, _times, _times, _number, _number, _number,
        st.just("ValueError"), st.just(b"{}"),
    ),
    st.tuples(st.just(EnvironmentCreated), _environments, st.just("1"), st.just("python3.13")),
    st.tuples(
        st.just(EnvironmentInitialised), _environments, _outcomes, st.just("init"), _times, st.just("Oops")
    ),
    st.tuples(st.just(EnvironmentReaped), _environments, st.just("idle")),
    st.tuples(st.just(LineLogged), _groups, _streams, st.one_of(st.just(""), _requests), _text),
    st.tuples(st.just(LogGroupDeleted), _groups),
    st.tuples(st.just(LogStreamDeleted), _groups, _streams),
    st.tuples(st.just(AsyncRetryScheduled), _requests, _number, _times, st.just("error")),
    st.tuples(st.just(AsyncEventEnded), _requests, st.just("RetriesExhausted"), _number),
    st.tuples(st.just(DeadLetterFailed), _requests, st.just(QUEUE), st.just("AccessDenied")),
    st.tuples(
        st.just(ApiFailed),
        st.just("p"), st.just("lambda"), st.just("Invoke"), _requests, st.just("E"), st.just("m"),
    ),
    st.tuples(st.just(MessageSent), st.just("m1"), st.just("body"), _times),
)  # fmt: skip
_happenings = st.lists(st.tuples(st.integers(0, 70_000_000), st.sampled_from("ab"), _events), max_size=30)


few = settings(max_examples=40, deadline=None, derandomize=True)


class Clock:
    now = 1_795_424_400_000_000


def trace_of(happenings):
    clock = Clock()
    trace = Trace(clock)
    for wait, function, (kind, *fields) in happenings:
        clock.now += wait
        arn = QUEUE if kind is MessageSent else FUNCTION + function
        trace.emit(kind, arn, *fields, cause=len(trace) // 2)
    return trace


def seen_by(fold):
    if isinstance(fold, LogFold):
        return {group: fold.lines(group) for group in fold.groups()}, fold._attempts
    return fold.rows() if isinstance(fold, TimelineFold) else fold._samples


@pytest.mark.parametrize("kind", FOLDS)
@few
@given(happenings=_happenings, steps=st.lists(st.integers(0, 30), max_size=4))
def test_a_fold_that_caught_up_in_steps_equals_one_made_from_scratch(kind, happenings, steps):
    trace = trace_of(happenings)
    whole, stepwise = kind().catch_up(trace), kind()
    for step in sorted(steps):
        part = Trace(trace.clock)
        part.events = trace.events[:step]
        stepwise.catch_up(part)
    assert seen_by(stepwise.catch_up(trace)) == seen_by(whole)


@pytest.mark.parametrize("kind", FOLDS)
@few
@given(before=_happenings, after=_happenings)
def test_a_fold_starts_again_when_the_trace_is_another_one(kind, before, after):
    fold = kind().catch_up(trace_of(before))
    trace = trace_of(after)
    assert seen_by(fold.catch_up(trace)) == seen_by(kind().catch_up(trace))


@pytest.mark.parametrize("kind", FOLDS)
def test_a_pickled_fold_is_empty_and_reads_the_trace_again(kind, story):
    story.three_tries()
    fold = kind().catch_up(story.trace)
    seen = seen_by(fold)
    copy = pickle.loads(pickle.dumps(fold))
    assert seen_by(copy) == seen_by(kind())
    assert seen_by(copy.catch_up(story.trace)) == seen


def test_a_copied_log_fold_keeps_the_stamps_that_it_shares():
    stamps = {1: 5}
    copied, fold = pickle.loads(pickle.dumps((stamps, LogFold(stamps))))
    assert fold.stamps is copied


@few
@given(happenings=_happenings)
def test_the_account_counts_what_its_functions_count(happenings):
    fold = MetricFold().catch_up(trace_of(happenings))
    for name in ("Invocations", "Errors", "Throttles", "Duration", "AsyncEventsDropped"):
        parts = [fold.total(name, function) for function in ("a", "b")]
        assert fold.total(name) == pytest.approx(sum(parts))


@few
@given(happenings=_happenings)
def test_errors_never_pass_invocations(happenings):
    fold = MetricFold().catch_up(trace_of(happenings))
    assert fold.total("Errors") <= fold.total("Invocations")


@few
@given(happenings=_happenings)
def test_every_event_can_be_explained_and_told(happenings):
    trace = trace_of(happenings)
    for event in trace:
        sentences = explain(trace, event.seq)
        assert sentences
        assert all(sentence.endswith(".") for sentence in sentences)
    assert [row.seq for row in timeline(trace)] == sorted(row.seq for row in timeline(trace))
