"""What the benchmarks found, printed at the end of a run and kept in RESULTS.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

UPDATE = "UPDATE_RESULTS"
RESULTS = Path(__file__).parent / "RESULTS.md"

_HEAD = """\
# Benchmarks

The last figures beside their targets. What gates is a ratio between best times that were taken in turns, in
one run; milliseconds are for reference, and say something about this machine only.

Written by `UPDATE_RESULTS=1 python -m pytest -m benchmark tests/benchmarks`
"""


class Figure(msgspec.Struct, frozen=True):
    """One finding.

    Attributes:
        what: what was measured.
        figure: how much it was, with its unit.
        beside: what it was measured against, with its figure; "" for nothing.
        ratio: how many times as much it was; "" without something beside it.
        target: what gates, or what is wished for.
    """

    what: str
    figure: str
    beside: str = ""
    ratio: str = ""
    target: str = ""


def table(figures: Sequence[Figure]) -> str:
    """The findings as a Markdown table."""
    titles = ("what", "best", "measured beside", "ratio", "target")
    rows = [titles, tuple("---" for _ in titles), *map(msgspec.structs.astuple, figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def keep(figures: Sequence[Figure]) -> bool:
    """Write RESULTS.md if that is asked for by UPDATE_RESULTS=1.

    Returns:
        Whether it was written.
    """
    if os.environ.get(UPDATE) != "1" or not figures:
        return False
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    written = f"on {datetime.now(UTC):%Y-%m-%d} ({machine}).\n"
    RESULTS.write_text(f"{_HEAD}{written}\n{table(figures)}\n", encoding="utf-8")
    return True
