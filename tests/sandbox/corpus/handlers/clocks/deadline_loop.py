"""Works until the time is nearly over, and says where to go on."""

import os
import time

MARGIN_MS = int(os.environ.get("MARGIN_MS", "500"))


def pages(start):
    page = start
    while page < 100:
        time.sleep(0.3)
        yield page
        page += 1


def handler(event, context):
    done = []
    for page in pages(event.get("start", 0)):
        done.append(page)
        if context.get_remaining_time_in_millis() < MARGIN_MS + 300:
            print(f"stopping with {context.get_remaining_time_in_millis() // 100 / 10} s left")
            return {"done": len(done), "next": page + 1}
    return {"done": len(done), "next": None}
