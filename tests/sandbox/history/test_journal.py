from datetime import UTC, datetime

import msgspec
import pytest

from sandbox.history.journal import (
    ADVANCE,
    CALL,
    MARK,
    REDO,
    RUN_UNTIL,
    SETTLE,
    UNDO,
    WORLD,
    Journal,
    JournalError,
)

HEADER = {
    "seed": 7,
    "profile": "today",
    "account_limit": None,
    "start": 0,
    "engine": "0.1.0",
    "python": "3.11.7",
    "botocore": "1.44.0",
}


def journal() -> Journal:
    made = Journal()
    made.append(WORLD, time=0, steps=0, params=HEADER)
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


def test_what_was_done_again_counts_again_one_command_after_the_other() -> None:
    made = journal()
    made.append(UNDO, time=9, steps=2, params={"from": 2})
    made.append(UNDO, time=5, steps=1, params={"from": 1})
    assert [row.number for row in made.effective()] == [0]
    for undo, there in ((4, [0, 1]), (3, [0, 1, 2])):
        last = made.last_undo()
        assert last is not None
        assert last.number == undo
        made.append(REDO, time=0, steps=0, params={"from": undo})
        assert [row.number for row in made.effective()] == there
    assert made.last_undo() is None
    made.verify()


def test_what_only_reads_leaves_the_undo_to_be_taken_back_and_what_changes_does_not() -> None:
    made = journal()
    made.append(UNDO, time=9, steps=2, params={"from": 2})
    made.append(CALL, time=9, steps=2, service="sqs", operation="ListQueues", params={})
    last = made.last_undo()
    assert last is not None
    assert last.number == 3
    made.append(CALL, time=9, steps=2, service="sqs", operation="PurgeQueue", params={})
    assert made.last_undo() is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"engine": "99.0"}, r"saved by engine 99\.0, which is newer than"),
        ({"engine": "latest"}, "header cannot be read"),
        ({"engine": 3}, "header cannot be read"),
        ({"seed": "seven"}, "header cannot be read: Expected `int`, got `str`"),
        ({"account_limit": 0}, "header cannot be read"),
        ({"start": 10**18}, "header cannot be read"),
        ({"start": -1}, "header cannot be read"),
    ],
)
def test_a_header_that_cannot_be_is_refused(change: dict[str, object], words: str) -> None:
    made = Journal()
    made.append(WORLD, time=0, steps=0, params={**HEADER, **change})
    with pytest.raises(JournalError, match=words):
        made.verify()


def test_a_header_of_a_newer_engine_need_not_be_readable() -> None:
    made = Journal()
    made.append(WORLD, time=0, steps=0, params={"engine": "99.0.1", "colour": "blue"})
    made.append("dance", time=0, steps=0)
    with pytest.raises(JournalError, match=r"saved by engine 99\.0\.1, which is newer"):
        made.verify()


def test_a_journal_without_header_is_refused() -> None:
    made = Journal()
    with pytest.raises(JournalError, match="no header row"):
        made.verify()
    made.append(CALL, time=0, steps=0, params={})
    with pytest.raises(JournalError, match="no header row"):
        made.verify()


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        (WORLD, {"params": HEADER}),
        ("dance", {}),
        (CALL, {"params": ["x"]}),
        (ADVANCE, {"params": -1}),
        (ADVANCE, {"params": True}),
        (ADVANCE, {"params": 10**18}),
        (RUN_UNTIL, {"params": "tomorrow"}),
        (SETTLE, {"time": -1}),
        (SETTLE, {"group": 99}),
        (SETTLE, {"group": -1}),
        (UNDO, {"params": {"from": 0}}),
        (UNDO, {"params": {"from": 3}}),
        (UNDO, {"params": {"from": "1"}}),
        (UNDO, {}),
        (REDO, {"params": {"from": 0}}),
        (REDO, {"params": {"from": 2}}),
        (REDO, {"params": {"from": 3}}),
        (REDO, {}),
    ],
)
def test_a_row_that_says_what_no_row_says_is_refused(kind: str, how: dict[str, object]) -> None:
    made = journal()
    made.append(kind, **{"time": 9, "steps": 2, **how})
    with pytest.raises(JournalError, match="row 3 of the journal says what no row says"):
        made.verify()


@pytest.mark.parametrize(
    "value",
    [{"$blob": 7}, {"$blob": ["x"]}, {"$time": "now"}, {"$time": 10**30}, {"$map": 3}, {"$else": 1}],
)
def test_a_parameter_that_stands_for_nothing_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(JournalError, match="stands for nothing"):
        journal().restored({"a": [value]})
