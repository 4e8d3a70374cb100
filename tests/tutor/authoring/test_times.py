"""`course time`: medians of what learners really needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.tutor.authoring.conftest import Pack
from tutor.authoring.times import times
from tutor.cli import main
from tutor.course import load_course
from tutor.progress import Store


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


def solve(store: Store, clock: Clock, minutes: float, *tasks: str) -> None:
    attempt = store.start_attempt("lab", "slow-greeting", seed=1, content="", engine="")
    for task in tasks:
        clock.pass_minutes(minutes / len(tasks))
        store.record_check(attempt.id, task, "pass")
    # What comes after the last task has passed does not count.
    clock.pass_minutes(30)
    for task in tasks:
        store.record_check(attempt.id, task, "not_yet")


def answer(store: Store, clock: Clock, minutes: float, *items: str) -> None:
    attempt = store.start_attempt("quiz", "L1.1", seed=1, content="", engine="")
    for item in items:
        clock.pass_minutes(minutes / len(items))
        store.record_answer(attempt.id, item, "A", correct=True, seed=1)


def test_without_runs_it_says_so(pack: Pack, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "state")
    assert times(load_course(pack.folder), store) == [
        "L1.1  A greeting that takes too long: 15 min as written",
        "  lab slow-greeting: 10 min as written, no real run yet",
        "  questions: no real run yet",
    ]
    store.close()


def test_medians_of_whole_runs(pack: Pack, tmp_path: Path) -> None:
    clock = Clock()
    store = Store.open(tmp_path / "state", now=clock)
    for minutes in (4, 20, 12):
        solve(store, clock, minutes, "slow", "answers")
    solve(store, clock, 1, "slow")  # given up
    solve(store, clock, 1_000, "slow", "answers")  # somebody went home in between
    answer(store, clock, 3, "Q1.1-01", "Q1.1-02", "Q1.1-03")
    answer(store, clock, 1, "Q1.1-01")
    assert times(load_course(pack.folder), store)[1:] == [
        "  lab slow-greeting: 10 min as written, 12 min in fact (median of 3 runs)",
        "  questions: 3.0 min in fact (median of 1 run)",
    ]
    store.close()


def test_it_is_a_command(pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["course", "time", "--course", str(pack.folder), "--state", str(tmp_path / "state")]
    assert main(words) == 0
    assert "slow-greeting: 10 min as written, no real run yet" in capsys.readouterr().out
