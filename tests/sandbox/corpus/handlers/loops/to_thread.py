"""Blocking calls beside a loop: asyncio.to_thread and run_in_executor."""

import asyncio
import concurrent.futures
import time

pool = concurrent.futures.ThreadPoolExecutor(max_workers=2, thread_name_prefix="blocking")


def blocking(seconds):
    time.sleep(seconds)
    return seconds


async def ticker(ticks):
    while True:
        ticks.append(1)
        await asyncio.sleep(0.25)


async def main(event):
    began, ticks = time.monotonic(), []
    beat = asyncio.create_task(ticker(ticks))
    first = await asyncio.gather(*(asyncio.to_thread(blocking, s) for s in event["seconds"]))
    between = time.monotonic()
    loop = asyncio.get_running_loop()
    second = await asyncio.gather(*(loop.run_in_executor(pool, blocking, s) for s in event["seconds"]))
    beat.cancel()
    return {
        "first": first,
        "second": second,
        "took": [round(between - began, 2), round(time.monotonic() - between, 2)],
        "ticks": len(ticks),
    }


def handler(event, context):
    return asyncio.run(main(event))
