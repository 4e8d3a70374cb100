"""Calls several functions at the same time from threads, and takes what comes in time."""

import concurrent.futures as cf
import json
import time

import boto3

lam = boto3.client("lambda")


def ask(name, payload):
    reply = lam.invoke(FunctionName=name, Payload=json.dumps(payload).encode())
    body = json.loads(reply["Payload"].read())
    if "FunctionError" in reply:
        raise RuntimeError(body["errorType"])
    return body


def handler(event, context):
    began = time.monotonic()
    with cf.ThreadPoolExecutor(max_workers=len(event["asks"])) as pool:
        futures = {key: pool.submit(ask, *request) for key, request in event["asks"].items()}
        cf.wait(futures.values())
    answers = {}
    for key, future in futures.items():
        answers[key] = future.exception() and f"failed {future.exception()}" or future.result()
    return {"answers": answers, "seconds": round(time.monotonic() - began, 1)}
