print("gift plugin loaded")


def describe():
    return "gift"
