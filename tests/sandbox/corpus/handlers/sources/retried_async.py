"""An asynchronous job that fails, is retried by Lambda, and goes to a queue when it is lost."""

import os
import time
from pathlib import Path

import boto3

SCRATCH = Path("/tmp/seen")


def handler(event, context):
    seen = SCRATCH.read_text().split() if SCRATCH.exists() else []
    attempt = seen.count(event["job"]) + 1
    SCRATCH.write_text(" ".join([*seen, event["job"]]))
    print(f"{event['job']} attempt {attempt} at {time.strftime('%H:%M:%S')}")
    if attempt <= event["fail"]:
        raise RuntimeError(f"{event['job']} is not ready")
    boto3.client("sqs").send_message(QueueUrl=os.environ["DONE"], MessageBody=f"{event['job']} {attempt}")
