"""What a check is asked about, and the form of its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from sandbox import World
from tutor.practice.naming import Naming


class Verdict(msgspec.Struct, frozen=True):
    """The answer to one check.

    Attributes:
        holds: whether it is so.
        expected: what was expected, in words.
        actual: what there is, in words.
        evidence: sequence numbers of the trace events that show it.
        trial: what happened in a probe that did not hold, as lines of a timeline.
        parts: the answers to the checks that it is made of: of all, any, not, and what a probe expects.
    """

    holds: bool
    expected: str
    actual: str
    evidence: tuple[int, ...] = ()
    trial: tuple[str, ...] = ()
    parts: tuple[Verdict, ...] = ()


class Cancelled(Exception):  # noqa: N818 - not an error: a newer action made the answer worthless
    """The answer is not wanted any more."""


@dataclass(frozen=True)
class Scene:
    """What checks are asked about.

    Attributes:
        world: the world; a probe forks it.
        naming: what names stand for in it.
        folder: the lesson's folder.
        since: trace events up to this number happened before the scene began.
        began: the time at which it began, microseconds since the epoch.
        said: what the learner typed as an answer.
        replies: what AWS answered the calls of the scene that have a name.
        cancelled: asked between the parts of a probe.
    """

    world: World
    naming: Naming
    folder: Path
    since: int = 0
    began: int = 0
    said: str = ""
    replies: Mapping[str, Any] = field(default_factory=dict)
    cancelled: Callable[[], bool] = lambda: False
