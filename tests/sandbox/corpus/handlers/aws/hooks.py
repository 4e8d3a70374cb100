"""botocore's event system, metadata of replies, and clients with settings of their own."""

import os

import boto3
from botocore.config import Config

seen = []
session = boto3.session.Session()
sqs = session.client("sqs", config=Config(user_agent_extra="corpus/1.0", read_timeout=5))


def before(params, model, **kwargs):
    seen.append(model.name)
    if model.name == "SendMessage":
        params["MessageBody"] = params["MessageBody"].upper()


sqs.meta.events.register("provide-client-params.sqs.*", before)
sqs.meta.events.register_last("after-call.sqs", lambda parsed, **kw: seen.append(sorted(parsed)[0]))


def handler(event, context):
    url = sqs.get_queue_url(QueueName="shout")["QueueUrl"]
    reply = sqs.send_message(QueueUrl=url, MessageBody=event["text"])
    got = sqs.receive_message(QueueUrl=url)["Messages"][0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"])
    metadata = reply["ResponseMetadata"]
    return {
        "body": got["Body"],
        "seen": seen,
        "status": metadata["HTTPStatusCode"],
        "request": len(metadata["RequestId"]),
        "retries": metadata["RetryAttempts"],
        "service": sqs.meta.service_model.service_name,
        "region": sqs.meta.region_name == os.environ["AWS_REGION"],
        "services": "lambda" in session.get_available_services(),
        "methods": sqs.can_paginate("list_queues") and not sqs.can_paginate("send_message"),
    }
