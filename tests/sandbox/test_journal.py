from datetime import UTC, datetime

import msgspec
import pytest

from sandbox.journal import CALL, MARK, UNDO, WORLD, Journal, JournalError


def journal() -> Journal:
    made = Journal()
    made.append(WORLD, time=0, steps=0, params={"seed": 7})
    made.append(CALL, time=5, steps=1, service="sqs", operation="SendMessage", params={"Body": b"\x00\xff"})
    made.append(CALL, time=9, steps=2, service="sqs", operation="PurgeQueue", params={})
    return made


def test_a_whole_journal_verifies() -> None:
    journal().verify()


@pytest.mark.parametrize(
    "change", [{"time": 6}, {"steps": 2}, {"operation": "DeleteQueue"}, {"params": {"Body": "x"}}]
)
def test_an_edited_row_is_refused_by_its_number(change: dict[str, object]) -> None:
    edited = journal()
    edited.rows[1] = msgspec.structs.replace(edited.rows[1], **change)
    with pytest.raises(JournalError, match="row 1"):
        edited.verify()


def test_a_missing_row_is_refused() -> None:
    cut = journal()
    del cut.rows[1]
    with pytest.raises(JournalError):
        cut.verify()


def test_a_damaged_or_missing_blob_is_refused() -> None:
    damaged = journal()
    name = next(iter(damaged.blobs))
    damaged.blobs[name] = b"other"
    with pytest.raises(JournalError, match="blob"):
        damaged.verify()
    del damaged.blobs[name]
    with pytest.raises(JournalError, match="missing"):
        damaged.restored(damaged.rows[1].params)


def test_bytes_and_moments_come_back_as_they_were_given() -> None:
    made = Journal()
    made.append(WORLD, time=0, steps=0)
    given = {"Payload": b"\xff\x00", "At": datetime(2026, 11, 23, tzinfo=UTC), "List": [b"x", 1, None]}
    row = made.append(CALL, time=0, steps=0, params=given)
    assert made.restored(row.params) == given


def test_rows_survive_json() -> None:
    rows = journal().rows
    again = [msgspec.json.decode(msgspec.json.encode(row), type=type(row)) for row in rows]
    assert again == rows


def test_what_was_undone_does_not_count_and_what_came_after_does() -> None:
    made = journal()
    made.append(UNDO, time=9, steps=2, params={"from": 2})
    made.append(MARK, time=5, steps=1)
    assert [row.number for row in made.effective()] == [0, 1, 4]
