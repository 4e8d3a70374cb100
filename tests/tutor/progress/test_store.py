from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tutor.progress import Store, StoreError, state_folder
from tutor.progress.store import FILE_NAME


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "state", now=Clock())
    yield opened
    opened.close()


def begin(store: Store, kind: str = "lab", ref: str = "three-tries", seed: int = 7) -> str:
    return store.start_attempt(kind, ref, seed=seed, content="c1", engine="0.1.0").id


def test_an_attempt_comes_back_as_it_was_started(store: Store) -> None:
    assert store.attempt("lab", "three-tries") is None
    started = store.start_attempt("lab", "three-tries", seed=7, content="c1", engine="0.1.0")
    assert store.attempt("lab", "three-tries") == started
    assert (started.seed, started.content, started.engine, started.state) == (7, "c1", "0.1.0", "open")
    assert store.attempt("quiz", "three-tries") is None


def test_a_new_attempt_closes_the_former_one_and_keeps_its_journal(store: Store) -> None:
    first = begin(store)
    store.append_rows(first, [(0, b"{}")], {})
    second = begin(store, seed=8)
    current = store.attempt("lab", "three-tries")
    assert current is not None
    assert current.id == second != first
    assert store.rows(first) == [b"{}"]
    assert store.rows(second) == []


