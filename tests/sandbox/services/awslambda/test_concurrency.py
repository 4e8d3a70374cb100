"""The account's pool and its reservations (facts 4.1, 4.2)."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.services.awslambda.concurrency import ACCOUNT_FULL, RESERVED_FULL, Concurrency


def function(uid: str, reserved: int | None = None) -> Any:
    return SimpleNamespace(uid=uid, reserved=reserved)


def reservations(*functions: Any) -> dict[str, int]:
    return {one.uid: one.reserved for one in functions if one.reserved is not None}


def test_a_reservation_is_a_ceiling_and_a_guarantee() -> None:
    pool = Concurrency(account_limit=4, unreserved_min=0)
    kept, other = function("kept", 1), function("other")
    for _ in range(3):
        assert pool.refusal(other, reservations(kept)) == ""
        pool.enter(other)
    assert pool.refusal(other, reservations(kept)) == ACCOUNT_FULL
    assert pool.refusal(kept, reservations(kept)) == ""
    pool.enter(kept)
    assert pool.refusal(kept, reservations(kept)) == RESERVED_FULL
    pool.leave(other)
    assert pool.refusal(other, reservations(kept)) == ""


def test_what_runs_under_a_reservation_that_went_away_counts_for_all() -> None:
    pool = Concurrency(account_limit=4, unreserved_min=0)
    kept, other = function("kept", 2), function("other")
    pool.enter(kept)
    pool.enter(kept)
    kept.reserved = None
    for _ in range(2):
        assert pool.refusal(other, {}) == ""
        pool.enter(other)
    assert pool.refusal(other, {}) == ACCOUNT_FULL


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["start", "end", "reserve", "free"]), st.sampled_from("ab"), st.integers(0, 5)
        ),
        max_size=60,
    )
)
def test_the_account_is_never_exceeded_whatever_is_reserved_and_freed(
    steps: list[tuple[str, str, int]],
) -> None:
    pool = Concurrency(account_limit=5, unreserved_min=0)
    functions = {name: function(name) for name in "ab"}
    running = dict.fromkeys("ab", 0)
    for what, name, number in steps:
        one, rest = functions[name], functions["ba"["ab".index(name)]]
        if what == "start" and not pool.refusal(one, reservations(*functions.values())):
            pool.enter(one)
            running[name] += 1
        elif what == "end" and running[name]:
            pool.leave(one)
            running[name] -= 1
        elif what == "reserve" and number + max(rest.reserved or 0, running[rest.uid]) <= 5:
            one.reserved = max(number, running[name]) if running[name] + running[rest.uid] <= 5 else None
        elif what == "free":
            one.reserved = None
        assert sum(running.values()) <= 5
        assert {name: pool.running(functions[name]) for name in "ab"} == running
