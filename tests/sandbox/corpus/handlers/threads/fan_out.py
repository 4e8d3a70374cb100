"""Sends in parallel with one client, which boto3 allows, and one resource a thread, which it asks for."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import boto3

sqs = boto3.client("sqs")
URL = os.environ["QUEUE_URL"]
mine = threading.local()


def queue():
    if not hasattr(mine, "queue"):
        mine.queue = boto3.session.Session().resource("sqs").Queue(URL)
    return mine.queue


def send(number):
    if number % 2:
        return sqs.send_message(QueueUrl=URL, MessageBody=f"client {number}")["MessageId"]
    return queue().send_message(MessageBody=f"resource {number}")["MessageId"]


def handler(event, context):
    with ThreadPoolExecutor(max_workers=4) as pool:
        ids = list(pool.map(send, range(event["n"])))
    left = sqs.get_queue_attributes(QueueUrl=URL, AttributeNames=["ApproximateNumberOfMessages"])
    return {"sent": len(set(ids)), "left": left["Attributes"]["ApproximateNumberOfMessages"]}
