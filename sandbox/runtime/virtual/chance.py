"""Randomness that repeats: everything the code can draw from comes from the environment's seed.

`random`, `secrets`, `uuid`, `os.urandom` and the order of sets (through PYTHONHASHSEED=0, which the zygote
starts with) are covered; generators inside C libraries are not.
"""

from __future__ import annotations

import os
import random
import uuid
from functools import cached_property
from typing import Any

_real_urandom = os.urandom


class Chance:
    """What one environment draws from, made when it is first needed.

    Args:
        seed: the environment's.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def _stream(self, name: str) -> random.Random:
        return random.Random(f"{self._seed}:{name}")

    @cached_property
    def system(self) -> random.Random:
        """Behind the operating system's randomness."""
        return self._stream("environment")

    @cached_property
    def module(self) -> random.Random:
        """Behind the functions of the module `random`."""
        return self._stream("module")

    @cached_property
    def node(self) -> int:
        """The machine's number in `uuid1`."""
        return self._stream("node").getrandbits(48) | (1 << 40)


class Current:
    """Whose chance it is now; None outside of environments."""

    chance: Chance | None = None


current = Current()
"""Of this process."""


class _ModuleRandom(random.Random):
    """The generator behind `random.random()` and its like: that of the environment that runs."""

    def random(self) -> float:
        return _module().random()

    def getrandbits(self, k: int, /) -> int:
        return _module().getrandbits(k)

    def seed(self, a: Any = None, version: int = 2) -> None:
        if current.chance is not None:
            current.chance.module.seed(a, version)

    def getstate(self) -> tuple[Any, ...]:
        return _module().getstate()

    def setstate(self, state: tuple[Any, ...]) -> None:
        _module().setstate(state)

    @property
    def gauss_next(self) -> float | None:
        return _module().gauss_next  # type: ignore[attr-defined, no-any-return]

    @gauss_next.setter
    def gauss_next(self, value: float | None) -> None:
        _module().gauss_next = value  # type: ignore[attr-defined]


_outside = random.Random()


def _module() -> random.Random:
    return _outside if current.chance is None else current.chance.module


def install() -> None:
    """Let this process draw from the environment that runs, from now on."""

    def urandom(size: int, /) -> bytes:
        return _real_urandom(size) if current.chance is None else current.chance.system.randbytes(size)

    def getrandom(size: int, flags: int = 0) -> bytes:
        del flags
        return urandom(size)

    def getnode() -> int:
        return 1 << 40 if current.chance is None else current.chance.node

    os.urandom = urandom
    if hasattr(os, "getrandom"):
        os.getrandom = getrandom
    random._urandom = urandom  # type: ignore[attr-defined]
    real_seed = random.Random.seed

    def reseed(self: random.Random, a: Any = None, version: int = 2) -> None:
        real_seed(self, int.from_bytes(urandom(32), "big") if a is None else a, version)

    random.Random.seed = reseed  # type: ignore[method-assign]
    _install_module()
    uuid.getnode = getnode
    uuid._generate_time_safe = None  # type: ignore[attr-defined]


def _install_module() -> None:
    former, random._inst = random._inst, _ModuleRandom()
    for name, function in list(vars(random).items()):
        if getattr(function, "__self__", None) is former:
            setattr(random, name, getattr(random._inst, name))
