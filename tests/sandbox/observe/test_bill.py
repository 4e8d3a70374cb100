"""What an account pays, held to AWS's worked example and to arithmetic that a hand can follow."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.facts import Facts
from sandbox.kernel import MILLISECOND
from sandbox.observe.bill import BillFold, Usage, charge, dollars
from sandbox.trace import InvocationEnded
from tests.sandbox.services.awslambda.shop import Shop

TODAY = Facts.load()
MILLION = 1_000_000


def ended(story, billed: int, *, memory: int = 128, function: str = "worker", outcome: str = "success"):
    fields = (
        story.request,
        "Event",
        1,
        "env-1",
        outcome,
        billed * MILLISECOND,
        0,
        billed,
        memory,
        40,
        "",
        b"",
    )
    return story.emit(InvocationEnded, *fields, arn=story.arn(function))


def test_the_example_of_the_pricing_page():  # facts 2.3
    used = Usage(3 * MILLION, 3 * MILLION * 120, 3 * MILLION * 120 * 1536)
    assert used.gb_seconds == 540_000
    month = charge(used, TODAY, free_tier=True)
    assert month.requests == Decimal("0.40")
    assert month.duration == Decimal("2.333338")
    assert dollars(month.total.quantize(Decimal("0.01"))) == "$2.73"


@pytest.mark.parametrize(  # facts 2.3: the price of a millisecond
    ("memory", "price"), [(128, "0.0000000020833375"), (1024, "0.0000000166667")]
)
def test_a_millisecond_has_an_exact_price(memory, price):
    assert charge(Usage(0, 1, memory), TODAY).duration == Decimal(price)


@pytest.mark.parametrize(
    ("gb_seconds", "cost"),
    [
        (6_000_000_000, "100000.2"),
        (6_000_000_001, "100000.200015"),
        (15_000_000_000, "235000.2"),
        (15_000_000_001, "235000.2000133334"),
    ],
)
def test_each_tier_has_its_own_price(gb_seconds, cost):  # facts price.duration, price.duration_tiers
    assert charge(Usage(0, 0, gb_seconds * 1024 * 1000), TODAY).duration == Decimal(cost)


def test_the_notes_era_knew_one_price():
    used = Usage(0, 0, 16_000_000_000 * 1024 * 1000)
    assert charge(used, Facts.load("2019")).duration == Decimal("266667.2")


def test_what_is_free_is_never_paid_back():
    month = charge(Usage(1, 1, 128), TODAY, free_tier=True)
    assert (month.requests, month.duration, month.total) == (0, 0, 0)


def test_each_function_has_its_share(story):
    ended(story, 100)
    ended(story, 100, outcome="error")
    ended(story, 1000, memory=1024, function="packer")
    bill = BillFold().catch_up(story.trace)
    assert bill.functions() == ["packer", "worker"]
    assert bill.usage("worker") == Usage(2, 200, 200 * 128)
    assert bill.usage("packer").gb_seconds == 1
    assert bill.usage() == Usage(3, 1200, 200 * 128 + 1000 * 1024)
    assert bill.cost("packer").total == Decimal("0.0000002") + Decimal("0.0000166667")
    assert bill.cost("worker").total + bill.cost("packer").total == bill.cost().total
    assert bill.cost("nobody").total == 0


def test_a_throttled_request_costs_nothing(story):  # facts 2.2
    story.accepted()
    story.throttled()
    assert BillFold().catch_up(story.trace).cost().total == 0


def test_what_is_free_is_free_each_month(story):
    for days in (0, 10):  # 23 November, and 3 December
        story.at(days * 86_400)
        ended(story, 400_000_000, memory=1024)
    assert BillFold().catch_up(story.trace).usage().gb_seconds == 800_000
    assert BillFold().catch_up(story.trace).cost(free_tier=True).total == 0
    story.at(0)
    ended(story, 1000, memory=1024)
    assert BillFold().catch_up(story.trace).cost(free_tier=True).duration == Decimal("0.0000166667")


def test_a_fold_that_is_copied_keeps_its_prices(story):
    import pickle

    ended(story, 1000, memory=1024)
    old = BillFold(Facts.load("2019"))
    again = pickle.loads(pickle.dumps(old)).catch_up(story.trace)
    assert again.settings()[0].profile == "2019"
    assert again.cost() == old.catch_up(story.trace).cost()


def test_a_cold_start_is_paid_for_in_a_world(world):  # facts 2.2: INIT is billed
    shop = Shop(world)
    shop.function("def handler(event, context):\n    return 1\n")
    shop.invoke({})
    shop.invoke({})
    ends = [event for event in world.trace if isinstance(event, InvocationEnded)]
    cold, warm = (event.billed for event in ends)
    assert cold == -(-(ends[0].duration + ends[0].init) // MILLISECOND)
    assert cold > warm
    bill = BillFold().catch_up(world.trace)
    assert bill.usage("worker") == Usage(2, cold + warm, (cold + warm) * 128)
    paid = Decimal("0.0000004") + Decimal((cold + warm) * 128) / 1_024_000 * Decimal("0.0000166667")
    assert bill.cost().total == paid


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0.00"),
        ("4E-7", "$0.0000004"),
        ("2.5", "$2.50"),
        ("100000.2", "$100,000.20"),
        ("1E+3", "$1,000.00"),
    ],
)
def test_an_amount_is_told_without_powers_of_ten(amount, text):
    assert dollars(Decimal(amount)) == text


@given(st.lists(st.tuples(st.integers(1, 900_000), st.integers(128, 10_240)), max_size=30), st.booleans())
def test_money_adds_up(attempts, free):
    whole = Usage(len(attempts), sum(ms for ms, _ in attempts), sum(ms * mb for ms, mb in attempts))
    parts = [charge(Usage(1, ms, ms * mb), TODAY) for ms, mb in attempts]
    assert charge(whole, TODAY).total == sum((part.total for part in parts), Decimal(0))
    assert 0 <= charge(whole, TODAY, free_tier=free).total <= charge(whole, TODAY).total


@pytest.mark.parametrize(
    ("fact", "other"),
    [
        ("price.requests", "0.40"),
        ("price.duration", ["0.1", "0.1", "0.1"]),
        ("price.duration_tiers", [1]),
        ("price.free_requests", 2),
        ("price.free_duration", 2),
    ],
)
def test_every_price_is_a_fact(fact, other):
    import msgspec

    rows = {row.id: row for row in TODAY}
    rows[fact] = msgspec.structs.replace(rows[fact], value=other)
    used = Usage(5, 0, 5 * 1024 * 1000)
    changed = charge(used, Facts(rows, "today"), free_tier="free" in fact)
    assert changed != charge(used, TODAY, free_tier="free" in fact)
