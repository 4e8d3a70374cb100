"""Events, a semaphore and a barrier: all wait for the gate, two at a time work, all finish together."""

import threading
import time

began = None


def clock():
    return round(time.monotonic() - began, 2)


def runner(name, gate, slots, barrier, diary):
    if not gate.wait(timeout=3):
        diary.append((name, "gave up"))
        return
    with slots:
        diary.append((name, "in", clock()))
        time.sleep(0.5)
    try:
        place = barrier.wait(timeout=2)
        diary.append((name, "done", clock()))
        if place == 0:
            diary.append("one of us tidies up")
    except threading.BrokenBarrierError:
        diary.append((name, "broken", clock()))


def handler(event, context):
    global began
    began = time.monotonic()
    gate, slots = threading.Event(), threading.BoundedSemaphore(2)
    barrier, diary = threading.Barrier(event.get("parties", len(event["names"]))), []
    threads = [
        threading.Thread(target=runner, args=(name, gate, slots, barrier, diary)) for name in event["names"]
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    waiting = threading.active_count() - 1
    if event.get("open", True):
        gate.set()
    for thread in threads:
        thread.join()
    return {"waiting": waiting, "diary": sorted(map(str, diary)), "seconds": clock()}
