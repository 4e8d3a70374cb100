"""A thread that goes on when the handler has returned: frozen, and thawed by the next invocation."""

import threading
import time

progress = []


def grind():
    for n in range(8):
        time.sleep(0.4)
        progress.append(n)
        print("background step", n)


def handler(event, context):
    if event.get("start"):
        threading.Thread(target=grind, name="grinder", daemon=event.get("daemon", True)).start()
    time.sleep(event["wait"])
    names = sorted(t.name for t in threading.enumerate() if t.name == "grinder")
    return {"progress": list(progress), "threads": names}
