"""The till: sends the bills, and sends again what is left, until nothing is left."""

import json

import boto3

ROUNDS = 12


def handler(event, context):
    client = boto3.client("lambda")
    left = event["bills"]
    for _ in range(ROUNDS):
        reply = client.invoke(FunctionName=event["function"], Payload=json.dumps({"bills": left}))
        left = json.load(reply["Payload"])["left"]
        if not left:
            return {"left": []}
    return {"left": left}
