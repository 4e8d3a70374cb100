"""What runs, and what does not, when an invocation ends well, badly, or not in time."""

import contextlib
import time
import weakref


class Holder:
    def __init__(self, name):
        self.name = name
        weakref.finalize(self, print, f"finalised {name}")

    def __del__(self):
        print(f"deleted {self.name}")


@contextlib.contextmanager
def transaction(name):
    print("begin", name)
    try:
        yield
    except Exception as error:
        print("rollback", name, repr(error))
        raise
    else:
        print("commit", name)
    finally:
        print("closed", name)


def handler(event, context):
    holder = Holder(event["name"])
    with transaction(event["name"]), contextlib.ExitStack() as stack:
        stack.callback(print, "popped", event["name"])
        time.sleep(event.get("seconds", 0))
        if event.get("fail"):
            raise ValueError("as asked")
        return holder.name
