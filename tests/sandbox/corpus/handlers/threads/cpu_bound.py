"""Threads that compute instead of waiting: they take turns, and gain nothing over one after another."""

import threading
import time

diary = []
lock = threading.Lock()


def primes(name, below, step=1000):
    found = []
    for n in range(2, below):
        if all(n % p for p in found if p * p <= n):
            found.append(n)
        if n % step == 0:
            with lock:
                diary.append(f"{name}{n // step}")
    return found


def timed(function, *args):
    before = time.perf_counter()
    function(*args)
    return time.perf_counter() - before


def together(jobs):
    threads = [threading.Thread(target=primes, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def handler(event, context):
    diary.clear()
    jobs = [(name, event["below"]) for name in event["names"]]
    parallel = timed(together, jobs)
    order = "".join(entry[0] for entry in diary)
    serial = sum(timed(primes, *job) for job in jobs)
    return {
        "order": order,
        "taken_turns": order != "".join(sorted(order)),
        "gain": round(serial / parallel, 1),
    }
