"""Exponential back-off with full jitter, as a decorator."""

import functools
import random
import time


class Throttled(Exception):
    pass


def retry(on, attempts=5, base=0.1, cap=2.0):
    def decorate(function):
        @functools.wraps(function)
        def inner(*args):
            for attempt in range(1, attempts + 1):
                try:
                    return function(*args), attempt
                except on as error:
                    if attempt == attempts:
                        raise
                    pause = random.uniform(0, min(cap, base * 2**attempt))
                    print(f"attempt {attempt}: {error}; next in {pause:.3f} s")
                    time.sleep(pause)

        return inner

    return decorate


failures = {}


@retry(on=(Throttled, ConnectionError))
def call(name, fail):
    failures[name] = failures.get(name, 0) + 1
    if failures[name] <= fail:
        raise Throttled(f"{name} refused {failures[name]} times")
    return name


def handler(event, context):
    began = time.monotonic()
    result, attempts = call(event["name"], event["fail"])
    return {"result": result, "attempts": attempts, "seconds": round(time.monotonic() - began, 3)}
