import contextvars
import threading
import time

local = threading.local()
user = contextvars.ContextVar("user", default="nobody")


class Session(threading.local):
    def __init__(self):
        self.queries = []


session = Session()


def serve(name, out):
    local.name = name
    user.set(name)
    session.queries.append(name)
    time.sleep(0.1)
    out[name] = [local.name, user.get(), list(session.queries), threading.current_thread().name]


def handler(event, context):
    out = {}
    session.queries.append("main")
    copied = contextvars.copy_context()
    copied.run(user.set, "copied")
    threads = [threading.Thread(target=serve, args=(n, out), name=f"t-{n}") for n in event["names"]]
    inherited = threading.Thread(target=copied.run, args=(lambda: out.setdefault("copied", user.get()),))
    for thread in [*threads, inherited]:
        thread.start()
    for thread in [*threads, inherited]:
        thread.join()
    return {"out": out, "main": [hasattr(local, "name"), user.get(), len(session.queries)]}
