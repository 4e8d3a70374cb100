"""What an account would pay for Lambda, counted from the trace (facts 2.1, 2.2).

Each attempt that ended is a request and so many billed milliseconds, as its REPORT line says: its INIT phase
included, rounded up (facts billing.init, billing.step). Failed attempts and retries are paid for; throttled
and refused requests are not. A GB-second is a second of 1,024 MB.

Left out: the prices of other services (SQS, S3, CloudWatch Logs and so on), of /tmp above 512 MB, of Arm, of
provisioned concurrency, of streamed answers and of data that leaves the Region. All is priced as x86 in
us-east-1. Amounts are exact decimals, in US dollars; nothing is rounded to cents.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact
from itertools import zip_longest

import msgspec

from sandbox.facts import Facts
from sandbox.kernel import as_datetime
from sandbox.observe.fold import Fold
from sandbox.observe.words import function_name
from sandbox.trace import Event, InvocationEnded

_EXACT = Context(prec=100, traps=[Inexact])
"""More digits than a sum of prices can have; a result that would have to be rounded is an error."""

_MB_MS = 1024 * 1000
"""Megabytes times milliseconds in a GB-second."""

_PRICED_REQUESTS = 1_000_000
"""How many requests the fact price.requests is the price of."""


class Usage(msgspec.Struct, frozen=True):
    """What is paid for: requests, billed milliseconds, and these times the memory in MB."""

    requests: int = 0
    billed: int = 0
    mb_ms: int = 0

    @property
    def gb_seconds(self) -> Decimal:
        """The duration in GB-seconds."""
        return _EXACT.divide(Decimal(self.mb_ms), Decimal(_MB_MS))


class Charge(msgspec.Struct, frozen=True):
    """What it costs, in US dollars."""

    requests: Decimal
    duration: Decimal

    @property
    def total(self) -> Decimal:
        """Both together."""
        return _EXACT.add(self.requests, self.duration)


def charge(usage: Usage, facts: Facts, *, free_tier: bool = False) -> Charge:
    """The price of a month's usage of an account.

    Args:
        usage: of one calendar month.
        facts: price.requests, price.duration and its tiers.
        free_tier: whether what is free every month is taken off first (price.free_requests,
            price.free_duration).
    """
    requests, seconds = Decimal(usage.requests), usage.gb_seconds
    if free_tier:
        requests = max(_EXACT.subtract(requests, Decimal(facts["price.free_requests"])), Decimal(0))
        seconds = max(_EXACT.subtract(seconds, Decimal(facts["price.free_duration"])), Decimal(0))
    price = _EXACT.divide(Decimal(facts["price.requests"]), Decimal(_PRICED_REQUESTS))
    duration = Decimal(0)
    for rate, size in zip_longest(facts["price.duration"], facts["price.duration_tiers"]):
        # The last rate has no size: it is for all that is left.
        part = seconds if size is None else min(seconds, Decimal(size))
        duration = _EXACT.add(duration, _EXACT.multiply(part, Decimal(rate)))
        seconds = _EXACT.subtract(seconds, part)
    return Charge(_EXACT.multiply(requests, price), duration)


class BillFold(Fold):
    """The bill so far, for each function and for the account.

    Args:
        facts: where prices come from; those of today when None.
    """

    def __init__(self, facts: Facts | None = None) -> None:
        self._facts = facts or Facts.load()
        super().__init__()

    def settings(self) -> tuple[Facts]:
        """See `Fold.settings`."""
        return (self._facts,)

    def reset(self) -> None:
        """See `Fold.reset`."""
        self._used: dict[tuple[str, str], Usage] = {}

    def apply(self, event: Event) -> None:
        """See `Fold.apply`."""
        if isinstance(event, InvocationEnded):
            month = f"{as_datetime(event.time):%Y-%m}"
            key = (function_name(event.arn), month)
            one = Usage(1, event.billed, event.billed * event.memory)
            self._used[key] = _together((self._used.get(key, Usage()), one))

    def functions(self) -> list[str]:
        """The functions that there is something to pay for, in order of their names."""
        return sorted({name for name, _ in self._used})

    def usage(self, function: str | None = None) -> Usage:
        """What was used so far, by one function or by all."""
        return _together(self._months(function).values())

    def cost(self, function: str | None = None, *, free_tier: bool = False) -> Charge:
        """What is to be paid so far.

        Args:
            function: its share, as if it were the account's only function; None for the whole account.
            free_tier: whether what is free every month is taken off first.
        """
        charges = [charge(used, self._facts, free_tier=free_tier) for used in self._months(function).values()]
        requests, duration = Decimal(0), Decimal(0)
        for month in charges:
            requests = _EXACT.add(requests, month.requests)
            duration = _EXACT.add(duration, month.duration)
        return Charge(requests, duration)

    def _months(self, function: str | None) -> dict[str, Usage]:
        found: dict[str, Usage] = {}
        for (name, month), used in self._used.items():
            if function in {None, name}:
                found[month] = _together((found.get(month, Usage()), used))
        return found


def _together(parts: Iterable[Usage]) -> Usage:
    rows = list(parts)
    return Usage(
        sum(row.requests for row in rows), sum(row.billed for row in rows), sum(row.mb_ms for row in rows)
    )


def dollars(amount: Decimal) -> str:
    """An amount as people read it: "$0.0000004", "$2.73", never in powers of ten."""
    text = f"{amount.normalize(_EXACT):f}"
    whole, _, cents = text.partition(".")
    return f"${int(whole):,}.{cents.ljust(2, '0')}"
