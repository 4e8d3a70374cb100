"""Threads and the environment around them: deadlocks, exits, the next event, calls in flight."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.runtime.conftest import Lab
from tests.sandbox.runtime.playing import play, value

CALLS = """
import boto3, json, threading, time
from concurrent.futures import ThreadPoolExecutor
sqs = boto3.client("sqs", region_name="us-east-1")
def send(**body):
    reply = sqs.send_message(QueueUrl="https://queue/letters", MessageBody=json.dumps(body))
    return json.loads(reply["MessageId"])
def told(action):
    try: return action()
    except Exception as error: return f"{type(error).__name__}: {error}"
"""

DEADLOCKS = {
    "two locks": (
        """
import threading, time
first, second = threading.Lock(), threading.Lock()
def handler(event, context):
    def work():
        with first:
            time.sleep(0.1)
            with second: pass
    threading.Thread(target=work).start()
    with second:
        time.sleep(0.1)
        with first: pass
""",
        "every thread waits for another one, and nothing can end that (app.py:12, app.py:8)",
    ),
    "an event that nobody sets": (
        "import threading\ndef handler(event, context):\n    threading.Event().wait()\n",
        "the only thread waits, and nothing can end that (app.py:3)",
    ),
    "a queue that nobody fills": (
        "import queue\ndef handler(event, context):\n    return queue.Queue().get()\n",
        "the only thread waits, and nothing can end that (app.py:3)",
    ),
    "a lock taken twice": (
        "import threading\nlock = threading.Lock()\ndef handler(event, context):\n"
        "    with lock, lock: pass\n",
        "the only thread waits, and nothing can end that (app.py:4)",
    ),
    "a future that nobody resolves": (
        "import asyncio\nasync def main():\n    await asyncio.get_running_loop().create_future()\n"
        "def handler(event, context):\n    asyncio.run(main())\n",
        "the only thread waits, and nothing can end that (app.py:5)",
    ),
    "an executor that waits for itself": (
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\n"
        "def outer():\n    return pool.submit(int).result()\n"
        "def handler(event, context):\n    return pool.submit(outer).result()\n",
        "every thread waits for another one, and nothing can end that (app.py:6, app.py:4)",
    ),
    "more threads than are named": (
        "import threading\nevent = threading.Event()\ndef handler(_, context):\n"
        "    for _ in range(9): threading.Thread(target=event.wait).start()\n    event.wait()\n",
        "every thread waits for another one, and nothing can end that (app.py:5 and 6 more)",
    ),
}


@pytest.mark.parametrize("case", DEADLOCKS)
def test_a_deadlock_is_told_with_its_places_and_lasts_until_the_timeout(lab: Lab, case: str):
    source, words = DEADLOCKS[case]
    (ended,) = play(lab.environments, source)
    assert (ended.kind, ended.duration) == ("deadline", 3_000_000)
    assert ended.texts == [f"[lambda sandbox: deadlock: {words}]"]


def test_waiting_with_a_limit_is_no_deadlock(lab: Lab):
    source = "import threading\ndef handler(event, context): return threading.Event().wait(2)\n"
    (ended,) = play(lab.environments, source)
    assert (ended.body, ended.texts) == (False, [])


@pytest.mark.parametrize(
    ("leave", "status"),
    [("os._exit(7)", "exit status 7"), ("os._exit(0)", ""), ("os.kill(os.getpid(), 9)", "signal: killed")],
)
def test_a_thread_may_end_the_process(lab: Lab, leave: str, status: str):
    source = f"""
    import os, threading, time
    def leave(): time.sleep(0.5); {leave}
    def handler(event, context):
        threading.Thread(target=leave).start()
        time.sleep(1); print("not reached")
    """
    (ended,) = play(lab.environments, source)
    assert (ended.status, ended.texts) == (status, [])
    assert ended.duration // 1_000 == 501


def test_leaving_python_waits_for_threads_that_are_no_daemons(lab: Lab):
    # As the interpreter does: threads first, executors' among them, then what `atexit` was given.
    source = """
    import atexit, sys, threading, time
    from concurrent.futures import ThreadPoolExecutor
    pool = ThreadPoolExecutor(2)
    def work(name, seconds): time.sleep(seconds); print(name)
    def handler(event, context):
        atexit.register(print, "atexit")
        threading.Thread(target=work, args=("daemon", 2), daemon=True).start()
        threading.Thread(target=work, args=("thread", 0.5)).start()
        pool.submit(work, "pool", 0.2)
        sys.exit(3)
    """
    (ended,) = play(lab.environments, source)
    assert (ended.kind, ended.status) == ("exit", "exit status 3")
    assert ended.texts == ["pool", "thread", "atexit"]
    assert ended.duration // 10_000 == 50


def test_a_thread_goes_on_while_the_next_event_is_there(lab: Lab):
    source = """
    import threading, time
    began = time.time()
    def work():
        for number in range(4): time.sleep(0.4); print("work", number)
    def handler(event, context):
        if event == "start": threading.Thread(target=work).start(); return "started"
        time.sleep(0.5); return threading.active_count()
    """
    start, *others = play(lab.environments, source, "start", "wait", "wait", gap=10_000_000)
    assert (start.body, start.texts) == ("started", [])
    assert [ended.texts for ended in others] == [["work 0", "work 1"], ["work 2", "work 3"]]
    assert others[0].lines[0][0] < 2_000, "its sleep was over long before the environment went on"
    assert [ended.body for ended in others] == [2, 1]


def test_a_process_is_frozen_between_events(lab: Lab):
    source = """
    import threading, time
    count = 0
    def tick():
        global count
        while True: time.sleep(0.1); count += 1
    def handler(event, context):
        if event == "start": threading.Thread(target=tick, daemon=True).start()
        time.sleep(0.35); return count
    """
    assert [ended.body for ended in play(lab.environments, source, "start", 1, 2, gap=60_000_000)] == [
        3,
        7,
        11,
    ]


def test_calls_of_several_threads_are_under_way_at_once(lab: Lab):
    source = f"""{CALLS}
