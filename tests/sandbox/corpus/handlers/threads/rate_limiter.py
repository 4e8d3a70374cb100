"""A token bucket that several threads share, filled by the clock."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor


class Bucket:
    def __init__(self, rate, burst):
        self.rate, self.burst = rate, burst
        self.tokens, self.stamp = float(burst), time.monotonic()
        self.lock = threading.Lock()

    def take(self):
        while True:
            with self.lock:
                now = time.monotonic()
                self.tokens = min(self.burst, self.tokens + (now - self.stamp) * self.rate)
                self.stamp = now
                if self.tokens >= 1:
                    self.tokens -= 1
                    return now
                missing = (1 - self.tokens) / self.rate
            time.sleep(missing)


def handler(event, context):
    bucket = Bucket(event["rate"], event["burst"])
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=4) as pool:
        moments = sorted(f.result() for f in [pool.submit(bucket.take) for _ in range(event["calls"])])
    gaps = [round(b - a, 1) for a, b in zip(moments, moments[1:])]
    return {"seconds": round(time.monotonic() - began, 1), "gaps": gaps}
