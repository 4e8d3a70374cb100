"""The world's laws, over random commands in any order, with forks, undos and workers killed in between."""

import json
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sandbox import NothingToUndoError, World
from sandbox.history.journal import OBSERVATION as OBSERVED
from sandbox.runtime import Observation
from sandbox.runtime.memo import memo
from sandbox.trace import (
    AsyncEventEnded,
    DeadLetterDelivered,
    DeadLetterFailed,
    InvocationAccepted,
    InvocationEnded,
    InvocationStarted,
    MessageSent,
)
from tests.sandbox.reached import shared
from tests.sandbox.services.awslambda.shop import LOGGING, ROLE, TRUST, package

HANDLERS = {
    "counts": "import random, time\ncount = 0\n\ndef handler(event, context):\n    global count\n"
    "    count += 1\n    print('call', count)\n    time.sleep(event['for'])\n"
    "    return [count, random.random(), time.time()]\n",
    "writes": "import boto3, os\nsqs = boto3.client('sqs')\n\ndef handler(event, context):\n"
    "    url = sqs.get_queue_url(QueueName='letters')['QueueUrl']\n"
    "    sent = sqs.send_message(QueueUrl=url, MessageBody=str(event['for']))\n"
    "    open('/tmp/sent', 'a').write(sent['MessageId'])\n    return os.path.getsize('/tmp/sent')\n",
    "crashes": "import os\n\ndef handler(event, context):\n    if event['for'] % 2:\n        os._exit(3)\n"
    "    raise ValueError(event)\n",
    "loops": "def handler(event, context):\n    while event['for'] % 3 == 0:\n        pass\n",
}
NAMES = ("ada", "bob", "cy")
NARROW = "narrow"
RESERVED = 2
SMALL = 4
QUEUE = "arn:aws:sqs:us-east-1:123456789012:"
MAY_WRITE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"], "Resource": QUEUE + "*"}
        ],
    }
)
LOST = frozenset({"RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency"})

Command = tuple[str, Any, Any]
named = st.sampled_from((*NAMES, NARROW))
seconds = st.integers(0, 9)
commands = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(NAMES), st.sampled_from(sorted(HANDLERS))),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("update"), named, st.sampled_from(sorted(HANDLERS))),
    st.tuples(st.just("invoke"), named, seconds),
    st.tuples(st.just("send"), named, seconds),
    st.tuples(st.just("send"), named, seconds),
    st.tuples(st.just("message"), st.none(), seconds),
    st.tuples(st.just("permit"), st.booleans(), st.none()),
    st.tuples(st.just("log"), st.booleans(), st.none()),
    st.tuples(st.just("advance"), st.none(), st.sampled_from((0.5, 3, 20, 130, 700))),
    st.tuples(st.just("settle"), st.none(), st.none()),
)


def do(world: World, command: Command) -> None:
    """Give one command, whatever AWS answers."""
    what, name, value = command
    lam, iam = world.client("lambda"), world.client("iam")
    role = {"RoleName": "worker-role"}
    with suppress(ClientError):
        if what == "create":
            lam.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Handler="app.handler",
                Role=ROLE,
                Timeout=5,
                Code={"ZipFile": package(HANDLERS[value])},
                DeadLetterConfig={"TargetArn": QUEUE + "lost"},
            )
        elif what == "delete":
            lam.delete_function(FunctionName=name)
        elif what == "update":
            lam.update_function_code(FunctionName=name, ZipFile=package(HANDLERS[value]))
        elif what in {"invoke", "send"}:
            kind = "Event" if what == "send" else "RequestResponse"
            lam.invoke(FunctionName=name, Payload=json.dumps({"for": value}), InvocationType=kind)
        elif what == "message":
            url = "https://sqs.us-east-1.amazonaws.com/123456789012/letters"
            world.client("sqs").send_message(QueueUrl=url, MessageBody="x", DelaySeconds=value)
        elif what == "permit" and name:
            iam.put_role_policy(**role, PolicyName="letters", PolicyDocument=MAY_WRITE)
        elif what == "permit":
            iam.delete_role_policy(**role, PolicyName="letters")
        elif what == "log" and name:
            iam.attach_role_policy(**role, PolicyArn=LOGGING)
        elif what == "log":
            iam.detach_role_policy(**role, PolicyArn=LOGGING)
        elif what == "advance":
            world.advance(seconds=value)
        else:
            world.settle()


