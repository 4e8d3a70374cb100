"""Calls AWS without boto3: a request signed with botocore's SigV4 and sent by urllib3."""

import json
import os

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session

http = urllib3.PoolManager()
REGION = os.environ["AWS_REGION"]


def call(target, body, credentials):
    url = f"https://sqs.{REGION}.amazonaws.com/"
    headers = {"X-Amz-Target": f"AmazonSQS.{target}", "Content-Type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", url, data=json.dumps(body), headers=headers)
    SigV4Auth(credentials, "sqs", REGION).add_auth(request)
    prepared = request.prepare()
    reply = http.request("POST", prepared.url, headers=dict(prepared.headers), body=prepared.body)
    return reply.status, json.loads(reply.data)


def handler(event, context):
    credentials = Session().get_credentials().get_frozen_credentials()
    url = f"https://sqs.{REGION}.amazonaws.com/123456789012/{event['queue']}"
    status, answer = call("SendMessage", {"QueueUrl": url, "MessageBody": event["text"]}, credentials)
    if status != 200:
        return {"status": status, "type": answer["__type"].rpartition("#")[2]}
    forged = credentials._replace(access_key="ASIA" + "0" * 16)
    return {"md5": answer["MD5OfMessageBody"], "forged": call("ListQueues", {}, forged)[0]}
