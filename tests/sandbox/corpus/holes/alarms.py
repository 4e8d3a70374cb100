"""A limit of time by the kernel's alarm, as timeout decorators set it."""

import signal
import time


def late(number, frame):
    raise TimeoutError("too late")


def handler(event, context):
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        time.sleep(3)
        return "slept"
    except TimeoutError as error:
        return str(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
