"""Handler code in its jailed processes: cold and warm, alone and a thousand at a time."""

from __future__ import annotations

import io
import itertools
import json
import os
import socket
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.runtime import Costs, Environments, EnvironmentSpec, Inbound, Invocation, warm_up
from sandbox.runtime.memo import memo
from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import bare_python, interleaved, took

pytestmark = pytest.mark.benchmark

NOW = 1_795_424_400_000_000
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
FLIGHT = 1_000

SEGMENT_AT_MOST = 5.0
"""Bare round trips of 1 KB between two processes: 40 us on the machine of reference, where one takes 11 us,
and room for a noisy one."""

COLD_AT_MOST = 1.0
"""Starts of a bare Python: 8 ms on the machine of reference, where one takes 10 ms."""

FLIGHT_COLD_AT_MOST, FLIGHT_WARM_AT_MOST = 35.0, 17.0
"""Starts of a bare Python, for a thousand handlers: 250 and 120 ms, and room for a noisy machine."""

FLIGHT_MEMORY = 60 * 1024
LOOP_BUDGET = 0.5

HANDLER = """
import time
count = 0
def handler(event, context):
    global count
    count += 1
    if "sleep" in event:
        time.sleep(event["sleep"])
    return {"count": count, "length": len(str(event))}
"""
CALLING = """
import boto3
sqs = boto3.client("sqs")
def handler(event, context):
    sent = sqs.send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/q", MessageBody="hi")
    return sent["MessageId"]
"""
RUNAWAY = "def handler(event, context):\n    return sum(range(10**12))\n"


def package(source: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), source)
    return buffer.getvalue()


class Bench:
    """Environments of one function."""

    def __init__(self, source: str = HANDLER, **options: object) -> None:
        memo.clear()
        self.environments = Environments(**options)  # type: ignore[arg-type]
        self.code = package(source)
        self.requests = itertools.count(1)

    def open(self, number: int) -> None:
        spec = EnvironmentSpec(
            function_name="f",
            handler="app.handler",
            memory=1769,
            seed=number,
            log_group="/aws/lambda/f",
            log_stream=f"2026/11/23/[$LATEST]{number:032x}",
            arn=ARN,
        )
        self.environments.open(str(number), spec, self.code)

    def init(self, number: int) -> None:
        ready = self.environments.run(str(number), Inbound(NOW, "init", deadline=NOW + 10_000_000))
        assert ready.kind == "ready", ready

    def invoke(self, number: int, event: object):
        request = next(self.requests)
        deadline = NOW + request + 6_000_000
        invocation = Invocation(f"r{request}", json.dumps(event).encode(), deadline, ARN)
        inbound = Inbound(NOW + request, "invoke", invocation=invocation, deadline=deadline)
        return self.environments.run(str(number), inbound)

    def resume(self, number: int, now: int, *replies: tuple[int, dict[str, object]]):
        return self.environments.run(str(number), Inbound(now, "resume", replies=replies))

    def flight(self, *, cold: bool) -> None:
        """A thousand handlers, each asleep for five seconds while the others run."""
        numbers = range(FLIGHT)
        if cold:
            for number in numbers:
                self.open(number)
            for number in numbers:
                self.init(number)
        asleep = [self.invoke(number, {"sleep": 5}) for number in numbers]
        assert {outbound.kind for outbound in asleep} == {"sleep"}
        ended = [self.resume(number, asleep[number].until) for number in numbers]
        assert {outbound.kind for outbound in ended} == {"return"}

    def private_kilobytes(self) -> int:
        """Memory that the one worker has for itself."""
        (pid,) = {live.process.pid for live in self.environments._live.values()}
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
        sizes = {row.split(":")[0]: int(row.split()[1]) for row in rows}
        return sizes["Private_Dirty"] + sizes["Private_Clean"]


@pytest.fixture(autouse=True)
def warm() -> None:
    warm_up()
    bench = Bench()
    bench.open(1)
    bench.init(1)
    bench.environments.close()


