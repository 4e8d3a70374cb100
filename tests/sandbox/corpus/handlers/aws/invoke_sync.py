"""Calls another function and waits: payloads, errors of the other side, the log tail."""

import base64
import json

import boto3

lam = boto3.client("lambda")


class RemoteError(Exception):
    pass


def call(name, payload):
    reply = lam.invoke(FunctionName=name, Payload=json.dumps(payload), LogType="Tail")
    body = json.load(reply["Payload"])
    tail = base64.b64decode(reply["LogResult"]).decode().splitlines()
    if reply.get("FunctionError"):
        print("remote:", tail[1])
        raise RemoteError(f"{body['errorType']}: {body['errorMessage']}")
    return body, [line.split(":")[0].split("\t")[0] for line in tail]


def handler(event, context):
    answers = []
    for name, payload in event["calls"]:
        try:
            answers.append(call(name, payload))
        except RemoteError as error:
            answers.append(str(error))
        except lam.exceptions.ResourceNotFoundException as error:
            answers.append(error.response["Error"]["Message"])
    return answers
