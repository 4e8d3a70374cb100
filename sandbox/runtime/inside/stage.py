"""The segments of one environment: one ends, the next begins.

Code runs until something has to leave the environment: a result, a wait, a call of AWS. That is sent up, and
the thread that has to wait for it is resumed by a later segment, deep in the stack of whoever asked.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from sandbox.runtime.channel import PAYLOAD_MAX, End, Lines
from sandbox.runtime.inside.output import Output
from sandbox.runtime.messages import Costs, Inbound
from sandbox.runtime.virtual import paths
from sandbox.runtime.virtual.clock import LONGEST_SLEEP, clock
from sandbox.runtime.virtual.strands import Scheduler
from sandbox.runtime.virtual.ticks import Meter

_SHORT_SLEEP = 1_000
_SHORTEST_SLEEP = 50
_SLEEPS = 200
_SEPARATE_LINES = 1_000
_PACK = 32 * 1024
_PLACES = 4


class Channel(Protocol):
    """The way up."""

    def send(self, environment: int, message: Lines | End) -> None:
        """Send a frame to the engine."""
        ...


class Stage:
    """The segments of one environment.

    Args:
        channel: the way up.
        number: the environment's in this worker.
        costs: what running code costs.
        memory: the function's megabytes.

    Attributes:
        inbound: what began the segment.
        over: whether the environment has ended.
    """

    def __init__(self, channel: Channel, number: int, costs: Costs, memory: int) -> None:
        self._channel = channel
        self._number = number
        self._costs = costs
        self._segment = 0
        self._boot = 0
        self._sent = 0
        self._sleeps = 0
        self._calls = 0
        self._growth = 0
        self._held: list[tuple[int, str]] = []
        self._held_size = 0
        self.over = False
        self.inbound = Inbound(0, "init")
        self.meter = Meter(costs.tick, costs.full_memory, memory)
        self.meter.expire = self.expire
        self.output = Output(self.write_line)
        self.scheduler: Scheduler

    def employ(self, main: Callable[[], object]) -> None:
        """Say what the main thread runs."""
        self.scheduler = Scheduler(self, main)

    # -- segments ----------------------------------------------------------------------------------------

    def begin(self, segment: int, inbound: Inbound) -> None:
        """Begin a segment: the clock is right, and who has something to do is ready."""
        first, self._segment, self.inbound = not self._boot, segment, inbound
        self._boot = self._boot or inbound.now
        base = 0
        if inbound.kind == "invoke":
            base, self._sleeps = self._costs.base_cpu, 0
        self._sent = 0
        self.output.begin()
        clock.begin(self.meter, inbound.now, self._boot, inbound.deadline, base)
        clock.sleep_until = self.sleep
        if first:
            self.scheduler.start()
        else:
            self.scheduler.begin(inbound.replies, invoked=inbound.kind == "invoke")
        if inbound.deadline and clock.now() >= inbound.deadline:
            self._run_out()

    def now(self) -> int:
        """The time, in microseconds since the epoch."""
        return clock.now()

    def exchange(self, kind: str, **fields: Any) -> Inbound:
        """End the segment, and return when the next event is there."""
        self._end(kind, **fields)
        self.scheduler.wait(None)
        return self.inbound

    def ask(self, service: str, operation: str, params: dict[str, Any], key: str) -> Any:
        """Call something outside; the other threads go on meanwhile. `key` is as in `Outbound`.

        Returns:
            The engine's reply.
        """
        self._calls += 1
        wants = self.scheduler.wants(clock.now())
        self._end(
            "call",
            call=self._calls,
            until=wants,
            key=key,
            service=service,
            operation=operation,
            params=params,
        )
        return self.scheduler.ask(self._calls)

    def leave(self, kind: str, **fields: Any) -> NoReturn:
        """End the segment and the environment. Nothing of its code runs any more."""
        self._end(kind, **fields)
        self._stop()
        raise AssertionError("an environment that has ended was resumed")

    def expire(self) -> None:
        """The deadline has passed. Nothing that the code catches or tidies up runs any more."""
        self._run_out()
        self._stop()

    def _run_out(self) -> None:
        spent = max(clock.deadline - self.inbound.now, 0)
        self._flush()
        self.over = True
        self._finish(End(self._segment, "timeout", cpu=spent, **self._measured()))

    def _stop(self) -> None:
        """Never return to whatever runs; where only the hub does, there is nothing to stop."""
        self.over = True
        if self.scheduler.running:
            self.scheduler.hub.switch()

    # -- waiting -----------------------------------------------------------------------------------------

    def sleep(self, until: int) -> None:
        """Let the thread that runs wait until a time. No sleep is shorter than 50 microseconds [SIM]."""
        self.scheduler.wait(max(until, clock.now() + _SHORTEST_SLEEP))

    def idle(self) -> None:
        """No thread is ready: end the segment until one is.

        [SIM] A wait below a millisecond, and any after the 200th of an invocation, only moves the clock if
        nothing can reach the environment meanwhile, so that code that polls costs no segment each time.
        """
        until = self.scheduler.earliest()
        if until is None and not self.scheduler.calls:
            self._tell_deadlock()
            until = clock.now() + LONGEST_SLEEP
        elif until is not None and not self.scheduler.calls:
            self._sleeps += 1
            span = max(until - clock.now(), 0)
            here = span < _SHORT_SLEEP or self._sleeps > _SLEEPS
            if here and (not clock.deadline or until < clock.deadline):
                self.meter.pass_time(span)
                return
        self._end("sleep", until=until or 0)

    def _tell_deadlock(self) -> None:
        places = [strand.place() for strand in self.scheduler.waiting()]
        shown = ", ".join(place for place in places[:_PLACES] if place)
        more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
        who = "every thread waits for another one" if len(places) > 1 else "the only thread waits"
        where = f" ({shown}{more})" if shown else ""
        self.output.event(f"[lambda sandbox: deadlock: {who}, and nothing can end that{where}]")

    # -- what goes up ------------------------------------------------------------------------------------

    def _end(self, kind: Any, payload: bytes = b"", **fields: Any) -> None:
        now = clock.now()
        if clock.deadline and now >= clock.deadline:
            self.expire()
            return
        if kind not in {"sleep", "call"}:
            self.output.end_line()
        self._flush()
        self._finish(
            End(
                self._segment,
                kind,
                cpu=now - self.inbound.now,
                payload=payload[:PAYLOAD_MAX],
                **fields,
                **self._measured(),
            )
        )

    def _finish(self, end: End) -> None:
        self._channel.send(self._number, end)
        self.scheduler.ended = True

    def _measured(self) -> dict[str, Any]:
        self._growth += _grown()
        return {"growth": self._growth, "used_tmp": paths.mapping.used_tmp}

    # -- output ------------------------------------------------------------------------------------------

    def write_line(self, text: str) -> None:
        """Take a line that was written. The first ones go up at once, so that a crash loses none of them."""
        if self.over:
            return
        offset = clock.now() - self.inbound.now
        if clock.deadline and offset >= clock.deadline - self.inbound.now:
            self.expire()
            return
        self._held.append((offset, text))
        self._held_size += len(text) + 8
        self._sent += 1
        if self._sent <= _SEPARATE_LINES or self._held_size > _PACK:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            held, self._held, self._held_size = self._held, [], 0
            self._channel.send(self._number, Lines(self._segment, held))


_getrusage = resource.getrusage
"""The real one, whatever code is told later."""


class _Process:
    """How large this process has ever been, in kilobytes, when somebody last looked."""

    peak = 0


def measure_from_here() -> None:
    """What the process uses now is what an idle environment uses."""
    _Process.peak = _peak()


def _grown() -> int:
    """Kilobytes by which the process has grown beyond what it ever was, since the last look."""
    former, _Process.peak = _Process.peak, _peak()
    return _Process.peak - former


def _peak() -> int:
    peak = _getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
