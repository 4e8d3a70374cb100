"""Changes Python's own library and the process's settings, as monkey patches do."""

import decimal
import json
import os
import socket
import sys
import time
import warnings


def handler(event, context):
    if event.get("change"):
        json.patched = True
        sys.setrecursionlimit(777)
        warnings.simplefilter("error", category=UserWarning)
        decimal.DefaultContext.prec = 5
        os.environ["TZ"] = "Asia/Tokyo"
        time.tzset()
        os.chdir("/tmp")
        socket.setdefaulttimeout(7)
    time.sleep(1)
    return {
        "module": hasattr(json, "patched"),
        "recursion": sys.getrecursionlimit() == 777,
        "warnings": any(kind == "error" and cls is UserWarning for kind, _, cls, *_ in warnings.filters),
        "precision": decimal.DefaultContext.prec == 5,
        "zone": time.localtime().tm_hour != time.gmtime().tm_hour,
        "variable": os.environ["TZ"] == "Asia/Tokyo",
        "folder": os.getcwd() == "/tmp",
        "timeout": socket.getdefaulttimeout() == 7,
    }
