"""The world's laws: replay, fork, undo, waiting, clients."""

import json
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError, ParamValidationError, WaiterError

from sandbox import Journal, NothingToUndoError, World
from sandbox.trace import ApiCalled, ApiFailed, PermissionDecided
from tests.sandbox.services.awslambda.shop import LETTERS_URL, Shop

COUNTS = (
    "import random, time\ncount = 0\n\ndef handler(event, context):\n    global count\n    count += 1\n"
    "    time.sleep(event.get('for', 0))\n    if event.get('fail'):\n        raise RuntimeError('no')\n"
    "    return [count, random.random()]\n"
)


@pytest.fixture
def shop(make_world: Callable[..., World]) -> Shop:
    made = Shop(make_world())
    made.letters()
    made.function(COUNTS, Timeout=900)
    return made


def test_the_clock_starts_where_it_is_told_and_stands_between_commands() -> None:
    with World() as world:
        assert world.now == datetime(2026, 11, 23, 9, tzinfo=UTC)
        world.client("sqs").create_queue(QueueName="q")
        assert world.now == datetime(2026, 11, 23, 9, 0, 0, 20_000, tzinfo=UTC), "one command's latency"
        world.advance(hours=6, minutes=1, seconds=2)
        assert world.now == datetime(2026, 11, 23, 15, 1, 2, 20_000, tzinfo=UTC)
        with pytest.raises(ValueError, match="time does not go back"):
            world.advance(seconds=-1)
        with pytest.raises(ValueError, match="time does not go back"):
            world.run_until(datetime(2026, 11, 23, 9, tzinfo=UTC))
        before = len(world.journal.rows)
        for go in (
            lambda: world.advance(hours=80_000_000),
            lambda: world.run_until(datetime(9999, 6, 1, tzinfo=UTC)),
        ):
            with pytest.raises(ValueError, match="no clock goes beyond the year 9998"):
                go()
        assert len(world.journal.rows) == before


def test_equal_seeds_and_commands_give_equal_traces_and_other_seeds_others() -> None:
    def hashed(seed: int) -> str:
        with World(seed=seed) as world:
            shop = Shop(world)
            shop.function(COUNTS)
            shop.send({"fail": True})
            world.settle()
            return world.trace.hash()

    assert hashed(7) == hashed(7)
    assert hashed(7) != hashed(8)


def test_a_world_lives_again_from_its_journal_alone(shop: Shop) -> None:
    shop.invoke()
    shop.send({"fail": True})
    shop.world.advance(minutes=2)
    shop.invoke({"for": 30})
    rows = [msgspec.json.decode(msgspec.json.encode(row), type=type(row)) for row in shop.world.journal.rows]
    with World.replay(Journal(rows, shop.world.journal.blobs)) as again:
        assert again.trace.hash() == shop.world.trace.hash()
        assert again.now == shop.world.now
        # And it goes on exactly as the first one does.
        both = [world.client("lambda").invoke(FunctionName="worker") for world in (again, shop.world)]
        assert both[0]["Payload"].read() == both[1]["Payload"].read()
        assert again.trace.hash() == shop.world.trace.hash()


def test_a_fork_goes_its_own_way_and_its_parent_stays_as_it_was(shop: Shop) -> None:
    assert shop.invoke()["Payload"].startswith(b"[1,")
    before = (shop.world.trace.hash(), len(shop.world.journal.rows), shop.world.now)
    with shop.world.fork() as fork:
        fork.client("sqs").send_message(QueueUrl=LETTERS_URL, MessageBody="x")
        fork.client("lambda").invoke(FunctionName="worker", InvocationType="Event", Payload=b'{"fail": 1}')
        fork.advance(hours=1)
        fork.client("lambda").delete_function(FunctionName="worker")
    assert (shop.world.trace.hash(), len(shop.world.journal.rows), shop.world.now) == before
    assert shop.invoke()["Payload"].startswith(b"[2,")


def test_a_forks_future_is_the_one_its_parent_would_have_had(shop: Shop) -> None:
    shop.invoke()
    shop.send({"for": 100})
    shop.world.advance(seconds=5)
    with shop.world.fork() as fork:
        for world in (fork, shop.world):
            world.client("lambda").invoke(FunctionName="worker", Payload=b'{"for": 3}')
            world.settle()
        assert fork.trace.hash() == shop.world.trace.hash()


