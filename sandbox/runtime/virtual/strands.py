"""The threads of one execution environment: strands, of which one runs at a time, in an order that repeats.

A strand is a greenlet. It runs until it has to wait (for a lock, for time to pass, for an answer of AWS) or
until its turn is over, which is counted in ticks and never measured. The worker's hub then goes on with the
strand that has been ready for longest. When none is ready, the segment ends.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

from greenlet import getcurrent, greenlet

from sandbox.runtime.virtual.places import is_theirs
from sandbox.runtime.virtual.ticks import Meter, Ticker

MAIN_IDENT = 139_637_976_000_000
"""The number of an environment's main thread; the others count up from it [SIM]."""

_IDENT_STEP = 4_096


class Host(Protocol):
    """What the strands of an environment need of it."""

    meter: Meter

    def now(self) -> int:
        """The time, in microseconds since the epoch."""
        ...

    def idle(self) -> None:
        """No strand is ready: let time pass, or end the segment."""
        ...


class Strand:
    """One thread of control.

    Attributes:
        ident: as `threading.get_ident` tells it.
        greenlet: what runs.
        ended: called once it is over.
        stored: the `threading.local` objects that keep something for it, by their `id`.
        reply: what the engine has answered to its call.
        parked: whether it waits for `wake`, for a time or for both.
        woken: whether it was `wake` that ended the wait.
    """

    __slots__ = (
        "ended",
        "greenlet",
        "ident",
        "loop",
        "parked",
        "reply",
        "scheduler",
        "stored",
        "ticker",
        "turn",
        "woken",
    )

    def __init__(self, scheduler: Scheduler, ident: int, run: Callable[[], object], hub: greenlet) -> None:
        self.scheduler = scheduler
        self.ident = ident
        self.greenlet = greenlet(run, hub)
        self.ticker = Ticker(scheduler.host.meter)
        self.loop: Any = None
        self.ended: list[Callable[[], object]] = []
        self.stored: dict[int, Any] = {}
        self.reply: Any = None
        self.parked = False
        self.woken = False
        self.turn = 0

    def place(self) -> str:
        """Where it stands in the learner's code, such as "app.py:12"; "" where it stands in none."""
        frame: FrameType | None = self.greenlet.gr_frame
        while frame is not None:
            name = frame.f_code.co_filename
            if is_theirs(name):
                return f"{name.removeprefix('/var/task/')}:{frame.f_lineno}"
            frame = frame.f_back
        return ""


class Scheduler:
    """Decides which strand of an environment goes on.

    Args:
        host: the environment.
        main: what its main strand runs.
    """

    def __init__(self, host: Host, main: Callable[[], object]) -> None:
        self.host = host
        # Late, because threads become virtual before anything is imported that may start one.
        from asyncio import _get_running_loop, _set_running_loop

        self._loop, self._set_loop = _get_running_loop, _set_running_loop
        self.hub = getcurrent()
        self.calls: dict[int, Strand] = {}
        self.ended = False
        self._ready: deque[Strand] = deque()
        self._sleeping: list[tuple[int, int, Strand, int]] = []
        self._order = 0
        self._next_ident = MAIN_IDENT
        self.alive: list[Strand] = []
        self.main = self.current = self._strand(main)
        host.meter.turn_over = self.yield_turn

    def _strand(self, run: Callable[[], object]) -> Strand:
        strand = Strand(self, self._next_ident, run, self.hub)
        self._next_ident += _IDENT_STEP
        self.alive.append(strand)
        return strand

    def spawn(self, run: Callable[[], object]) -> Strand:
        """Begin a strand; it gets its turn when those that are ready have had theirs."""
        strand = self._strand(run)
        self._ready.append(strand)
        return strand

    # -- waiting, called by the strand that runs -----------------------------------------------------------

    def wait(self, until: int | None) -> bool:
        """Wait to be woken.

        Args:
            until: when to go on anyhow; None for never.

        Returns:
            Whether it was woken; False when the time has come instead.
        """
        strand = self.current
        strand.woken, strand.parked = False, True
        if until is not None:
            self._order += 1
            heapq.heappush(self._sleeping, (until, self._order, strand, strand.turn))
        self.hub.switch()
        return strand.woken

    def wake(self, strand: Strand) -> None:
        """End a strand's wait."""
        strand.woken = True
        self._make_ready(strand)

    def _make_ready(self, strand: Strand, *, first: bool = False) -> None:
        if strand.parked:
            strand.parked = False
            strand.turn += 1
            (self._ready.appendleft if first else self._ready.append)(strand)

    def yield_turn(self) -> None:
        """Let the other strands that are ready have their turn."""
        # Finalisers may tick where only the hub runs; it has no turn to give away.
        if (self._ready or self._sleeping) and self.running:
            strand = self.current
            strand.parked = True
            self._make_ready(strand)
            self.hub.switch()

    def ask(self, call: int) -> Any:
        """Wait for the answer to a call that has gone up."""
        strand = self.calls[call] = self.current
        strand.woken, strand.parked = False, True
        self.hub.switch()
        reply, strand.reply = strand.reply, None
        return reply

    # -- looking -------------------------------------------------------------------------------------------

    def earliest(self) -> int | None:
        """When the next strand goes on by itself; None when none will."""
        sleeping = self._sleeping
        while sleeping and sleeping[0][2].turn != sleeping[0][3]:
            heapq.heappop(sleeping)
        return sleeping[0][0] if sleeping else None

    def wants(self, now: int) -> int:
        """When the environment wants to go on while an answer is outstanding; 0 for not before the answer."""
        return now if self._ready else self.earliest() or 0

    def waiting(self) -> list[Strand]:
        """The strands that wait for another one's doing: not for time, nor for AWS."""
        asked = set(map(id, self.calls.values()))
        return [strand for strand in self.alive if strand.parked and id(strand) not in asked]

    @property
    def running(self) -> bool:
        """Whether a strand runs now, and not the hub."""
        return getcurrent() is not self.hub

    # -- running, called by the hub ------------------------------------------------------------------------

    def begin(self, replies: tuple[tuple[int, Any], ...], *, invoked: bool) -> None:
        """A segment begins: who has an answer goes on, and the main strand first if there is an event."""
        self.ended = False
        for call, reply in replies:
            strand = self.calls.pop(call, None)
            if strand is not None:
                strand.reply = reply
                self._make_ready(strand)
        if invoked:
            self._make_ready(self.main, first=True)

    def start(self) -> None:
        """The first segment begins."""
        self.ended = False
        self._ready.append(self.main)

    def run(self) -> None:
        """Run strands until the segment has ended."""
        meter = self.host.meter
        while not self.ended:
            if self._sleeping:
                self._wake_sleepers()
            if not self._ready:
                self.host.idle()
                continue
            strand = self.current = self._ready.popleft()
            self._set_loop(strand.loop)
            meter.change(strand.ticker)
            strand.greenlet.switch()
            strand.loop = self._loop()
            if strand.greenlet.dead:
                self.alive.remove(strand)
                for ended in strand.ended:
                    ended()

    def _wake_sleepers(self) -> None:
        now = self.host.now()
        while (due := self.earliest()) is not None and due <= now:
            self._make_ready(heapq.heappop(self._sleeping)[2])
