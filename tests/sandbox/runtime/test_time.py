"""Virtual time: sleeping, clocks, counted CPU, deadlines, the watchdog."""

from __future__ import annotations

import time

import pytest

from sandbox.facts import Facts
from sandbox.runtime import Costs
from tests.sandbox.runtime.conftest import START, Lab, texts, value


def test_fourteen_minutes_of_sleep_take_no_time(lab: Lab):
    lab.timeout = 900_000_000
    began = time.monotonic()
    asleep = lab.call("import time\ndef handler(e, c):\n    time.sleep(840)\n    return time.time()\n")
    assert (asleep.kind, asleep.until) == ("sleep", START + 1_000 + 840_000_000)
    lab.now = asleep.until
    (name,) = lab.environments._tapes
    woken = value(lab.resume(name=name, deadline=START + 900_000_000))
    assert woken == pytest.approx(START / 1e6 + 840.001, abs=1e-4)
    assert time.monotonic() - began < 5


def test_all_clocks_agree(lab: Lab):
    ended = lab.call(
        """
        import time, datetime
        from time import time as now, monotonic
        from datetime import datetime as dt, date
        def handler(event, context):
            return [time.time(), now(), time.time_ns() / 1e9, dt.now().timestamp(),
                    dt.now(datetime.timezone.utc).timestamp(), time.mktime(time.gmtime())], [
                    str(date.today()), str(dt.today())[:16], str(dt.utcnow())[:16], time.strftime("%H:%M"),
                    time.ctime()[:16]], [monotonic(), time.perf_counter(), time.monotonic_ns() / 1e9]
        """
    )
    seconds, dates, uptimes = value(ended)
    assert all(second == pytest.approx(START / 1e6, abs=1.01) for second in seconds)
    assert dates == ["2026-11-23", "2026-11-23 09:00", "2026-11-23 09:00", "09:00", "Mon Nov 23 09:00"]
    assert all(0 < uptime < 10 for uptime in uptimes)


def test_datetime_keeps_its_classes(lab: Lab):
    ended = lab.call(
        """
        import datetime, pickle, copy
        class Mine(datetime.datetime): pass
        def handler(event, context):
            now = datetime.datetime.now()
            same = pickle.loads(pickle.dumps(now)) == copy.deepcopy(now) == now
            kinds = [type(now) is datetime.datetime, isinstance(now, datetime.date)]
            return [same, *kinds, type(Mine.now()).__name__]
        """
    )
    assert value(ended) == [True, True, True, "Mine"]


def test_a_clock_may_be_an_attribute_of_a_class(lab: Lab):
    ended = lab.call(
        """
        import time, logging
        logging.Formatter.converter = time.gmtime
        class Timer:
            clock = time.perf_counter
        def handler(event, context):
            logging.warning("x")
            return Timer().clock() > 0
        """
    )
    assert value(ended) is True


def test_asyncio_sleeps_virtually(lab: Lab):
    lab.timeout = 60_000_000
    lab.deploy(
        """
        import asyncio, time
        async def nap(seconds):
            await asyncio.sleep(seconds)
            return seconds
        async def main():
            began = time.monotonic()
            done = await asyncio.gather(nap(3), nap(1), nap(2))
            try:
                await asyncio.wait_for(nap(100), 5)
            except asyncio.TimeoutError:
                done.append("late")
            return done, round(time.monotonic() - began, 2)
        def handler(event, context):
            return asyncio.run(main())
        """
    )
    lab.init()
    deadline = lab.now + 60_000_000
    ended = lab.invoke()
    while ended.kind == "sleep":
        lab.now = ended.until
        ended = lab.resume(deadline=deadline)
    assert value(ended) == [[3, 1, 2, "late"], 8.0]
    lab.now += 1
    assert lab.invoke().kind == "sleep", "a second asyncio.run in the same environment"


def test_a_task_that_waits_forever_waits_until_the_deadline(lab: Lab):
    ended = lab.call("import asyncio\ndef handler(e, c): asyncio.run(asyncio.Event().wait())\n")
    assert ended.kind == "sleep"
    assert ended.until > lab.now + lab.timeout


def test_an_event_that_nobody_sets_is_a_sleep(lab: Lab):
    lab.deploy("import threading\ndef handler(e, c): return threading.Event().wait(1.5)\n")
    lab.init()
    asleep = lab.invoke()
    assert asleep.until == START + 1_000 + 1_500_000
    lab.now = asleep.until
    assert value(lab.resume()) is False


def test_cpu_is_counted_and_scaled_by_memory(lab: Lab):
    source = "def handler(e, c):\n    for i in range(100_000): pass\n"
    slow, fast = lab.call(source, memory=128), lab.call(source, memory=1769)
    huge = lab.call(source, memory=10240)
    assert fast.cpu == huge.cpu
    assert 1_000 + 6_000 <= fast.cpu < 1_000 + 6_100
    assert (slow.cpu - 1_000) / (fast.cpu - 1_000) == pytest.approx(1769 / 128, rel=0.01)


def test_everything_that_loops_or_is_called_ticks(lab: Lab):
    ended = lab.call(
        """
        def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
        def handler(event, context):
            [x for x in range(1000)]; {x: 1 for x in range(1000)}; sum(x for x in range(1000))
            i = 0
            while i < 1000: i += 1
            square = lambda x: x * x
            list(map(square, range(1000)))
            return fib(12)
        """,
        memory=1769,
    )
    assert value(ended) == 144
    assert ended.cpu - 1_000 == (5_000 + 465 + 1) * 60 // 1_000


