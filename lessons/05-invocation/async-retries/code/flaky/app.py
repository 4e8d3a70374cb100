"""Packs orders. The warehouse is down: only "ok" orders get through."""


def handler(event, context):
    order = event.get("order", "without a number")
    print(f"packing order {order}")
    if event.get("ok"):
        return {"packed": order}
    raise RuntimeError("the warehouse does not answer")
