"""Files that are no worlds, or none any more: each is refused, and says why."""

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sandbox import JournalError, World
from sandbox.history import journal as rows
from sandbox.history import saving
from tests.sandbox.services.awslambda.shop import Shop

Parts = dict[str, bytes]

CREATE = {"FunctionName": "w", "Role": "r", "Code": {"ZipFile": "text"}}
STATISTICS = {
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "StartTime": "2026-11-23T09:00:00Z",
    "EndTime": {"$time": 1_800_000_000_000_000},
    "Period": 60,
}


@pytest.fixture
def parts(make_world: Callable[..., World], tmp_path: Path) -> Parts:
    """The entries of a file with a small world."""
    shop = Shop(make_world())
    shop.function("def handler(event, context):\n    return event\n")
    shop.invoke({"a": 1})
    shop.world.advance(seconds=3)
    shop.world.save(tmp_path / "whole")
    with zipfile.ZipFile(tmp_path / "whole") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def whole(parts: Parts, tmp_path: Path) -> bytes:
    return (tmp_path / "whole").read_bytes()


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """Opens what it is given, and hands out the words of the refusal."""

    def opened(content: bytes | Parts, **how: Any) -> str:
        path = tmp_path / "theirs.world"
        path.write_bytes(content if isinstance(content, bytes) else packed(content, **how))
        with pytest.raises(JournalError) as error:
            World.open(path)
        words = str(error.value)
        assert words.startswith("theirs.world cannot be opened: ")
        assert len(words) < 400
        return words

    return opened