def test_undo_takes_back_one_command_and_everything_it_led_to(shop: Shop) -> None:
    shop.world.mark()
    stood = shop.world.trace.hash()
    shop.invoke({"for": 9})
    once = shop.world.trace.hash()
    shop.world.advance(minutes=30)
    shop.world.undo()
    assert shop.world.trace.hash() == once
    shop.world.undo()
    assert shop.world.trace.hash() == stood
    assert shop.invoke()["Payload"].startswith(b"[1,"), "the function has never run"


def test_undo_takes_reading_commands_along_and_stops_at_the_mark(shop: Shop) -> None:
    shop.world.mark()
    stood = shop.world.trace.hash()
    shop.sqs.send_message(QueueUrl=LETTERS_URL, MessageBody="x")
    shop.lam.list_functions()
    shop.world.undo()
    assert shop.world.trace.hash() == stood
    with pytest.raises(NothingToUndoError):
        shop.world.undo()


def test_a_group_is_undone_as_one(shop: Shop) -> None:
    shop.world.mark()
    stood = shop.world.trace.hash()
    with shop.world.group():
        shop.lam.update_function_configuration(FunctionName="worker", Timeout=5)
        shop.lam.get_waiter("function_updated_v2").wait(FunctionName="worker")
    shop.world.undo()
    assert shop.world.trace.hash() == stood


def test_redo_takes_back_an_undo_to_the_event(shop: Shop, tmp_path: Path) -> None:
    shop.world.mark()
    stood = []
    for number in range(3):
        with shop.world.group():
            shop.invoke({"for": number})
            shop.world.advance(minutes=number)
        stood.append(shop.world.trace.hash())
    for _ in range(3):
        shop.world.undo()
    shop.lam.list_functions()
    again = shop.world.redo()
    assert [row.kind for row in again] == ["call", "advance"]
    assert shop.world.trace.hash() == stood[0]
    shop.world.redo()
    with shop.world.fork() as fork:
        fork.redo()
        assert fork.trace.hash() == stood[-1]
        fork.save(tmp_path / "redone.world")
    with World.open(tmp_path / "redone.world") as opened, World.rebuilt(opened.journal) as rebuilt:
        assert opened.trace.hash() == rebuilt.trace.hash() == stood[-1]
        opened.undo()
        assert opened.trace.hash() == shop.world.trace.hash()
        opened.redo()
        assert opened.trace.hash() == stood[-1]


def test_a_command_after_an_undo_ends_what_can_be_done_again(shop: Shop) -> None:
    shop.world.mark()
    with pytest.raises(NothingToUndoError, match="nothing to do again"):
        shop.world.redo()
    shop.invoke({"for": 1})
    shop.world.undo()
    shop.world.advance(seconds=1)
    with pytest.raises(NothingToUndoError, match="nothing to do again"):
        shop.world.redo()
    shop.world.undo()
    assert [row.kind for row in shop.world.redo()] == ["advance"]


def test_the_past_is_a_world_of_its_own(shop: Shop) -> None:
    stood = shop.world.trace.hash()
    shop.world.mark()
    shop.invoke({"for": 1})
    after = shop.world.trace.hash()
    for world in (shop.world, World.replay(shop.world.journal)):
        with world.at_mark() as past:
            assert past.trace.hash() == stood
            with pytest.raises(NothingToUndoError):
                past.undo()
            past.client("lambda").invoke(FunctionName="worker", Payload=b'{"for": 1}')
            assert past.trace.hash() == after, "it goes on as the world did"
        assert world.trace.hash() == after
    world.close()


def test_waiters_move_the_clock_and_give_up_as_botocores_do(shop: Shop) -> None:
    before = shop.world.now
    shop.lam.update_function_configuration(FunctionName="worker", Timeout=5)
    shop.lam.get_waiter("function_updated_v2").wait(FunctionName="worker")
    assert timedelta(seconds=1) <= shop.world.now - before < timedelta(seconds=3)
    with pytest.raises(WaiterError, match="Waiter FunctionActive failed: An error occurred"):
        shop.lam.get_waiter("function_active").wait(FunctionName="nobody")
    with pytest.raises(ValueError, match="Waiter does not exist"):
        shop.lam.get_waiter("coffee_ready")


