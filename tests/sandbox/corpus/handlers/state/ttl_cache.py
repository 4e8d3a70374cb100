"""Settings are fetched once and kept for a minute; a stale value is better than none."""

import time

_cache = {}
fetches = 0


class FetchError(Exception):
    pass


def fetch(name):
    global fetches
    fetches += 1
    time.sleep(0.2)
    if name.startswith("bad") or fetches == 4:
        raise FetchError(name)
    return f"{name}-v{fetches}"


def get(name, ttl=60.0):
    value, expires = _cache.get(name, (None, 0.0))
    if time.monotonic() < expires:
        return value, "hit"
    try:
        fresh = fetch(name)
    except FetchError:
        if value is None:
            raise
        return value, "stale"
    _cache[name] = (fresh, time.monotonic() + ttl)
    return fresh, "miss"


def handler(event, context):
    value, how = get(event["name"])
    print(f"{event['name']} {how}")
    return [value, how, fetches]
