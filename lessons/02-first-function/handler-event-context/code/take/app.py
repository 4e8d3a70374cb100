"""Takes orders."""


def take(event, context):
    return {"table": event["table"]}
