applied = 0


def apply(amount):
    global applied
    applied += 1
    return round(amount * 0.9, 2)


def describe():
    return f"sale x{applied}"
