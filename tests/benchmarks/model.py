"""A model of one function under load, on our kernel and on SimPy: what the kernel is measured and checked by.

Requests come at random, each takes an environment for a random time. Idle environments are reused, the most
recently used first, and end after a while; where none is idle one is made, and where as many run as may, the
request is refused. There is one expiry timer for all idle environments. Given the same times, both models
must agree on everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from random import Random
from typing import Any, NamedTuple

import simpy

from sandbox.kernel import SECOND, Kernel
from sandbox.trace import (
    EnvironmentCreated,
    EnvironmentReaped,
    InvocationAccepted,
    InvocationEnded,
    InvocationStarted,
    InvocationThrottled,
    Trace,
)

ARN = "arn:aws:lambda:us-east-1:123456789012:function:model"
ADMINISTRATOR = "arn:aws:iam::123456789012:user/administrator"
REQUEST = "00000000-0000-4000-8000-000000000000"


class Setting(NamedTuple):
    """What is modelled; all times in microseconds.

    Attributes:
        gaps: the time between two requests, and the next two, and so on.
        warm: how long each request takes that finds an idle environment.
        cold: how long each request takes that does not.
        limit: how many may run at once.
        keep: how long an idle environment is kept.
    """

    gaps: Iterator[int]
    warm: Iterator[int]
    cold: Iterator[int]
    limit: int
    keep: int


def exponential(mean: float, seed: str) -> Iterator[int]:
    """Endless random times around a mean in seconds."""
    scale, random = mean * SECOND, Random(seed).random
    while True:
        yield int(-log(1.0 - random()) * scale)


class Environment:
    """One environment; times in microseconds."""

    __slots__ = ("created", "idle_since")

    def __init__(self, created: int) -> None:
        self.created = created
        self.idle_since = 0


class Model:
    """What both models have in common.

    Attributes:
        arrived: requests that came.
        refused: requests that found `limit` others running.
        running: requests that run now.
        created: environments that were made.
        lived: how long the environments that ended had been there, microseconds, in the order of ending.
        busy: how long the requests that were not refused take, together.
    """

    def __init__(self, setting: Setting) -> None:
        self.gaps, self.warm, self.cold, self.limit, self.keep = setting
        self.arrived = self.refused = self.running = self.created = self.busy = 0
        self.lived: list[int] = []
        self.idle: list[Environment] = []
        self.armed = False

    def reap(self, now: int) -> int:
        """End the environments that were idle for too long; tells how many."""
        limit = now - self.keep
        ended = [environment for environment in self.idle if environment.idle_since <= limit]
        # The least recently used ones lie at the front.
        del self.idle[: len(ended)]
        self.lived += [now - environment.created for environment in ended]
        return len(ended)


class Load(Model):
    """The model on our kernel, used as the services use it: bound methods, plain arguments."""

    def __init__(self, kernel: Kernel, setting: Setting) -> None:
        super().__init__(setting)
        self.kernel = kernel
        kernel.after(next(self.gaps), self.arrive)

    def arrive(self) -> None:
        """A request comes, and the next one is seen to."""
        kernel = self.kernel
        self.arrived += 1
        kernel.after(next(self.gaps), self.arrive)
        if self.running == self.limit:
            self.refused += 1
            return
        self.running += 1
        if self.idle:
            environment, time = self.idle.pop(), next(self.warm)
        else:
            self.created += 1
            environment, time = Environment(kernel.now), next(self.cold)
        self.busy += time
        kernel.after(time, self.end, environment)

    def end(self, environment: Environment) -> None:
        """A request is done."""
        self.running -= 1
        environment.idle_since = self.kernel.now
        self.idle.append(environment)
        if not self.armed:
            self.arm()

    def arm(self) -> None:
        """Set the timer by the environment that was idle longest."""
        self.armed = bool(self.idle)
        if self.armed:
            self.kernel.at(self.idle[0].idle_since + self.keep, self.expire, idle=True)

    def expire(self) -> None:
        """The timer runs out."""
        self.reap(self.kernel.now)
        self.arm()


class TracedLoad(Load):
    """The same, telling of it as the services do: three events for each request that is not refused."""

    def __init__(self, kernel: Kernel, setting: Setting) -> None:
        super().__init__(kernel, setting)
        self.trace = Trace(kernel)

    def arrive(self) -> None:
        kernel, emit = self.kernel, self.trace.emit
        self.arrived += 1
        kernel.after(next(self.gaps), self.arrive)
        if self.running == self.limit:
            self.refused += 1
            emit(InvocationThrottled, ARN, REQUEST, "RequestResponse", "ConcurrentInvocationLimitExceeded")
            return
        self.running += 1
        accepted = emit(InvocationAccepted, ARN, REQUEST, "RequestResponse", ADMINISTRATOR, b"{}")
        warm = bool(self.idle)
        if warm:
            environment, time = self.idle.pop(), next(self.warm)
        else:
            self.created += 1
            environment, time = Environment(kernel.now), next(self.cold)
            emit(EnvironmentCreated, ARN, "environment", "$LATEST", "python3.13", cause=accepted.seq)
        self.busy += time
        started = emit(
            InvocationStarted,
            ARN,
            REQUEST,
            "RequestResponse",
            1,
            "environment",
            not warm,
            "$LATEST",
            "/aws/lambda/model",
            "stream",
            b"{}",
            cause=accepted.seq,
        )
        kernel.after(time, self.told_end, environment, started.seq, time)

    def told_end(self, environment: Environment, cause: int, time: int) -> None:
        """A request is done, and that is told."""
        self.trace.emit(
            InvocationEnded,
            ARN,
            REQUEST,
            "RequestResponse",
            1,
            "environment",
            "success",
            time,
            0,
            -(-time // 1000),
            128,
            40,
            "",
            b"{}",
            cause=cause,
        )
        self.end(environment)

    def reap(self, now: int) -> int:
        ended = super().reap(now)
        for _ in range(ended):
            self.trace.emit(EnvironmentReaped, ARN, "environment", "idle")
        return ended


class SimPyLoad(Model):
    """The model on SimPy, as its manual has it: a process for the requests, for each request, for the expiry.

    Environments are kept in the same plain list, which is quicker than SimPy's own resources and stores.
    """

    def __init__(self, env: simpy.Environment, setting: Setting) -> None:
        super().__init__(setting)
        self.env = env
        env.process(self.arrivals())

    def arrivals(self) -> Iterator[Any]:
        """Requests come."""
        env = self.env
        while True:
            yield env.timeout(next(self.gaps))
            self.arrived += 1
            if self.running == self.limit:
                self.refused += 1
            else:
                env.process(self.request())

    def request(self) -> Iterator[Any]:
        """One request."""
        env = self.env
        self.running += 1
        if self.idle:
            environment, time = self.idle.pop(), next(self.warm)
        else:
            self.created += 1
            environment, time = Environment(env.now), next(self.cold)
        self.busy += time
        yield env.timeout(time)
        self.running -= 1
        environment.idle_since = env.now
        self.idle.append(environment)
        if not self.armed:
            self.armed = True
            env.process(self.expiry())

    def expiry(self) -> Iterator[Any]:
        """End idle environments as long as there are any."""
        while self.idle:
            yield self.env.timeout(self.idle[0].idle_since + self.keep - self.env.now)
            self.reap(self.env.now)
        self.armed = False


def erlang_b(load: float, servers: int) -> float:
    """The share of requests that are refused, by Erlang's formula B (A. K. Erlang, 1917).

    Args:
        load: requests a second times the seconds that each takes.
        servers: how many may run at once.
    """
    refused = 1.0
    for number in range(1, servers + 1):
        refused = load * refused / (number + load * refused)
    return refused
