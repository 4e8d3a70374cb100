"""Randomness that repeats: everything the code can draw from comes from the environment's seed.

`random`, `secrets`, `uuid`, `os.urandom` and the order of sets (through PYTHONHASHSEED=0, which the zygote
starts with) are covered; generators inside C libraries are not.
"""

from __future__ import annotations

import os
import random
import uuid
from typing import Any


def install(seed: int) -> None:
    """Seed this process."""
    source = random.Random(f"{seed}:environment")
    draw = source.randbytes

    def urandom(size: int, /) -> bytes:
        return draw(size)

    def getrandom(size: int, flags: int = 0) -> bytes:
        del flags
        return draw(size)

    os.urandom = urandom
    if hasattr(os, "getrandom"):
        os.getrandom = getrandom
    random._urandom = urandom  # type: ignore[attr-defined]
    real_seed = random.Random.seed

    def reseed(self: random.Random, a: Any = None, version: int = 2) -> None:
        real_seed(self, int.from_bytes(draw(32), "big") if a is None else a, version)

    random.Random.seed = reseed  # type: ignore[method-assign]
    random.seed = random._inst.seed
    random.seed()
    node = int.from_bytes(draw(6), "big") | (1 << 40)
    uuid._node = node  # type: ignore[attr-defined]
    uuid._generate_time_safe = None  # type: ignore[attr-defined]
    uuid._last_timestamp = None  # type: ignore[attr-defined]
