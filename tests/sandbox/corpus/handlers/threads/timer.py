"""A watchdog timer that warns before the function's time is over, and a timer that is cancelled."""

import logging
import threading
import time

log = logging.getLogger()
log.setLevel("INFO")


def warn(context):
    log.warning("about to time out, %d s left", context.get_remaining_time_in_millis() / 1000)


def handler(event, context):
    margin = context.get_remaining_time_in_millis() / 1000 - 1
    watchdog = threading.Timer(margin, warn, args=(context,))
    watchdog.start()
    fired = []
    quick = threading.Timer(0.2, fired.append, ["quick"])
    never = threading.Timer(60, fired.append, ["never"])
    quick.start()
    never.start()
    try:
        time.sleep(event["work"])
    finally:
        watchdog.cancel()
        never.cancel()
    quick.join()
    return {"fired": fired, "left": context.get_remaining_time_in_millis() // 1000}