def test_counts_repeat_exactly(lab: Lab):
    source = "def handler(e, c):\n    print(sum(i * i for i in range(12345)))\n    return len({*range(99)})\n"
    first, second = lab.call(source), lab.call(source)
    assert (first.cpu, first.lines, first.payload) == (second.cpu, second.lines, second.payload)


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "while True:\n        try: pass\n        finally: continue",
        "return sum(1 for _ in __import__('itertools').count())",
        "f = lambda g: g(g)\n    while True: f(lambda h: 1)",
        "while time.time() < c._deadline_ms: pass",
    ],
)
def test_code_that_never_ends_times_out_exactly_at_the_deadline(lab: Lab, body):
    ended = lab.call(f"import time\ndef handler(e, c):\n    print('begin')\n    {body}\n")
    assert (ended.kind, ended.cpu, texts(ended)) == ("timeout", 3_000_000, ["begin"])
    assert lab.environments.take_observations() == [], "the counter stopped it, which repeats"


def test_nothing_that_the_code_does_after_the_deadline_is_seen(lab: Lab):
    ended = lab.call(
        """
        import time
        def handler(event, context):
            for i in range(10**7):
                if i % 1000 == 0: print(i)
            return "late"
        """
    )
    assert ended.kind == "timeout"
    assert max(offset for offset, _ in ended.lines) < 3_000_000


def test_loading_has_a_deadline_too(lab: Lab):
    lab.deploy("while True: pass\n", memory=1769)
    lab.timeout = 1_000_000
    ended = lab.run("one", "init")
    assert (ended.kind, ended.cpu) == ("timeout", 1_000_000)


def test_a_loop_in_c_is_stopped_by_the_watchdog_and_observed(short_watch: Lab):
    began = time.monotonic()
    ended = short_watch.call("def handler(e, c):\n    print('begin')\n    return sum(range(10**12))\n")
    assert (ended.kind, ended.cpu, texts(ended)) == ("timeout", 3_000_000, ["begin"])
    assert 0.25 < time.monotonic() - began < 4
    (seen,) = short_watch.environments.take_observations()
    assert seen.segment == 1
    assert seen.ending == ended


def test_waiting_for_what_never_comes_is_stopped_too(short_watch: Lab):
    ended = short_watch.call("import os\ndef handler(e, c):\n    r, w = os.pipe()\n    os.read(r, 1)\n")
    assert ended.kind == "timeout"
    assert len(short_watch.environments.take_observations()) == 1


def test_bad_arguments_of_sleep_are_pythons_errors(lab: Lab):
    ended = lab.call(
        """
        import time
        def handler(event, context):
            words = []
            for wrong in (-1, "1", None, float("nan")):
                try: time.sleep(wrong)
                except Exception as error: words.append(type(error).__name__)
            return words
        """
    )
    assert value(ended) == ["ValueError", "TypeError", "TypeError", "ValueError"]


def test_polling_in_small_steps_costs_no_segments(lab: Lab):
    lab.timeout = 60_000_000
    ended = lab.call(
        """
        import time
        def handler(event, context):
            began = time.monotonic()
            for _ in range(10_000): time.sleep(0.0005)
            return round(time.monotonic() - began, 1)
        """
    )
    assert value(ended) == 5.0
    assert 5_000_000 < ended.cpu < 5_100_000


def test_many_sleeps_are_taken_together_after_the_two_hundredth(lab: Lab):
    lab.timeout = 600_000_000
    lab.deploy(
        "import time\ndef handler(e, c):\n    for _ in range(1000): time.sleep(0.1)\n    return 'done'\n"
    )
    lab.init()
    deadline, segments, ended = lab.now + lab.timeout, 1, lab.invoke()
    while ended.kind == "sleep":
        lab.now, segments = ended.until, segments + 1
        ended = lab.resume(deadline=deadline)
    assert (value(ended), segments) == ("done", 201)
    assert (lab.now + ended.cpu - START) == pytest.approx(100_000_000, rel=0.001)


@pytest.mark.parametrize("pause", ["0", "0.0001", "0.01"])
def test_polling_for_ever_times_out_at_the_deadline(lab: Lab, pause):
    lab.deploy(f"import time\ndef handler(e, c):\n    while True: time.sleep({pause})\n")
    lab.init()
    deadline, ended = lab.now + lab.timeout, lab.invoke()
    while ended.kind == "sleep" and ended.until < deadline:
        lab.now = ended.until
        ended = lab.resume(deadline=deadline)
    assert (ended.kind, lab.now + ended.cpu) == ("timeout", deadline) or ended.until >= deadline
    assert lab.environments.take_observations() == []


def test_what_code_costs_is_what_the_facts_say():
    facts = Facts.load()
    assert Costs() == Costs.of(facts)
    assert Costs().tick == facts["environment.tick"]
    assert Costs().full_memory == facts["lambda.cpu_full_memory"]


def test_timed_signals_are_refused_in_words_instead_of_never_coming(lab: Lab):
    ended = lab.call(
        """
        import signal
        def attempt(action):
            try: return action()
            except OSError as error: return str(error)
        def handler(event, context):
            return [attempt(lambda: signal.alarm(0)), attempt(lambda: signal.alarm(2)),
                    attempt(lambda: signal.setitimer(signal.ITIMER_REAL, 1))]
        """
    )
    off, alarm, timer = value(ended)
    assert off == 0
    assert alarm == timer
    assert "Lambda sandbox: signals cannot be timed here; threading.Timer" in alarm
