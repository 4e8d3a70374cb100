import itertools

_counter = itertools.count(1)
print("ids is loaded late")


def next_id(prefix):
    return f"{prefix}{next(_counter):04d}"