def test_a_client_speaks_boto3(shop: Shop) -> None:
    with pytest.raises(ParamValidationError, match='Unknown parameter in input: "Colour"'):
        shop.sqs.create_queue(QueueName="q", Colour="blue")
    with pytest.raises(AttributeError, match="sqs has no operation 'make_tea'"):
        shop.sqs.make_tea()
    with pytest.raises(shop.lam.exceptions.ResourceNotFoundException) as error:
        shop.lam.get_function(FunctionName="nobody")
    response = error.value.response
    assert response["Error"]["Code"] == "ResourceNotFoundException"
    assert response["Type"] == "User"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert response["ResponseMetadata"]["RequestId"]
    with pytest.raises(LookupError, match=r"kinesis is not implemented here. Implemented: cloudwatch, dyn"):
        shop.world.client("kinesis")
    with pytest.raises(LookupError, match="there is no user or role"):
        shop.world.client("sqs", principal="arn:aws:iam::123456789012:user/nobody")


def test_a_refusal_is_explained_by_its_walk_and_by_the_trace(shop: Shop) -> None:
    shop.iam.create_user(UserName="dev")
    arn = "arn:aws:iam::123456789012:user/dev"
    with pytest.raises(ClientError):
        shop.world.client("sqs", principal=arn).send_message(QueueUrl=LETTERS_URL, MessageBody="x")
    refused = [event for event in shop.world.trace.of(PermissionDecided) if not event.allowed][-1]
    assert (refused.principal, refused.action) == (arn, "sqs:SendMessage")
    assert "User dev was refused sqs:SendMessage" in " ".join(shop.world.explain(refused.seq))
    walk = shop.world.walk(refused)
    assert walk is not None
    assert not walk.decision.allowed
    (edit,) = walk.edits
    assert json.loads(edit.statement)["Action"] == "sqs:SendMessage"


def test_calls_and_failures_are_traced_with_their_cause(shop: Shop) -> None:
    with pytest.raises(ClientError):
        shop.lam.get_function(FunctionName="nobody")
    failed = shop.world.trace.of(ApiFailed)[-1]
    called = shop.world.trace.events[failed.cause - 1]
    assert isinstance(called, ApiCalled)
    assert (called.operation, failed.error) == ("GetFunction", "ResourceNotFoundException")


def test_a_command_of_a_user_who_is_gone_since_is_replayed_too(shop: Shop) -> None:
    shop.iam.create_user(UserName="dev")
    dev = shop.world.client("sts", principal="arn:aws:iam::123456789012:user/dev")
    shop.iam.delete_user(UserName="dev")
    with pytest.raises(ClientError, match="The security token included in the request is invalid"):
        dev.get_caller_identity()
    assert shop.world.journal.rows[-1].operation == "GetCallerIdentity"


def test_a_queue_that_is_not_there_is_caught_as_boto3_names_it(shop: Shop) -> None:
    with pytest.raises(shop.sqs.exceptions.QueueDoesNotExist) as error:
        shop.sqs.get_queue_url(QueueName="nobody")
    assert error.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_a_ticket_waits_until_something_answers_it(shop: Shop) -> None:
    waiting = {"QueueUrl": LETTERS_URL, "WaitTimeSeconds": 20, "MaxNumberOfMessages": 1}
    ticket = shop.world.submit("sqs", "ReceiveMessage", waiting)
    assert not ticket.done
    with pytest.raises(RuntimeError, match="not done yet"):
        ticket.result()
    shop.sqs.send_message(QueueUrl=LETTERS_URL, MessageBody="at last")
    assert ticket.done
    assert [message["Body"] for message in ticket.result()["Messages"]] == ["at last"]
    before = shop.world.now
    assert "Messages" not in shop.sqs.receive_message(QueueUrl=LETTERS_URL, WaitTimeSeconds=20)
    assert shop.world.now - before == timedelta(seconds=20, microseconds=20_000)


