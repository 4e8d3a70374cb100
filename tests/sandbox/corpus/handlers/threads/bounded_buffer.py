import threading
import time
from collections import deque


class Buffer:
    def __init__(self, size):
        self.items, self.size = deque(), size
        self.lock = threading.Lock()
        self.not_full = threading.Condition(self.lock)
        self.not_empty = threading.Condition(self.lock)
        self.waits = 0

    def put(self, item):
        with self.not_full:
            while len(self.items) >= self.size:
                self.waits += 1
                self.not_full.wait()
            self.items.append(item)
            self.not_empty.notify()

    def get(self, timeout):
        with self.not_empty:
            if not self.not_empty.wait_for(lambda: self.items, timeout):
                raise LookupError("nothing came")
            item = self.items.popleft()
            self.not_full.notify()
            return item


def handler(event, context):
    buffer, got = Buffer(event["size"]), []

    def consume():
        try:
            while True:
                got.append(buffer.get(timeout=1))
                time.sleep(0.05)
        except LookupError as error:
            got.append(str(error))

    consumer = threading.Thread(target=consume)
    consumer.start()
    for n in range(event["n"]):
        buffer.put(n)
    consumer.join()
    return {"got": got, "waited": buffer.waits > 0}
