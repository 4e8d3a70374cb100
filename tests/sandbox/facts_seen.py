"""Small happenings in a world, each of which comes to something that one fact of AWS decides."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from botocore.exceptions import ClientError

from sandbox import World
from sandbox.kernel import SECOND
from sandbox.observe.timeline import attempts
from sandbox.trace import (
    AsyncEventEnded,
    AsyncRetryScheduled,
    EnvironmentCreated,
    EnvironmentInitialised,
    EnvironmentReaped,
    Event,
    FunctionChanged,
    InvocationAccepted,
    InvocationEnded,
)
from tests.sandbox.services.awslambda.shop import LETTERS, ROLE, TRUST, Shop, package

Seen = Callable[[World], Any]

FAILS = "def handler(event, context):\n    raise RuntimeError('the warehouse does not answer')\n"
RESTS = (
    "import time\n\ndef handler(event, context):\n    time.sleep(event.get('for', 0))\n    return 'x' * 100\n"
)
TALKS = "def handler(event, context):\n    print('x' * 5000)\n"
SLOW_TO_LOAD = "import time\ntime.sleep(2)\n\ndef handler(event, context):\n    return 1\n"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALLOW_ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


def refusal(call: Callable[..., Any], **params: Any) -> str:
    """The message with which AWS refuses; "" when it does not."""
    try:
        call(**params)
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    return ""


# -- Lambda ------------------------------------------------------------------------------------------------


def _first(world: World, kind: type[Event]) -> Any:
    return world.trace.of(kind)[0]


def _fail(world: World) -> None:
    shop = Shop(world)
    shop.function(FAILS)
    shop.send()
    world.advance(hours=7)


def gaps(world: World) -> list[int]:
    """Seconds between the attempts at an event that fails."""
    _fail(world)
    found = attempts(world.trace, "worker")
    return [(after.start - (before.end or 0)) // SECOND for before, after in pairwise(found)]


def ending(world: World) -> tuple[str, int]:
    """How an event that fails ends, and after how many attempts."""
    _fail(world)
    ended = _first(world, AsyncEventEnded)
    return ended.condition, ended.attempts


def dispatch(world: World) -> int:
    """Milliseconds until an accepted event is tried."""
    _fail(world)
    waited = _first(world, EnvironmentCreated).time - _first(world, InvocationAccepted).time
    return int(waited // 1000)


def backoffs(world: World) -> list[int]:
    """Seconds that an event waits which is throttled for half a minute."""
    shop = Shop(world)
    shop.function(RESTS, Timeout=900)
    shop.lam.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=1)
    shop.send({"for": 30})
    world.advance(seconds=1)
    shop.send()
    world.settle()
    return [event.delay // SECOND for event in world.trace.of(AsyncRetryScheduled)][:4]


def payload(kind: str) -> Seen:
    """How a payload of more than a hundred bytes is refused."""

    def seen(world: World) -> str:
        shop = Shop(world)
        shop.function(RESTS)
        body = json.dumps({"text": "x" * 100}).encode()
        return refusal(shop.lam.invoke, FunctionName="worker", Payload=body, InvocationType=kind)[-16:]

    return seen


def tail(world: World) -> int:
    """Bytes of the log that a call brings along."""
    shop = Shop(world)
    shop.function(TALKS)
    return len(base64.b64decode(shop.invoke(LogType="Tail")["LogResult"]))


def ended(member: str) -> Seen:
    """A member of the event with which a call ends."""

    def seen(world: World) -> Any:
        shop = Shop(world)
        shop.function(RESTS)
        shop.invoke()
        return getattr(_first(world, InvocationEnded), member)

    return seen


def initialised(member: str) -> Seen:
    """A member of the event with which a cold start of a bit more than two seconds ends."""

    def seen(world: World) -> Any:
        shop = Shop(world)
        shop.function(SLOW_TO_LOAD)
        shop.invoke()
        return getattr(_first(world, EnvironmentInitialised), member)

    return seen


def reaped(world: World) -> int:
    """Environments that have ended a minute after they worked."""
    ended("outcome")(world)
    world.advance(seconds=60)
    return len(world.trace.of(EnvironmentReaped))


def configured(member: str) -> Seen:
    """A member of the configuration of a new function."""
    return lambda world: Shop(world).function(RESTS)[member]


def variables(world: World) -> str:
    """How an environment variable LONG with two thousand letters is refused."""
    given = {"FunctionName": "worker", "Runtime": "python3.13", "Handler": "app.handler", "Role": ROLE}
    given |= {"Environment": {"Variables": {"LONG": "x" * 2000}}, "Code": {"ZipFile": package(RESTS)}}
    message = refusal(Shop(world).lam.create_function, **given)
    return message.partition("you have provided ")[2][:22]


def pending(world: World) -> int:
    """Seconds until a new function is Active."""
    Shop(world).function(RESTS)
    before, after = world.trace.of(FunctionChanged)
    return (after.time - before.time) // SECOND


def functions(world: World) -> int:
    """How many of two functions a listing shows."""
    shop = Shop(world)
    shop.function(RESTS, "one")
    shop.function(RESTS, "two")
    return len(shop.lam.list_functions()["Functions"])


def letter(world: World) -> str:
    """The ErrorMessage of a dead letter."""
    shop = Shop(world)
    shop.function(FAILS)
    shop.letters()
    shop.may_write_letters()
    shop.lam.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": LETTERS})
    world.settle()
    shop.send()
    world.settle()
    return str(shop.received()[0]["MessageAttributes"]["ErrorMessage"]["StringValue"])


def reserved(world: World) -> str:
    """How a reservation of 950 is refused."""
    shop = Shop(world)
    shop.function(RESTS)
    put = shop.lam.put_function_concurrency
    return refusal(put, FunctionName="worker", ReservedConcurrentExecutions=950)[-6:]


def account(world: World) -> Any:
    """The account's limit of concurrent executions."""
    return world.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]