def packed(parts: Parts, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def said(parts: Parts, **change: Any) -> Parts:
    """The parts with another manifest."""
    manifest = json.loads(parts["world.json"])
    return {**parts, "world.json": json.dumps({**manifest, **change}).encode()}


def retold(parts: Parts, change: Callable[[rows.Row], rows.Row | None]) -> Parts:
    """The parts with other rows, whole again: the work of somebody who knows the format."""
    made: list[rows.Row] = []
    for line in parts["journal.jsonl"].splitlines():
        row = change(msgspec.json.decode(line, type=rows.Row))
        if row is not None:
            made.append(row.sealed(made[-1].hash if made else ""))
    text = b"\n".join(msgspec.json.encode(row) for row in made)
    return said({**parts, "journal.jsonl": text}, last=made[-1].hash, rows=len(made))


def on_last_call(**change: Any) -> Callable[[rows.Row], rows.Row]:
    """Changes the invocation, which is the last call."""
    return lambda row: msgspec.structs.replace(row, **change) if row.operation == "Invoke" else row


# -- no worlds -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"not a world\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n" * 40])
def test_what_is_no_archive_is_refused(refused: Callable[..., str], content: bytes) -> None:
    assert "no saved world" in refused(content)


@pytest.mark.parametrize(
    "parts",
    [
        {"readme.txt": b"hello"},
        {"world.json": b'{"kind": "a map"}'},
        {"world.json": b"[]"},
        {"app.py": b"def handler(event, context): pass\n"},
    ],
)
def test_another_kind_of_archive_is_refused(refused: Callable[..., str], parts: Parts) -> None:
    assert "no saved world" in refused(parts)


def test_a_newer_format_is_refused_by_its_number(refused: Callable[..., str], parts: Parts) -> None:
    words = refused(said(parts, format=2, colour="blue", trace=None))
    assert "written in format 2, and this engine reads up to 1; install the newer version" in words


def test_a_newer_engine_is_refused_by_its_number(refused: Callable[..., str], parts: Parts) -> None:
    def newer(row: rows.Row) -> rows.Row:
        if row.kind != rows.WORLD:
            return row
        return msgspec.structs.replace(row, params={**row.params, "engine": "7.0.1"})

    assert "saved by engine 7.0.1, which is newer" in refused(retold(parts, newer))


@pytest.mark.parametrize(
    "change",
    [{"format": "one"}, {"rows": None}, {"trace": "x"}, {"last": "../../etc"}, {"time": "now"}],
)
def test_a_manifest_that_cannot_be_read_is_refused(
    refused: Callable[..., str], parts: Parts, change: dict[str, Any]
) -> None:
    assert "its world.json cannot be read" in refused(said(parts, **change))


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"kind": "' + b"x" * 70_000])
def test_a_manifest_that_is_none_is_refused(refused: Callable[..., str], parts: Parts, text: bytes) -> None:
    assert "its world.json" in refused({**parts, "world.json": text})


# -- damage --------------------------------------------------------------------------------------------------


def test_a_file_that_is_cut_off_is_refused_wherever(refused: Callable[..., str], whole: bytes) -> None:
    for size in range(1, len(whole), len(whole) // 50):
        refused(whole[:-size])


def test_no_flipped_bit_goes_unnoticed(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(whole)
    true = saving.read(tmp_path / "x")
    dice = random.Random(5)
    found = 0
    for _ in range(400):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        (tmp_path / "x").write_bytes(damaged)
        try:
            read = saving.read(tmp_path / "x")
        except JournalError:
            found += 1
            continue
        # Dates and rights of the archive's entries say nothing.
        assert read.journal.rows == true.journal.rows
        assert read.journal.blobs == true.journal.blobs
        assert (read.trace, read.time) == (true.trace, true.time)
    assert found > 200


def test_an_edited_row_is_refused_by_its_number(refused: Callable[..., str], parts: Parts) -> None:
    lines = parts["journal.jsonl"].splitlines()
    lines[3] = lines[3].replace(b"worker", b"walker")
    words = refused({**parts, "journal.jsonl": b"\n".join(lines)})
    assert "row 3 of the journal is damaged or was edited" in words


@pytest.mark.parametrize("gone", [0, 4, -1])
def test_a_missing_row_is_refused(refused: Callable[..., str], parts: Parts, gone: int) -> None:
    lines = parts["journal.jsonl"].splitlines()
    del lines[gone]
    assert "journal" in refused({**parts, "journal.jsonl": b"\n".join(lines)})


@pytest.mark.parametrize(
    "line", [b"{}", b"null", b'{"number": 1e400}', b"[" * 100_000, b'{"number": "\xff"}', b"\x00"]
)
def test_a_row_that_cannot_be_read_is_refused(refused: Callable[..., str], parts: Parts, line: bytes) -> None:
    count = len(parts["journal.jsonl"].splitlines())
    words = refused({**parts, "journal.jsonl": parts["journal.jsonl"].rstrip() + b"\n" + line})
    assert f"row {count} of the journal cannot be read" in words


def test_a_journal_without_rows_is_refused(refused: Callable[..., str], parts: Parts) -> None:
    assert "the journal has no header row" in refused({**parts, "journal.jsonl": b""})


@pytest.mark.parametrize("name", ["journal.jsonl", "world.json"])
def test_a_missing_entry_is_refused(refused: Callable[..., str], parts: Parts, name: str) -> None:
    assert "no " in refused({key: content for key, content in parts.items() if key != name})


def test_a_missing_blob_is_refused(refused: Callable[..., str], parts: Parts) -> None:
    kept = {name: content for name, content in parts.items() if not name.startswith("blobs/")}
    assert "is missing from the journal" in refused(kept)


def test_a_changed_blob_is_refused(refused: Callable[..., str], parts: Parts) -> None:
    name = next(name for name in parts if name.startswith("blobs/"))
    assert "or is damaged" in refused({**parts, name: b"other"})


# -- malice --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "/tmp/escaped",
        "blobs/../../escaped",
        "blobs/",
        "blobs/\x1b[31mred",
        "blobs/" + "0" * 64,
        "BLOBS/" + hashlib.sha256(b"x").hexdigest(),
        hashlib.sha256(b"x").hexdigest(),
        "world.json/",
        "x" * 5000,
    ],
)
def test_what_does_not_belong_there_is_refused(
    refused: Callable[..., str], parts: Parts, name: str, tmp_path: Path
) -> None:
    words = refused({**parts, name: b"x"})
    assert "does not belong into a world, or is damaged" in words
    assert "\x1b" not in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["theirs.world", "whole"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice_is_refused(refused: Callable[..., str], parts: Parts) -> None:
    buffer = io.BytesIO(packed(parts))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("journal.jsonl", b"")
    assert "'journal.jsonl' is in it twice" in refused(buffer.getvalue())


def test_a_bomb_is_refused_before_it_goes_off(
    refused: Callable[..., str], parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "SIZE_MAX", 2_000_000)
    zeros = {f"blobs/{number:064x}": bytes(500_000) for number in range(4)}
    bomb = packed({**parts, **zeros})
    assert len(bomb) < 20_000
    assert "more than a world has" in refused(bomb)


def test_an_entry_that_lies_about_its_size_does_not_swell(refused: Callable[..., str], parts: Parts) -> None:
    honest = packed({**parts, "blobs/x": bytes(5_000_000)})
    size = (5_000_000).to_bytes(4, "little")
    lying = honest.replace(size, (100).to_bytes(4, "little"))
    assert lying != honest
    assert "damaged" in refused(lying)


def test_a_file_that_is_too_large_is_not_even_read(
    refused: Callable[..., str], whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "SIZE_MAX", 100)
    assert "larger than a world is (100 bytes at most)" in refused(whole)
    with pytest.raises(JournalError, match="larger than a world is"):
        World.open("/dev/zero")


def test_too_many_entries_are_refused(
    refused: Callable[..., str], parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "BLOBS_MAX", 3)
    assert "entries are more than a world has" in refused(parts)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(refused: Callable[..., str], parts: Parts, compression: int) -> None:
    assert "packed in a way that worlds never are" in refused(parts, compression=compression)


def test_an_encrypted_entry_is_refused(refused: Callable[..., str], whole: bytes) -> None:
    locked = bytearray(whole)
    place = locked.index(b"PK\x01\x02")
    locked[place + 8] |= 1
    assert "packed in a way that worlds never are" in refused(bytes(locked))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (on_last_call(params={"FunctionName": 7}), "Invalid type for parameter FunctionName"),
        (on_last_call(params={}), "Missing required parameter"),
        (on_last_call(params={"FunctionName": {"$blob": "0" * 64}}), "is missing from the journal"),
        (on_last_call(params={"FunctionName": {"$pickle": "x"}}), "stands for nothing"),
        (
            on_last_call(params={"FunctionName": "worker", "Payload": "{}"}),
            "calls with a text where bytes or a time belong",
        ),
        (
            on_last_call(service="lambda", operation="CreateFunction", params=CREATE),
            "calls with a text where bytes or a time belong",
        ),
        (
            on_last_call(service="cloudwatch", operation="GetMetricStatistics", params=STATISTICS),
            "calls with a text where bytes or a time belong",
        ),
        (on_last_call(kind=rows.OUTSIDE, params={"host": "a.example.com", "colour": 1}), "stages no host"),
        (on_last_call(kind=rows.OUTSIDE, params={"host": "a.example.com", "answers": 7}), "stages no host"),
        (on_last_call(params=7), "says what no row says"),
        (on_last_call(kind="exec"), "says what no row says"),
        (on_last_call(kind=rows.ADVANCE, params=10**17 * 9), "says what no row says"),
        (on_last_call(kind=rows.UNDO, params={"from": 0}), "says what no row says"),
    ],
)
def test_rows_that_somebody_made_up_are_refused(
    refused: Callable[..., str], parts: Parts, change: Callable[[rows.Row], rows.Row], words: str
) -> None:
    assert words in refused(retold(parts, change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (on_last_call(principal={"arn": 3}), "names nobody"),
        (on_last_call(principal="root"), "names nobody"),
        (on_last_call(steps=10**15), "cannot be reached"),
        (on_last_call(steps=-5), "does not come to row"),
        (on_last_call(time=0), "does not come to row"),
        (on_last_call(kind=rows.OBSERVATION, params={}), "tells no observation"),
        (
            on_last_call(
                kind=rows.OBSERVATION,
                params={"environment": "x", "segment": 0, "memory_used": 1, "ending": "!"},
            ),
            "tells no observation",
        ),
        (
            on_last_call(
                kind=rows.OBSERVATION,
                params={"environment": {}, "segment": 0, "memory_used": "x", "ending": ""},
            ),
            "tells no observation",
        ),
        (on_last_call(kind=rows.RUN_UNTIL, params=5), "time does not go back"),
    ],
)
def test_rows_that_lead_nowhere_are_refused(
    parts: Parts, tmp_path: Path, change: Callable[[rows.Row], rows.Row], words: str
) -> None:
    path = tmp_path / "theirs.world"
    path.write_bytes(packed(retold(parts, change)))
    with pytest.raises(JournalError, match=words):
        World.open(path)


def test_operations_that_are_not_here_are_answered_as_they_were(parts: Parts, tmp_path: Path) -> None:
    # What is made up well is a world like any other: the trace is another one, and that is all.
    path = tmp_path / "theirs.world"
    path.write_bytes(packed(retold(parts, on_last_call(service="nasa", operation="Launch", params={}))))
    with pytest.raises(JournalError, match="comes out differently"):
        World.open(path)
    with World.open(path, rebuild=True) as world:
        assert [event for event in world.trace if "nasa" in str(event)] == []
