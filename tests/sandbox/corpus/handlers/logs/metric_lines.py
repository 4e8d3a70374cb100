"""CloudWatch embedded metric format, written by hand."""

import json
import time
from collections import defaultdict
from contextlib import contextmanager


class Metrics:
    def __init__(self, namespace, **dimensions):
        self.namespace = namespace
        self.dimensions = dimensions
        self.values = defaultdict(list)
        self.units = {}

    def add(self, name, value, unit="Count"):
        self.values[name].append(value)
        self.units[name] = unit

    @contextmanager
    def timed(self, name):
        start = time.perf_counter()
        try:
            yield
        finally:
            self.add(name, round((time.perf_counter() - start) * 1000, 3), "Milliseconds")

    def flush(self):
        document = {
            "_aws": {
                "Timestamp": int(time.time() * 1000),
                "CloudWatchMetrics": [
                    {
                        "Namespace": self.namespace,
                        "Dimensions": [sorted(self.dimensions)],
                        "Metrics": [{"Name": n, "Unit": u} for n, u in sorted(self.units.items())],
                    }
                ],
            },
            **self.dimensions,
            **{n: v if len(v) > 1 else v[0] for n, v in self.values.items()},
        }
        print(json.dumps(document))
        self.values.clear()
        self.units.clear()


metrics = Metrics("Shop", service="checkout", stage="test")


def handler(event, context):
    with metrics.timed("Checkout"):
        time.sleep(0.0125)
        for price in event["prices"]:
            metrics.add("Price", price, "None")
        metrics.add("Orders", 1)
    metrics.flush()