def handler(event, context):
    with ThreadPoolExecutor(5) as pool:
        return [each["n"] for each in pool.map(lambda n: send(n=n, after=500 - 100 * n), range(5))]
"""
    (ended,) = play(lab.environments, source)
    assert ended.body == [0, 1, 2, 3, 4], "answers come last first, each to who has asked"
    assert ended.duration < 520_000
    assert len(ended.calls) == 5


def test_answers_errors_and_timeouts_reach_the_thread_that_has_asked(lab: Lab):
    source = f"""{CALLS}
def handler(event, context):
    with ThreadPoolExecutor(3) as pool:
        bad = pool.submit(told, lambda: send(refuse="AccessDenied", after=50))
        slow = pool.submit(told, lambda: send(after=1000))
        good = pool.submit(told, lambda: send(after=10))
        out = [good.result()["after"], bad.result(), told(lambda: slow.result(timeout=0.1))]
        return [*out, slow.result()["after"]]
"""
    body = value(play(lab.environments, source))
    assert body == [
        10,
        "ClientError: An error occurred (AccessDenied) when calling the SendMessage operation: no",
        "TimeoutError: ",
        1000,
    ]


def test_other_threads_go_on_while_one_waits_for_an_answer(lab: Lab):
    source = f"""{CALLS}
def handler(event, context):
    seen = []
    def work():
        for number in range(3): time.sleep(0.1); seen.append(number)
    thread = threading.Thread(target=work); thread.start()
    send(after=250); seen.append("answer")
    thread.join()
    return seen
"""
    assert value(play(lab.environments, source)) == [0, 1, "answer", 2]


def test_an_answer_that_comes_while_the_environment_is_frozen_is_there_with_the_next_event(lab: Lab):
    source = f"""{CALLS}
def work(): print("answered", send(after=2000)["after"])
def handler(event, context):
    if event == "start": threading.Thread(target=work).start()
    time.sleep(0.1)
    return event
"""
    start, early, late = play(lab.environments, source, "start", "early", "late", gap=1_000_000)
    assert [start.texts, early.texts, late.texts] == [[], [], ["answered 2000"]]
    assert [start.body, early.body, late.body] == ["start", "early", "late"]


def test_a_timeout_takes_every_thread_along(lab: Lab):
    source = """
    import threading, time, pathlib
    def work():
        try:
            while True:
                time.sleep(0.7); pathlib.Path("/tmp/steps").open("a").write("x")
        finally:
            print("tidied up")
    def handler(event, context):
        if event == "start":
            threading.Thread(target=work).start(); time.sleep(60)
        time.sleep(1)
        return [threading.active_count(), pathlib.Path("/tmp/steps").read_text()]
    """
    late, after = play(lab.environments, source, "start", "look")
    assert (late.kind, late.texts) == ("deadline", [])
    assert (after.body, after.texts) == ([1, "xxxx"], [])


def test_a_spinning_thread_is_stopped_at_the_deadline(lab: Lab):
    source = """
    import threading, time
    def spin():
        while True:
            try:
                while True: pass
            except BaseException: print("caught")
    def handler(event, context):
        threading.Thread(target=spin).start()
        time.sleep(1); print("on"); time.sleep(9)
    """
    (ended,) = play(lab.environments, source)
    assert (ended.kind, ended.texts) == ("deadline", ["on"])
    assert ended.duration == 3_000_000


def test_lines_of_threads_have_their_own_times_and_order(lab: Lab):
    source = """
    import threading, time, logging
    def work(name, seconds):
        time.sleep(seconds); print(name, flush=True); logging.error(name)
    def handler(event, context):
        threads = [threading.Thread(target=work, args=each) for each in (("b", 0.2), ("a", 0.1), ("c", 0.2))]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print("end")
    """
    (ended,) = play(lab.environments, source)
    shown = [
        (at // 10_000, text if len(text) < 4 else text.split("\t")[-1].strip()) for at, text in ended.lines
    ]
    assert shown == [(10, "a"), (10, "a"), (20, "b"), (20, "b"), (20, "c"), (20, "c"), (20, "end")]


def test_init_may_leave_threads_behind_and_call(lab: Lab):
    source = f"""{CALLS}
seen = []
def work(): seen.append(send(n=1, after=300)["n"])
threading.Thread(target=work).start()
now = send(n=2, after=100)["n"]
def handler(event, context): time.sleep(0.5); return [now, seen]
"""
    assert value(play(lab.environments, source)) == [2, [1]]


def test_many_calls_in_flight_are_each_answered(lab: Lab):
    source = f"""{CALLS}
def handler(event, context):
    with ThreadPoolExecutor(100) as pool:
        return sum(each["n"] for each in pool.map(lambda n: send(n=n, after=100 + n * 37 % 100), range(300)))
"""
    (ended,) = play(lab.environments, source)
    assert ended.body == sum(range(300))
    assert json.dumps(ended.calls).count("SendMessage") == 300
    assert ended.duration < 700_000
