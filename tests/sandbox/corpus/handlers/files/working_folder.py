"""Old scripts that change the working folder, write beside it, and look at where they are."""

import glob
import os
import sys
import time
from pathlib import Path

STARTED_IN = os.getcwd()


def render(name, text):
    previous = os.getcwd()
    os.makedirs(f"/tmp/{name}", exist_ok=True)
    os.chdir(f"/tmp/{name}")
    try:
        Path("page.txt").write_text(text)
        os.symlink("page.txt", "latest") if not os.path.islink("latest") else None
        with open("latest") as page:
            return page.read().upper(), os.path.realpath("latest")
    finally:
        if not name.startswith("stay"):
            os.chdir(previous)


def handler(event, context):
    text, where = render(event["name"], event["text"])
    time.sleep(event.get("wait", 0))
    return {
        "text": text,
        "where": where,
        "started": STARTED_IN,
        "now": os.getcwd(),
        "here": sorted(glob.glob("*")),
        "module": Path(__file__).name in os.listdir(os.path.dirname(__file__)),
        "path": sys.path[0],
    }
