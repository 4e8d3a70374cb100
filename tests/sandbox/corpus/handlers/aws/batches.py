"""Sends in batches of ten, and sends again what failed."""

import boto3
from botocore.config import Config

sqs = boto3.client("sqs", config=Config(retries={"max_attempts": 5, "mode": "standard"}, connect_timeout=2))


def chunked(items, size=10):
    for i in range(0, len(items), size):
        yield items[i : i + size]


def send_all(url, bodies):
    failed, sent = [], 0
    for chunk in chunked(bodies):
        entries = [
            {"Id": f"m{n}", "MessageBody": body, "DelaySeconds": n % 3} for n, body in enumerate(chunk)
        ]
        reply = sqs.send_message_batch(QueueUrl=url, Entries=entries)
        sent += len(reply.get("Successful", []))
        failed += [f["Id"] + ":" + f["Code"] for f in reply.get("Failed", [])]
    return sent, failed


def handler(event, context):
    url = sqs.get_queue_url(QueueName="bulk")["QueueUrl"]
    bodies = [f"body {i}" for i in range(event["n"])] + event.get("more", [])
    sent, failed = send_all(url, bodies)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "QueueArn")
    return {"sent": sent, "failed": failed, **{n: attributes[n] for n in names}}
