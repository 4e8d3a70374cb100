"""A logger adapter that carries who the work is for through several functions."""

import logging
import os

logging.getLogger().setLevel(os.environ["LEVEL"])


class TenantAdapter(logging.LoggerAdapter):
    def process(self, msg, kwargs):
        return f"[tenant={self.extra['tenant']} trace={self.extra['trace']}] {msg}", kwargs


def load(log, key):
    log.debug("loading %s", key)
    return {"key": key, "size": len(key)}


def store(log, items):
    log.info("stored %d items", len(items))
    if not items:
        log.warning("nothing to store")


def handler(event, context):
    log = TenantAdapter(
        logging.getLogger("pipeline"), {"tenant": event["tenant"], "trace": context.aws_request_id[:8]}
    )
    items = [load(log, key) for key in event["keys"]]
    store(log, items)
    return sum(item["size"] for item in items)
