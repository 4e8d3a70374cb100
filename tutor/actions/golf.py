"""Golf: with how few calls, and for how little money, a lab was finished. It is a game, and no limit."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING

import msgspec

from tutor.progress import Store
from tutor.words import _, many

if TYPE_CHECKING:
    from tutor.course import Lab
    from tutor.practice import LabRun

_DIGITS = 2
"""Digits of a price that are shown."""


class Best(msgspec.Struct, frozen=True):
    """A result.

    Attributes:
        calls: API calls that changed something.
        usd: US dollars that what ran would cost.
        price: the same as people read it.
    """

    calls: int
    usd: Decimal
    price: str


def result(run: LabRun) -> Best:
    """The result of a lab as it stands: what was undone costs nothing."""
    from sandbox.observe.bill import dollars

    # A person compares the first digits of so small an amount, not all sixteen.
    return Best(run.calls, run.cost, dollars(Context(prec=_DIGITS).plus(run.cost)))


def best(store: Store, lab_id: str) -> Best | None:
    """The best result so far; None while the lab was never finished."""
    try:
        return msgspec.json.decode(store.noted(f"best:{lab_id}") or "", type=Best)
    except msgspec.MsgspecError:
        return None


def keep(store: Store, lab_id: str, now: Best) -> bool:
    """Keep a result if it is better than the one before: fewer calls, or as many for less money.

    Returns:
        Whether it is the best one so far.
    """
    before = best(store, lab_id)
    if before is not None and (before.calls, before.usd) <= (now.calls, now.usd):
        return False
    store.note(f"best:{lab_id}", msgspec.json.encode(now).decode())
    return True


def told(lab: Lab, now: Best, known: Best | None, better: bool) -> str:
    """A result in words, beside the budget and the best one so far.

    Args:
        lab: whose budget it is.
        now: the result.
        known: the best one so far.
        better: whether this is the best one.
    """
    from sandbox.observe.bill import dollars

    budget = lab.budget
    calls = many(now.calls, "{n} API call", "{n} API calls")
    words = _("That took {calls}{of}, and what ran would cost {usd}{at}.").format(
        calls=calls,
        of=_(" (the mark to beat: {n})").format(n=budget.api_calls) if budget.api_calls else "",
        usd=now.price,
        at=_(" (the mark to beat: {usd})").format(usd=dollars(Decimal(budget.usd))) if budget.usd else "",
    )
    if better:
        return words + " " + _("It is your best result so far.")
    return words + (" " + _("Your best: {best}.").format(best=in_short(known)) if known else "")


def in_short(result: Best | None) -> str:
    """A result as an outline shows it: "6 calls, $0.0000021"; "" for none."""
    if result is None:
        return ""
    return f"{many(result.calls, '{n} call', '{n} calls')}, {result.price}"
