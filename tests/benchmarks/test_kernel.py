"""The kernel and the trace under a model of one function, beside a bare heap and beside SimPy."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import chain, islice

import pytest
import simpy

from sandbox.kernel import SECOND, Kernel
from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import interleaved, took
from tests.benchmarks.model import Load, Setting, SimPyLoad, TracedLoad, exponential

pytestmark = pytest.mark.benchmark

RATE, TAKES, LIMIT, KEEP = 90, 1.0, 100, 600 * SECOND
UNTIL = 1200 * SECOND
ROUNDS = 9

FLOOR_AT_MOST = 4.0
"""Times a bare heap: 400,000 requests a second on the machine of reference."""
TRACED_AT_MOST = 6.4
"""The same for 250,000 requests a second."""
SIMPY_AT_MOST = 1 / 3

# Drawn beforehand, because what is measured are the kernels; some more than are needed.
DRAWN = RATE * UNTIL // SECOND * 11 // 10
GAPS = list(islice(exponential(1 / RATE, "gaps"), DRAWN))
TIMES = list(islice(exponential(TAKES, "times"), DRAWN))


def drawn() -> Setting:
    times = iter(TIMES)
    return Setting(iter(GAPS), times, times, LIMIT, KEEP)


def drawing() -> Setting:
    times = exponential(TAKES, "times")
    return Setting(exponential(1 / RATE, "gaps"), times, times, LIMIT, KEEP)


def on_ours(kind: type[Load], setting: Callable[[], Setting]) -> Callable[[], float]:
    def run() -> float:
        kernel = Kernel(0, seed=1)
        kind(kernel, setting())
        return took(lambda: kernel.run_until(UNTIL))

    return run


def on_simpy() -> float:
    env = simpy.Environment()
    SimPyLoad(env, drawn())
    return took(lambda: env.run(until=UNTIL))


def on_bare_heap(requests: int) -> Callable[[], float]:
    """As many entries as that many requests need, in and out of a heap as long as the model's agenda."""

    def run() -> float:
        heap = [(number, number, None, ()) for number in range(LIMIT)]
        return took(lambda: turn(heap))

    def turn(heap: list[tuple[int, int, None, tuple[()]]]) -> None:
        pop, push = heapq.heappop, heapq.heappush
        number = LIMIT
        for delay in islice(chain(TIMES, TIMES), 2 * requests):
            time, _, callback, args = pop(heap)
            number += 1
            push(heap, (time + delay, number, callback, args))

    return run


def test_the_kernel_beside_a_bare_heap_and_simpy(report: Callable[[Figure], None]) -> None:
    kernel = Kernel(0, seed=1)
    load = Load(kernel, drawn())
    kernel.run_until(UNTIL)
    best = interleaved(
        ROUNDS,
        {
            "bare": on_ours(Load, drawn),
            "drawing": on_ours(Load, drawing),
            "traced": on_ours(TracedLoad, drawn),
            "heap": on_bare_heap(load.arrived),
            "simpy": on_simpy,
        },
    )

    def speed(name: str) -> str:
        return f"{load.arrived / best[name] / 1000:,.0f},000 a second"

    heap = f"as many entries through a bare heap, {speed('heap')}"
    bare, traced = best["bare"] / best["heap"], best["traced"] / best["heap"]
    beside_simpy = best["bare"] / best["simpy"]
    target = f"ratio at most {FLOOR_AT_MOST}; for reference, 400,000 a second"
    report(Figure("requests of the model on the kernel", speed("bare"), heap, f"{bare:.2f}", target))
    target = f"ratio at most {SIMPY_AT_MOST:.2f}: three times as fast"
    simpys = f"the same on SimPy {simpy.__version__}, {speed('simpy')}"
    report(Figure("the same", speed("bare"), simpys, f"{beside_simpy:.2f}", target))
    report(Figure("the same, random times drawn meanwhile", speed("drawing")))
    target = f"ratio at most {TRACED_AT_MOST}; for reference, 250,000 a second"
    report(Figure("the same with a trace, three events each", speed("traced"), heap, f"{traced:.2f}", target))
    assert bare <= FLOOR_AT_MOST
    assert traced <= TRACED_AT_MOST
    assert beside_simpy <= SIMPY_AT_MOST
