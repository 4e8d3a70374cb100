"""Whose code a file holds: the learner's, or Python's and ours."""

from __future__ import annotations

import sys
from pathlib import Path

_NOT_THEIRS = (str(Path(__file__).parents[2]), sys.prefix, sys.base_prefix)
"""Where code is that no learner wrote; it may lie under /tmp as well."""


def is_theirs(filename: str) -> bool:
    """Whether a learner's package or /tmp holds the code of that file."""
    return filename.startswith("/var/task/") or (
        filename.startswith("/tmp/") and not filename.startswith(_NOT_THEIRS)
    )
