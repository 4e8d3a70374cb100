"""Reads its own log group with paginators, and writes to another."""

import time

import boto3

logs = boto3.client("logs")


def handler(event, context):
    print("hello from", event["name"])
    group = context.log_group_name
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern='"hello from"', PaginationConfig={"PageSize": 2}
    )
    messages = [e["message"].strip() for page in pages for e in page["events"]]
    target = "/audit/reader"
    try:
        logs.create_log_group(logGroupName=target)
        logs.create_log_stream(logGroupName=target, logStreamName="all")
    except logs.exceptions.ResourceAlreadyExistsException:
        pass
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName=target,
        logStreamName="all",
        logEvents=[{"timestamp": now, "message": f"{len(messages)} messages, {event['name']}"}],
    )
    audit = logs.get_log_events(logGroupName=target, logStreamName="all", startFromHead=True)["events"]
    groups = logs.get_paginator("describe_log_groups").paginate().search("logGroups[].logGroupName")
    return {"messages": messages, "audit": [e["message"] for e in audit], "groups": list(groups)}
