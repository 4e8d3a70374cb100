"""Tests itself with botocore's Stubber before it does the real thing."""

import boto3
from botocore.exceptions import ClientError, StubResponseError
from botocore.stub import ANY, Stubber


def store(client, url, body):
    try:
        return client.send_message(QueueUrl=url, MessageBody=body)["MessageId"]
    except ClientError as error:
        return error.response["Error"]["Code"]


def self_test():
    client = boto3.client("sqs")
    with Stubber(client) as stub:
        stub.add_response("send_message", {"MessageId": "stubbed"}, {"QueueUrl": ANY, "MessageBody": "a"})
        stub.add_client_error("send_message", "Throttled", http_status_code=400)
        first, second = store(client, "u", "a"), store(client, "u", "b")
        try:
            store(client, "u", "c")
        except StubResponseError:
            third = "no third response"
    return [first, second, third]


def handler(event, context):
    client = boto3.client("sqs")
    url = client.get_queue_url(QueueName="real")["QueueUrl"]
    return {"tested": self_test(), "real": len(store(client, url, "for real"))}
