"""Waits by looking at the clock, which is bad style, common, and ends all the same."""

import time
from datetime import datetime, timedelta


def handler(event, context):
    until = time.time() + event["seconds"]
    looks = 0
    while time.time() < until:
        looks += 1
    end = datetime.now() + timedelta(milliseconds=20)
    while datetime.now() < end:
        pass
    for _ in range(event.get("polls", 0)):
        time.sleep(0.01)
    return looks > 10
