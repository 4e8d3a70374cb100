import pickle
import random
from collections.abc import Callable, Iterator
from itertools import repeat

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kernel import SECOND, Kernel, Promise, as_datetime, as_time, told
from tests.benchmarks.model import Load, Setting, SimPyLoad, erlang_b, exponential


class Recorder:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.seen: list[tuple[int, str]] = []

    def note(self, word: str) -> None:
        self.seen.append((self.kernel.now, word))

    def again(self, word: str, delay: int, times: int) -> None:
        self.note(word)
        if times:
            self.kernel.after(delay, self.again, word, delay, times - 1)

    def count(self, word: str) -> None:
        """Notes how many entries had run, as whoever saves the world at this moment finds it."""
        assert self.kernel.steps == pickle.loads(pickle.dumps(self.kernel)).steps
        self.note(f"{word} {self.kernel.steps}")

    def stumble(self, word: str) -> None:
        self.note(word)
        raise ZeroDivisionError(word)

    @told(lambda word: f"{word} comes")
    def announced(self, word: str) -> None:
        self.note(word)


def test_entries_run_in_order_of_time_and_then_of_entry() -> None:
    kernel = Kernel(100, seed=1)
    recorder = Recorder(kernel)
    kernel.at(300, recorder.note, "late")
    kernel.at(200, recorder.note, "first")
    kernel.at(200, recorder.note, "second")
    kernel.run_until(1000)
    assert recorder.seen == [(200, "first"), (200, "second"), (300, "late")]
    assert kernel.now == 1000


def test_a_time_that_is_past_means_now() -> None:
    kernel = Kernel(100, seed=1)
    recorder = Recorder(kernel)
    kernel.at(5, recorder.note, "at once")
    assert kernel.step()
    assert recorder.seen == [(100, "at once")]


def test_a_cancelled_entry_never_runs_and_is_not_busy() -> None:
    kernel = Kernel(0, seed=1)
    recorder = Recorder(kernel)
    entry = kernel.at(10, recorder.note, "never")
    kernel.cancel(entry)
    assert not kernel.busy()
    assert not kernel.step()
    assert recorder.seen == []


def test_housekeeping_does_not_count_as_busy_but_does_run() -> None:
    kernel = Kernel(0, seed=1)
    recorder = Recorder(kernel)
    kernel.at(10, recorder.note, "swept", idle=True)
    assert not kernel.busy()
    assert kernel.pending() == []
    kernel.run_until(10)
    assert recorder.seen == [(10, "swept")]


def test_what_is_pending_is_told_soonest_first() -> None:
    kernel = Kernel(0, seed=1)
    recorder = Recorder(kernel)
    kernel.at(20, recorder.note, "x")
    kernel.at(10, recorder.announced, "spring")
    assert kernel.pending() == [(10, "spring comes"), (20, "something happens")]


def test_streams_depend_on_the_seed_and_their_own_name_only() -> None:
    one, other = Kernel(0, seed=7), Kernel(0, seed=7)
    other.stream("new feature").random()
    assert one.stream("a").random() == other.stream("a").random()
    assert one.stream("a").random() != Kernel(0, seed=8).stream("a").random()


def test_uuids_are_version_four_and_repeat_with_the_seed() -> None:
    first = Kernel(0, seed=7).uuid("x")
    assert first == Kernel(0, seed=7).uuid("x")
    assert (first[14], first[19] in "89ab", len(first)) == ("4", True, 36)


def test_a_kernel_survives_pickling_with_its_agenda() -> None:
    kernel = Kernel(0, seed=1)
    recorder = Recorder(kernel)
    kernel.at(10, recorder.again, "tick", 5, 2)
    twin = pickle.loads(pickle.dumps(recorder))
    kernel.run_until(100)
    twin.kernel.run_until(100)
    assert twin.seen == recorder.seen == [(10, "tick"), (15, "tick"), (20, "tick")]


