"""Threads and locks of handler code: as Python's own, in virtual time, the same each time."""

from __future__ import annotations

import sys

from tests.sandbox.runtime.conftest import Lab
from tests.sandbox.runtime.playing import play, value

NEWER = sys.version_info >= (3, 13)
TOLD = """
import threading, time, queue, _thread, sys, os

def told(action):
    try:
        return repr(action())
    except BaseException as error:
        return f"{type(error).__name__}: {error}"

def begin(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads: thread.start()
    return threads

def ended(*works):
    for thread in begin(*works): thread.join()
"""


def run(lab: Lab, body: str, **more: object) -> object:
    """What a handler with these lines returns."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    return value(play(lab.environments, f"{TOLD}\ndef handler(event, context):\n{lines}", **more))


def test_threads_overlap_and_have_names_numbers_and_states(lab: Lab):
    source = """
    import threading, time
    def handler(event, context):
        seen = []
        def work(seconds):
            me = threading.current_thread()
            seen.append([me.name, me.ident == threading.get_ident(), me.native_id, threading.active_count()])
            time.sleep(seconds)
            seen.append(seconds)
        threads = [threading.Thread(target=work, args=(seconds,)) for seconds in (0.3, 0.1, 0.2)]
        began = time.monotonic()
        for thread in threads: thread.start()
        alive = [thread.is_alive() for thread in threads]
        threads[0].join(0.05)
        late = round(time.monotonic() - began, 3)
        for thread in threads: thread.join()
        names = [thread.name for thread in threading.enumerate()]
        return {"seen": seen, "alive": alive, "late": late, "took": round(time.monotonic() - began, 2),
                "after": [thread.is_alive() for thread in threads], "names": names,
                "repr": [repr(threads[0]), repr(threading.current_thread())],
                "idents": len({thread.ident for thread in threads} | {threading.get_ident()})}
    """
    assert value(play(lab.environments, source)) == {
        "seen": [
            ["Thread-1 (work)", True, 9, 2],
            ["Thread-2 (work)", True, 10, 3],
            ["Thread-3 (work)", True, 11, 4],
            0.1,
            0.2,
            0.3,
        ],
        "alive": [True, True, True],
        "late": 0.05,
        "took": 0.3,
        "after": [False, False, False],
        "names": ["MainThread"],
        "repr": [
            "<Thread(Thread-1 (work), stopped 139637976004096)>",
            "<_MainThread(MainThread, started 139637976000000)>",
        ],
        "idents": 4,
    }


def test_wrong_use_of_threads_is_told_as_python_tells_it(lab: Lab):
    body = """
thread = threading.Thread(target=time.sleep, args=(0.1,), name="napper", daemon=True)
out = [thread.daemon, thread.name, thread.ident, told(thread.join)]
thread.start()
out += [told(thread.start), told(lambda: setattr(thread, "daemon", False)), threading.active_count()]
thread.join(timeout=0)
out += [thread.is_alive(), told(threading.current_thread().join), told(lambda: thread.join(-1))]
thread.join()
out += [told(lambda: _thread.start_new_thread(1, ())), told(lambda: _thread.start_new_thread(print, []))]
return out
"""
    assert run(lab, body) == [
        True,
        "napper",
        None,
        "RuntimeError: cannot join thread before it is started",
        "RuntimeError: threads can only be started once",
        "RuntimeError: cannot set daemon status of active thread",
        2,
        True,
        "RuntimeError: cannot join current thread",
        "None",
        "TypeError: first arg must be callable",
        "TypeError: 2nd arg must be a tuple",
    ]


def test_an_exception_ends_its_thread_alone_and_is_told_in_the_log(lab: Lab):
    source = """
    import threading, sys, _thread, time
    def boom(): raise ValueError("boom")
    def handler(event, context):
        thread = threading.Thread(target=boom); thread.start(); thread.join()
        quiet = threading.Thread(target=lambda: sys.exit(3)); quiet.start(); quiet.join()
        _thread.start_new_thread(boom, ())
        _thread.start_new_thread(_thread.exit, ())
        time.sleep(0.1)
        return "went on"
    """
    (ended,) = play(lab.environments, source)
    assert ended.body == "went on"
    heads = [text for text in ended.texts if not text.startswith(" ")]
    assert heads == [
        "Exception in thread Thread-1 (boom):",
        "Traceback (most recent call last):",
        "ValueError: boom",
        "Exception ignored in thread started by: <function boom at 0x7f0010000000>",
        "Traceback (most recent call last):",
        "ValueError: boom",
    ]
    assert any('File "/var/task/app.py", line 3, in boom' in text for text in ended.texts)


def test_an_excepthook_gets_what_a_thread_raised(lab: Lab):
    body = """
