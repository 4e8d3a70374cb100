"""Async generators, async iterators and a condition: paging through something slow."""

import asyncio


class Pages:
    def __init__(self, total, size):
        self.total, self.size, self.page = total, size, 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.page * self.size >= self.total:
            raise StopAsyncIteration
        await asyncio.sleep(0.2)
        first = self.page * self.size
        self.page += 1
        return list(range(first, min(first + self.size, self.total)))


async def items(pages):
    async for page in pages:
        for item in page:
            yield item


async def batches(source, size):
    batch = []
    async for item in source:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


async def watched(event):
    condition, state = asyncio.Condition(), {"sum": 0}

    async def watch(limit):
        async with condition:
            await condition.wait_for(lambda: state["sum"] >= limit)
            return f"passed {limit} at {state['sum']}"

    watchers = [asyncio.ensure_future(watch(limit)) for limit in event["limits"]]
    sizes = []
    async for batch in batches(items(Pages(event["total"], event["page"])), event["batch"]):
        async with condition:
            state["sum"] += sum(batch)
            sizes.append(len(batch))
            condition.notify_all()
    late = [w for w in watchers if not w.done() and (await asyncio.sleep(0), not w.done())[1]]
    for watcher in late:
        watcher.cancel()
    told = await asyncio.gather(*watchers, return_exceptions=True)
    return {"sizes": sizes, "told": [t if isinstance(t, str) else type(t).__name__ for t in told]}


def handler(event, context):
    return asyncio.run(watched(event))
