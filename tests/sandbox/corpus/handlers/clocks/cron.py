"""EventBridge's schedule event: what is due, by a table of cron-like rules."""

import os
import re
import time
from datetime import datetime, timedelta, timezone

os.environ["TZ"] = "Europe/Berlin"
time.tzset()

RULES = {"hourly": "0 * * * *", "morning": "30 6 * * 1-5", "odd": "15 9 1-31 11 *", "never": "0 0 30 2 *"}


def fits(field, value):
    if field == "*":
        return True
    low, _, high = field.partition("-")
    return int(low) <= value <= int(high or low)


def due(rule, moment):
    values = (moment.minute, moment.hour, moment.day, moment.month, moment.isoweekday() % 7)
    return all(fits(field, value) for field, value in zip(rule.split(), values))


def following(rule, start, limit=3 * 1440):
    moment = start.replace(second=0, microsecond=0)
    for _ in range(limit):
        moment += timedelta(minutes=1)
        if due(rule, moment):
            return moment.strftime("%a %H:%M")
    return None


def handler(event, context):
    at = datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert re.fullmatch(r"arn:aws:events:.*:rule/\w+", event["resources"][0])
    return {
        "due": [name for name, rule in RULES.items() if due(rule, at)],
        "next": {name: following(rule, at) for name, rule in RULES.items()},
        "local": time.strftime("%H:%M %Z", time.localtime(at.timestamp())),
        "late": round(time.time() - at.timestamp()) < 60,
    }
