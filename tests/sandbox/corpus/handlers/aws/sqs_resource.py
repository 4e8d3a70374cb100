"""The resource interface: queues and messages as objects."""

import boto3
from botocore.exceptions import ClientError

sqs = boto3.resource("sqs", region_name="us-east-1")


def queue_named(name):
    try:
        return sqs.get_queue_by_name(QueueName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AWS.SimpleQueueService.NonExistentQueue":
            raise
        print("creating", name)
        return sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "5"})


def handler(event, context):
    queue = queue_named(event["queue"])
    reply = queue.send_messages(
        Entries=[
            {
                "Id": str(i),
                "MessageBody": text,
                "MessageAttributes": {"lang": {"StringValue": "en", "DataType": "String"}},
            }
            for i, text in enumerate(event["texts"])
        ]
    )
    seen = []
    for message in queue.receive_messages(MaxNumberOfMessages=5, MessageAttributeNames=["All"]):
        lang = (message.message_attributes or {}).get("lang", {}).get("StringValue")
        seen.append([message.body, lang, message.queue_url == queue.url])
        message.delete()
    queue.load()
    return {
        "sent": len(reply["Successful"]),
        "seen": sorted(seen),
        "timeout": queue.attributes["VisibilityTimeout"],
        "arn": queue.attributes["QueueArn"].split(":")[-1],
        "queues": sorted(
            q.url.rsplit("/", 1)[1] for q in sqs.queues.filter(QueueNamePrefix=event["queue"][:2])
        ),
    }
