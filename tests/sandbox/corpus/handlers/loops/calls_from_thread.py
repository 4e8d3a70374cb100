import asyncio
import threading
import time


async def main(n):
    loop = asyncio.get_running_loop()
    inbox, finished = asyncio.Queue(), asyncio.Event()

    def feeder():
        for i in range(n):
            time.sleep(0.3)
            loop.call_soon_threadsafe(inbox.put_nowait, i)
        future = asyncio.run_coroutine_threadsafe(asyncio.sleep(0.1, "slept"), loop)
        loop.call_soon_threadsafe(inbox.put_nowait, future.result())
        loop.call_soon_threadsafe(finished.set)

    thread = threading.Thread(target=feeder, name="feeder")
    thread.start()
    await finished.wait()
    thread.join()
    return [inbox.get_nowait() for _ in range(inbox.qsize())]


def handler(event, context):
    began = time.monotonic()
    got = asyncio.run(main(event["n"]))
    return {"got": got, "seconds": round(time.monotonic() - began, 1)}
