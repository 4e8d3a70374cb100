"""Forks share what never changes, and nothing else."""

import json
import random
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sandbox import World
from sandbox.cloud import _SHARING as SHARED
from sandbox.cloud import Cloud
from sandbox.kernel import Kernel
from sandbox.sharing import LARGE, Sharing, freeze
from tests.sandbox.reached import mutable, shared
from tests.sandbox.services.awslambda.shop import LETTERS, LETTERS_URL, Shop, package

HANDLER = (
    "import boto3, time\ncount = 0\nsqs = boto3.client('sqs')\n\ndef handler(event, context):\n"
    "    global count\n    count += 1\n    time.sleep(event.get('for', 0))\n"
    "    if event.get('fail'):\n        raise RuntimeError('no')\n    return count\n"
)


FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:worker"
WAITING = {"QueueUrl": LETTERS_URL, "MaxNumberOfMessages": 1, "WaitTimeSeconds": 20}
REDRIVE = json.dumps({"deadLetterTargetArn": LETTERS, "maxReceiveCount": "5"})
ALL = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


class Point(msgspec.Struct, frozen=True):
    name: str


class Diary:
    def __init__(self) -> None:
        self.pages = [Point("first"), Point("second")]
        self.cover = b"c" * LARGE
        self.note = b"small"
        self.files = {"a": b"f" * LARGE}
        self.dice = random.Random(3)
        self.place = Point("here")
        self.open: list[Point] = [self.place]


SHARING = Sharing(immutable=(Point,), lists={Diary: ("pages",)}, heavy=())
HEAVY = Sharing(immutable=(), lists={}, heavy=(Diary,))


