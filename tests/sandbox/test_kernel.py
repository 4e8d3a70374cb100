import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.kernel import Kernel, Promise, as_datetime, as_time, told


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
