"""Puts every new photo on the list of the contest."""

from urllib.parse import unquote_plus

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    for record in event["Records"]:
        photo = unquote_plus(record["s3"]["object"]["key"])
        print(f"new photo: {photo}")
        dynamodb.put_item(TableName="entries", Item={"photo": {"S": photo}})
    return {"on the list": len(event["Records"])}
