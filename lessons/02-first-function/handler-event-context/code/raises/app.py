"""Refuses each order."""


def handler(event, context):
    raise ValueError("the kitchen is closed")
