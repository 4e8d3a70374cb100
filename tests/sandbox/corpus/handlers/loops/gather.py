import asyncio
import time


async def fetch(name, seconds):
    started = time.perf_counter()
    await asyncio.sleep(seconds)
    print(f"{name} done")
    if seconds > 3:
        raise TimeoutError(f"{name} took too long")
    return name, round(time.perf_counter() - started, 2)


async def main(sources):
    started = time.perf_counter()
    results = await asyncio.gather(
        *(fetch(name, seconds) for name, seconds in sources.items()), return_exceptions=True
    )
    total = time.perf_counter() - started
    return {
        "ok": dict(r for r in results if not isinstance(r, Exception)),
        "failed": [str(r) for r in results if isinstance(r, Exception)],
        "total": round(total, 1),
    }


def handler(event, context):
    return asyncio.run(main(event["sources"]))
