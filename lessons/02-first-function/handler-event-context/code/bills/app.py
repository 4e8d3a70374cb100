"""Prints the bills of the evening."""

from printer import print_bill


def handler(event, context):
    for bill in event["bills"]:
        print_bill(bill)
    return {"left": []}
