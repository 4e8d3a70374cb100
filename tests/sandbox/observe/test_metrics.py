from __future__ import annotations

import pytest

from sandbox.facts import Facts
from sandbox.kernel import SECOND
from sandbox.observe import MetricFold
from sandbox.trace import DeadLetterFailed, DestinationFailed, EnvironmentReaped

MINUTE = 60 * SECOND


def totals(story, *names):
    fold = MetricFold().catch_up(story.trace)
    return [fold.total(name, "worker") for name in names]


def test_a_success_is_an_invocation_and_no_error(story):  # facts 11.1, LS:test_cloudwatch_metrics
    story.started()
    story.ended()
    assert totals(story, "Invocations", "Errors", "Throttles") == [1, 0, 0]


@pytest.mark.parametrize("outcome", ["error", "timeout", "crash"])
def test_whatever_goes_wrong_in_the_code_is_an_invocation_and_an_error(story, outcome):  # facts 11.5
    story.started()
    story.ended(outcome, error="E")
    assert totals(story, "Invocations", "Errors") == [1, 1]


def test_a_throttle_is_neither_invocation_nor_error(story):  # facts 4.4, 11.5
    story.throttled("RequestResponse")
    assert totals(story, "Throttles", "Invocations", "Errors") == [1, 0, 0]


def test_a_request_that_was_refused_leaves_no_metric(story):  # facts 11.5: "caller not allowed"
    story.accepted("RequestResponse")
    assert MetricFold().catch_up(story.trace).metrics() == []


def test_an_event_that_fails_three_times(story):  # facts 11.5
    story.three_tries()
    names = ("AsyncEventsReceived", "Invocations", "Errors", "AsyncEventsDropped")
    assert totals(story, *names) == [1, 3, 3, 1]


def test_an_event_that_succeeds_is_not_dropped(story):
    story.accepted()
    story.started()
    story.ended()
    story.over("Success", 1)
    assert totals(story, "AsyncEventsReceived", "AsyncEventsDropped") == [1, 0]


def test_a_letter_that_cannot_be_written_counts_as_a_dead_letter_error(story):  # facts 11.5
    story.emit(DeadLetterFailed, story.request, story.queue(), "AccessDenied")
    assert totals(story, "DeadLetterErrors", "Errors") == [1, 0]


def test_a_record_that_cannot_be_written_counts_as_a_delivery_failure(story):  # facts 11.1
    story.emit(DestinationFailed, story.request, story.queue(), "RetriesExhausted", "AccessDenied")
    assert totals(story, "DestinationDeliveryFailures") == [1]


def test_invocations_errors_and_duration_bear_the_time_at_which_the_attempt_began(story, nine):  # facts 11.1
    story.at(30).started()
    story.ended("timeout", ms=90_000, error="Sandbox.Timedout")
    fold = MetricFold().catch_up(story.trace)
    for name, value in (("Invocations", 1), ("Errors", 1), ("Duration", 90_000)):
        assert fold.statistic(name, "worker", "Sum", nine, nine + 10 * MINUTE, 60) == [(nine, value)]


def test_duration_leaves_the_cold_start_out(story):  # fact metrics.duration
    story.created()
    story.initialised(ms=400)
    story.started(cold=True)
    story.ended(ms=3.5, init=400)
    assert totals(story, "Duration") == [3.5]


def test_the_average_of_errors_is_the_error_rate(story):  # facts 11.1: success rate = 1 - Errors/Invocations
    for outcome in ("success", "error", "success", "success"):
        story.started()
        story.ended(outcome)
    assert MetricFold().catch_up(story.trace).total("Errors", "worker", "Average") == 0.25


def test_concurrency_is_the_greatest_number_of_busy_environments(story):  # fact metrics.concurrent_executions
    for number in range(3):
        story.started(environment=f"env-{number}", request=f"r{number}")
    for number in range(3):
        story.ended(environment=f"env-{number}", request=f"r{number}")
    story.started(environment="env-9", request="r9", function="other")
    fold = MetricFold().catch_up(story.trace)
    assert fold.total("ConcurrentExecutions", "worker", "Maximum") == 3
    assert fold.total("ConcurrentExecutions", "other", "Maximum") == 1
    assert fold.total("ConcurrentExecutions", None, "Maximum") == 3


