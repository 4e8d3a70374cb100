"""Kinesis and DynamoDB stream records: decode, deduplicate, fold into windows."""

import base64
import json
from collections import OrderedDict
from decimal import Decimal
from itertools import groupby

seen = OrderedDict()


def plain(value):
    ((kind, inner),) = value.items()
    match kind:
        case "N":
            return Decimal(inner)
        case "S" | "BOOL":
            return inner
        case "NULL":
            return None
        case "L":
            return [plain(v) for v in inner]
        case "M":
            return {k: plain(v) for k, v in inner.items()}
        case "SS":
            return set(inner)
    raise TypeError(kind)


def records(event):
    for record in event["Records"]:
        key = record.get("eventID") or record["kinesis"]["sequenceNumber"]
        if key in seen:
            print("duplicate", key)
            continue
        seen[key] = True
        while len(seen) > 4:
            seen.popitem(last=False)
        if "kinesis" in record:
            yield json.loads(base64.b64decode(record["kinesis"]["data"]), parse_float=Decimal)
        else:
            yield {k: plain(v) for k, v in record["dynamodb"]["NewImage"].items()}


def handler(event, context):
    rows = sorted(records(event), key=lambda r: r["minute"])
    return {
        str(minute): str(sum((r["amount"] for r in group), Decimal(0)))
        for minute, group in groupby(rows, key=lambda r: r["minute"])
    }