def prepared(small: bool) -> World:
    """A world with a role, two queues, and a function whose concurrency is reserved unless it is `small`."""
    world = World(seed=3, account_limit=SMALL if small else None)
    iam, sqs = world.client("iam"), world.client("sqs")
    for queue in ("letters", "lost"):
        sqs.create_queue(QueueName=queue)
    iam.create_role(RoleName="worker-role", AssumeRolePolicyDocument=TRUST)
    do(world, ("log", True, None))
    do(world, ("permit", True, None))
    for name, handler in ((NARROW, "counts"), ("ada", "writes")):
        do(world, ("create", name, handler))
    if not small:
        world.client("lambda").put_function_concurrency(
            FunctionName=NARROW, ReservedConcurrentExecutions=RESERVED
        )
    world.settle()
    world.mark()
    return world


def workers() -> list[int]:
    """The living processes that run handlers for this process: the children of its children."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # who has ended meanwhile is none of them
            state, parent, *_ = (folder / "stat").read_bytes().rpartition(b")")[2].split()
            parents[int(folder.name)] = 0 if state in b"ZX" else int(parent)
    children = {pid for pid, parent in parents.items() if parent == os.getpid()}
    return [pid for pid, parent in parents.items() if parent in children]


def kill_workers() -> None:
    """Kill all of them, as somebody else would, and wait until they are dead."""
    killed = set(workers())
    for pid in killed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while killed & set(workers()):
        time.sleep(0.001)


def most_at_once(world: World, name: str = "") -> int:
    """How many invocations ran at once at most, of one function or of all."""
    running: set[str] = set()
    most = 0
    for event in world.trace:
        if isinstance(event, InvocationStarted) and event.arn.endswith(name):
            running.add(event.environment)
            most = max(most, len(running))
        elif isinstance(event, InvocationEnded):
            running.discard(event.environment)
    return most


def check_conservation(world: World) -> None:
    """Every accepted asynchronous event ends exactly once, and what is lost is told once. Settles a fork."""
    accepted = {event.request_id for event in world.trace.of(InvocationAccepted) if event.type == "Event"}
    before = Counter(event.request_id for event in world.trace.of(AsyncEventEnded))
    assert all(count == 1 for count in before.values())
    with world.fork() as settled:
        settled.settle()
        ended = settled.trace.of(AsyncEventEnded)
        assert Counter(event.request_id for event in ended) == dict.fromkeys(accepted, 1)
        delivered = settled.trace.of(DeadLetterDelivered)
        told = Counter(event.request_id for event in [*delivered, *settled.trace.of(DeadLetterFailed)])
        lost = {event.request_id for event in ended if event.condition in LOST}
        assert told == dict.fromkeys(lost, 1)
        arrived = [event for event in settled.trace.of(MessageSent) if event.arn == QUEUE + "lost"]
        assert len(arrived) == len(delivered)


class Laws(RuleBasedStateMachine):
    """Commands, forks, undos and kills in any order."""

    world: World

    @initialize(small=st.booleans())
    def begin(self, small: bool) -> None:
        self.small = small
        self.world = prepared(small)
        self.stood = self.world.now

    @rule(command=commands)
    def give(self, command: Command) -> None:
        do(self.world, command)

    @rule(together=st.lists(commands, min_size=2, max_size=3))
    def give_together(self, together: Sequence[Command]) -> None:
        before = self.world.trace.hash()
        with self.world.group():
            for command in together:
                do(self.world, command)
        with self.world.fork() as fork:
            fork.undo()
            assert fork.trace.hash() == before

    @rule(command=commands)
    def there_and_back(self, command: Command) -> None:
        before = (self.world.trace.hash(), self.world.now)
        do(self.world, command)
        after = (self.world.trace.hash(), self.world.now)
        self.world.undo()
        assert (self.world.trace.hash(), self.world.now) == before
        with self.world.fork() as fork:
            fork.redo()
            assert (fork.trace.hash(), fork.now) == after

    @rule()
    def undo(self) -> None:
        with suppress(NothingToUndoError):
            self.world.undo()
        self.stood = self.world.now

    @rule(steps=st.integers(1, 4))
    def back_and_there(self, steps: int) -> None:
        stood = []
        with suppress(NothingToUndoError):
            for _ in range(steps):
                here = (self.world.trace.hash(), self.world.now)
                self.world.undo()
                stood.append(here)
        for there in reversed(stood):
            self.world.redo()
            assert (self.world.trace.hash(), self.world.now) == there

    @rule()
    def redo(self) -> None:
        with suppress(NothingToUndoError):
            self.world.redo()
        self.stood = self.world.now

    @rule(given=st.lists(commands, max_size=3))
    def a_forks_future_is_its_parents(self, given: Sequence[Command]) -> None:
        before = (self.world.trace.hash(), self.world.now, len(self.world.journal.rows))
        with self.world.fork() as fork:
            for command in given:
                do(fork, command)
            assert (self.world.trace.hash(), self.world.now, len(self.world.journal.rows)) == before
            assert shared(self.world.cloud, fork.cloud) == []
            for command in given:
                do(self.world, command)
            assert fork.trace.hash() == self.world.trace.hash()
            assert fork.now == self.world.now

    @precondition(lambda self: Path("/proc/self/stat").exists())
    @rule(forget=st.booleans())
    def kill_all_workers(self, forget: bool) -> None:
        kill_workers()
        if forget:
            memo.clear()

    @rule(own=st.sampled_from((0, 2, 16)))
    def pack(self, own: int) -> None:
        # Whether environments share processes must not show.
        self.world.cloud.environments.own_processes = own

    @invariant()
    def time_is_monotonic(self) -> None:
        if not hasattr(self, "world"):
            return
        times = [event.time for event in self.world.trace]
        assert times == sorted(times)
        assert self.stood <= self.world.now
        self.stood = self.world.now

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.world as world:
            check_conservation(world)
            assert most_at_once(world) <= (SMALL if self.small else 1000)
            assert self.small or most_at_once(world, f":{NARROW}") <= RESERVED
            observed = [
                Observation.of(row.params).ending for row in world.journal.rows if row.kind == OBSERVED
            ]
            assert {seen.status for seen in observed if seen is not None} <= {"exit status 3"}, (
                "a kill was seen"
            )
            self._replays(world)

    def _replays(self, world: World) -> None:
        memo.clear()
        kill_workers()
        with tempfile.TemporaryDirectory() as folder:
            world.save(Path(folder, "saved.world"))
            with World.open(Path(folder, "saved.world")) as again:
                assert again.trace.hash() == world.trace.hash()
                assert again.now == world.now


def test_a_worker_that_somebody_kills_is_restored_and_nothing_shows() -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("processes are found in /proc")
    with prepared(False) as quiet, prepared(False) as troubled:
        for world in (quiet, troubled):
            for command in [("invoke", NARROW, 1), ("invoke", "ada", 2), ("send", NARROW, 4)]:
                do(world, command)
            if world is troubled:
                assert workers()
                kill_workers()
            memo.clear()
            for command in [("settle", None, None), ("invoke", NARROW, 3), ("invoke", "ada", 4)]:
                do(world, command)
        assert troubled.trace.hash() == quiet.trace.hash()
        assert [event.outcome for event in quiet.trace.of(InvocationEnded)] == ["success"] * 5


class ManyLaws(Laws):
    """The same, for long."""


TestLaws = Laws.TestCase
TestLaws.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestManyLaws = pytest.mark.slow(ManyLaws.TestCase)
TestManyLaws.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
