"""Playing a handler's script in a world, and holding what came of it to the manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import UNSET

from sandbox import World
from sandbox.trace import LineLogged
from sandbox.world import DEFAULT_START
from tests.sandbox.corpus.manifest import HANDLERS, Entry, Step, handler_of, load, package_of

ROLE = "arn:aws:iam::123456789012:role/corpus"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
LOGGING = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

OWN, PACKED = 10**6, 0
"""For `own_processes`: every environment has its own process, or they share one."""


def stage(
    name: str, entry: Entry, own_processes: int, *, folder: Path = HANDLERS, start: str = DEFAULT_START
) -> World:
    """A world in which the handler is deployed and everything that it needs is there."""
    world = World(seed=11, start=start)
    world.cloud.environments.own_processes = own_processes
    iam, sqs = world.client("iam"), world.client("sqs")
    iam.create_role(RoleName="corpus", AssumeRolePolicyDocument=_policy(TRUST))
    iam.attach_role_policy(RoleName="corpus", PolicyArn=LOGGING)
    if entry.allows:
        rights = {"Effect": "Allow", "Action": entry.allows, "Resource": "*"}
        iam.put_role_policy(RoleName="corpus", PolicyName="corpus", PolicyDocument=_policy(rights))
    for queue in entry.queues:
        sqs.create_queue(QueueName=queue)
    for host, answers in entry.outside.items():
        world.outside(host, **answers)
    others = load() if entry.partners else {}
    for function, other in entry.partners.items():
        partner, _, handler = other.partition(":")
        _deploy(world, function, handler or handler_of(partner, others[partner]), partner, others[partner])
    _deploy(world, "corpus", handler_of(name, entry), name, entry, folder)
    world.settle()
    return world


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _deploy(
    world: World, function: str, handler: str, name: str, entry: Entry, folder: Path = HANDLERS
) -> None:
    given: dict[str, Any] = {"Runtime": "python3.13", "Timeout": 10, **entry.settings}
    if entry.environ:
        given["Environment"] = {"Variables": entry.environ}
    world.client("lambda").create_function(
        FunctionName=function,
        Handler=handler,
        Role=ROLE,
        Code={"ZipFile": package_of(name, entry, folder)},
        **given,
    )


def perform(world: World, steps: Sequence[Step]) -> list[list[bytes]]:
    """Let the steps happen.

    Returns:
        What was answered to the synchronous calls of each step.
    """
    return [_perform(world, step) for step in steps]


def _perform(world: World, step: Step) -> list[bytes]:
    if step.invoke is not UNSET:
        return _invoke(world, step.function, [step.invoke], "RequestResponse")
    if step.together is not UNSET:
        return _invoke(world, step.function, step.together, "RequestResponse")
    if step.send is not UNSET:
        _invoke(world, step.function, step.send, "Event")
    elif step.advance is not UNSET:
        world.advance(seconds=step.advance)
    elif step.post is not UNSET:
        for queue, bodies in step.post.items():
            for body in bodies:
                world.client("sqs").send_message(QueueUrl=QUEUE + queue, MessageBody=body)
    else:
        world.settle()
    return []


def _invoke(world: World, function: str, events: Sequence[Any], kind: str) -> list[bytes]:
    tickets = []
    for event in events:
        payload = event if isinstance(event, bytes) else json.dumps(event).encode()
        params = {"FunctionName": function, "InvocationType": kind, "Payload": payload}
        tickets.append(world.submit("lambda", "Invoke", params))
    return [world.drive(ticket).get("Payload", b"") for ticket in tickets]


# -- what must have come of it -------------------------------------------------------------------------------


def check(world: World, entry: Entry, answers: list[list[bytes]]) -> list[str]:
    """What is not as the manifest says, in words. Looks into queues, so it comes last."""
    wrong = []
    for number, (step, given) in enumerate(zip(entry.steps, answers, strict=True), 1):
        wrong += [f"step {number}: {text}" for text in _wrong_in(step, [json.loads(item) for item in given])]
    lines = [event.text for event in world.trace.of(LineLogged)]
    wrong += [f"not logged: {words}" for words in entry.logs if not any(_says(line, words) for line in lines)]
    for queue, expected in entry.left.items():
        found = _bodies(world, queue)
        if not matches(found, expected):
            wrong.append(f"queue {queue} holds {found}")
    return wrong


def _wrong_in(step: Step, given: list[Any]) -> list[str]:
    if step.fails is not UNSET:
        kinds = [step.fails] if isinstance(step.fails, str) else step.fails
        found = [item.get("errorType", "") if isinstance(item, dict) else "" for item in given]
        messages = [
            item["errorMessage"] for item in given if isinstance(item, dict) and item.get("errorType")
        ]
        missing = [text for text in messages if step.says not in text]
        return [f"failed with {given}"] if found != kinds or missing else []
    if step.returns is not UNSET:
        expected = step.returns if step.together is not UNSET else [step.returns]
        return [] if matches(given, expected) else [f"returned {given}"]
    return [f"failed with {item}" for item in given if isinstance(item, dict) and "errorType" in item]


def _bodies(world: World, queue: str) -> list[str]:
    found: list[str] = []
    while True:
        reply = world.client("sqs").receive_message(QueueUrl=QUEUE + queue, MaxNumberOfMessages=10)
        if not reply.get("Messages"):
            return found
        found += [message["Body"] for message in reply["Messages"]]


def _says(text: str, words: str) -> bool:
    return bool(re.search(words[1:], text)) if words.startswith("~") else words in text


def matches(found: Any, expected: Any) -> bool:
    """Whether a value is what was expected.

    Of a dict only the expected keys count; lists are compared item by item; a text that begins with "~" is a
    regular expression for the whole text, or for the JSON text of what is no text.
    """
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            key in found and matches(found[key], value) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(matches(*pair) for pair in zip(found, expected, strict=True))
        )
    if isinstance(expected, str) and expected.startswith("~"):
        text = found if isinstance(found, str) else json.dumps(found)
        return re.fullmatch(expected[1:], text, re.DOTALL) is not None
    return bool(found == expected) and type(found) is type(expected)