def test_a_promise_tells_those_who_wait_and_those_who_come_late() -> None:
    recorder = Recorder(Kernel(0, seed=1))
    promise = Promise()
    heard: list[object] = []
    promise.then(lambda settled, extra: heard.append((settled.value, extra)), "early")
    promise.resolve(3)
    promise.then(lambda settled, extra: heard.append((settled.value, extra)), "late")
    assert heard == [(3, "early"), (3, "late")]
    assert recorder.seen == []
    with pytest.raises(RuntimeError):
        promise.fail(ValueError())


def test_datetimes_and_times_are_one_and_the_same_to_the_microsecond() -> None:
    moment = as_datetime(1_795_424_400_000_001)
    assert moment.isoformat() == "2026-11-23T09:00:00.000001+00:00"
    assert as_time(moment) == 1_795_424_400_000_001


def test_steps_count_what_ran_and_what_is_running_and_nothing_else() -> None:
    kernel = Kernel(0, seed=1)
    recorder = Recorder(kernel)
    kernel.at(1, recorder.count, "a")
    kernel.cancel(kernel.at(1, recorder.count, "cancelled"))
    kernel.at(2, recorder.count, "housekeeping", idle=True)
    kernel.at(2, recorder.stumble, "stumbled")
    kernel.at(3, recorder.count, "b")
    kernel.at(9, recorder.count, "not yet")
    assert kernel.steps == 0
    with pytest.raises(ZeroDivisionError):
        kernel.run_until(3)
    assert (kernel.steps, kernel.now) == (3, 2)
    kernel.run_until(3)
    assert (kernel.steps, kernel.now) == (4, 3)
    assert [word for _, word in recorder.seen] == ["a 1", "housekeeping 2", "stumbled", "b 4"]


def test_cancelled_deadlines_do_not_pile_up() -> None:
    kernel = Kernel(0, seed=1)
    recorder = Recorder(kernel)
    kernel.at(10**9, recorder.note, "late")
    kernel.at(10**8, recorder.note, "never")
    for number in range(5000):
        kernel.cancel(kernel.at(10**8 + number, recorder.note, "never"))
    kernel.cancel(2)
    assert len(pickle.dumps(kernel)) < 5000
    assert kernel.busy()
    assert kernel.step()
    assert (kernel.steps, recorder.seen) == (1, [(10**9, "late")])


def while_it_steps(kernel: Kernel) -> None:
    while kernel.step():
        pass


class Canceller(Recorder):
    """Cancels, from within an entry, most of what is still to come."""

    def sweep(self, entries: list[int]) -> None:
        for entry in entries:
            self.kernel.cancel(entry)
        self.kernel.after(1, self.note, "after the sweep")


@given(st.integers())
def test_what_is_left_of_a_large_agenda_keeps_its_order(seed: int) -> None:
    kernel, chance = Kernel(0, seed=1), random.Random(seed)
    recorder = Recorder(kernel)
    left = []
    for number in range(200):
        time = chance.randrange(1000)
        entry = kernel.at(time, recorder.note, str(number))
        if chance.random() < 0.7:
            kernel.cancel(entry)
        else:
            left.append((time, str(number)))
    kernel.run_until(1000)
    assert recorder.seen == sorted(left, key=lambda seen: seen[0])


@pytest.mark.parametrize("run", [lambda kernel: kernel.run_until(500), while_it_steps])
def test_entries_may_be_cancelled_by_the_hundred_while_the_agenda_runs(run: Callable[[Kernel], None]) -> None:
    kernel = Kernel(0, seed=1)
    canceller = Canceller(kernel)
    entries = [kernel.at(10 + number, canceller.note, str(number)) for number in range(300)]
    kernel.at(5, canceller.sweep, entries[:299])
    run(kernel)
    assert canceller.seen == [(6, "after the sweep"), (309, "299")]
    assert kernel.steps == 3


