"""The rule of the house: a constant of AWS is a fact, and the engine has it from nowhere else.

First many facts are changed, one at a time, and what the engine does must change with each. Then the services'
sources are searched for numbers that are written out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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


TEXT = {"long": {"DataType": "String", "StringValue": "x"}}
PER_ROLE, PER_USER = "Cannot exceed quota for PoliciesPerRole: 1", "Cannot exceed quota for PoliciesPerUser: 1"
SHORT = "The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 3600."
REFUSED = (False, True)

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
    Case("sqs.message_limit_min", 4096, setting("MaximumMessageSize", 2048), *REFUSED),
    Case("sqs.visibility_max", 40, setting("VisibilityTimeout", 41), *REFUSED),
    Case("sqs.retention_min", 90, setting("MessageRetentionPeriod", 60), *REFUSED),
    Case("sqs.retention_max", 3600, setting("MessageRetentionPeriod", 3601), *REFUSED),
    Case("sqs.wait_max", 5, setting("ReceiveMessageWaitTimeSeconds", 6), *REFUSED),
    Case("sqs.delay_max", 5, see.refused("send_message", MessageBody="x", DelaySeconds=6), *REFUSED),
    Case("sqs.group_id_max", 1, see.refused("send_message", MessageBody="x", MessageGroupId="ab"), *REFUSED),
    Case("sqs.message_attributes_max", 0, with_attribute(), *REFUSED),
    Case("sqs.attribute_name_max", 4, with_attribute(), *REFUSED),
    Case("sqs.batch_max", 2, batch("a", "b", "c"), *REFUSED),
    Case("sqs.batch_id_max", 1, batch("ab"), *REFUSED),
    Case("sqs.list_page", 1, see.queue(see.queues), 2, 1),
    Case("sqs.purge_interval", 5, see.queue(see.purging), "allowed every 60 seconds.", ""),
    Case("sqs.recreate_interval", 5, see.queue(see.recreating), "You must wait 60 seconds", ""),
    Case("sqs.redrive_count_max", 5, see.queue(see.redriving), "", "are from 1 to 5 both inclusive."),
]
