import functools
import os

import boto3


@functools.lru_cache(maxsize=None)
def client(service):
    print(f"making a client for {service}")
    return boto3.client(service, region_name=os.environ["AWS_REGION"])


_queue_url = None


def queue_url():
    global _queue_url
    if _queue_url is None:
        _queue_url = client("sqs").get_queue_url(QueueName=os.environ["QUEUE"])["QueueUrl"]
    return _queue_url


def handler(event, context):
    if event.get("dry"):
        return "dry"
    reply = client("sqs").send_message(QueueUrl=queue_url(), MessageBody=event["text"])
    return reply["MD5OfMessageBody"]
