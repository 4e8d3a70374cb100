"""Measuring fairly on a machine that does other things too: contenders take turns, the best time counts."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping

Contender = Callable[[], float]
"""Does its thing once and returns how many seconds that took; its preparations do not count."""


def interleaved(rounds: int, contenders: Mapping[str, Contender]) -> dict[str, float]:
    """The best time of each contender.

    Args:
        rounds: how often each takes its turn.
        contenders: what is compared; each runs once before, so that caches are warm.

    Returns:
        Seconds, by name.
    """
    for contender in contenders.values():
        contender()
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(rounds):
        for name, contender in contenders.items():
            best[name] = min(best[name], contender())
    return best


def took(act: Callable[[], object]) -> float:
    """How many seconds an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def bare_python() -> float:
    """How many seconds a Python takes that does nothing: the yardstick for work that starts processes."""
    return took(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