seen = []
hook = threading.excepthook
def heard(args): seen.append([args.exc_type.__name__, str(args.exc_value), args.thread.name])
threading.excepthook = heard
thread = threading.Thread(target=lambda: 1 / 0, name="divider")
thread.start(); thread.join()
threading.excepthook = hook
return seen
"""
    assert run(lab, body) == [["ZeroDivisionError", "division by zero", "divider"]]


def test_locks_wait_time_out_and_complain(lab: Lab):
    body = """
lock, recursive = threading.Lock(), threading.RLock()
out = [told(lock.release), told(recursive.release), lock.acquire(), lock.locked(), lock.acquire(False)]
began = time.monotonic()
out += [lock.acquire(True, 0.5), lock.acquire(timeout=0), round(time.monotonic() - began, 3)]
out += [told(lambda: lock.acquire(timeout=-2)), told(lambda: lock.acquire(False, 1)),
        told(lambda: lock.acquire(True, 1e20)), lock.acquire(False, -1),
        told(lambda: lock.acquire(timeout=None)).partition(":")[0],
        told(lambda: lock.acquire(timeout="1")).partition(":")[0],
        told(lambda: lock.acquire(timeout=float("nan"))).partition(":")[0]]
import copy
out += [told(lambda: copy.deepcopy(each)) for each in (lock, recursive, threading.local())]
out += [isinstance(lock, type(threading.Lock())),
        repr(lock).split(" object")[0], repr(recursive).split(" object")[0]]
return out
"""
    assert run(lab, body) == [
        "RuntimeError: release unlocked lock",
        "RuntimeError: cannot release un-acquired lock",
        True,
        True,
        False,
        False,
        False,
        0.5,
        f"ValueError: timeout value must be {'a non-negative number' if NEWER else 'positive'}",
        "ValueError: can't specify a timeout for a non-blocking call",
        "OverflowError: timestamp out of range for platform time_t",
        False,
        "TypeError",
        "TypeError",
        "ValueError",
        "TypeError: cannot pickle '_thread.lock' object",
        "TypeError: cannot pickle '_thread.RLock' object",
        "TypeError: cannot pickle '_thread._local' object",
        True,
        "<locked _thread.lock",
        "<unlocked _thread.RLock",
    ]


def test_a_lock_is_handed_over_in_the_order_in_which_it_was_asked_for(lab: Lab):
    body = """
lock, order = threading.Lock(), []
def work(number, patience):
    if lock.acquire(timeout=patience):
        order.append(number); time.sleep(0.01); lock.release()
    else:
        order.append(-number)
lock.acquire()
threads = [threading.Thread(target=work, args=(n, 0.05 if n == 3 else 9)) for n in range(1, 6)]
for thread in threads: thread.start()
time.sleep(0.1)
lock.release()
for thread in threads: thread.join()
return [order, lock.locked()]
"""
    assert run(lab, body) == [[-3, 1, 2, 4, 5], False]


def test_a_time_out_and_a_release_at_the_same_moment_leave_nobody_with_a_lost_lock(lab: Lab):
    body = """
