"""Decorators around a handler: logging, parsing, a guard, metrics; with and without arguments."""

import functools
import json
import time


def log_event(function=None, *, keys=("id",)):
    def decorate(f):
        @functools.wraps(f)
        def inner(event, context):
            print("event", {k: event.get(k) for k in keys})
            return f(event, context)

        return inner

    return decorate(function) if function else decorate


def timed(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        start = time.perf_counter_ns()
        try:
            return f(*args, **kwargs)
        finally:
            inner.calls += 1
            inner.total += time.perf_counter_ns() - start
            print(f"{f.__qualname__} took {inner.total // 1_000_000} ms in {inner.calls} calls")

    inner.calls = inner.total = 0
    return inner


class require:
    def __init__(self, *roles):
        self.roles = set(roles)

    def __call__(self, f):
        @functools.wraps(f)
        def inner(event, context):
            if not self.roles & set(event.get("roles", ())):
                raise PermissionError(f"needs one of {sorted(self.roles)}")
            return f(event, context)

        return inner


def json_body(f):
    return functools.wraps(f)(lambda event, context: f(json.loads(event["body"]), context))


@log_event(keys=("id", "roles"))
@require("admin", "editor")
@timed
@json_body
def handler(body, context):
    """Doubles."""
    time.sleep(0.02)
    return {"doubled": [n * 2 for n in body["numbers"]], "name": handler.__name__, "doc": handler.__doc__}
