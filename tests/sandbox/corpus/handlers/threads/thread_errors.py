import threading
import time
from concurrent.futures import ThreadPoolExecutor

caught = []


def hook(args):
    caught.append(f"{args.thread.name}: {args.exc_type.__name__}({args.exc_value})")


def fail(after, kind):
    time.sleep(after)
    raise kind("from a thread")


class Task(threading.Thread):
    """A thread that brings its error back to whoever joins."""

    error = None

    def run(self):
        try:
            super().run()
        except Exception as error:
            self.error = error

    def join(self, timeout=None):
        super().join(timeout)
        if self.error:
            raise self.error


def handler(event, context):
    if event.get("hook"):
        threading.excepthook = hook
    plain = threading.Thread(target=fail, args=(0.1, KeyError), name="plain")
    task = Task(target=fail, args=(0.2, ValueError))
    plain.start()
    task.start()
    plain.join()
    told = []
    try:
        task.join()
    except ValueError as error:
        told.append(f"joined: {error}")
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(fail, 0, RuntimeError)
        told.append(f"future: {future.exception()!r}")
    if event.get("raise"):
        future.result()
    return {"told": told, "caught": caught}
