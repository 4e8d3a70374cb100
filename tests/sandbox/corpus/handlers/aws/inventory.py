"""Walks over functions and queues with paginators, JMESPath and a waiter."""

import boto3
from botocore.exceptions import WaiterError

lam, sqs = boto3.client("lambda"), boto3.client("sqs")


def functions():
    for page in lam.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 1}):
        for function in page["Functions"]:
            yield function["FunctionName"], function["Timeout"], function["MemorySize"]


def handler(event, context):
    waiter = lam.get_waiter("function_active_v2")
    waiter.wait(FunctionName=context.function_name, WaiterConfig={"Delay": 1, "MaxAttempts": 3})
    try:
        lam.get_waiter("function_exists").wait(
            FunctionName="later", WaiterConfig={"Delay": 2, "MaxAttempts": 2}
        )
        waited = "exists"
    except WaiterError as error:
        waited = str(error)
    urls = sqs.get_paginator("list_queues").paginate(PaginationConfig={"MaxItems": 2, "PageSize": 1})
    return {
        "functions": sorted(functions()),
        "waited": waited,
        "queues": sorted(url.rsplit("/", 1)[-1] for url in urls.search("QueueUrls[]")),
    }
