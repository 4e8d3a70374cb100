"""Says when the order came."""

from datetime import datetime


def handler(event, context):
    now = datetime.now()
    return {"table": event["table"], "time": now}
