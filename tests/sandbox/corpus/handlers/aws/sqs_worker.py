"""Polls a queue by itself: receive, work, delete in a batch, make failures visible again."""

import json
import os

import boto3

sqs = boto3.client("sqs")
URL = os.environ["QUEUE_URL"]


def drain(wait):
    while True:
        reply = sqs.receive_message(
            QueueUrl=URL,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait,
            AttributeNames=["ApproximateReceiveCount"],
        )
        if "Messages" not in reply:
            return
        yield reply["Messages"]


def handler(event, context):
    done, failed = [], []
    for messages in drain(event.get("wait", 1)):
        finished = []
        for message in messages:
            job = json.loads(message["Body"])
            count = int(message["Attributes"]["ApproximateReceiveCount"])
            if job.get("flaky") and count < 2:
                failed.append(job["id"])
                sqs.change_message_visibility(
                    QueueUrl=URL, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
                continue
            done.append((job["id"], count))
            finished.append({"Id": message["MessageId"], "ReceiptHandle": message["ReceiptHandle"]})
        if finished:
            reply = sqs.delete_message_batch(QueueUrl=URL, Entries=finished)
            assert len(reply["Successful"]) == len(finished)
    return {"done": sorted(done), "failed": failed}