def test_an_environment_is_busy_from_its_cold_start_on(story):
    story.created("env-1")
    story.created("env-2")
    for number in (1, 2):
        story.started(environment=f"env-{number}", request=f"r{number}", cold=True)
        story.ended(environment=f"env-{number}", request=f"r{number}")
    story.started(environment="env-1", request="r3")
    fold = MetricFold().catch_up(story.trace)
    assert fold.total("ConcurrentExecutions", "worker", "Maximum") == 2
    assert fold.total("ConcurrentExecutions", "worker", "SampleCount") == 3


def test_an_environment_that_ended_is_not_busy(story):
    story.created("env-1")
    story.emit(EnvironmentReaped, "env-1", "deleted")
    story.created("env-2")
    assert MetricFold().catch_up(story.trace).total("ConcurrentExecutions", None, "Maximum") == 1


def test_an_invocation_is_concurrent_in_each_minute_that_it_runs_in(story, nine):
    story.at(30).started()
    story.ended(ms=120_000)
    fold = MetricFold().catch_up(story.trace)
    found = fold.statistic("ConcurrentExecutions", "worker", "Maximum", nine, nine + 10 * MINUTE, 60)
    assert found == [(nine, 1), (nine + MINUTE, 1), (nine + 2 * MINUTE, 1)]


def test_the_age_of_an_event_grows_with_its_retries(story):  # facts 11.1
    story.three_tries()
    fold = MetricFold().catch_up(story.trace)
    assert fold.total("AsyncEventAge", "worker", "Maximum") == 180_000


def test_functions_are_counted_apart_and_the_account_together(story):  # facts 11.1, dimensions
    for function in ("worker", "mailer", "mailer"):
        story.started(function=function)
        story.ended(function=function)
    fold = MetricFold().catch_up(story.trace)
    assert [fold.total("Invocations", name) for name in ("worker", "mailer", None)] == [1, 2, 3]


def test_a_qualified_arn_counts_for_the_function(story):
    story.started(function="worker:7")
    story.ended(function="worker:7")
    assert totals(story, "Invocations") == [1]


def test_periods_begin_at_the_start_and_empty_ones_are_left_out(story, nine):  # fact metrics.period
    assert Facts.load().us("metrics.period") == MINUTE
    for second in (0, 59, 60, 300, 600):
        story.at(second).throttled()
    fold = MetricFold().catch_up(story.trace)
    sums = fold.statistic("Throttles", "worker", "Sum", nine + 30 * SECOND, nine + 10 * MINUTE, 120)
    assert sums == [(nine, 3), (nine + 4 * MINUTE, 1)]


@pytest.mark.parametrize(
    ("stat", "value"),
    [("SampleCount", 4), ("Sum", 100), ("Average", 25), ("Minimum", 10), ("Maximum", 40), ("p50", 20),
     ("p75", 30), ("p99.9", 40), ("p0", 10), ("p100", 40)],
)  # fmt: skip
def test_statistics_of_durations(story, stat, value):
    for ms in (40, 10, 30, 20):
        story.started()
        story.ended(ms=ms)
    assert MetricFold().catch_up(story.trace).total("Duration", "worker", stat) == value


@pytest.mark.parametrize("stat", ["Median", "p", "p101", "pxx", "p-1"])
def test_an_unknown_statistic_is_named(story, stat):
    story.throttled()
    fold = MetricFold().catch_up(story.trace)
    with pytest.raises(ValueError, match=f"no statistic '{stat}'"):
        fold.total("Throttles", "worker", stat)


def test_a_metric_without_samples_has_total_0(story):
    assert totals(story, "Invocations") == [0]


def test_a_total_can_be_of_a_part_of_the_time(story, nine):
    for second in (0, 60, 120):
        story.at(second).throttled()
    fold = MetricFold().catch_up(story.trace)
    assert fold.total("Throttles", "worker", start=nine + MINUTE, end=nine + 2 * MINUTE) == 1
