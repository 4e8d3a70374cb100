"""Objects without a hash of their own: where they lie in memory decides, and so the order of sets of them."""

import asyncio
import threading
from concurrent.futures import Future


class Job:
    pass


JOB = Job()


def by_address(thing):
    address = id(thing)
    rotated = (address >> 4) | ((address & 15) << 60)
    return hash(thing) in (rotated, rotated - 2**64)


async def tasks():
    task = asyncio.current_task()
    return by_address(task), by_address(asyncio.get_running_loop().create_future())


def handler(event, context):
    things = {"job": JOB, "none": None, "thread": threading.current_thread(), "future": Future(), "type": Job}
    hashes = {name: by_address(thing) for name, thing in things.items()}
    return {"id": id(JOB), "by_address": hashes, "tasks": asyncio.run(tasks())}
