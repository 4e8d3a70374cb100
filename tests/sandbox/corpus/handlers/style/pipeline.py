"""Generators and itertools: lines to records to batches to sums, nothing held in memory."""

import itertools
import operator
from functools import partial, reduce


def numbers(n):
    state = 7
    for i in range(n):
        state = (state * 1103515245 + 12345) % 2**31
        yield {"id": i, "group": "abc"[state % 3], "value": state % 100}


def batched(iterable, size):
    iterator = iter(iterable)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def running_mean():
    total = count = 0
    value = yield
    while value is not None:
        total, count = total + value, count + 1
        value = yield total / count
    return count


def delegated(target, values):
    for value in values:
        target.send(value)
    try:
        target.send(None)
    except StopIteration as stop:
        return stop.value


def handler(event, context):
    records = list(numbers(event["n"]))
    key = operator.itemgetter("group")
    groups = {k: sum(r["value"] for r in g) for k, g in itertools.groupby(sorted(records, key=key), key)}
    mean = running_mean()
    next(mean)
    values = [r["value"] for r in records]
    evens = filter(lambda v: v % 2 == 0, values)
    compose = reduce(
        lambda f, g: lambda x: g(f(x)), [partial(operator.add, 3), partial(operator.mul, 2), str]
    )
    return {
        "groups": groups,
        "batches": [len(b) for b in batched(records, event["size"])],
        "counted": delegated(mean, values),
        "accumulated": list(itertools.accumulate(values, max))[-1:],
        "evens": sum(1 for _ in evens),
        "pairs": [compose(a - b) for a, b in itertools.pairwise(values[:4])],
        "chunks": list(map("".join, itertools.product("xy", repeat=2))),
    }
