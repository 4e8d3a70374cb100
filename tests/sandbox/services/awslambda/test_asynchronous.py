"""Asynchronous events: retries, age, throttles, zero concurrency, dead letters, destinations (facts 6)."""

import json
import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import World
from sandbox.observe.metrics import MetricFold
from sandbox.observe.timeline import attempts
from sandbox.trace import (
    AsyncEventEnded,
    AsyncRetryScheduled,
    DeadLetterFailed,
    InvocationAccepted,
    InvocationStarted,
    InvocationThrottled,
)
from tests.sandbox.services.awslambda.shop import LETTERS, Shop

FAILS = "def handler(event, context):\n    raise RuntimeError('the warehouse does not answer')\n"
SLEEPS = (
    "import time\n\ndef handler(event, context):\n    time.sleep(event.get('for', 60))\n    return 'rested'\n"
)
SECOND = 1_000_000


def gaps(world: World) -> list[int]:
    found = attempts(world.trace, "worker")
    return [after.start - (before.end or 0) for before, after in pairwise(found)]


def conditions(world: World) -> list[tuple[str, int]]:
    return [(event.condition, event.attempts) for event in world.trace.of(AsyncEventEnded)]


def test_an_event_that_fails_is_tried_again_after_one_and_two_minutes(shop: Shop) -> None:
    shop.function(FAILS)
    shop.send({"order": 7})
    assert attempts(shop.world.trace, "worker") == [], "the caller has its 202 before the code runs"
    shop.world.advance(hours=7)
    assert gaps(shop.world) == [60 * SECOND, 120 * SECOND]
    assert len({attempt.request_id for attempt in attempts(shop.world.trace)}) == 1
    assert conditions(shop.world) == [("RetriesExhausted", 3)]


def test_an_event_that_succeeds_is_run_once(shop: Shop) -> None:
    shop.function("def handler(event, context):\n    return 1\n")
    shop.send()
    shop.world.settle()
    assert conditions(shop.world) == [("Success", 1)]


def test_maximum_retry_attempts_are_counted_and_zero_means_one_attempt(shop: Shop) -> None:
    shop.function(FAILS)
    shop.lam.put_function_event_invoke_config(FunctionName="worker", MaximumRetryAttempts=0)
    shop.send()
    shop.world.settle()
    assert conditions(shop.world) == [("RetriesExhausted", 1)]


def test_a_wait_that_would_end_after_the_maximum_age_is_not_begun(shop: Shop) -> None:
    # facts 6.1: recorded with max age 60 -> 1 attempt, EventAgeExceeded, delivered before 60 s elapsed
    shop.function(FAILS)
    shop.lam.put_function_event_invoke_config(FunctionName="worker", MaximumEventAgeInSeconds=60)
    sent = shop.world.now
    shop.send()
    shop.world.settle()
    assert conditions(shop.world) == [("EventAgeExceeded", 1)]
    ended = shop.world.trace.of(AsyncEventEnded)[0]
    assert ended.time - sent.timestamp() * SECOND < 60 * SECOND


def test_throttled_events_wait_longer_each_time_and_do_not_use_up_retries(shop: Shop) -> None:
    # facts 6.1: 1 s doubling to 5 min, up to 6 h
    shop.function(SLEEPS, Timeout=900)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=1)
    shop.send({"for": 800})
    shop.world.advance(seconds=1)
    shop.send({"for": 1})
    shop.world.settle()
    waits = [e.delay // SECOND for e in shop.world.trace.of(AsyncRetryScheduled) if e.why == "throttle"]
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert set(waits[10:]) <= {300}
    assert conditions(shop.world) == [("Success", 1), ("Success", 1)]
    reasons = {e.reason for e in shop.world.trace.of(InvocationThrottled)}
    assert reasons == {"ReservedFunctionConcurrentInvocationLimitExceeded"}


def test_an_event_that_is_throttled_for_six_hours_is_given_up(shop: Shop) -> None:
    shop.function(SLEEPS, Timeout=900)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=1)
    for _ in range(40):
        shop.send({"for": 890})
    shop.world.settle()
    ends = conditions(shop.world)
    assert len(ends) == 40
    assert ("EventAgeExceeded", 0) in ends
    last = max(event.time for event in shop.world.trace.of(InvocationThrottled))
    accepted = shop.world.trace.of(InvocationAccepted)[-1].time
    assert last - accepted <= 6 * 3600 * SECOND


def test_with_zero_reserved_concurrency_an_event_is_given_up_at_once(shop: Shop) -> None:
    # facts 4.5
    shop.function(FAILS)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=0)
    shop.send()
    shop.world.settle()
    assert conditions(shop.world) == [("ZeroReservedConcurrency", 0)]
    assert shop.world.trace.of(InvocationStarted) == []


def test_a_dead_letter_is_the_event_itself_with_three_attributes(shop: Shop) -> None:
    # facts 6.2
    shop.function(FAILS)
    shop.letters()
    shop.may_write_letters()
    shop.lam.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": LETTERS})
    shop.world.settle()
    shop.send({"order": 7})
    shop.world.settle()
    (letter,) = shop.received()
    assert json.loads(letter["Body"]) == {"order": 7}
    request_id = shop.world.trace.of(InvocationAccepted)[0].request_id
    assert {key: value["StringValue"] for key, value in letter["MessageAttributes"].items()} == {
        "RequestID": request_id,
        "ErrorCode": "200",
        "ErrorMessage": "the warehouse does not answer",
    }


