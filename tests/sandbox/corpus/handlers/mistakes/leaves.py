"""Code that ends its own process, in all the ways that people find."""

import atexit
import os
import signal
import sys

calls = 0
atexit.register(lambda: print("at exit"))


def handler(event, context):
    global calls
    calls += 1
    how = event.get("how")
    if how == "exit":
        sys.exit(event["code"])
    if how == "text":
        sys.exit("cannot go on")
    if how == "raise":
        raise SystemExit
    if how == "_exit":
        os._exit(7)
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "caught":
        try:
            sys.exit(1)
        except SystemExit as leaving:
            return f"stayed, {leaving.code}"
    return calls
