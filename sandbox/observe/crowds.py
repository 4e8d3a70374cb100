"""Stories of many events: where a load makes hundreds of rows, those that are alike are told as one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sandbox.observe.timeline import Row

MOST_ROWS = 30
"""So many rows are read one by one; a crowd is more."""


def condensed(rows: Sequence[Row]) -> list[Row]:
    """Rows as they are, or, when they are a crowd, one row for all that are alike.

    Alike are rows of one lane with the same word and the same reason. The row of the first of them stands for
    all, and says how many there are and when the last of them was.

    Args:
        rows: of a timeline, oldest first.
    """
    if len(rows) <= MOST_ROWS:
        return list(rows)
    alike: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        alike.setdefault((row.lane, row.word, _reason(row)), []).append(row)
    return [found[0] if len(found) == 1 else _one_for(found) for found in alike.values()]


def _one_for(rows: Sequence[Row]) -> Row:
    first = rows[0]
    text = f"{len(rows):,} times, the last at {rows[-1].time}"
    reason = _reason(first)
    return msgspec.structs.replace(first, text=f"{text}: {reason}" if reason else text)


def _reason(row: Row) -> str:
    return row.text.partition(": ")[2]
