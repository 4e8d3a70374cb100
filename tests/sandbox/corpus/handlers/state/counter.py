import os
import time

INVOCATIONS = 0
STARTED = time.time()
os.environ["BOOTED"] = str(int(STARTED))


def handler(event, context):
    global INVOCATIONS
    INVOCATIONS += 1
    time.sleep(event.get("work", 0))
    return {
        "n": INVOCATIONS,
        "age": round(time.time() - STARTED, 1),
        "booted": os.environ["BOOTED"] == str(int(STARTED)),
        "cold": INVOCATIONS == 1,
    }
