"""Logging through a queue and a listener thread, as long-running services do it."""

import atexit
import logging
import logging.handlers
import queue

records = queue.Queue(-1)
logger = logging.getLogger("svc")
logger.setLevel(logging.INFO)
logger.propagate = False
logger.addHandler(logging.handlers.QueueHandler(records))

console = logging.StreamHandler()
console.setFormatter(logging.Formatter("%(threadName)s %(name)s %(message)s"))
listener = logging.handlers.QueueListener(records, console, respect_handler_level=True)
listener.start()
atexit.register(listener.stop)


def handler(event, context):
    for i in range(event["n"]):
        logger.info("message %d", i)
    records.join() if hasattr(listener, "_monitor_done") else None
    listener.stop()
    listener.start()
    logger.info("listener restarted")
    listener.stop()
    listener.start()
    return records.qsize()
