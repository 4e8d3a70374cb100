"""Makes a report for the manager of a shop. It takes a while."""

import time


def handler(event, context):
    time.sleep(30)
    return {"report": event.get("shop", 0)}
