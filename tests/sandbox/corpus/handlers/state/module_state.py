"""State in every corner where people put it: class attributes, default arguments, function attributes."""

import sys
import types

CONFIG = types.SimpleNamespace(hits=0)
sys.modules["shared_config"] = types.ModuleType("shared_config")
sys.modules["shared_config"].values = []


class Visitor:
    seen = []

    def __init__(self, name):
        self.name = name
        self.seen.append(name)


def remember(name, log=[]):
    log.append(name)
    return list(log)


def tally():
    tally.count = getattr(tally, "count", 0) + 1
    return tally.count


def closure():
    total = 0

    def add(amount):
        nonlocal total
        total += amount
        return total

    return add


add = closure()


def handler(event, context):
    import shared_config

    CONFIG.hits += 1
    Visitor(event["name"])
    shared_config.values.append(event["name"][0])
    return {
        "hits": CONFIG.hits,
        "seen": Visitor.seen,
        "log": remember(event["name"]),
        "tally": tally(),
        "sum": add(len(event["name"])),
        "shared": "".join(shared_config.values),
    }
