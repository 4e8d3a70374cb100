"""wait_for and asyncio.timeout, with what is left of the invocation as the budget."""

import asyncio


async def slow(name, seconds):
    try:
        await asyncio.sleep(seconds)
        return name
    except asyncio.CancelledError:
        print(f"{name} was cancelled")
        raise


async def main(event, context):
    answers = {}
    for name, seconds in event["steps"]:
        left = context.get_remaining_time_in_millis() / 1000 - 1
        try:
            answers[name] = await asyncio.wait_for(slow(name, seconds), timeout=min(2, left))
        except asyncio.TimeoutError:
            answers[name] = None
    try:
        async with asyncio.timeout(0.3):
            done, pending = await asyncio.wait(
                [asyncio.create_task(slow("x", 0.1)), asyncio.create_task(slow("y", 5))],
                return_when=asyncio.FIRST_COMPLETED,
            )
            answers["first"] = [task.result() for task in done]
            await asyncio.gather(*pending)
    except TimeoutError:
        answers["rest"] = "timed out"
    answers["left"] = context.get_remaining_time_in_millis() // 1000
    return answers


def handler(event, context):
    return asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main(event, context))
