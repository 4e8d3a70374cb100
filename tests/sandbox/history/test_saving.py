"""Worlds in files: what is saved here is opened there, and comes to the same."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from botocore.exceptions import ClientError

from sandbox import Journal, JournalError, World
from sandbox.history import journal as rows
from sandbox.history.replaying import ReplayDiffersError
from sandbox.kernel import as_time
from sandbox.runtime.memo import memo
from sandbox.trace import AsyncEventEnded, InvocationEnded
from tests.sandbox.services.awslambda.shop import LETTERS, LETTERS_URL, Shop, package

SAVED = Path(__file__).parent / "saved" / "lab.world"
"""A lab's world, saved by Python 3.11. `UPDATE_SAVED=1 python3.11 -m pytest` of this file
writes it anew; that is right when the engine is meant to come to something else than before."""

MAILER = """
import asyncio, boto3, logging, random, threading, time, uuid
from datetime import datetime, timezone

log = logging.getLogger()
log.setLevel("INFO")
sqs = boto3.client("sqs")
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/letters"
seen = []


def handler(event, context):
    seen.append(event["to"])
    log.info("letter %d of %s at %s", len(seen), uuid.uuid4(), datetime.now(timezone.utc).isoformat())
    if event.get("large"):
        ballast = bytearray(event["large"] << 20)
        for place in range(0, len(ballast), 4096):
            ballast[place] = 1
    if event["to"] == "nobody":
        raise RuntimeError("there is nobody")
    with open("/tmp/outbox", "a") as outbox:
        outbox.write(event["to"] + "\\n")
    time.sleep(random.uniform(0.1, 0.2))
    sent = sqs.send_message(QueueUrl=URL, MessageBody=event["to"])
    return {"id": sent["MessageId"], "left": context.get_remaining_time_in_millis(), "seen": len(seen)}
