import datetime


class Thing:
    pass


def cyclic():
    loop = []
    loop.append(loop)
    return loop


ANSWERS = {
    "set": {1, 2},
    "date": datetime.date(2026, 1, 1),
    "object": Thing(),
    "bytes_inside": {"data": b"x"},
    "complex": 1j,
    "generator": (x for x in range(3)),
    "cyclic": cyclic(),
    "tuple_key": {(1, 2): "x"},
    "fine": {"ok": [1, None, "ä"]},
    "surrogate": "\ud800",
}


def handler(event, context):
    return ANSWERS[event]