@pytest.fixture
def round_trip() -> Iterator[Callable[[], float]]:
    """Seconds of 1 KB to another process and back, with nothing done to it."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        while data := theirs.recv(1 << 14):
            theirs.sendall(data)
        os._exit(0)
    theirs.close()
    message = bytes(1_024)

    def there_and_back() -> float:
        def act() -> None:
            ours.sendall(message)
            ours.recv(1 << 14)

        return took(act)

    yield there_and_back
    ours.close()
    os.waitpid(pid, 0)


def test_a_warm_segment_costs_little_more_than_the_way_there_and_back(
    round_trip: Callable[[], float], report: Callable[[Figure], None]
) -> None:
    bench = Bench()
    bench.open(1)
    bench.init(1)
    filling = "x" * 1_000
    best = interleaved(2_000, {"segment": lambda: took(lambda: bench.invoke(1, filling)), "bare": round_trip})
    bench.environments.close()
    ratio = best["segment"] / best["bare"]
    report(
        Figure(
            "one event of 1 KB through warm handler code in its jailed process",
            f"{best['segment'] * 1e6:.0f} us",
            f"1 KB to another process and back, {best['bare'] * 1e6:.1f} us",
            f"{ratio:.1f}",
            f"ratio at most {SEGMENT_AT_MOST}; for reference, 40 us",
        )
    )
    assert ratio <= SEGMENT_AT_MOST


def test_a_cold_environment_of_its_own_process_starts_faster_than_a_bare_python(
    report: Callable[[Figure], None],
) -> None:
    def cold() -> float:
        bench = Bench()

        def act() -> None:
            bench.open(1)
            bench.init(1)

        seconds = took(act)
        bench.environments.close()
        return seconds

    best = interleaved(30, {"cold": cold, "python": bare_python})
    ratio = best["cold"] / best["python"]
    report(
        Figure(
            "a cold environment with a process of its own, jail and code loaded",
            f"{best['cold'] * 1e3:.1f} ms",
            f"`python -c pass`, {best['python'] * 1e3:.1f} ms",
            f"{ratio:.2f}",
            f"ratio at most {COLD_AT_MOST}; for reference, 8 ms",
        )
    )
    assert ratio <= COLD_AT_MOST


def test_a_thousand_handlers_in_flight(report: Callable[[Figure], None]) -> None:
    kilobytes = []
    benches = []

    def cold() -> float:
        bench = Bench()
        seconds = took(lambda: bench.flight(cold=True))
        kilobytes.append(bench.private_kilobytes())
        benches.append(bench)
        return seconds

    def warm() -> float:
        bench = benches.pop()
        seconds = took(lambda: bench.flight(cold=False))
        bench.environments.close()
        return seconds

    best = interleaved(16, {"cold": cold, "warm": warm, "python": bare_python})
    for name, most, wished in (("cold", FLIGHT_COLD_AT_MOST, 250), ("warm", FLIGHT_WARM_AT_MOST, 120)):
        ratio = best[name] / best["python"]
        report(
            Figure(
                f"1,000 handlers in flight, each asleep for 5 s, {name}",
                f"{best[name] * 1e3:.0f} ms",
                f"`python -c pass`, {best['python'] * 1e3:.1f} ms",
                f"{ratio:.1f}",
                f"ratio at most {most:.0f}; for reference, {wished} ms",
            )
        )
        assert ratio <= most
    report(Figure("their worker's own memory", f"{max(kilobytes) / 1024:.0f} MB", target="at most 60 MB"))
    assert max(kilobytes) <= FLIGHT_MEMORY


def test_a_cold_packed_environment_costs_a_hundredth_of_a_process(report: Callable[[Figure], None]) -> None:
    bench = Bench(own_processes=0)
    numbers = itertools.count(1)

    def cold() -> float:
        number = next(numbers)

        def act() -> None:
            bench.open(number)
            bench.init(number)

        return took(act)

    best = interleaved(500, {"cold": cold})["cold"]
    python = interleaved(10, {"python": bare_python})["python"]
    bench.environments.close()
    report(
        Figure(
            "a cold environment in a shared process",
            f"{best * 1e6:.0f} us",
            f"`python -c pass`, {python * 1e3:.1f} ms",
            f"{best / python:.3f}",
            "ratio at most 0.02; for reference, 100 us",
        )
    )
    assert best / python <= 0.02


def test_a_handler_with_one_call_of_aws(report: Callable[[Figure], None]) -> None:
    bench = Bench(CALLING)
    bench.open(1)
    bench.init(1)

    def act() -> None:
        called = bench.invoke(1, {})
        assert called.operation == "SendMessage"
        ended = bench.resume(1, NOW + 10**7, (called.call, {"ok": {"MessageId": "m"}}))
        assert ended.payload == b'"m"'

    best = interleaved(300, {"call": lambda: took(act)})["call"]
    python = interleaved(10, {"python": bare_python})["python"]
    bench.environments.close()
    report(
        Figure(
            "a warm handler with one call of boto3, both segments",
            f"{best * 1e3:.2f} ms",
            f"`python -c pass`, {python * 1e3:.1f} ms",
            f"{best / python:.2f}",
            "ratio at most 0.15; for reference, 1.5 ms",
        )
    )
    assert best / python <= 0.15


def test_a_runaway_loop_in_c_is_dead_soon_after_its_budget(report: Callable[[Figure], None]) -> None:
    def over() -> float:
        bench = Bench(RUNAWAY, costs=Costs(watchdog=int(LOOP_BUDGET * 1e6)))
        bench.open(1)
        bench.init(1)
        ended = []
        seconds = took(lambda: ended.append(bench.invoke(1, {})))
        assert ended[0].kind == "timeout"
        bench.environments.close()
        return seconds - LOOP_BUDGET

    best = interleaved(5, {"over": over})["over"]
    report(
        Figure(
            "a loop in C, beyond its budget of real CPU time, until it is dead",
            f"{best * 1e3:.0f} ms",
            target="at most 50 ms",
        )
    )
    assert best <= 0.05
