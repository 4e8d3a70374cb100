"""All of Python's clocks against each other, and what work and sleep cost in each."""

import time
from datetime import datetime, timezone


def busy(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


def measure(function, *args):
    before = time.time(), time.monotonic(), time.process_time()
    function(*args)
    after = time.time(), time.monotonic(), time.process_time()
    return [round(b - a, 3) for a, b in zip(before, after)]


def handler(event, context):
    timings = {"busy": measure(busy, event["work"]), "sleep": measure(time.sleep, 0.25)}
    zero = time.gmtime(0)
    now = time.gmtime()
    return {
        "timings": timings,
        "epoch": time.strftime("%Y-%m-%dT%H:%M:%SZ", zero),
        "now": time.strftime("%d/%b/%Y:%H:%M", now),
        "parsed": time.mktime(time.strptime("2026-11-23 09:00", "%Y-%m-%d %H:%M")),
        "same": abs(datetime.now(timezone.utc).timestamp() - time.time()) < 0.01,
        "ns": time.time_ns() // 10**9 == int(time.time()),
        "perf": round(time.perf_counter_ns() / 1e9 - time.perf_counter(), 2) + 0.0,
        "zone": time.tzname[0],
    }
