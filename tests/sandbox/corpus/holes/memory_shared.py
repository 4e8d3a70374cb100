"""Uses a lot of memory for a moment, and gives it back."""

import time


def handler(event, context):
    block = bytearray(40 * 1024 * 1024)
    block[::4096] = b"x" * len(block[::4096])
    del block
    time.sleep(1)