lock, got = threading.Lock(), []
lock.acquire()
def wait(): got.append(lock.acquire(timeout=0.1)); got.append(lock.locked())
thread = threading.Thread(target=wait); thread.start()
time.sleep(0.1); lock.release()
thread.join()
return [got, lock.acquire(timeout=0.1) is not got[0]]
"""
    assert run(lab, body)[1] is True


def test_a_recursive_lock_belongs_to_a_thread(lab: Lab):
    body = """
lock, out = threading.RLock(), []
lock.acquire(); lock.acquire()
ended(lambda: out.append(told(lock.release)), lambda: out.append(lock.acquire(timeout=0.1)))
out.append("count=2" in repr(lock))
lock.release(); lock.release()
ended(lambda: out.append(lock.acquire(blocking=False)))
return out
"""
    assert run(lab, body) == ["RuntimeError: cannot release un-acquired lock", False, True, True]


def test_conditions_events_semaphores_barriers_and_timers(lab: Lab):
    body = """
out, condition, items = [], threading.Condition(), []
def consume():
    with condition:
        out.append(["for", condition.wait_for(lambda: bool(items), 5), items.pop()])
def never():
    with condition:
        out.append(["never", condition.wait(0.02)])
threads = begin(consume, consume, never)
time.sleep(0.05)
with condition: items.append(1); condition.notify()
time.sleep(0.05)
with condition: items.append(2); condition.notify_all()
for thread in threads: thread.join()
out.append(told(condition.notify))

event = threading.Event()
threads = begin(lambda: out.append(event.wait()), lambda: out.append(event.wait(0.01)))
time.sleep(0.05); event.set()
for thread in threads: thread.join()
out.append([event.is_set(), event.wait(), event.clear(), event.is_set()])

gate, inside = threading.BoundedSemaphore(2), []
def pass_gate():
    with gate:
        inside.append(gate._value); time.sleep(0.1)
began = time.monotonic()
ended(*[pass_gate] * 5)
out.append([min(inside), round(time.monotonic() - began, 2), told(gate.release)])

barrier, met = threading.Barrier(3, timeout=1), []
ended(*[lambda: met.append(barrier.wait())] * 3)
ended(lambda: met.append(told(lambda: barrier.wait(0.1))))
out.append([sorted(map(str, met)), barrier.broken])

timer = threading.Timer(0.2, out.append, ["timer"]); timer.start()
stopped = threading.Timer(0.1, out.append, ["stopped"]); stopped.start(); stopped.cancel()
time.sleep(0.3)
return out
"""
    assert run(lab, body) == [
        ["never", False],
        ["for", True, 1],
        ["for", True, 2],
        "RuntimeError: cannot notify on un-acquired lock",
        False,
        True,
        [True, True, None, False],
        [0, 0.3, "ValueError: Semaphore released too many times"],
        [["0", "1", "2", "BrokenBarrierError: "], True],
        "timer",
    ]


def test_each_thread_has_its_own_attributes_of_a_local(lab: Lab):
    body = """
class Own(threading.local):
    kind = "own"
    def __init__(self, start, step=1): self.count, self.step, self.made = start, step, threading.get_ident()
    def grow(self): self.count += self.step; return self.count
own, plain, out = Own(5, step=2), threading.local(), []
plain.name = "main"
own.grow()
def look():
    got, mine = own.grow(), own.made == threading.get_ident()
    out.append([got, mine, told(lambda: plain.name), "count" in vars(own)])
    plain.name = "thread"; del own.step
    out.append([told(own.grow), vars(plain)])
ended(look)
out.append([own.grow(), vars(plain), told(lambda: threading.local(1)), isinstance(own, threading.local)])
return out
"""
    assert run(lab, body) == [
        [7, True, "AttributeError: '_thread._local' object has no attribute 'name'", True],
        ["AttributeError: 'Own' object has no attribute 'step'", {"name": "thread"}],
        [9, {"name": "main"}, "TypeError: Initialization arguments are not supported", True],
    ]


def test_what_a_local_kept_goes_with_it_and_with_its_thread(lab: Lab):
    body = """
import weakref, gc
class Thing: pass
gone, local = [], threading.local()
def keep():
    thing = local.thing = Thing()
    gone.append(weakref.ref(thing))
