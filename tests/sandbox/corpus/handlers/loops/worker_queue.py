"""Producer and consumers over an asyncio.Queue, with sentinels and a result list."""

import asyncio


async def produce(queue, jobs, workers):
    for job in jobs:
        await queue.put(job)
        await asyncio.sleep(0.01)
    for _ in range(workers):
        await queue.put(None)


async def consume(name, queue, results):
    while (job := await queue.get()) is not None:
        await asyncio.sleep(job / 10)
        results.append((name, job))
        queue.task_done()
    queue.task_done()


async def run(jobs, workers):
    queue = asyncio.Queue(maxsize=2)
    results = []
    consumers = [asyncio.create_task(consume(f"w{i}", queue, results)) for i in range(workers)]
    await produce(queue, jobs, workers)
    await queue.join()
    await asyncio.gather(*consumers)
    return results


def handler(event, context):
    results = asyncio.run(run(event["jobs"], event["workers"]))
    by_worker = {}
    for name, job in results:
        by_worker.setdefault(name, []).append(job)
    return by_worker
