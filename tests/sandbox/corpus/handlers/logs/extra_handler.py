"""Everything goes to the usual log; warnings are collected in memory and come back with the answer."""

import logging
from logging.handlers import BufferingHandler, MemoryHandler

log = logging.getLogger("import-job")
log.setLevel(logging.INFO)


class Collector(BufferingHandler):
    def __init__(self):
        super().__init__(capacity=1000)
        self.setLevel(logging.WARNING)

    def shouldFlush(self, record):
        return False


collector = Collector()
log.addHandler(collector)

# Debug lines are only written when an error follows them.
target = logging.StreamHandler()
target.setFormatter(logging.Formatter("flushed %(levelname)s %(message)s"))
detail = logging.getLogger("import-job.detail")
detail.propagate = False
detail.setLevel(logging.DEBUG)
detail.addHandler(MemoryHandler(capacity=100, flushLevel=logging.ERROR, target=target))


def handler(event, context):
    collector.flush()
    for row in event["rows"]:
        detail.debug("row %s", row)
        if row < 0:
            log.warning("row %s is negative", row)
        if row == 0:
            detail.error("row is zero")
    log.info("%d rows", len(event["rows"]))
    return [record.getMessage() for record in collector.buffer]
