# Handlers that are none: one argument, a generator, a coroutine function, a class, a text.
def handler(event):
    return event


def generator(event, context):
    yield event


async def coroutine(event, context):
    return event


class Handler:
    def __init__(self, event, context):
        self.event = event


text = "not a function"