"""


def lab() -> World:
    """A lab as a learner leaves it: set up, broken, mended, used, with something still under way."""
    world = World(seed=21)
    shop = Shop(world)
    with world.group():
        shop.letters()
        shop.function(MAILER, "mailer", Timeout=10, MemorySize=128)
    world.mark()
    shop.invoke({"to": "ada"}, "mailer")  # refused by SQS: the role may not write
    shop.may_write_letters()
    shop.lam.update_function_configuration(
        FunctionName="mailer", DeadLetterConfig={"TargetArn": LETTERS}, Environment={"Variables": {"AB": "1"}}
    )
    shop.lam.get_waiter("function_updated_v2").wait(FunctionName="mailer")
    shop.invoke({"to": "ada", "large": 60}, "mailer")
    shop.invoke({"to": "bob", "large": 200}, "mailer")  # more than it has
    shop.sqs.purge_queue(QueueUrl=LETTERS_URL)
    world.undo()
    with suppress(ClientError):
        shop.lam.get_function(FunctionName="nobody")
    shop.send({"to": "nobody"}, "mailer")
    world.advance(minutes=10)
    shop.invoke({"to": "ada"}, "mailer")
    for name in ("cy", "nobody", "eve"):
        shop.send({"to": name}, "mailer")
    world.advance(seconds=30)
    return world


def verdict(world: World) -> dict[str, Any]:
    """What a check would find out in a fork: how a lost event is tried, and whether it comes to the queue."""
    with world.fork() as fork:
        since = len(fork.trace)
        fork.client("lambda").invoke(
            FunctionName="mailer", InvocationType="Event", Payload=b'{"to": "nobody"}'
        )
        fork.settle()
        found: list[Any] = []
        while True:
            reply = fork.client("sqs").receive_message(QueueUrl=LETTERS_URL, MaxNumberOfMessages=10)
            if "Messages" not in reply:
                break
            found += [message["Body"] for message in reply["Messages"]]
        ended = fork.trace.of(InvocationEnded, since=since)
        return {
            "outcomes": [event.outcome for event in ended],
            "over": [event.condition for event in fork.trace.of(AsyncEventEnded, since=since)],
            "letters": sorted(found),
        }


VERDICT = {
    "outcomes": ["error"] * 5,
    "over": ["RetriesExhausted", "RetriesExhausted"],
    "letters": ["ada", "ada", "cy", "eve", '{"to": "nobody"}', '{"to": "nobody"}', '{"to": "nobody"}'],
}


@pytest.fixture
def shop(make_world: Callable[..., World]) -> Shop:
    made = Shop(make_world())
    made.letters()
    made.function(
        "def handler(event, context):\n"
        "    if event.get('fail'):\n        raise RuntimeError\n    return event\n"
    )
    return made


def test_a_world_is_opened_as_it_was_saved_and_goes_on_the_same_way(tmp_path: Path) -> None:
    with lab() as world:
        world.save(tmp_path / "mine.world")
        memo.clear()
        with World.open(tmp_path / "mine.world") as again:
            assert again.now == world.now
            assert again.trace.hash() == world.trace.hash()
            assert [row.hash for row in again.journal.rows] == [row.hash for row in world.journal.rows]
            assert verdict(again) == verdict(world) == VERDICT
            for either in (world, again):
                either.client("lambda").invoke(FunctionName="mailer", Payload=b'{"to": "zoe"}')
                either.settle()
            assert again.trace.hash() == world.trace.hash()
            again.undo()
            assert again.trace.hash() != world.trace.hash()


def test_a_world_that_another_python_saved_comes_to_the_same_here() -> None:
    if os.environ.get("UPDATE_SAVED") == "1":
        assert sys.version_info[:2] == (3, 11), "the file is one that the oldest Python has written"
        with lab() as world:
            world.save(SAVED)
    memo.clear()
    with World.open(SAVED) as world:
        assert world.journal.header().python.startswith("3.11.")
        assert verdict(world) == VERDICT
        kinds = [row.kind for row in world.journal.rows]
        assert {rows.OBSERVATION, rows.UNDO, rows.MARK, rows.DRIVE} <= set(kinds)
        world.undo()
        world.undo()
        assert verdict(world)["over"] == ["Success", "RetriesExhausted", "RetriesExhausted"]


OPEN = (
    "import sys\nfrom sandbox import World\n"
    "with World.open(sys.argv[1]) as world:\n    print(world.trace.hash(), world.now.isoformat())\n"
)


@pytest.mark.parametrize("hashing", ["1", "2"])
def test_another_process_comes_to_the_same_whatever_its_hashes(tmp_path: Path, hashing: str) -> None:
    with lab() as world:
        world.save(tmp_path / "x")
        expected = [world.trace.hash(), world.now.isoformat()]
    opened = subprocess.run(
        [sys.executable, "-c", OPEN, str(tmp_path / "x")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONHASHSEED": hashing},
    )
    assert opened.stdout.split() == expected


def test_saving_a_world_changes_nothing_and_gives_the_same_bytes(shop: Shop, tmp_path: Path) -> None:
    shop.invoke()
    before = (shop.world.trace.hash(), len(shop.world.journal.rows))
    for name in ("one", "two"):
        shop.world.save(str(tmp_path / name))
    assert (shop.world.trace.hash(), len(shop.world.journal.rows)) == before
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_file_says_what_it_is(shop: Shop, tmp_path: Path) -> None:
    shop.world.save(tmp_path / "x")
    with ZipFile(tmp_path / "x") as archive:
        names = archive.namelist()
        said = json.loads(archive.read("world.json"))
    assert names[:2] == ["world.json", "journal.jsonl"]
    assert all(name.startswith("blobs/") for name in names[2:])
    assert said["kind"] == "lambda-tutor world"
    assert said["format"] == 1
    assert said["python"] == ".".join(map(str, sys.version_info[:3]))
    assert said["rows"] == len(shop.world.journal.rows)
    assert said["trace"] == shop.world.trace.hash()


def test_a_file_that_cannot_be_written_leaves_the_old_one(shop: Shop, tmp_path: Path) -> None:
    shop.world.save(tmp_path / "x")
    before = (tmp_path / "x").read_bytes()
    shop.invoke()
    name = next(iter(shop.world.journal.blobs))
    whole = shop.world.journal.blobs[name]
    shop.world.journal.blobs[name] = None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        shop.world.save(tmp_path / "x")
    shop.world.journal.blobs[name] = whole
    assert (tmp_path / "x").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    with pytest.raises(OSError, match="No such file"):
        shop.world.save(tmp_path / "nowhere" / "x")


def test_a_file_has_the_rights_that_other_files_have(shop: Shop, tmp_path: Path) -> None:
    shop.world.save(tmp_path / "x")
    (tmp_path / "y").write_bytes(b"")
    assert (tmp_path / "x").stat().st_mode == (tmp_path / "y").stat().st_mode


# -- another engine ------------------------------------------------------------------------------------------


def resealed(journal: Journal, change: Callable[[rows.Row], rows.Row]) -> Journal:
    """A journal with other rows, whole again."""
    made = Journal((), journal.blobs)
    previous = ""
    for row in journal.rows:
        made.rows.append(change(row).sealed(previous))
        previous = made.rows[-1].hash
    return made


def of_an_older_engine(journal: Journal) -> Journal:
    """A journal of an engine under which handlers took fewer agenda entries than under this one."""

    def change(row: rows.Row) -> rows.Row:
        if row.kind == rows.WORLD:
            return msgspec.structs.replace(row, params={**row.params, "engine": "0.0.9", "python": "3.10.1"})
        return msgspec.structs.replace(row, steps=row.steps - row.steps // 4)

    return resealed(journal, change)


def test_a_journal_that_comes_out_differently_says_so_and_can_be_rebuilt(shop: Shop) -> None:
    shop.world.mark()
    with shop.world.group():
        shop.invoke({"a": 1})
        shop.send({"fail": True})
    shop.invoke({"b": 1})
    shop.world.undo()
    shop.world.advance(minutes=30)
    old = of_an_older_engine(shop.world.journal)
    words = r"comes out differently: .* by engine 0\.0\.9 on Python 3\.10\.1; here is engine"
    with pytest.raises(ReplayDiffersError, match=words) as differs:
        World.replay(old)
    assert differs.value.header.engine == "0.0.9"
    with World.rebuilt(old) as again:
        assert again.trace.hash() == shop.world.trace.hash()
        assert again.now == shop.world.now
        assert again.journal.header().engine != "0.0.9"
        World.replay(again.journal).close()
        assert [row.operation for row in again.undo()] == [""], "the advance"
        assert len(again.undo()) == 2, "the group is one"


def test_all_kinds_of_commands_are_given_again(shop: Shop) -> None:
    world = shop.world
    shop.iam.create_user(UserName="dev")
    dev = world.client("sts", principal="arn:aws:iam::123456789012:user/dev")
    dev.get_caller_identity()
    shop.iam.delete_user(UserName="dev")
    world.outside("api.example.com", [{"path": "/rates", "body": b"1.1", "times": 2}])
    world.run_until(world.now + timedelta(hours=1))
    with suppress(ClientError):
        shop.sqs.delete_queue(QueueUrl=LETTERS_URL + "-none")
    world.submit("sqs", "ReceiveMessage", {"QueueUrl": LETTERS_URL, "WaitTimeSeconds": 20})
    world.proceed(lambda due: due > as_time(world.now) + 5_000_000)
    shop.sqs.send_message(QueueUrl=LETTERS_URL, MessageBody="at last")
    world.mark()
    shop.invoke({"a": 1})
    world.settle()
    with World.rebuilt(world.journal) as again:
        assert again.trace.hash() == world.trace.hash()
        assert again.now == world.now
        plain = [(row.kind, row.time, row.steps, row.group, row.params) for row in world.journal.rows]
        assert [(row.kind, row.time, row.steps, row.group, row.params) for row in again.journal.rows] == plain


def test_a_file_whose_trace_is_another_one_says_so_and_can_be_rebuilt(shop: Shop, tmp_path: Path) -> None:
    shop.invoke()
    path = tmp_path / "x"
    shop.world.save(path)
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    said = json.loads(parts["world.json"])
    parts["world.json"] = json.dumps({**said, "trace": "0" * 64, "events": 3}).encode()
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(
        ReplayDiffersError, match=r"events where there were 3, or other ones\. Both are engine"
    ):
        World.open(path)
    with World.open(path, rebuild=True) as again:
        assert again.trace.hash() == shop.world.trace.hash()


def test_code_that_ran_to_its_end_and_is_stopped_now_is_told(shop: Shop) -> None:
    # A handler whose end was observed, in a journal that has lost the observation.
    shop.function("def handler(event, context):\n    x = bytearray(300 << 20)\n", "hog", MemorySize=128)
    shop.invoke({}, "hog")
    journal = shop.world.journal
    lost = [row for row in journal.rows if row.kind == rows.OBSERVATION and row.params["ending"]]
    assert len(lost) == 1

    def change(row: rows.Row) -> rows.Row:
        return msgspec.structs.replace(row, kind=rows.MARK, params=None) if row in lost else row

    with pytest.raises(ReplayDiffersError, match=r"code was stopped in row \d+ that ran to its end"):
        World.replay(resealed(journal, change))


def test_packages_and_payloads_of_any_bytes_are_kept(shop: Shop, tmp_path: Path) -> None:
    odd = bytes(range(256)) * 40
    shop.lam.update_function_code(FunctionName="worker", ZipFile=package("# " + "ä" * 5000 + "\n"))
    shop.world.settle()
    with suppress(ClientError):
        shop.lam.invoke(FunctionName="worker", Payload=odd)
    shop.world.save(tmp_path / "x")
    with World.open(tmp_path / "x") as again:
        assert again.journal.blobs == shop.world.journal.blobs
        assert odd in again.journal.blobs.values()


def test_a_path_that_leads_nowhere_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        World.open(tmp_path / "nothing")
    with pytest.raises(JournalError, match="no saved world"):
        (tmp_path / "empty").write_bytes(b"")
        World.open(tmp_path / "empty")
