"""The rule of the house: a constant of AWS is a fact, and the engine has it from nowhere else.

First every fact that a service reads is changed, and what the engine does must change with it. Then the
services' sources are searched for numbers that are written out.
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
from sandbox.facts import Facts, registry
from tests.sandbox.facts_seen import awslambda, cloudwatch, dynamodb, iam, s3, sqs
from tests.sandbox.facts_seen.common import Seen

# -- facts that are changed --------------------------------------------------------------------------------


class Case(NamedTuple):
    """A fact, another value for it, and what is seen with its own value and with the other."""

    fact: str
    value: Any
    seen: Seen
    own: Any
    other: Any


def _set(name: str, value: int) -> Seen:
    return sqs.refused("set_queue_attributes", Attributes={name: str(value)})


def _send(**more: Any) -> Seen:
    return sqs.refused("send_message", MessageBody="x", **more)


def _batch(*ids: str) -> Seen:
    return sqs.refused("send_message_batch", Entries=[{"Id": one, "MessageBody": "x"} for one in ids])


REFUSED = (False, True)
LONG = {"Variables": {"LONG": "x" * 2000}}
TEXT = {"long": {"DataType": "String", "StringValue": "x"}}
QUOTA = "Cannot exceed quota for"
PERIOD = "The parameter Period must be a value in the set"

CASES = [
    Case("dynamodb.table_name_length", [6, 255], dynamodb.created("cups"), *REFUSED),
    Case("dynamodb.item_max", 100, dynamodb.put(text={"S": "x" * 200}), *REFUSED),
    Case("dynamodb.page_max", 15_000, dynamodb.table(dynamodb.looked_at), 3, 2),
    Case("dynamodb.partition_key_max", 3, dynamodb.put(id={"S": "long"}), *REFUSED),
    Case("dynamodb.sort_key_max", 3, dynamodb.put(at={"S": "long"}), *REFUSED),
    Case("dynamodb.number_digits", 3, dynamodb.put(n={"N": "1234"}), *REFUSED),
    Case("dynamodb.number_exponents", [-1, 2], dynamodb.put(n={"N": "1E3"}), *REFUSED),
    Case("dynamodb.expression_nesting", 3, dynamodb.filtered(5), *REFUSED),
    Case("dynamodb.expression_max", 10, dynamodb.asked("attribute_exists(id)"), *REFUSED),
    Case("dynamodb.operators_max", 1, dynamodb.asked("NOT attribute_exists(id)"), *REFUSED),
    Case("dynamodb.nesting_max", 3, dynamodb.nested(4), *REFUSED),
    Case("dynamodb.batch_get_max", 3, dynamodb.batch("batch_get_item", 4), *REFUSED),
    Case("dynamodb.batch_write_max", 3, dynamodb.batch("batch_write_item", 4), *REFUSED),
    Case("dynamodb.list_tables_max", 50, dynamodb.listed, 100, 50),
    Case("dynamodb.read_unit", 1_000, dynamodb.units("get_item"), 2.0, 5.0),
    Case("dynamodb.write_unit", 8_000, dynamodb.units("put_item"), 5.0, 1.0),
    Case("dynamodb.create_delay", 9, dynamodb.active_after(5), "ACTIVE", "CREATING"),
    Case("dynamodb.delete_delay", 9, dynamodb.table(dynamodb.there_after_delete), False, True),
    Case("async.retries", 1, awslambda.ending, ("RetriesExhausted", 3), ("RetriesExhausted", 2)),
    Case("async.retry_delays", [10, 20], awslambda.gaps, [60, 120], [10, 20]),
    Case("async.max_event_age", 90, awslambda.ending, ("RetriesExhausted", 3), ("EventAgeExceeded", 2)),
    Case("async.throttle_backoff_first", 3, awslambda.backoffs, [1, 2, 4, 8], [3, 6, 12, 24]),
    Case("async.throttle_backoff_max", 4, awslambda.backoffs, [1, 2, 4, 8], [1, 2, 4, 4]),
    Case("async.dispatch_delay", 500, awslambda.dispatch, 10, 500),
    Case("async.payload_max", 50, awslambda.payload("Event"), "", "(limit 50 bytes)"),
    Case("invoke.sync_payload_max", 50, awslambda.payload("RequestResponse"), "", "(limit 50 bytes)"),
    Case("invoke.response_max", 50, awslambda.ended("outcome"), "success", "error"),
    Case("invoke.log_tail", 40, awslambda.tail, 4096, 40),
    Case("concurrency.account_limit", 7, awslambda.account("ConcurrentExecutions"), 1000, 7),
    Case("concurrency.unreserved_min", 10, awslambda.reserved, "[100].", ""),
    Case("billing.step", 5000, lambda world: awslambda.ended("billed")(world) // 5000, 0, 1),
    Case(
        "environment.cold_start",
        920,
        lambda world: awslambda.initialised("duration")(world) // 100_000,
        21,
        29,
    ),
    Case("environment.init_limit", 1, awslambda.initialised("outcome"), "success", "timeout"),
    Case("environment.idle", 30, awslambda.reaped, 0, 1),
    Case("command.latency", 500, awslambda.latency, 0.02, 0.5),
    Case("lambda.timeout_default", 9, awslambda.configured("Timeout"), 3, 9),
    Case("lambda.memory_default", 256, awslambda.configured("MemorySize"), 128, 256),
    Case("lambda.create_time", 5, awslambda.pending, 2, 5),
    Case("lambda.list_page", 1, awslambda.functions, 2, 1),
    Case(
        "lambda.environment_max",
        1024,
        awslambda.creating(Environment=LONG),
        "",
        "exceeded the 1KB limit",
    ),
    Case(
        "lambda.reserved_variables",
        ["LONG"],
        awslambda.creating(Environment=LONG),
        "",
        "contains reserved keys",
    ),
    Case(
        "lambda.memory_min",
        512,
        awslambda.creating(MemorySize=200),
        "",
        "have value greater than or equal to 512",
    ),
    Case(
        "lambda.memory_max",
        1536,
        awslambda.creating(MemorySize=2000),
        "",
        "have value less than or equal to 1536",
    ),
    Case("lambda.memory_step", 64, awslambda.creating(MemorySize=200), "", "be a multiple of 64 MB"),
    Case("lambda.timeout_min", 9, awslambda.creating(Timeout=8), "", "have value greater than or equal to 9"),
    Case(
        "lambda.timeout_max", 300, awslambda.creating(Timeout=301), "", "have value less than or equal to 300"
    ),
    Case(
        "lambda.tmp_max",
        512,
        awslambda.creating(EphemeralStorage={"Size": 1024}),
        "",
        "have value less than or equal to 512",
    ),
    Case("lambda.recursion_limit", 3, awslambda.loops, 16, 3),
    Case("invoke.nesting_max", 2, awslambda.nested, "taken", "nested too deeply"),
    Case("lambda.name_max", 5, awslambda.creating(), "", "have length less than or equal to 5"),
    Case("lambda.zip_max", 9, awslambda.creating(), "", "be smaller than 9 bytes"),
    Case("lambda.unzipped_max", 9, awslambda.creating(), "", "be smaller than 9 bytes"),
    Case("lambda.tmp_default", 600, awslambda.configured("EphemeralStorage"), {"Size": 512}, {"Size": 600}),
    Case("lambda.update_time", 4, awslambda.updating, 1, 4),
    Case("lambda.code_storage", 9, awslambda.account("TotalCodeSize"), 322122547200, 9),
    Case("runtimes.blocked", ["python3.13"], awslambda.creating(), "", "supported for creating"),
    Case("sdk.call_latency", 900, lambda w: awslambda.ended("duration", awslambda.CALLS)(w) // 500_000, 0, 1),
    Case("billing.init", False, lambda w: awslambda.ended("billed")(w) > 100, True, False),
    Case("dlq.error_message_max", 13, awslambda.letter, "the warehouse does not answer", "the warehouse"),
    Case("sqs.visibility_default", 5, sqs.receiving(after=10, taken=True), 0, 1),
    Case("sqs.retention_default", 60, sqs.receiving(after=120), 1, 0),
    Case("sqs.delay_default", 60, sqs.receiving(after=10), 1, 0),
    Case("sqs.receive_default", 2, sqs.receiving(after=0, sent=2), 1, 2),
    Case("sqs.wait_default", 5, sqs.queue(sqs.polling), 0, 5),
    Case("sqs.sse_default", False, sqs.attribute("SqsManagedSseEnabled"), "true", "false"),
    Case("sqs.message_max", 2048, sqs.attribute("MaximumMessageSize"), "1048576", "2048"),
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
    Case("sqs.queue_name_max", 3, sqs.refused("create_queue", QueueName="more"), *REFUSED),
    Case("sqs.list_page", 1, sqs.queue(sqs.queues), 2, 1),
    Case("sqs.purge_interval", 5, sqs.queue(sqs.purging), "allowed every 60 seconds.", ""),
    Case("sqs.recreate_interval", 5, sqs.queue(sqs.recreating), "You must wait 60 seconds", ""),
    Case("sqs.redrive_count_max", 5, sqs.queue(sqs.redriving), "", "from 1 to 5 both inclusive."),
    Case("iam.policies_per_role", 1, iam.attaching("Role"), "", f"{QUOTA} PoliciesPerRole: 1"),
    Case("iam.policies_per_user", 1, iam.attaching("User"), "", f"{QUOTA} PoliciesPerUser: 1"),
    Case("iam.inline_policies_size_role", 99, iam.inlining("Role"), "", "Maximum policy size of 99 bytes"),
    Case("iam.inline_policies_size_user", 98, iam.inlining("User"), "", "Maximum policy size of 98 bytes"),
    Case("iam.trust_policy_size", 50, iam.creating, "", f"{QUOTA} ACLSizePerRole: 50"),
    Case("iam.managed_policy_size", 50, iam.creating, "", f"{QUOTA} PolicySize: 50"),
    Case(
        "iam.policy_versions_max", 1, iam.identities(iam.versioning), "", "A managed policy can have up to 1"
    ),
    Case("iam.session_default", 7200, iam.identities(iam.role("MaxSessionDuration")), 3600, 7200),
    Case("iam.list_page", 1, iam.identities(iam.policies), 2, 1),
    Case("iam.unique_id_length", 30, lambda w: len(iam.identities(iam.role("RoleId"))(w)), 21, 30),
    Case("sts.session_default", 900, iam.session("Expiration"), 3600, 900),
    Case("sts.access_key_length", 24, iam.session("AccessKeyId"), 20, 24),
    Case("sts.secret_key_length", 44, iam.session("SecretAccessKey"), 40, 44),
    Case("sts.session_token_length", 400, iam.session("SessionToken"), 352, 400),
    Case(
        "logs.retentions",
        [2],
        cloudwatch.logs(cloudwatch.retention),
        "Member must satisfy enum value set",
        "",
    ),
    Case(
        "logs.describe_page",
        1,
        cloudwatch.logs(lambda logs: len(logs.describe_log_groups()["logGroups"])),
        2,
        1,
    ),
    Case("logs.events_page", 1, cloudwatch.logs(cloudwatch.events), 2, 1),
    Case("cloudwatch.datapoints_max", 9, cloudwatch.points(600), [30], "exceeds the limit of 9"),
    Case("cloudwatch.short_periods", [600, 90], cloudwatch.points(90), f"{PERIOD} [1, 5, 10, 20, 30]", [30]),
    Case("cloudwatch.period_step", 7, cloudwatch.points(60), [30], f"{PERIOD} [1, 5, 10, 20, 30]"),
    Case("cloudwatch.list_page", 1, cloudwatch.listed(MetricName="Invocations"), 2, 1),
    Case(
        "cloudwatch.recently_active", 60, cloudwatch.listed(RecentlyActive="PT3H", MetricName="Errors"), 2, 0
    ),
    Case("lambda.policy_max", 99, s3.permission, "", "is bigger than the limit (99)."),
    Case("s3.bucket_name_min", 5, s3.making("four"), *REFUSED),
    Case("s3.bucket_name_max", 3, s3.making("four"), *REFUSED),
    Case("s3.key_max", 3, s3.refused("put_object", Key="four"), *REFUSED),
    Case("s3.metadata_max", 3, s3.refused("put_object", Key="k", Metadata={"four": ""}), *REFUSED),
    Case("s3.object_tags_max", 1, s3.refused("put_object", Key="k", Tagging="a=1&b=2"), *REFUSED),
    Case("s3.list_page", 1, s3.bucket(s3.listed), 2, 1),
    Case(
        "s3.delete_batch_max",
        1,
        s3.refused("delete_objects", Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]}),
        *REFUSED,
    ),
    Case("s3.policy_max", 50, s3.bucket(s3.policy), *REFUSED),
    Case(
        "s3.filter_value_max",
        3,
        s3.refused(
            "put_bucket_notification_configuration",
            NotificationConfiguration=s3.configuration(("prefix", "four")),
            SkipDestinationValidation=True,
        ),
        *REFUSED,
    ),
    Case("s3.notification_delay", 30, s3.delay, 1, 30),
    Case("metrics.period", 3600, cloudwatch.points(60), [30], [0]),
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
    assert cloudwatch.tail_start() == first


# -- numbers that are written out --------------------------------------------------------------------------

SERVICES = Path(sandbox.services.__file__).parent
SMALL = 9
"""Up to here a number is more likely an index, a half or a digit than a constant of AWS."""

ALLOWED = {
    ("awslambda/execution.py", 63): "bits of a random seed",
    ("awslambda/pool.py", 128): "bits of an environment's random name",
    ("logs/api.py", 86_400): "seconds of a day",
    ("logs/pages.py", 20): "digits of a time in a token, which nobody but us reads",
    ("logs/pages.py", 36): "digits of an order in a token, which nobody but us reads",
    ("logs/pattern.py", 30): "how much of a wrong pattern our own message quotes",
    ("s3/actions.py", 256): "a name that AWS gives to a header",
    ("s3/events.py", 0xFFFF): "as much of a number as goes into a sequencer",
    ("sqs/handles.py", 16): "bytes of a UUID",
}
"""The numbers that may stand in a service, by file; every one of them must still be there."""

ALLOWED_TEXT = {
    r"\\d\{12\}": "the number of an account, in a pattern",
    r"x86_64|CodeSha256": "names that AWS gives to things",
    r"^(200|429)$": "HTTP statuses, as the text that a dead letter has them in",
    r"^032x$|^056d$": "how wide the name of an environment, or a token, is printed",
    r"\\u00c0-\\u017f|#x[0-9A-F]+": "ranges of Unicode",
    r"\b(CRC32|CRC64NVME|SHA256|AES256)\b": "names of algorithms",
    r"^2012-10-17$": "the version of the policy language",
    r"^203\.0\.113\.10$": "an address that is kept for documentation",
    r"between 0 and 2147483647": "the range of an integer, in AWS's words",
    r"^014X$|^04X$": "how wide a sequencer of S3's is printed",
}
"""Patterns that are cut out of texts before these are searched for numbers."""


class Number(NamedTuple):
    """A number that stands in a source."""

    file: str
    line: int
    value: float


def _statuses(tree: ast.AST) -> Iterator[ast.AST]:
    """What stands where an HTTP status stands: in AwsError, in a reply's StatusCode, as a default."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from node.args[{"AwsError": 2, "_error": 3}.get(node.func.id, len(node.args)) :][:1]
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and str(key.value).lower() == "statuscode":
                    yield value
        elif isinstance(node, ast.FunctionDef) and (defaults := node.args.defaults):
            named = zip(node.args.args[-len(defaults) :], defaults, strict=True)
            yield from (default for argument, default in named if argument.arg == "status")


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _in_text(text: str) -> list[float]:
    for pattern in ALLOWED_TEXT:
        text = re.sub(pattern, "", text)
    return [float(digits) for digits in re.findall(r"\d+", text)]


