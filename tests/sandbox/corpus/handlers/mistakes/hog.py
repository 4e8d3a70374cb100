"""Eats memory: a leak over invocations, and all at once."""

leak = []


def handler(event, context):
    megabytes = event["mb"]
    block = bytearray(megabytes * 1024 * 1024)
    for i in range(0, len(block), 4096):
        block[i] = 1
    if event.get("keep"):
        leak.append(block)
    return len(leak)
