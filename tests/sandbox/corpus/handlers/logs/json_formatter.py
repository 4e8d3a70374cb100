"""Structured logging with a formatter of our own on the root logger."""

import json
import logging
import os
import traceback
from datetime import datetime, timezone

STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id", "tenant_id"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        entry = {
            "timestamp": datetime.fromtimestamp(record.created, timezone.utc).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "location": f"{record.filename}:{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "requestId": getattr(record, "aws_request_id", None),
        }
        entry.update({k: v for k, v in vars(record).items() if k not in STANDARD})
        if record.exc_info:
            entry["exception"] = {
                "type": record.exc_info[0].__name__,
                "message": str(record.exc_info[1]),
                "frames": [f.name for f in traceback.extract_tb(record.exc_info[2])],
            }
        return json.dumps(entry, default=str)


root = logging.getLogger()
root.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
for h in root.handlers:
    h.setFormatter(JsonFormatter())

log = logging.getLogger("orders.api")


def charge(order):
    if order["total"] <= 0:
        raise ValueError(f"order {order['id']} has no total")
    return order["total"]


def handler(event, context):
    log.info("received %s", event["id"], extra={"order_id": event["id"], "items": event.get("items", [])})
    log.debug("not shown unless LOG_LEVEL says so")
    try:
        amount = charge(event)
    except ValueError:
        log.exception("charge failed", extra={"order_id": event["id"]})
        return {"ok": False}
    log.info("charged", extra={"amount": amount})
    return {"ok": True}
