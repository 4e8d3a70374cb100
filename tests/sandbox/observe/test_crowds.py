"""Rows that are alike are told as one, once there are too many to be read."""

from __future__ import annotations

from sandbox.observe.crowds import MOST_ROWS, condensed
from sandbox.observe.timeline import Row


def rows(count: int, word: str = "started", reason: str = "", begin: int = 0) -> list[Row]:
    """So many rows of a second each."""
    made = range(begin, begin + count)
    text = f": {reason}" if reason else ""
    return [Row(n, f"09:00:{n:02d}", "worker", "▶", word, f"request {n}{text}") for n in made]


def test_what_can_be_read_is_told_row_by_row():
    few = rows(MOST_ROWS)
    assert condensed(few) == few


def test_a_crowd_is_told_by_the_first_of_each_kind():
    crowd = rows(MOST_ROWS) + rows(3, "throttled", "Full", 30) + rows(1, "ok", begin=80)
    assert [(row.seq, row.time, row.word, row.text) for row in condensed(crowd)] == [
        (0, "09:00:00", "started", "30 times, the last at 09:00:29"),
        (30, "09:00:30", "throttled", "3 times, the last at 09:00:32: Full"),
        (80, "09:00:80", "ok", "request 80"),
    ]


def test_what_has_another_reason_or_another_lane_is_not_alike():
    other = [Row(row.seq, row.time, "other", row.symbol, row.word, row.text) for row in rows(2, begin=70)]
    crowd = rows(MOST_ROWS) + rows(2, reason="Full", begin=30) + other
    assert [row.text for row in condensed(crowd)] == [
        "30 times, the last at 09:00:29",
        "2 times, the last at 09:00:31: Full",
        "2 times, the last at 09:00:71",
    ]
