"""How a world's time follows the wall's, over a wall that the test moves."""

from __future__ import annotations

from sandbox.endpoint.pace import Pace
from sandbox.kernel import SECOND

NOON = 1_795_424_400 * SECOND


class Wall:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_time_flows_as_on_the_wall() -> None:
    wall = Wall()
    pace = Pace("virtual", NOON, wall)
    assert pace.target() == NOON
    wall.seconds += 1.5
    assert pace.target() == NOON + 1.5 * SECOND


def test_virtual_time_goes_on_from_where_it_jumped_to() -> None:
    wall = Wall()
    pace = Pace("virtual", NOON, wall)
    wall.seconds += 1
    pace.moved(NOON + 3600 * SECOND)
    wall.seconds += 1
    assert pace.target() == NOON + 3601 * SECOND
    assert pace.ahead(NOON + 9999 * SECOND) == 0


def test_a_real_world_that_ran_ahead_waits_for_the_wall() -> None:
    wall = Wall()
    pace = Pace("real", NOON, wall)
    pace.moved(NOON + 2 * SECOND)
    assert pace.ahead(NOON + 2 * SECOND) == 2
    wall.seconds += 1.5
    assert pace.target() == NOON + 1.5 * SECOND
    assert pace.ahead(NOON + 2 * SECOND) == 0.5
    wall.seconds += 1
    assert pace.ahead(NOON + 2 * SECOND) == 0
