"""Executors and asyncio of handler code, over threads that are virtual."""

from __future__ import annotations

from tests.sandbox.runtime.conftest import Lab
from tests.sandbox.runtime.playing import play, value

TOLD = """
import asyncio, threading, time, concurrent.futures as cf, contextvars
from concurrent.futures import ThreadPoolExecutor

def told(action):
    try:
        return repr(action())
    except BaseException as error:
        return f"{type(error).__name__}: {error}"

def nap(seconds, answer=None):
    time.sleep(seconds)
    return seconds if answer is None else answer

def took(began): return round(time.monotonic() - began, 2)
"""


def run(lab: Lab, body: str, **more: object) -> object:
    """What a handler with these lines returns."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    return value(play(lab.environments, f"{TOLD}\ndef handler(event, context):\n{lines}", **more))


def awaited(lab: Lab, body: str) -> object:
    """What a coroutine with these lines returns."""
    lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    source = (
        f"{TOLD}\nasync def main():\n{lines}\ndef handler(event, context):\n    return asyncio.run(main())\n"
    )
    return value(play(lab.environments, source))


def test_an_executor_maps_in_order_while_its_work_overlaps(lab: Lab):
    body = """
began = time.monotonic()
with ThreadPoolExecutor(3, thread_name_prefix="crew") as pool:
    answers = list(pool.map(nap, [0.3, 0.1, 0.2, 0.1]))
    asked = [pool.submit(lambda: nap(0.01, threading.current_thread().name)) for _ in range(3)]
    names = sorted(future.result() for future in asked)
return [answers, names, took(began), told(lambda: pool.submit(nap, 1)), ThreadPoolExecutor()._max_workers]
"""
    assert run(lab, body) == [
        [0.3, 0.1, 0.2, 0.1],
        ["crew_0", "crew_1", "crew_2"],
        0.31,
        "RuntimeError: cannot schedule new futures after shutdown",
        6,
    ]


def test_futures_come_as_they_complete_fail_time_out_and_are_cancelled(lab: Lab):
    body = """
out = []
with ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(nap, seconds) for seconds in (0.3, 0.1, 0.1)]
    late = pool.submit(nap, 9)
    out.append([late.cancel(), late.cancelled(), told(late.result)])
    out.append([future.result() for future in cf.as_completed(futures)])
    fails = pool.submit(lambda: 1 / 0)
    out.append([told(fails.result), type(fails.exception()).__name__])
    slow = [pool.submit(nap, 0.2), pool.submit(nap, 0.4)]
    out.append(told(lambda: slow[0].result(timeout=0.1)))
    done, waits = cf.wait(slow, return_when=cf.FIRST_COMPLETED)
    out.append([len(done), len(waits)])
    done, waits = cf.wait(slow, timeout=0.05)
    out.append([len(done), len(waits)])
    out.append(told(lambda: list(cf.as_completed(slow, timeout=0.05))))
    heard = []
    slow[1].add_done_callback(lambda future: heard.append(future.result()))
    out.append([[future.result() for future in slow], heard])
    out.append(told(lambda: list(pool.map(nap, [0.01, 5], timeout=0.1))))
    pool.shutdown(wait=False, cancel_futures=True)
return out
"""
    out = run(lab, body, timeout=10_000_000)
    assert out[:5] == [
        [True, True, "CancelledError: "],
        [0.1, 0.1, 0.3],
        ["ZeroDivisionError: division by zero", "ZeroDivisionError"],
        "TimeoutError: ",
        [1, 1],
    ]
    assert out[5:] == [
        [1, 1],
        "TimeoutError: 1 (of 2) futures unfinished",
        [[0.2, 0.4], [0.4]],
        "TimeoutError: ",
    ]


def test_executors_may_nest(lab: Lab):
    body = """
def outer(number):
    with ThreadPoolExecutor(2) as inner:
        return sum(inner.map(lambda each: nap(0.1, each), range(number)))
began = time.monotonic()
with ThreadPoolExecutor(4) as pool:
    return [list(pool.map(outer, range(5))), took(began)]
"""
    assert run(lab, body) == [[0, 0, 1, 3, 6], 0.2]


def test_an_executor_kept_in_a_global_serves_every_event(lab: Lab):
    source = """
    from concurrent.futures import ThreadPoolExecutor
    import threading, time
    pool = ThreadPoolExecutor(2)
    def work(number): time.sleep(0.1); return threading.current_thread().name
    def handler(event, context): return sorted(pool.map(work, range(2)))
    """
    names = [ended.body for ended in play(lab.environments, source, 1, 2, 3)]
    assert names == [["ThreadPoolExecutor-0_0", "ThreadPoolExecutor-0_1"]] * 3


def test_an_initialiser_that_fails_breaks_its_executor(lab: Lab):
    body = """
with ThreadPoolExecutor(1, initializer=lambda: 1 / 0) as pool:
    return told(pool.submit(nap, 0).result).partition(":")[0]
"""
    assert run(lab, body) == "BrokenThreadPool"


def test_context_variables_belong_to_a_thread(lab: Lab):
    body = """
name, out = contextvars.ContextVar("name", default="nobody"), []
name.set("main")
def work(): out.append(name.get()); name.set("thread"); time.sleep(0.1); out.append(name.get())
context = contextvars.copy_context()
threads = [threading.Thread(target=work), threading.Thread(target=context.run, args=(work,))]
for thread in threads: thread.start()
for thread in threads: thread.join()
async def task(new):
    before = name.get(); name.set(new); await asyncio.sleep(0.01); return [before, name.get()]