class Naive:
    """What the kernel promises, in so many words: a list that is searched again and again."""

    def __init__(self) -> None:
        self.now = 0
        self.steps = 0
        self.entered = 0
        self.entries: dict[int, tuple[int, bool]] = {}
        """When each is due, and whether it is housekeeping, by the number of the entry."""
        self.seen: list[tuple[int, str]] = []

    def due(self) -> list[tuple[int, int]]:
        return sorted((time, entry) for entry, (time, _) in self.entries.items())

    def step(self) -> bool:
        for time, entry in self.due()[:1]:
            del self.entries[entry]
            self.now = time
            self.steps += 1
            self.seen.append((time, str(entry)))
            return True
        return False

    def run_until(self, time: int) -> None:
        while self.entries and self.due()[0][0] <= time:
            self.step()
        self.now = max(self.now, time)


DELAYS = st.lists(st.integers(-5, 40), min_size=1, max_size=8)
ACTIONS = st.one_of(
    st.tuples(st.just("enter"), DELAYS, st.booleans()),
    st.tuples(st.just("enter and raise"), DELAYS, st.booleans()),
    st.tuples(st.just("cancel"), st.integers(0, 10**6), st.integers(1, 4)),
    st.tuples(st.just("enter and cancel"), st.integers(60, 80), st.booleans()),
    st.tuples(st.just("step")),
    st.tuples(st.just("run until"), st.integers(0, 60)),
    st.tuples(st.just("stand"), st.integers(0, 60)),
    st.tuples(st.just("copy")),
)


@given(st.lists(ACTIONS, max_size=40))
def test_whatever_is_done_to_it_the_kernel_does_what_a_plain_list_would(
    actions: list[tuple[object, ...]],
) -> None:
    recorder, naive = Recorder(Kernel(0, seed=1)), Naive()
    for action, *how in actions:
        recorder = act(action, how, recorder, naive)
        kernel = recorder.kernel
        assert (kernel.now, kernel.steps) == (naive.now, naive.steps)
        assert recorder.seen == naive.seen
        assert kernel.busy() == any(not idle for _, idle in naive.entries.values())
        assert [time for time, _ in kernel.pending()] == [
            time for time, entry in naive.due() if not naive.entries[entry][1]
        ]
        assert kernel.next_time() == (naive.due()[0][0] if naive.entries else None)


def act(action: object, how: list[object], recorder: Recorder, naive: Naive) -> Recorder:
    kernel = recorder.kernel
    match action, *how:
        case (("enter" | "enter and raise"), list(delays), bool(idle)):
            callback = recorder.note if action == "enter" else recorder.stumble
            for delay in delays:
                naive.entered = kernel.after(delay, callback, str(naive.entered + 1), idle=idle)
                naive.entries[naive.entered] = (max(naive.now, naive.now + delay), idle)
        case "cancel", int(first), int(every) if naive.entries:
            for entry in sorted(naive.entries)[first % len(naive.entries) :: every]:
                kernel.cancel(entry)
                del naive.entries[entry]
        case "enter and cancel", int(many), bool(idle):
            for _ in range(many):
                naive.entered = kernel.at(kernel.now + 50, recorder.note, "never", idle=idle)
                kernel.cancel(naive.entered)
        case ("step",):
            assert (tried(kernel.step) is not False) == naive.step()
        case "run until", int(span):
            target = kernel.now + span
            while tried(lambda: kernel.run_until(target)) is ZeroDivisionError:
                pass
            naive.run_until(target)
        case "stand", int(span) if not naive.entries or naive.due()[0][0] >= naive.now + span:
            kernel.stand_at(kernel.now + span)
            naive.now += span
        case ("copy",):
            return pickle.loads(pickle.dumps(recorder))
    return recorder


def tried(run: Callable[[], object]) -> object:
    """What it gives, or the kind of error that an entry of these tests raises."""
    try:
        return run()
    except ZeroDivisionError as error:
        return type(error)


