"""Counts the votes of the visitors: one vote each."""

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    by, photo = event["by"], event["photo"]
    print(f"{by} votes for {photo}")
    vote = {"by": {"S": by}, "photo": {"S": photo}}
    dynamodb.put_item(TableName="votes", Item=vote)
    return {"thank you": by}
