"""course.yaml's `needs`: which versions of the engine a course was written for."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from tutor import __version__
from tutor.course.problems import Problems, shown

_BOUND = re.compile(r"(>=|<=|==|>|<)\s*([0-9]{1,6}(?:\.[0-9]{1,6}){0,3})")
_HOLDS: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


def check_range(needs: str, file: str, line: int, problems: Problems) -> None:
    """Note a range that is not one, or that this engine is not in.

    Args:
        needs: such as ">=0.1,<1"; "" for any version.
        file: where it stands.
        line: where it stands.
        problems: where to note it.
    """
    if not needs:
        return
    bounds = [_BOUND.fullmatch(part.strip()) for part in needs.split(",")]
    if None in bounds:
        problems.add(file, line, shown(needs), "a range of versions such as `>=0.1,<1`")
        return
    own = _numbers(__version__)
    if not all(_HOLDS[bound[1]](own, _numbers(bound[2])) for bound in bounds if bound):
        problems.add(file, line, f"a course for {shown(needs)}", f"a course for this version, {__version__}")


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", version)[:4]]
    return tuple(numbers + [0] * (4 - len(numbers)))