def _allow(shop: Shop, effect: str, condition: dict[str, Any]) -> Any:
    """A user who may list queues, but for one more statement with a condition."""
    arn = "arn:aws:iam::123456789012:user/dev"
    statements = [{"Effect": effect, "Action": "sqs:*", "Resource": "*", "Condition": condition}]
    if effect == "Deny":
        statements.append({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"})
    shop.iam.create_user(UserName="dev")
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    shop.iam.put_user_policy(UserName="dev", PolicyName="p", PolicyDocument=policy)
    return shop.world.client("sqs", principal=arn)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, False),
        ({"NumericGreaterThan": {"aws:EpochTime": "1700000000"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, False),
        ({"StringLike": {"aws:username": "d?v"}}, True),
    ],
)
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_conditions_are_seen_in_real_calls(
    shop: Shop, effect: str, condition: dict[str, Any], holds: bool
) -> None:
    dev = _allow(shop, effect, condition)
    if holds is (effect == "Allow"):
        assert dev.list_queues()["QueueUrls"]
    else:
        with pytest.raises(ClientError, match="not authorized"):
            dev.list_queues()


def test_a_decision_that_looks_at_the_clock_is_taken_anew(shop: Shop) -> None:
    dev = _allow(shop, "Allow", {"DateLessThan": {"aws:CurrentTime": "2026-11-23T10:00:00Z"}})
    assert dev.list_queues()["QueueUrls"]
    shop.world.advance(hours=2)
    with pytest.raises(ClientError, match="not authorized"):
        dev.list_queues()


def test_every_decision_is_walked_as_it_was_decided(shop: Shop) -> None:
    shop.invoke()
    with pytest.raises(ClientError):
        _allow(shop, "Deny", {"Bool": {"aws:SecureTransport": "true"}}).list_queues()
    decided = shop.world.trace.of(PermissionDecided)
    assert len(decided) > 5
    for event in decided:
        walk = shop.world.walk(event)
        assert walk is not None
        assert walk.decision.allowed is event.allowed, event


def test_a_command_that_is_interrupted_leaves_the_world_as_its_journal_says(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sandbox.runtime import Environments

    shop.send({"fail": True})
    before = (shop.world.trace.hash(), len(shop.world.journal.rows))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Environments, "run", interrupted)
        for command in (shop.world.settle, lambda: shop.world.advance(hours=1)):
            with pytest.raises(KeyboardInterrupt):
                command()
    assert (shop.world.trace.hash(), len(shop.world.journal.rows)) == before
    shop.world.settle()
    shop.world.undo()
    assert shop.world.trace.hash() == before[0]


@pytest.mark.parametrize("again", ["in the way back", "a signal"])
def test_a_second_interrupt_while_the_first_is_being_undone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, again: str
) -> None:
    from sandbox.history import recorded as module
    from sandbox.runtime import Environments

    assert shop.invoke()["Payload"].startswith(b"[1,")
    before = (shop.world.trace.hash(), shop.world.now, len(shop.world.journal.rows))
    interrupts: list[str] = []

    def interrupted(*given: Any) -> Any:
        if interrupts:
            return run(*given)
        interrupts.append("the first")
        raise KeyboardInterrupt

    def interrupted_again(*given: Any) -> Any:
        interrupts.append("the second")
        if again == "a signal":
            os.kill(os.getpid(), signal.SIGINT)
            return replayed(*given)
        raise KeyboardInterrupt

    run, replayed = Environments.run, module.replayed
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(Environments, "run", interrupted)
            patched.setattr(module, "replayed", interrupted_again)
            with pytest.raises(KeyboardInterrupt):
                shop.invoke()
    finally:
        signal.signal(signal.SIGINT, former)
    assert interrupts == ["the first", "the second"]
    assert (shop.world.trace.hash(), shop.world.now, len(shop.world.journal.rows)) == before
    assert shop.invoke()["Payload"].startswith(b"[2,")
    shop.world.save(tmp_path / "saved.world")
    with World.open(tmp_path / "saved.world") as opened:
        assert opened.trace.hash() == shop.world.trace.hash()


@pytest.mark.parametrize("value", [{"$blob": "x"}, {"$time": "1"}, {"$map": "y"}])
def test_a_users_map_that_looks_like_the_journals_own_survives(shop: Shop, value: dict[str, str]) -> None:
    shop.sqs.create_queue(QueueName="tagged", tags=value)
    shop.sqs.create_queue(QueueName="more")
    shop.world.undo()
    url = shop.sqs.get_queue_url(QueueName="tagged")["QueueUrl"]
    assert shop.sqs.list_queue_tags(QueueUrl=url)["Tags"] == value


def test_a_text_that_cannot_be_sent_is_refused_before_it_is_journaled(shop: Shop) -> None:
    rows = len(shop.world.journal.rows)
    with pytest.raises(ParamValidationError, match="cannot be sent"):
        shop.sqs.create_queue(QueueName="\ud800")
    assert len(shop.world.journal.rows) == rows
