"""Three stages with a SimpleQueue between them, and a thread-safe once-only initialisation."""

import queue
import threading
import time


class Once:
    def __init__(self, function):
        self.function, self.lock, self.done = function, threading.Lock(), False

    def __call__(self):
        if not self.done:
            with self.lock:
                if not self.done:
                    self.function()
                    self.done = True


loads = []


@Once
def load_model():
    time.sleep(0.3)
    loads.append(threading.current_thread().name)


def stage(name, function, source, target):
    def loop():
        load_model()
        for item in iter(source.get, None):
            target.put(function(item))
        target.put(None)

    thread = threading.Thread(target=loop, name=name)
    thread.start()
    return thread


def shout(text):
    time.sleep(0.05)
    return text.upper()


def handler(event, context):
    first, second, third, last = (queue.SimpleQueue() for _ in range(4))
    threads = [
        stage("strip", str.strip, first, second),
        stage("shout", shout, second, third),
        stage("mark", "{}!".format, third, last),
    ]
    for text in event["texts"]:
        first.put(text)
    first.put(None)
    results = list(iter(lambda: last.get(timeout=5), None))
    for thread in threads:
        thread.join()
    try:
        last.get(timeout=0.2)
    except queue.Empty:
        results.append("empty")
    return {"results": results, "loads": len(loads)}
