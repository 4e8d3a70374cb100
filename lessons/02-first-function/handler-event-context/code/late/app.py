"""Prints bills, and looks at the clock after each."""

import time


def handler(event, context):
    left = list(event["bills"])
    while left:
        left.pop(0)
        time.sleep(1)  # the printer prints
        if context.get_remaining_time_in_millis() < 500:
            break
    return {"left": left}
