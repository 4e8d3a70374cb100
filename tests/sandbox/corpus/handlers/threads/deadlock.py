"""Two locks taken in two orders; it hangs until the function's time is over."""

import threading
import time

left, right = threading.Lock(), threading.Lock()


def take(first, second, name):
    with first:
        print(f"{name} has its first lock")
        time.sleep(0.1)
        with second:
            print(f"{name} has both")


def handler(event, context):
    pairs = [(left, right, "a"), (left, right, "b") if event.get("ordered") else (right, left, "b")]
    threads = [threading.Thread(target=take, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return "both done"
