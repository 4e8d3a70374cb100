"""What facts of Lambda decide."""

from __future__ import annotations

import base64
import json
import re
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
from tests.sandbox.facts_seen.common import Seen, refusal
from tests.sandbox.services.awslambda.shop import LETTERS, ROLE, Shop, package

FAILS = "def handler(event, context):\n    raise RuntimeError('the warehouse does not answer')\n"
RESTS = (
    "import time\n\ndef handler(event, context):\n    time.sleep(event.get('for', 0))\n    return 'x' * 100\n"
)
TALKS = "def handler(event, context):\n    print('x' * 5000)\n"
SLOW_TO_LOAD = "import time\ntime.sleep(2)\n\ndef handler(event, context):\n    return 1\n"
CALLS = "import boto3\n\ndef handler(event, context):\n    boto3.client('sts').get_caller_identity()\n"


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


def ended(member: str, source: str = RESTS) -> Seen:
    """A member of the event with which a call ends."""

    def seen(world: World) -> Any:
        shop = Shop(world)
        shop.function(source)
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


def creating(**more: Any) -> Seen:
    """How CreateFunction is refused: what the thing in question must be, or what was wrong with it."""

    def seen(world: World) -> str:
        given: dict[str, Any] = {
            "FunctionName": "worker",
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Role": ROLE,
        }
        given |= {"Code": {"ZipFile": package(RESTS)}, **more}
        message = refusal(Shop(world).lam.create_function, **given)
        what = re.split(r"must |you have provided |is no longer ", message)[-1]
        return re.split(r"\. | that | or updating", what)[0]

    return seen


def pending(world: World) -> int:
    """Seconds until a new function is Active."""
    Shop(world).function(RESTS)
    before, after = world.trace.of(FunctionChanged)
    return (after.time - before.time) // SECOND


def updating(world: World) -> int:
    """Seconds that an update takes."""
    shop = Shop(world)
    shop.function(RESTS)
    shop.lam.update_function_configuration(FunctionName="worker", Description="changed")
    world.settle()
    before, after = world.trace.of(FunctionChanged)[-2:]
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


def account(member: str) -> Seen:
    """One of the account's limits."""
    return lambda world: world.client("lambda").get_account_settings()["AccountLimit"][member]


def latency(world: World) -> float:
    """Seconds that a command takes."""
    before = world.now
    world.client("sqs").list_queues()
    return (world.now - before).total_seconds()


def loops(world: World) -> int:
    """How often a function that calls itself runs."""
    shop = Shop(world)
    shop.function(
        "import boto3\n\ndef handler(event, context):\n"
        "    boto3.client('lambda').invoke(FunctionName='worker', InvocationType='Event')\n"
    )
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shop.iam.put_role_policy(RoleName="worker-role", PolicyName="call", PolicyDocument=policy)
    shop.lam.put_function_event_invoke_config(FunctionName="worker", MaximumRetryAttempts=0)
    shop.send()
    world.settle()
    return len(attempts(world.trace, "worker"))


def nested(world: World) -> str:
    """Whether an event of three arrays in each other is taken."""
    shop = Shop(world)
    shop.function(RESTS)
    try:
        shop.lam.invoke(FunctionName="worker", InvocationType="Event", Payload=b"[[[]]]")
    except ClientError as error:
        return str(error).rpartition(": ")[2]
    return "taken"
