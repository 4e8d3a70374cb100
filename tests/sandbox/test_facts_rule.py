"""The rule of the house: a constant of AWS is a fact, and the engine has it from nowhere else.

First many facts are changed, one at a time, and what the engine does must change with each. Then the services'
sources are searched for numbers that are written out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

import sandbox.services
from sandbox import World
from sandbox.console import highlevel
from sandbox.facts import Facts, registry
from tests.sandbox import facts_seen as see

# -- facts that are changed --------------------------------------------------------------------------------


class Case(NamedTuple):
    """A fact, another value for it, and what is seen with its own value and with the other."""

    fact: str
    value: Any
    seen: see.Seen
    own: Any
    other: Any


def _set(name: str, value: int) -> see.Seen:
    return see.refused("set_queue_attributes", Attributes={name: str(value)})


def _send(**more: Any) -> see.Seen:
    return see.refused("send_message", MessageBody="x", **more)


def _batch(*ids: str) -> see.Seen:
    return see.refused("send_message_batch", Entries=[{"Id": one, "MessageBody": "x"} for one in ids])


REFUSED = (False, True)
TEXT = {"long": {"DataType": "String", "StringValue": "x"}}
QUOTA = "Cannot exceed quota for"
PERIOD = "The parameter Period must be a value in the set"

CASES = [
    Case("async.retries", 1, see.ending, ("RetriesExhausted", 3), ("RetriesExhausted", 2)),
    Case("async.retry_delays", [10, 20], see.gaps, [60, 120], [10, 20]),
    Case("async.max_event_age", 90, see.ending, ("RetriesExhausted", 3), ("EventAgeExceeded", 2)),
    Case("async.throttle_backoff_first", 3, see.backoffs, [1, 2, 4, 8], [3, 6, 12, 24]),
    Case("async.throttle_backoff_max", 4, see.backoffs, [1, 2, 4, 8], [1, 2, 4, 4]),
    Case("async.dispatch_delay", 500, see.dispatch, 10, 500),
    Case("async.payload_max", 50, see.payload("Event"), "", "(limit 50 bytes)"),
    Case("invoke.sync_payload_max", 50, see.payload("RequestResponse"), "", "(limit 50 bytes)"),
    Case("invoke.response_max", 50, see.ended("outcome"), "success", "error"),
    Case("invoke.log_tail", 40, see.tail, 4096, 40),
    Case("concurrency.account_limit", 7, see.account, 1000, 7),
    Case("concurrency.unreserved_min", 10, see.reserved, "[100].", ""),
    Case("billing.step", 5000, lambda world: see.ended("billed")(world) // 5000, 0, 1),
    Case("environment.cold_start", 920, lambda world: see.initialised("duration")(world) // 100_000, 21, 29),
    Case("environment.init_limit", 1, see.initialised("outcome"), "success", "timeout"),
    Case("environment.idle", 30, see.reaped, 0, 1),
    Case("command.latency", 500, see.latency, 0.02, 0.5),
    Case("lambda.timeout_default", 9, see.configured("Timeout"), 3, 9),
    Case("lambda.memory_default", 256, see.configured("MemorySize"), 128, 256),
    Case("lambda.create_time", 5, see.pending, 2, 5),
    Case("lambda.list_page", 1, see.functions, 2, 1),
    Case("lambda.environment_max", 1024, see.variables, "", "exceeded the 1KB limit"),
    Case("lambda.reserved_variables", ["LONG"], see.variables, "", "contains reserved keys"),
    Case("dlq.error_message_max", 13, see.letter, "the warehouse does not answer", "the warehouse"),
    Case("sqs.visibility_default", 5, see.receiving(after=10, taken=True), 0, 1),
    Case("sqs.retention_default", 60, see.receiving(after=120), 1, 0),
    Case("sqs.delay_default", 60, see.receiving(after=10), 1, 0),
    Case("sqs.receive_default", 2, see.receiving(after=0, sent=2), 1, 2),
    Case("sqs.wait_default", 5, see.queue(see.polling), 0, 5),
    Case("sqs.sse_default", False, see.attribute("SqsManagedSseEnabled"), "true", "false"),
    Case("sqs.message_max", 2048, see.attribute("MaximumMessageSize"), "1048576", "2048"),
    Case("sqs.message_limit_min", 4096, _set("MaximumMessageSize", 2048), *REFUSED),
    Case("sqs.visibility_max", 40, _set("VisibilityTimeout", 41), *REFUSED),
    Case("sqs.retention_min", 90, _set("MessageRetentionPeriod", 60), *REFUSED),
    Case("sqs.retention_max", 3600, _set("MessageRetentionPeriod", 3601), *REFUSED),
    Case("sqs.wait_max", 5, _set("ReceiveMessageWaitTimeSeconds", 6), *REFUSED),
    Case("sqs.delay_max", 5, _send(DelaySeconds=6), *REFUSED),
    Case("sqs.group_id_max", 1, _send(MessageGroupId="ab"), *REFUSED),
    Case("sqs.message_attributes_max", 0, _send(MessageAttributes=TEXT), *REFUSED),
    Case("sqs.attribute_name_max", 4, _send(MessageAttributes=TEXT), *REFUSED),
    Case("sqs.batch_max", 2, _batch("a", "b", "c"), *REFUSED),
    Case("sqs.batch_id_max", 1, _batch("ab"), *REFUSED),
    Case("sqs.queue_name_max", 3, see.refused("create_queue", QueueName="more"), *REFUSED),
    Case("sqs.list_page", 1, see.queue(see.queues), 2, 1),
    Case("sqs.purge_interval", 5, see.queue(see.purging), "allowed every 60 seconds.", ""),
    Case("sqs.recreate_interval", 5, see.queue(see.recreating), "You must wait 60 seconds", ""),
    Case("sqs.redrive_count_max", 5, see.queue(see.redriving), "", "from 1 to 5 both inclusive."),
    Case("iam.policies_per_role", 1, see.attaching("Role"), "", f"{QUOTA} PoliciesPerRole: 1"),
    Case("iam.policies_per_user", 1, see.attaching("User"), "", f"{QUOTA} PoliciesPerUser: 1"),
    Case("iam.inline_policies_size_role", 99, see.inlining("Role"), "", "Maximum policy size of 99 bytes"),
    Case("iam.inline_policies_size_user", 98, see.inlining("User"), "", "Maximum policy size of 98 bytes"),
    Case("iam.trust_policy_size", 50, see.creating, "", f"{QUOTA} ACLSizePerRole: 50"),
    Case("iam.managed_policy_size", 50, see.creating, "", f"{QUOTA} PolicySize: 50"),
    Case(
        "iam.policy_versions_max", 1, see.identities(see.versioning), "", "A managed policy can have up to 1"
    ),
    Case("iam.session_default", 7200, see.identities(see.role("MaxSessionDuration")), 3600, 7200),
    Case("iam.list_page", 1, see.identities(see.policies), 2, 1),
    Case("iam.unique_id_length", 30, lambda w: len(see.identities(see.role("RoleId"))(w)), 21, 30),
    Case("sts.session_default", 900, see.session("Expiration"), 3600, 900),
    Case("sts.access_key_length", 24, see.session("AccessKeyId"), 20, 24),
    Case("sts.secret_key_length", 44, see.session("SecretAccessKey"), 40, 44),
    Case("sts.session_token_length", 400, see.session("SessionToken"), 352, 400),
    Case("logs.retentions", [2], see.logs(see.retention), "Member must satisfy enum value set", ""),
    Case("logs.describe_page", 1, see.logs(lambda logs: len(logs.describe_log_groups()["logGroups"])), 2, 1),
    Case("logs.events_page", 1, see.logs(see.events), 2, 1),
    Case("cloudwatch.datapoints_max", 9, see.points(600), [30], "exceeds the limit of 9"),
    Case("cloudwatch.short_periods", [600, 90], see.points(90), f"{PERIOD} [1, 5, 10, 20, 30]", [30]),
    Case("cloudwatch.period_step", 7, see.points(60), [30], f"{PERIOD} [1, 5, 10, 20, 30]"),
    Case("cloudwatch.list_page", 1, see.listed(MetricName="Invocations"), 2, 1),
    Case("cloudwatch.recently_active", 60, see.listed(RecentlyActive="PT3H", MetricName="Errors"), 2, 0),
    Case("metrics.period", 3600, see.points(60), [30], [0]),
]


def _seen(patch: pytest.MonkeyPatch, case: Case, value: Any) -> Any:
    facts = {fact.id: fact for fact in Facts.load()}
    facts[case.fact] = msgspec.structs.replace(facts[case.fact], value=value)
    with patch.context() as patched:
        patched.setattr(registry, "_load", lambda profile: Facts(facts, profile))
        with World() as world:
            return case.seen(world)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fact)
def test_the_engine_does_what_the_fact_says(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    assert _seen(monkeypatch, case, Facts.load()[case.fact]) == case.own
    assert _seen(monkeypatch, case, case.value) == case.other


@pytest.mark.parametrize(("since", "first"), [("10m", "11:50"), ("1h", "11:00")])
def test_aws_logs_tail_begins_where_the_fact_says(
    monkeypatch: pytest.MonkeyPatch, since: str, first: str
) -> None:
    facts = {fact.id: fact for fact in Facts.load()}
    fact = facts["cli.logs_tail_since"]
    facts[fact.id] = msgspec.structs.replace(fact, value=since)
    monkeypatch.setattr(registry, "_load", lambda profile: Facts(facts, profile))
    assert see.tail_start(highlevel.tail) == first