def latency(world: World) -> float:
    """Seconds that a command takes."""
    before = world.now
    world.client("sqs").list_queues()
    return (world.now - before).total_seconds()


# -- SQS ---------------------------------------------------------------------------------------------------


def queue(act: Callable[[World, Any, str], Any]) -> Seen:
    """What `act(world, sqs, url)` comes to with one queue, `jobs`."""

    def seen(world: World) -> Any:
        sqs = world.client("sqs")
        return act(world, sqs, sqs.create_queue(QueueName="jobs")["QueueUrl"])

    return seen


def attribute(name: str) -> Seen:
    """An attribute of a new queue."""

    def act(world: World, sqs: Any, url: str) -> Any:
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]

    return queue(act)


def refused(operation: str, **params: Any) -> Seen:
    """Whether an operation of SQS is refused; it is about a new queue, unless it makes one."""

    def act(world: World) -> bool:
        sqs = world.client("sqs")
        about = {} if operation == "create_queue" else sqs.create_queue(QueueName="q")
        about.pop("ResponseMetadata", None)
        return bool(refusal(getattr(sqs, operation), **about, **params))

    return act


def receiving(*, after: int, sent: int = 1, taken: bool = False) -> Seen:
    """Messages that a receiver gets some seconds after they were sent, or taken by somebody else."""

    def act(world: World, sqs: Any, url: str) -> int:
        for _ in range(sent):
            sqs.send_message(QueueUrl=url, MessageBody="x")
        if taken:
            sqs.receive_message(QueueUrl=url)
        world.advance(seconds=after)
        return len(sqs.receive_message(QueueUrl=url).get("Messages", ()))

    return queue(act)


def polling(world: World, sqs: Any, url: str) -> int:
    """Seconds that a receiver waits in vain."""
    before = world.now
    sqs.receive_message(QueueUrl=url)
    return (world.now - before).seconds


def purging(world: World, sqs: Any, url: str) -> str:
    """How a second purge after ten seconds is refused."""
    sqs.purge_queue(QueueUrl=url)
    world.advance(seconds=10)
    return refusal(sqs.purge_queue, QueueUrl=url)[-25:]


def recreating(world: World, sqs: Any, url: str) -> str:
    """How the name of a queue that was deleted ten seconds ago is refused."""
    sqs.delete_queue(QueueUrl=url)
    world.advance(seconds=10)
    return refusal(sqs.create_queue, QueueName="jobs")[:24]


def redriving(world: World, sqs: Any, url: str) -> str:
    """How a redrive policy after seven receives is refused."""
    target = "arn:aws:sqs:us-east-1:123456789012:jobs"
    policy = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 7})
    return refusal(sqs.create_queue, QueueName="more", Attributes={"RedrivePolicy": policy})[-27:]


def queues(world: World, sqs: Any, url: str) -> int:
    """How many of two queues a listing shows."""
    sqs.create_queue(QueueName="more")
    return len(sqs.list_queues()["QueueUrls"])


# -- IAM and STS -------------------------------------------------------------------------------------------


def identities(act: Callable[[Any], Any]) -> Seen:
    """What `act(iam)` comes to with a role r, a user u and the policies P1 and P2 in the account."""

    def seen(world: World) -> Any:
        iam = world.client("iam")
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
        iam.create_user(UserName="u")
        for name in ("P1", "P2"):
            iam.create_policy(PolicyName=name, PolicyDocument=ALLOW_ALL)
        return act(iam)

    return seen


def attaching(kind: str) -> Seen:
    """How a second managed policy is refused."""

    def act(iam: Any) -> str:
        attach, owner = getattr(iam, f"attach_{kind.lower()}_policy"), {f"{kind}Name": kind[0].lower()}
        attach(PolicyArn="arn:aws:iam::123456789012:policy/P1", **owner)
        return refusal(attach, PolicyArn="arn:aws:iam::123456789012:policy/P2", **owner)

    return identities(act)


