"""Splits work into parts for itself: asynchronous calls of its own function, results into a queue."""

import json
import os
import time

import boto3

lam, sqs = boto3.client("lambda"), boto3.client("sqs")


def handler(event, context):
    numbers = event["numbers"]
    if len(numbers) > 2:
        middle = len(numbers) // 2
        for part in (numbers[:middle], numbers[middle:]):
            reply = lam.invoke(
                FunctionName=context.function_name,
                InvocationType="Event",
                Payload=json.dumps({"numbers": part, "depth": event.get("depth", 0) + 1}).encode(),
            )
            assert reply["StatusCode"] == 202
        return "split"
    time.sleep(sum(numbers) / 100)
    sqs.send_message(
        QueueUrl=os.environ["RESULTS"],
        MessageBody=json.dumps({"sum": sum(numbers), "depth": event.get("depth", 0)}),
    )
    return "done"
