"""Says that each order is refused."""


def handler(event, context):
    return {"error": "the kitchen is closed"}
