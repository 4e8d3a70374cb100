"""Huge output: one long line, many short ones, and a large answer."""

import logging


def handler(event, context):
    print("x" * event.get("line", 0))
    for i in range(event.get("lines", 0)):
        print(f"{i:05d} " + "." * 40)
    logging.getLogger().warning("w" * event.get("log", 0))
    return "r" * event.get("answer", 0)
