"""Leaves a cycle with a finaliser behind, and another environment's collector finds it."""

import gc
import time


class Node:
    def __init__(self, name):
        self.name = name
        self.me = self

    def __del__(self):
        print("collected", self.name)


def handler(event, context):
    if "leave" in event:
        gc.collect()
        Node(event["leave"])
        time.sleep(1)
    else:
        time.sleep(0.5)
        gc.collect()