@given(st.lists(st.integers(0, 1000), max_size=30))
def test_time_never_goes_back(delays: list[int]) -> None:
    kernel = Kernel(0, seed=1)
    recorder = Recorder(kernel)
    for delay in delays:
        kernel.after(delay, recorder.again, "x", delay + 1, 3)
    while kernel.step():
        pass
    times = [time for time, _word in recorder.seen]
    assert times == sorted(times)
    assert len(times) == 4 * len(delays)


# -- the model of a function under load ----------------------------------------------------------------


def setting(rate: float, takes: float | Iterator[int], *, limit: int, keep: int, seed: int) -> Setting:
    times = exponential(takes, f"times {seed}") if isinstance(takes, float) else takes
    return Setting(exponential(1 / rate, f"gaps {seed}"), times, times, limit, keep * SECOND)


def after(seconds: int, setting: Setting) -> Load:
    kernel = Kernel(0, seed=1)
    load = Load(kernel, setting)
    kernel.run_until(seconds * SECOND)
    return load


@pytest.mark.parametrize(
    ("rate", "limit", "keep", "seconds"),
    [
        pytest.param(90, 100, 600, 60, id="as the benchmark has it"),
        pytest.param(9, 4, 600, 400, id="many refused"),
        pytest.param(0.5, 10, 20, 8000, id="environments come and go"),
    ],
)
def test_the_kernel_and_simpy_agree_to_the_last_microsecond(
    rate: float, limit: int, keep: int, seconds: int
) -> None:
    def given_times() -> Setting:
        return setting(rate, 1.0, limit=limit, keep=keep, seed=3)

    ours = after(seconds, given_times())
    env = simpy.Environment()
    theirs = SimPyLoad(env, given_times())
    env.run(until=seconds * SECOND)
    for count in ("arrived", "refused", "running", "created", "busy", "lived"):
        assert getattr(ours, count) == getattr(theirs, count), count
    assert (ours.refused > 1000) == (limit == 4)
    assert (len(ours.lived) > 100) == (keep == 20)


@pytest.mark.parametrize(
    "takes", [pytest.param(1.0, id="exponential"), pytest.param(repeat(SECOND), id="constant")]
)
def test_a_small_load_is_refused_as_erlang_says_whatever_the_times_are(takes: float | Iterator[int]) -> None:
    load = after(30_000, setting(3, takes, limit=5, keep=600, seed=1))
    assert load.refused / load.arrived == pytest.approx(erlang_b(3, 5), rel=0.03)


@pytest.mark.slow
@pytest.mark.parametrize(
    "takes", [pytest.param(1.0, id="exponential"), pytest.param(repeat(SECOND), id="constant")]
)
def test_ninety_a_second_are_refused_by_a_hundred_environments_as_erlang_says(
    takes: float | Iterator[int],
) -> None:
    assert erlang_b(90, 100) == pytest.approx(0.02696, abs=5e-6)
    load = after(40_000, setting(90, takes, limit=100, keep=600, seed=1))
    assert load.refused / load.arrived == pytest.approx(0.02696, rel=0.02)


@pytest.mark.slow
def test_a_light_load_needs_the_environments_that_simfaas_says() -> None:
    """The example of SimFaaS's README: 0.9 requests a second, 1.991 s warm, 2.244 s cold, kept for 600 s."""
    loads = [
        after(
            1_000_000,
            Setting(
                exponential(1 / 0.9, f"gaps {seed}"),
                exponential(1.991, f"warm {seed}"),
                exponential(2.244, f"cold {seed}"),
                1000,
                600 * SECOND,
            ),
        )
        for seed in (1, 2, 3)
    ]
    total = sum(load.kernel.now for load in loads)
    assert sum(load.busy for load in loads) / total == pytest.approx(1.7879, rel=0.02)
    assert sum(sum(load.lived) for load in loads) / total == pytest.approx(7.6612, rel=0.02)
    cold = sum(load.created for load in loads) / sum(load.arrived for load in loads)
    assert cold == pytest.approx(0.0014, abs=0.0001)