def inlining(kind: str) -> Seen:
    """How a second inline policy is refused."""

    def act(iam: Any) -> str:
        put, owner = getattr(iam, f"put_{kind.lower()}_policy"), {f"{kind}Name": kind[0].lower()}
        put(PolicyName="one", PolicyDocument=ALLOW_ALL, **owner)
        return refusal(put, PolicyName="two", PolicyDocument=ALLOW_ALL, **owner)[:31]

    return identities(act)


def versioning(iam: Any) -> str:
    """How a second version of a policy is refused."""
    arn = "arn:aws:iam::123456789012:policy/P1"
    return refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=ALLOW_ALL)[:33]


def role(member: str) -> Callable[[Any], Any]:
    """A member of the role r."""
    return lambda iam: iam.get_role(RoleName="r")["Role"][member]


def policies(iam: Any) -> int:
    """How many of the account's two policies a listing shows."""
    return len(iam.list_policies(Scope="Local")["Policies"])


def creating(world: World) -> str:
    """How a role and a policy with documents of some eighty characters and more are refused."""
    iam = world.client("iam")
    role = refusal(iam.create_role, RoleName="r", AssumeRolePolicyDocument=TRUST)
    return role or refusal(iam.create_policy, PolicyName="p", PolicyDocument=ALLOW_ALL)


def session(member: str) -> Seen:
    """Seconds that a session lasts, or characters of one of its keys."""

    def seen(world: World) -> Any:
        shop = Shop(world)
        trust = TRUST.replace('{"Service": "lambda.amazonaws.com"}', '{"AWS": "*"}')
        shop.iam.update_assume_role_policy(RoleName="worker-role", PolicyDocument=trust)
        value = world.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="s")["Credentials"][member]
        return (value - world.now).seconds if member == "Expiration" else len(value)

    return seen


# -- CloudWatch --------------------------------------------------------------------------------------------


def logs(act: Callable[[Any], Any]) -> Seen:
    """What `act(logs)` comes to with the groups a and b, and two lines in a stream of a."""

    def seen(world: World) -> Any:
        client = world.client("logs")
        for name in ("a", "b"):
            client.create_log_group(logGroupName=name)
        client.create_log_stream(logGroupName="a", logStreamName="s")
        lines = [{"timestamp": int(world.now.timestamp() * 1000), "message": text} for text in ("x", "y")]
        client.put_log_events(logGroupName="a", logStreamName="s", logEvents=lines)
        return act(client)

    return seen


def retention(client: Any) -> str:
    """How a retention of two days is refused."""
    message = refusal(client.put_retention_policy, logGroupName="a", retentionInDays=2)
    return message.partition("constraint: ")[2].partition(":")[0]


def events(client: Any) -> int:
    """How many of two lines are shown."""
    return len(client.filter_log_events(logGroupName="a")["events"])


def tail_start(tail: Callable[..., Any]) -> str:
    """The time of day from which `aws logs tail` reads at noon when it is not told."""
    asked: dict[str, Any] = {}

    class Logs:
        def filter_log_events(self, **params: Any) -> dict[str, Any]:
            asked.update(params)
            return {}

    assert not list(tail(lambda service: Logs(), lambda: NOON, {"group_name": "g"}))
    return f"{datetime.fromtimestamp(asked['startTime'] / 1000, UTC):%H:%M}"


def metrics(act: Callable[[World, Any], Any]) -> Seen:
    """What `act(world, cloudwatch)` comes to an hour after one invocation at half past nine."""

    def seen(world: World) -> Any:
        world.advance(minutes=30)
        ended("outcome")(world)
        world.advance(minutes=60)
        return act(world, world.client("cloudwatch"))

    return seen


def points(period: int) -> Seen:
    """The minutes at which the datapoints of two hours begin, or how they are refused."""

    def act(world: World, cloudwatch: Any) -> Any:
        asked = {"Namespace": "AWS/Lambda", "MetricName": "Invocations", "Statistics": ["Sum"]}
        start = world.now.replace(hour=9, minute=0, second=0, microsecond=0)
        asked |= {"Period": period, "StartTime": start, "EndTime": start + timedelta(hours=2)}
        if message := refusal(cloudwatch.get_metric_statistics, **asked):
            return re.sub(r"^.*which |, or .*$|\. You .*$| or a multiple .*$", "", message)
        return [
            point["Timestamp"].minute for point in cloudwatch.get_metric_statistics(**asked)["Datapoints"]
        ]

    return metrics(act)


def listed(**more: Any) -> Seen:
    """How many metrics a listing shows."""
    return metrics(lambda world, cloudwatch: len(cloudwatch.list_metrics(**more)["Metrics"]))
