"""A sliding window per client, kept in the environment."""

import bisect
import time
from collections import defaultdict

WINDOW, LIMIT = 60, 3
hits = defaultdict(list)


def allowed(client, now):
    window = hits[client]
    del window[: bisect.bisect_left(window, now - WINDOW)]
    if len(window) >= LIMIT:
        return False, round(window[0] + WINDOW - now)
    window.append(now)
    return True, LIMIT - len(window)


def handler(event, context):
    ok, left = allowed(event["client"], time.time())
    headers = {"X-RateLimit-Remaining": str(left)} if ok else {"Retry-After": str(left)}
    return {"statusCode": 200 if ok else 429, "headers": headers}
