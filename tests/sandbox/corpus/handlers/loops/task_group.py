import asyncio
import contextlib


class Rejected(Exception):
    pass


async def step(name, delay, log):
    try:
        await asyncio.sleep(delay)
        if name.startswith("bad"):
            raise Rejected(name)
        log.append(name)
    except asyncio.CancelledError:
        log.append(f"{name} cancelled")
        raise


@contextlib.asynccontextmanager
async def session(log):
    log.append("open")
    await asyncio.sleep(0)
    try:
        yield "session"
    finally:
        await asyncio.sleep(0.01)
        log.append("close")


async def run(steps):
    log = []
    try:
        async with session(log), asyncio.TaskGroup() as group:
            for name, delay in steps:
                group.create_task(step(name, delay, log))
    except* Rejected as rejected:
        log.append([str(e) for e in rejected.exceptions])
    return log


def handler(event, context):
    return asyncio.run(run(event["steps"]))
