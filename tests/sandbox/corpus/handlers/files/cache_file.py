"""A download is kept in /tmp; the next invocation of the same environment finds it."""

import hashlib
import os
import shutil
import time
from pathlib import Path

CACHE = Path("/tmp/cache")


def download(name):
    time.sleep(1.5)
    return (name * 1000).encode()


def fetch(name):
    path = CACHE / hashlib.md5(name.encode()).hexdigest()[:6]
    if path.exists():
        return path.read_bytes(), True
    CACHE.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(download(name))
    partial.rename(path)
    return path.read_bytes(), False


def handler(event, context):
    if event.get("clear"):
        shutil.rmtree(CACHE)
        return sorted(os.listdir("/tmp"))
    data, cached = fetch(event["name"])
    print(f"{event['name']}: {len(data)} bytes, {'cached' if cached else 'downloaded'}")
    return {
        "cached": cached,
        "files": sorted(p.name for p in CACHE.iterdir()),
        "free": shutil.disk_usage("/tmp").free > 0,
    }