def test_everything_is_there_after_closing_and_opening_again(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    attempt = begin(store)
    store.append_rows(attempt, [(0, b'{"a":1}'), (1, b'{"b":2}')], {"d1": b"zip"})
    store.record_answer(attempt, "Q5.3-04", "B", True, seed=3, milliseconds=900)
    store.record_check(attempt, "fails", "pass")
    store.note("place", '"lab:three-tries"')
    store.mark_done("lesson", "L5.3")
    store.close()

    again = Store.open(tmp_path)
    assert again.rows(attempt) == [b'{"a":1}', b'{"b":2}']
    assert again.blobs(attempt) == {"d1": b"zip"}
    assert [(a.item, a.response, a.correct, a.seed, a.milliseconds) for a in again.answers(attempt)] == [
        ("Q5.3-04", "B", True, 3, 900)
    ]
    assert again.checks(attempt)["fails"].status == "pass"
    assert again.noted("place") == '"lab:three-tries"'
    assert again.done("lesson", "L5.3")
    again.close()


def test_journal_rows_come_back_in_the_order_of_their_numbers(store: Store) -> None:
    attempt = begin(store)
    store.append_rows(attempt, [(2, b"two"), (0, b"zero")], {})
    store.append_rows(attempt, [(1, b"one")], {})
    assert store.rows(attempt) == [b"zero", b"one", b"two"]


def test_a_row_twice_with_the_same_content_is_passed_over(store: Store) -> None:
    attempt = begin(store)
    store.append_rows(attempt, [(0, b"x")], {})
    store.append_rows(attempt, [(0, b"x"), (1, b"y")], {})
    assert store.rows(attempt) == [b"x", b"y"]


def test_a_number_twice_with_other_content_is_an_error_and_nothing_of_the_batch_is_kept(store: Store) -> None:
    attempt = begin(store)
    store.append_rows(attempt, [(0, b"x")], {})
    with pytest.raises(StoreError, match="another entry") as caught:
        store.append_rows(attempt, [(1, b"y"), (0, b"other")], {"d1": b"zip"})
    assert caught.value.kind == "conflict"
    assert store.rows(attempt) == [b"x"]
    assert store.blobs(attempt) == {}


def test_a_digest_twice_with_other_bytes_is_an_error(store: Store) -> None:
    attempt = begin(store)
    store.append_rows(attempt, [], {"d1": b"zip"})
    with pytest.raises(StoreError, match="d1"):
        store.append_rows(attempt, [], {"d1": b"other"})


def test_attempts_share_equal_blobs(store: Store, tmp_path: Path) -> None:
    one, two = begin(store), begin(store, ref="other")
    store.append_rows(one, [], {"d1": b"z" * 1000})
    store.append_rows(two, [], {"d1": b"z" * 1000})
    assert store.blobs(one) == store.blobs(two) == {"d1": b"z" * 1000}


def test_what_is_written_together_is_saved_together_or_not_at_all(store: Store) -> None:
    attempt = begin(store)

    def half() -> None:
        with store.together():
            store.append_rows(attempt, [(0, b"x")], {})
            store.record_check(attempt, "fails", "pass")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert store.rows(attempt) == []
    assert store.checks(attempt) == {}
    store.append_rows(attempt, [(0, b"x")], {})
    assert store.rows(attempt) == [b"x"]


def test_answers_keep_their_order_and_every_one_counts(store: Store) -> None:
    attempt = begin(store, "quiz", "L5.3")
    for response, correct in (("A", False), ("B", True), ("A", False)):
        store.record_answer(attempt, "Q1", response, correct)
    assert [(a.response, a.correct) for a in store.answers(attempt)] == [
        ("A", False),
        ("B", True),
        ("A", False),
    ]
    assert (store.summary().answered, store.summary().correct) == (3, 1)


def test_a_check_remembers_its_first_pass_and_how_often_it_changed(store: Store) -> None:
    attempt = begin(store)
    for status in ("not_yet", "not_yet", "pass", "blocked", "pass"):
        store.record_check(attempt, "fails", status)
    record = store.checks(attempt)["fails"]
    assert (record.status, record.changes) == ("pass", 4)
    first = record.first_pass
    store.record_check(attempt, "fails", "pass")
    assert store.checks(attempt)["fails"].first_pass == first != ""


def test_a_note_is_replaced_and_a_missing_one_is_none(store: Store) -> None:
    assert store.noted("place") is None
    store.note("place", "1")
    store.note("place", "2")
    assert store.noted("place") == "2"


def test_done_counts_once(store: Store) -> None:
    assert not store.done("lab", "three-tries")
    store.mark_done("lab", "three-tries")
    store.mark_done("lab", "three-tries")
    store.mark_done("quiz", "L5.3")
    assert store.summary().done == (("lab", "three-tries"), ("quiz", "L5.3"))


def test_each_attempt_has_its_own_folder_of_files(store: Store) -> None:
    first = store.start_attempt("lab", "L5.3/three tries", seed=1, content="", engine="")
    (store.files_folder(first) / "app.py").write_text("x = 1\n", encoding="utf-8")
    second = store.start_attempt("lab", "L5.3/three tries", seed=1, content="", engine="")
    assert store.files_folder(first).parent == store.files_folder(second).parent
    assert list(store.files_folder(second).iterdir()) == []
    assert "/" not in first.id
    assert " " not in first.id


def test_a_reference_cannot_lead_out_of_the_folder(store: Store) -> None:
    attempt = store.start_attempt("lab", "../../etc", seed=1, content="", engine="")
    assert store.folder is not None
    assert store.files_folder(attempt).resolve().is_relative_to(store.folder.resolve() / "attempts")


def test_a_new_attempt_does_not_take_over_files_of_a_lost_database(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    old = store.start_attempt("lab", "x", seed=1, content="", engine="")
    (store.files_folder(old) / "app.py").write_text("mine", encoding="utf-8")
    store.close()
    (tmp_path / FILE_NAME).unlink()
    store = Store.open(tmp_path)
    new = store.start_attempt("lab", "x", seed=1, content="", engine="")
    assert list(store.files_folder(new).iterdir()) == []
    store.close()


def test_in_memory_everything_works_and_says_that_nothing_is_saved() -> None:
    store = Store.in_memory("the disk is full.")
    assert store.warning == "Your progress is not being saved: the disk is full."
    attempt = store.start_attempt("lab", "x", seed=1, content="", engine="")
    store.append_rows(attempt.id, [(0, b"x")], {"d": b"b"})
    assert store.rows(attempt.id) == [b"x"]
    files = store.files_folder(attempt)
    (files / "app.py").write_text("x", encoding="utf-8")
    store.close()
    assert not files.exists()
    store.close()


def test_a_store_may_be_used_from_several_threads(store: Store) -> None:
    attempt = begin(store)

    def write(start: int) -> None:
        for number in range(start, start + 20):
            store.append_rows(attempt, [(number, str(number).encode())], {})

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 20, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.rows(attempt) == [str(number).encode() for number in range(60)]


def test_a_row_of_an_unknown_attempt_is_a_mistake_of_the_program(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.append_rows("nobody", [(0, b"x")], {})


@pytest.mark.parametrize(
    ("chosen", "environ", "expected"),
    [
        ("/a", {"LAMBDA_TUTOR_HOME": "/b"}, Path("/a")),
        (None, {"LAMBDA_TUTOR_HOME": "/b"}, Path("/b")),
    ],
)
def test_the_chosen_folder_wins_over_the_environment(
    chosen: str | None, environ: dict[str, str], expected: Path
) -> None:
    assert state_folder(Path(chosen) if chosen else None, environ) == expected


def test_without_a_choice_the_state_lives_where_the_platform_says() -> None:
    assert state_folder(None, {}).name == "lambda-tutor"


def test_a_blob_that_was_damaged_on_the_disk_is_mended_when_it_is_saved_again(tmp_path):
    body = b"print('hello')"
    digest = hashlib.sha256(body).hexdigest()
    store = Store.open(tmp_path)
    attempt = store.start_attempt("lab", "x", seed=1, content="c", engine="0.1.0")
    store.append_rows(attempt.id, [(0, b"{}")], {digest: b"damaged"})
    store.append_rows(attempt.id, [(1, b"{}")], {digest: body})
    assert store.blobs(attempt.id) == {digest: body}
    with pytest.raises(StoreError):
        store.append_rows(attempt.id, [(2, b"{}")], {digest: b"something else"})
    assert store.blobs(attempt.id) == {digest: body}
    store.close()