TABLE = {
    "TableName": "cups",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture
def busy(make_world: Callable[..., World]) -> World:
    """A world in which something of every kind is going on."""
    shop = Shop(make_world(account_limit=20))
    shop.letters()
    shop.may_write_letters()
    shop.function(HANDLER, Timeout=60, DeadLetterConfig={"TargetArn": LETTERS})
    shop.invoke()
    shop.send({"fail": True})
    for _ in range(3):
        shop.send({"for": 50})
    for delay in (0, 100):
        shop.sqs.send_message(
            QueueUrl=LETTERS_URL,
            MessageBody="x",
            DelaySeconds=delay,
            MessageAttributes={"a": {"DataType": "String", "StringValue": "1"}},
        )
    shop.received()
    shop.world.submit("sqs", "ReceiveMessage", WAITING)
    shop.lam.put_function_event_invoke_config(FunctionName="worker", MaximumRetryAttempts=1)
    shop.sqs.set_queue_attributes(QueueUrl=LETTERS_URL, Attributes={"RedrivePolicy": REDRIVE})
    shop.iam.create_policy(PolicyName="all", PolicyDocument=ALL)
    shop.world.outside("api.example.com", [{"body": "x" * LARGE}])
    shop.lam.update_function_code(FunctionName="worker", ZipFile=package(HANDLER + "# other\n"))
    shop.world.advance(seconds=2)
    dynamodb = shop.world.client("dynamodb")
    dynamodb.create_table(**TABLE)
    shop.world.advance(seconds=5)
    dynamodb.put_item(TableName="cups", Item={"id": {"S": "1"}, "parts": {"L": [{"S": "ear"}]}})
    s3 = shop.world.client("s3")
    s3.create_bucket(Bucket="pics")
    told = {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="pics",
        NotificationConfiguration={"LambdaFunctionConfigurations": [told]},
        SkipDestinationValidation=True,
    )
    s3.put_object(Bucket="pics", Key="k", Body=b"x" * LARGE, Metadata={"a": "b"})
    return shop.world


def test_what_never_changes_is_handed_over_and_the_rest_is_copied() -> None:
    diary = Diary()
    copy = freeze(diary, SHARING).thaw()
    assert copy.place is diary.place
    assert copy.pages is not diary.pages
    assert [page is ours for page, ours in zip(copy.pages, diary.pages, strict=True)] == [True, True]
    assert copy.open is not diary.open
    assert copy.open == [diary.place]
    assert copy.dice.random() == diary.dice.random()
    assert shared(diary, copy) == []


def test_large_bytes_are_handed_over_and_small_ones_need_not_be() -> None:
    diary = Diary()
    frozen = freeze(diary, HEAVY)
    copy = frozen.thaw()
    assert copy.cover is diary.cover
    assert copy.files["a"] is diary.files["a"]
    assert copy.files is not diary.files
    assert copy.note == diary.note
    assert len(frozen.written) < LARGE


def test_a_frozen_state_stays_what_it_was_and_gives_any_number_of_copies() -> None:
    diary = Diary()
    frozen = freeze(diary, SHARING)
    drawn = diary.dice.random()
    diary.pages.append(Point("third"))
    one, other = frozen.thaw(), frozen.thaw()
    one.pages.append(Point("another"))
    assert [page.name for page in other.pages] == ["first", "second"]
    assert frozen.thaw().pages == other.pages
    assert one.dice.random() == other.dice.random() == drawn
    assert shared(one, other) == []


def test_the_walk_finds_what_is_there(busy: World) -> None:
    kinds = {type(item).__name__ for _, item in mutable(busy.cloud).values()}
    assert {"Kernel", "Trace", "Tape", "Function", "Environment", "Attempt", "Request", "Queue"} <= kinds
    assert {"Message", "Promise", "Role", "LogGroup", "Random", "QueuedEvent"} <= kinds


def _plant_in_the_agenda(cloud: Any, planted: Any) -> None:
    cloud.kernel.at(10**18, cloud.kernel.cancel, planted)


def _plant_in_a_frozen_struct(cloud: Any, planted: Any) -> None:
    class Holder(msgspec.Struct, frozen=True):
        inside: Any

    cloud.trace.events.append(Holder(planted))


def _plant_deep(cloud: Any, planted: Any) -> None:
    cloud.iam._roles["worker-role"].tags["x"] = (1, frozenset(), (planted,))


def _plant_as_an_owner(cloud: Any, planted: Any) -> None:
    cloud.planted = planted if isinstance(planted, Kernel) else [planted]


@pytest.mark.parametrize(
    "plant", [_plant_in_the_agenda, _plant_in_a_frozen_struct, _plant_deep, _plant_as_an_owner]
)
@pytest.mark.parametrize(
    "kind",
    [
        list,
        dict,
        set,
        bytearray,
        pytest.param(lambda: random.Random(1), id="stream"),
        pytest.param(lambda: Kernel(0, 1), id="kernel"),
    ],
)
def test_the_walk_finds_a_shared_object_that_was_planted(
    plant: Callable[[Any, Any], None], kind: Callable[[], Any]
) -> None:
    clouds = [Cloud(seed=1, profile="today", account_limit=None, start=0) for _ in range(2)]
    for cloud in clouds:
        cloud.iam._roles["worker-role"] = type("Role", (), {})()
        cloud.iam._roles["worker-role"].tags = {}
    assert shared(*clouds) == []
    planted = kind()
    for cloud in clouds:
        plant(cloud, planted)
    assert len(shared(*clouds)) >= 1


def test_parent_and_fork_and_checkpoint_share_no_mutable_object(busy: World) -> None:
    with busy.fork() as fork, busy.fork() as other:
        assert shared(busy.cloud, fork.cloud) == []
        assert shared(fork.cloud, other.cloud) == []
        fork.settle()
        assert shared(busy.cloud, fork.cloud) == []


def test_each_kind_that_is_said_never_to_change_is_met_and_handed_over(busy: World) -> None:
    handed = busy.cloud.freeze().handed
    assert {type(item) for item in handed} >= set(SHARED.immutable)
    assert mutable(*(item for item in handed if isinstance(item, SHARED.immutable))) == {}


def test_what_a_session_leaves_behind_is_handed_over(make_world: Callable[..., World]) -> None:
    shop = Shop(make_world())
    shop.function(HANDLER)

    def size() -> int:
        return len(shop.world.cloud.freeze().written)

    for _ in range(20):
        shop.invoke()
    shop.world.advance(minutes=1)
    early, events = size(), len(shop.world.trace)
    for _ in range(80):
        shop.invoke()
    shop.world.advance(minutes=1)
    assert len(shop.world.trace) > 3 * events
    assert size() < early + 200, "what is written out has grown with what was done"


def test_packages_are_never_copied(make_world: Callable[..., World]) -> None:
    shop = Shop(make_world())
    filling = random.Random(1).randbytes(300_000)
    shop.function(HANDLER + f"# {filling.hex()}\n")
    shop.invoke()
    frozen = shop.world.cloud.freeze()
    assert len(frozen.written) < 100_000
    (held,) = {id(item): item for item in frozen.handed if isinstance(item, bytes)}.values()
    assert sys.getsizeof(held) > 100_000
