"""Packs orders. Today each shelf has its own trouble."""


def handler(event, context):
    order = int(event["order"])
    print(f"packing order {order}")
    if order <= 300:
        raise RuntimeError("the left shelf is empty")
    if order <= 600:
        raise RuntimeError("the middle shelf is empty")
    raise RuntimeError("the right shelf is empty")