async def both(): return await asyncio.gather(task("a"), task("b"), asyncio.to_thread(name.get))
return [out, name.get(), context[name], asyncio.run(both())]
"""
    assert run(lab, body) == [
        ["nobody", "main", "thread", "thread"],
        "main",
        "thread",
        [["main", "a"], ["main", "b"], "main"],
    ]


def test_tasks_groups_timeouts_queues_and_semaphores_of_asyncio(lab: Lab):
    body = """
out, began = [], time.monotonic()
async def slow(seconds, answer): await asyncio.sleep(seconds); return answer
out.append(await asyncio.gather(slow(0.2, "a"), slow(0.1, "b")))
async def fail(): raise ValueError("no")
both = await asyncio.gather(slow(0.1, 1), fail(), return_exceptions=True)
out.append([type(each).__name__ for each in both])
try: await asyncio.wait_for(slow(5, "x"), 0.1)
except TimeoutError: out.append("late")
try:
    async with asyncio.timeout(0.1): await slow(5, "x")
except TimeoutError: out.append("late again")
async with asyncio.TaskGroup() as group:
    tasks = [group.create_task(slow(0.1 * n, n)) for n in (2, 1)]
out.append([task.result() for task in tasks])
try:
    async with asyncio.TaskGroup() as group:
        group.create_task(fail()); cancelled = group.create_task(slow(9, 1))
except* ValueError as group_error: out.append([len(group_error.exceptions), cancelled.cancelled()])
line, seen = asyncio.Queue(1), []
async def produce():
    for number in range(3): await line.put(number)
async def consume():
    for _ in range(3): await asyncio.sleep(0.05); seen.append(await line.get()); line.task_done()
await asyncio.gather(produce(), consume(), line.join())
gate, inside = asyncio.Semaphore(2), []
async def enter():
    async with gate: inside.append(gate._value); await asyncio.sleep(0.1)
await asyncio.gather(*[enter() for _ in range(4)])
done, waits = await asyncio.wait([asyncio.create_task(slow(n, n)) for n in (0.1, 0.3)], timeout=0.2)
for task in waits: task.cancel()
out.append([seen, min(inside), len(done), len(waits), took(began)])
return out
"""
    assert awaited(lab, body) == [
        ["a", "b"],
        ["int", "ValueError"],
        "late",
        "late again",
        [2, 1],
        [1, True],
        [[0, 1, 2], 0, 1, 1, 1.25],
    ]


def test_a_loop_and_threads_call_each_other(lab: Lab):
    body = """
out, loop, began = [], asyncio.get_running_loop(), time.monotonic()
naps = [asyncio.to_thread(nap, 0.2) for _ in range(2)]
out.append(await asyncio.gather(*naps, asyncio.sleep(0.2, "loop")))
with ThreadPoolExecutor(1) as pool:
    out.append(await asyncio.gather(*[loop.run_in_executor(each, nap, 0.1) for each in (pool, None)]))
out.append(took(began))
ready = asyncio.Event()
timer = threading.Timer(0.1, loop.call_soon_threadsafe, [ready.set]); timer.start()
await ready.wait()
async def inside(): await asyncio.sleep(0.1); return threading.current_thread() is threading.main_thread()
def ask(): return asyncio.run_coroutine_threadsafe(inside(), loop).result(1)
out.append(await asyncio.to_thread(ask))
def own(): return asyncio.run(asyncio.sleep(0.3, "own loop"))
out.append(await asyncio.gather(asyncio.to_thread(own), asyncio.sleep(0.1, "this one")))
try: await asyncio.to_thread(lambda: 1 / 0)
except ZeroDivisionError: out.append("failed")
out.append(took(began))
return out
"""
    assert awaited(lab, body) == [
        [0.2, 0.2, "loop"],
        [0.1, 0.1],
        0.3,
        True,
        ["own loop", "this one"],
        "failed",
        0.8,
    ]


def test_two_loops_run_in_two_threads_side_by_side(lab: Lab):
    body = """
out = []
async def steps(name):
    for number in range(3):
        await asyncio.sleep(0.1); out.append([name, number, asyncio.get_running_loop() is loops[name]])
loops = {}
def work(name, after):
    time.sleep(after)
    with asyncio.Runner() as runner:
        loops[name] = runner.get_loop(); runner.run(steps(name))
threads = [threading.Thread(target=work, args=("b", 0.05)), threading.Thread(target=work, args=("a", 0))]
for thread in threads: thread.start()
for thread in threads: thread.join()
return out
"""
    assert run(lab, body) == [[name, number, True] for number in range(3) for name in ("a", "b")]


def test_a_loop_in_a_background_thread_serves_several_events(lab: Lab):
    source = """
    import asyncio, threading
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    async def work(number): await asyncio.sleep(0.1); return number * 2
    def handler(event, context):
        return asyncio.run_coroutine_threadsafe(work(event), loop).result()
    """
    assert [ended.body for ended in play(lab.environments, source, 1, 2, 3)] == [2, 4, 6]


def test_a_loop_of_the_module_is_used_again(lab: Lab):
    source = """
    import asyncio
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    async def work(number): await asyncio.sleep(0.1); return number
    def handler(event, context): return asyncio.get_event_loop().run_until_complete(work(event))
    """
    assert [ended.body for ended in play(lab.environments, source, 1, 2)] == [1, 2]
