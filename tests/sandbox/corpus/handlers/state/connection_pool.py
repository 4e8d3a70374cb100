"""A small pool with context managers, kept for the life of the environment."""

import contextlib
import itertools
import time
from collections import deque

serial = itertools.count(1)


class Resource:
    def __init__(self):
        self.number = next(serial)
        self.uses = 0
        time.sleep(0.05)

    def work(self, seconds):
        self.uses += 1
        time.sleep(seconds)
        return self.number


class Pool:
    def __init__(self, size):
        self.free = deque(maxlen=size)
        self.made = 0

    @contextlib.contextmanager
    def borrow(self):
        if self.free:
            resource = self.free.pop()
        else:
            resource = Resource()
            self.made += 1
        try:
            yield resource
        except Exception:
            print(f"resource {resource.number} is thrown away")
            raise
        else:
            self.free.append(resource)


pool = Pool(2)


def handler(event, context):
    used = []
    with contextlib.ExitStack() as stack:
        for seconds in event["jobs"]:
            used.append(stack.enter_context(pool.borrow()).work(seconds))
        if event.get("fail"):
            raise RuntimeError("transaction aborted")
    return {"used": used, "made": pool.made, "free": len(pool.free)}