def test_a_failure_record_has_aws_shape(shop: Shop) -> None:
    # facts 6.3
    shop.function(FAILS)
    shop.letters()
    shop.may_write_letters()
    shop.lam.put_function_event_invoke_config(
        FunctionName="worker", DestinationConfig={"OnFailure": {"Destination": LETTERS}}
    )
    shop.send({"order": 7})
    shop.world.settle()
    record = json.loads(shop.received()[0]["Body"])
    assert list(record) == [
        "version",
        "timestamp",
        "requestContext",
        "requestPayload",
        "responseContext",
        "responsePayload",
    ]
    assert record["requestContext"] == {
        "requestId": shop.world.trace.of(InvocationAccepted)[0].request_id,
        "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:worker:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    }
    assert record["requestPayload"] == {"order": 7}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"] == "the warehouse does not answer"
    assert datetime.fromisoformat(record["timestamp"]).tzinfo == UTC


def test_a_success_record_goes_to_the_other_destination(shop: Shop) -> None:
    shop.function("def handler(event, context):\n    return {'done': event}\n")
    shop.letters()
    shop.may_write_letters()
    shop.lam.put_function_event_invoke_config(
        FunctionName="worker", DestinationConfig={"OnSuccess": {"Destination": LETTERS}}
    )
    shop.send(3)
    shop.world.settle()
    record = json.loads(shop.received()[0]["Body"])
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"done": 3}
    assert "functionError" not in record["responseContext"]


def test_a_zero_concurrency_record_has_no_response(shop: Shop) -> None:
    # facts 6.3
    shop.function(FAILS)
    shop.letters()
    shop.may_write_letters()
    shop.lam.put_function_event_invoke_config(
        FunctionName="worker", DestinationConfig={"OnFailure": {"Destination": LETTERS}}
    )
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=0)
    shop.send()
    shop.world.settle()
    record = json.loads(shop.received()[0]["Body"])
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record
    assert "responsePayload" not in record


def test_dead_letter_queue_and_destination_both_receive(shop: Shop) -> None:
    shop.function(FAILS)
    shop.letters()
    shop.may_write_letters()
    shop.lam.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": LETTERS})
    shop.lam.put_function_event_invoke_config(
        FunctionName="worker", DestinationConfig={"OnFailure": {"Destination": LETTERS}}
    )
    shop.world.settle()
    shop.send({"order": 7})
    shop.world.settle()
    assert len(shop.received()) == 2


def test_a_target_that_the_role_may_not_write_to_is_refused(shop: Shop) -> None:
    # facts 9.3
    shop.function(FAILS)
    shop.letters()
    message = "The provided execution role does not have permissions to call SendMessage on SQS"
    with pytest.raises(ClientError, match=message):
        shop.lam.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": LETTERS})
    with pytest.raises(ClientError, match=message):
        shop.lam.put_function_event_invoke_config(
            FunctionName="worker", DestinationConfig={"OnFailure": {"Destination": LETTERS}}
        )


def test_a_right_that_was_taken_away_shows_as_dead_letter_errors(shop: Shop) -> None:
    shop.function(FAILS)
    shop.letters()
    shop.may_write_letters()
    shop.lam.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": LETTERS})
    shop.iam.delete_role_policy(RoleName="worker-role", PolicyName="letters")
    shop.world.settle()
    shop.send()
    shop.world.settle()
    assert shop.received() == []
    (failed,) = shop.world.trace.of(DeadLetterFailed)
    assert failed.error in {"AccessDenied", "AccessDeniedException"}
    fold = MetricFold().catch_up(shop.world.trace)
    assert fold.total("DeadLetterErrors", "worker", "Sum") == 1
    assert fold.total("Errors", "worker", "Sum") == 3
    assert fold.total("Invocations", "worker", "Sum") == 3


def test_event_invoke_config_errors_are_aws_words(shop: Shop) -> None:
    # facts 6.1
    shop.function(FAILS)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:worker"
    with pytest.raises(ClientError, match="You must specify at least one of error handling or destination"):
        shop.lam.put_function_event_invoke_config(FunctionName="worker")
    with pytest.raises(
        ClientError, match=re.escape("You can't specify the function as a destination for itself.")
    ):
        shop.lam.put_function_event_invoke_config(
            FunctionName="worker", DestinationConfig={"OnFailure": {"Destination": arn}}
        )
    with pytest.raises(ClientError, match="doesn't have an EventInvokeConfig"):
        shop.lam.get_function_event_invoke_config(FunctionName="worker")


def test_events_of_a_deleted_function_are_over(shop: Shop) -> None:
    shop.function(FAILS)
    shop.send()
    shop.world.advance(seconds=30)
    shop.lam.delete_function(FunctionName="worker")
    shop.world.settle()
    assert conditions(shop.world) == [("FunctionDeleted", 1)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 900)), min_size=1, max_size=12),
    st.sampled_from([None, 0, 1, 3]),
)
def test_every_accepted_event_ends_exactly_once(events: list[tuple[bool, int]], reserved: int | None) -> None:
    with World(seed=3) as world:
        shop = Shop(world)
        shop.function(
            "import time\n\ndef handler(event, context):\n"
            "    time.sleep(event['for'])\n    assert event['ok']\n",
            Timeout=900,
        )
        if reserved is not None:
            shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=reserved)
        for ok, seconds in events:
            shop.send({"ok": ok, "for": seconds})
        world.settle()
        accepted = [e.request_id for e in world.trace.of(InvocationAccepted)]
        ended = [e.request_id for e in world.trace.of(AsyncEventEnded)]
        assert sorted(accepted) == sorted(ended)
        assert len(set(ended)) == len(ended) == len(events)