ended(keep)
short = threading.local(); short.thing = Thing()
gone += [weakref.ref(short.thing), weakref.ref(short)]
del short
gc.collect()
return [each() is None for each in gone]
"""
    assert run(lab, body) == [True, True, True]


def test_queues_block_time_out_and_order(lab: Lab):
    body = """
out, line = [], queue.Queue(maxsize=2)
def produce():
    for number in range(5): line.put(number)
    line.put(None)
threads = begin(produce)
while (item := line.get()) is not None: out.append(item); time.sleep(0.01); line.task_done()
line.task_done(); line.join(); threads[0].join()
began = time.monotonic()
out += [told(lambda: line.get(timeout=0.2)), round(time.monotonic() - began, 2), told(line.get_nowait)]
line.put(1); line.put(2)
out += [told(lambda: line.put(3, timeout=0.1)), told(lambda: line.put_nowait(3)),
        told(lambda: line.get(timeout=-1))]
stack, ranked, simple = queue.LifoQueue(), queue.PriorityQueue(), queue.SimpleQueue()
for each in (stack, ranked, simple):
    for number in (2, 3, 1): each.put(number)
out += [[each.get(), each.get(), each.get()] for each in (stack, ranked, simple)]
late = lambda: out.append(told(lambda: simple.get(True, 0.1)))
threads = begin(lambda: out.append(simple.get(timeout=1)), late)
time.sleep(0.05); simple.put("late")
for thread in threads: thread.join()
out += [told(simple.get_nowait), told(lambda: simple.get(False)), simple.qsize(), simple.empty(),
        isinstance(simple, queue.SimpleQueue)]
return out
"""
    assert run(lab, body) == [
        *range(5),
        "Empty: ",
        0.2,
        "Empty: ",
        "Full: ",
        "Full: ",
        "ValueError: 'timeout' must be a non-negative number",
        [1, 3, 2],
        [1, 2, 3],
        [2, 3, 1],
        "late",
        "Empty: ",
        "Empty: ",
        "Empty: ",
        0,
        True,
        True,
    ]


def test_a_thread_that_computes_lets_another_one_go_on(lab: Lab):
    source = """
    import threading, time
    def handler(event, context):
        done, order = threading.Event(), []
        def spin():
            turns = 0
            while not done.is_set(): turns += 1
            order.append(turns)
        spinner = threading.Thread(target=spin); spinner.start()
        time.sleep(0.05)
        order.append("main"); done.set(); spinner.join()
        return order
    """
    first = value(play(lab.environments, source))
    assert first[0] == "main"
    assert first[1] > 1_000
    assert value(play(lab.environments, source, seed=8)) == first, "turns are counted, not measured"


def test_a_busy_wait_for_another_thread_ends(lab: Lab):
    body = """
seen = []
def work(): time.sleep(0.3); seen.append("done")
begin(work)
while not seen: time.sleep(0)
return seen
"""
    assert run(lab, body) == ["done"]


def test_an_environment_has_at_most_1024_threads(lab: Lab):
    # facts 1.1
    body = """
threads = []
def fill():
    while True:
        thread = threading.Thread(target=time.sleep, args=(1,)); thread.start(); threads.append(thread)
out = [told(fill), len(threads), threading.active_count()]
for thread in threads: thread.join()
ended(lambda: out.append("again"))
return out
"""
    assert run(lab, body) == ["RuntimeError: can't start new thread", 1_023, 1_024, "again"]


def test_semaphores_of_multiprocessing_are_as_absent_as_on_lambda(lab: Lab):
    # There is no /dev/shm: `multiprocessing.Lock`, queues, and the pools built upon them, threads' included.
    body = """
import multiprocessing
from multiprocessing.pool import ThreadPool
return [told(multiprocessing.Lock), told(lambda: ThreadPool(2)), told(lambda: multiprocessing.Pool(2))]
"""
    assert run(lab, body) == ["OSError: [Errno 38] Function not implemented"] * 3
