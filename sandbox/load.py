"""Load: requests that keep coming, evenly spaced, while the clock moves.

What lives here: what a load is (`Load`, made by `planned`) and who sends its requests (`LoadGenerator`). What
does not: whether a request finds room. That is Lambda's answer, and the trace tells what became of it.
"""

from __future__ import annotations

import math
from contextlib import suppress
from fractions import Fraction
from typing import Literal, cast, get_args

import msgspec

from sandbox.identity import Principal
from sandbox.kernel import SECOND, told
from sandbox.services.base import AwsError, Port

LoadType = Literal["RequestResponse", "Event"]

MOST_REQUESTS = 20_000
"""[SIM] How many requests a load has at the most, so that a slip of the pen ends in a message."""


class Load(msgspec.Struct, frozen=True, gc=False):
    """A load on one function.

    Attributes:
        function: its name.
        period: microseconds from one request to the next.
        count: how many there are.
        payload: of each request.
        invocation_type: of each.
    """

    function: str
    period: int
    count: int
    payload: bytes
    invocation_type: LoadType


def planned(function: str, rate: float, duration: int, payload: bytes, invocation_type: str) -> Load:
    """A load as a person describes it.

    Args:
        function: the function's name.
        rate: requests a second.
        duration: how long, in microseconds.
        payload: of each request.
        invocation_type: RequestResponse or Event.

    Raises:
        ValueError: something is wrong with these; the message says what.
    """
    if not isinstance(function, str) or not function:
        raise ValueError("a load needs the name of a function")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 1 / SECOND <= rate <= SECOND:
        raise ValueError(f"the rate is requests a second, such as 20 or 0.5, not {rate!r}")
    if isinstance(duration, bool) or not isinstance(duration, int) or duration <= 0:
        raise ValueError("a load lasts longer than nothing")
    if not isinstance(payload, bytes):
        raise ValueError("the payload is bytes")
    if invocation_type not in get_args(LoadType):
        raise ValueError(f"the type is {' or '.join(get_args(LoadType))}, not {invocation_type!r}")
    # Counted by the rate as it was written: at 30 a second there are 30, whatever the period rounds to.
    count = math.ceil(Fraction(str(rate)) * duration / SECOND)
    if count > MOST_REQUESTS:
        raise ValueError(f"a load has {MOST_REQUESTS:,} requests at the most; this would be {count:,}")
    return Load(function, round(SECOND / rate), count, payload, cast(LoadType, invocation_type))


class LoadGenerator:
    """Sends the requests of loads, each at its time, whatever became of those before it.

    [SIM] Whoever sends them waits for no answer and tries nothing again, so that what is seen is Lambda's
    part alone. A request reaches Lambda at the moment at which it is sent.

    Args:
        port: the world around.
        sender: whose permissions count.
    """

    def __init__(self, port: Port, sender: Principal) -> None:
        self.port = port
        self.sender = sender

    def start(self, load: Load) -> None:
        """Send the first request now, as soon as the clock moves, and the others after it."""
        self.port.kernel.after(0, self._send, load, 1)

    @told(lambda load, number: f"request {number} of {load.count} to {load.function}")
    def _send(self, load: Load, number: int) -> None:
        if number < load.count:
            # Entered before the call, so that the next request is on time whatever this one does.
            self.port.kernel.after(load.period, self._send, load, number + 1)
        params = {
            "FunctionName": load.function,
            "InvocationType": load.invocation_type,
            "Payload": load.payload,
        }
        with suppress(AwsError):  # the trace has it; nobody waits for the answer
            self.port.call("lambda", "Invoke", params, principal=self.sender, cause=0)
