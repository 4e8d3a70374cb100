"""The partner is slower than the function's time, or than the patience of the client."""

import socket
import time
import urllib.request


def handler(event, context):
    began = time.monotonic()
    patience = event.get("patience")
    try:
        with urllib.request.urlopen("http://slow.example/report", timeout=patience) as reply:
            return [reply.read().decode(), round(time.monotonic() - began, 1)]
    except (TimeoutError, socket.timeout) as error:
        print("gave up:", error)
        return ["gave up", round(time.monotonic() - began, 1)]
