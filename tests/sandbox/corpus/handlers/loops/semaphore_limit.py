import asyncio
import time

running = peak = 0


async def call(semaphore, item):
    global running, peak
    async with semaphore:
        running += 1
        peak = max(peak, running)
        try:
            await asyncio.sleep(0.5)
            return item * item
        finally:
            running -= 1


async def main(items, limit):
    semaphore = asyncio.BoundedSemaphore(limit)
    began = time.monotonic()
    squares = []
    for finished in asyncio.as_completed([call(semaphore, i) for i in items]):
        squares.append(await finished)
    return sorted(squares), round(time.monotonic() - began, 1)


def handler(event, context):
    squares, seconds = asyncio.run(main(event["items"], event["limit"]))
    return {"squares": squares, "seconds": seconds, "peak": peak}
