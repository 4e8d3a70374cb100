"""An SQS batch with partial failures: what failed comes back, the rest is done."""

import json
import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)


class Poison(Exception):
    pass


def process(record):
    body = json.loads(record["body"])
    attributes = record.get("messageAttributes", {})
    if attributes.get("poison", {}).get("stringValue") == "yes":
        raise Poison(record["messageId"])
    return body["order"] * int(record["attributes"]["ApproximateReceiveCount"])


def lambda_handler(event, context):
    failures, total = [], 0
    for record in event["Records"]:
        try:
            total += process(record)
        except Exception:
            logger.exception("message %s failed", record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
    logger.info("total %d, %d failures", total, len(failures))
    return {"batchItemFailures": failures}
