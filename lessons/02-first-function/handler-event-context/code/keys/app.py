"""Reads an order back."""


def handler(event, context):
    table = event["table"]
    return {"table": table, "dish": event["dish"]}