def _numbers(source: str, file: str) -> list[Number]:
    """The numbers above `SMALL` in a source, in texts too, but for HTTP statuses and docstrings."""
    tree = ast.parse(source)
    codes = {status.value for status in HTTPStatus}
    passed = {id(node) for node in _docstrings(tree)}
    passed |= {id(node) for node in _statuses(tree) if isinstance(node, ast.Constant) and node.value in codes}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in passed or isinstance(node.value, bool):
            continue
        if isinstance(node.value, int | float):
            values = [float(node.value)]
        else:
            values = _in_text(node.value) if isinstance(node.value, str) else []
        found += [Number(file, node.lineno, value) for value in values if value > SMALL]
    return found


def _all_numbers() -> list[Number]:
    return [
        number
        for path in sorted(SERVICES.rglob("*.py"))
        for number in _numbers(path.read_text(encoding="utf-8"), path.relative_to(SERVICES).as_posix())
    ]


def test_no_service_writes_a_constant_of_aws_out() -> None:
    found = [
        f"{number.file}:{number.line}: {number.value:g} is written out; is it a fact?"
        for number in _all_numbers()
        if (number.file, number.value) not in ALLOWED
    ]
    assert not found, "\n".join(found)


def test_every_number_that_is_allowed_is_still_there() -> None:
    assert set(ALLOWED) == {(number.file, number.value) for number in _all_numbers()}


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("LIMIT = 10", [10]),
        ("LIMIT = 10_000.5", [10_000.5]),
        ("LIMITS = {'user': 2048, 'role': 5 * 2048}", [2048, 2048]),
        ("def page(size: int = 50) -> None: ...", [50]),
        ("NAME = re.compile('[a-z]{1,80}')", [80]),
        ("message = f'{given} is not from 1 to 128'", [128]),
        ("raise AwsError('Code', 'message', 404, Reason=404)", [404]),
        ("raise AwsError('Code', 'message', 1024)", [1024]),
        ("reply = {'StatusCode': 200, 'Size': 200}", [200]),
        ("def fail(message: str, status: int = 400, size: int = 400) -> None: ...", [400]),
        ("account = r'\\d{12}'", []),
        ("first = rows[0] + 9", []),
        ('"""At most 1024."""\nopen = True', []),
    ],
)
def test_the_search_finds_what_it_should(source: str, values: list[float]) -> None:
    assert sorted(number.value for number in _numbers(source, "a.py")) == values


def test_every_fact_that_a_service_reads_is_changed_above() -> None:
    known = {fact.id for fact in Facts.load()}
    families = {fact_id.partition(".")[0] for fact_id in known}
    texts = {
        node.value
        for path in SERVICES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {text for text in texts if re.fullmatch(r"([a-z]+)\.[a-z_]+", text)}
    read = {text for text in named if text.partition(".")[0] in families}
    assert read <= known
    assert read <= {case.fact for case in CASES}, "a fact that a service reads has no case above"
