"""Weeks, months, business days and time zones around the moment of the call."""

import calendar
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def business_days(start, days):
    current = start
    while days:
        current += timedelta(days=1)
        if current.weekday() < 5:
            days -= 1
    return current


def next_run(now, at, zone):
    local = now.astimezone(ZoneInfo(zone))
    run = datetime.combine(local.date(), at, tzinfo=ZoneInfo(zone))
    if run <= local:
        run += timedelta(days=1)
    return run.isoformat(), round((run - now) / timedelta(hours=1), 1)


def handler(event, context):
    now = datetime.now(timezone.utc)
    today = date.today()
    first, days = calendar.monthrange(today.year, today.month)
    return {
        "today": f"{today:%A, %d %B %Y}",
        "week": today.isocalendar().week,
        "month": [calendar.day_abbr[first], days],
        "due": business_days(today, 10).isoformat(),
        "runs": {zone: next_run(now, time(8, 30), zone) for zone in event["zones"]},
        "age": (today - date.fromisoformat(event["born"])).days,
        "stamp": now.strftime("%Y%m%dT%H%M%SZ"),
        "quarter": (today.month - 1) // 3 + 1,
    }
