"""CloudWatch Logs subscription: base64, gzip, JSON; and the archive that is kept in /tmp."""

import base64
import gzip
import json
import lzma
import zlib

ARCHIVE = "/tmp/archive.jsonl.gz"


def decode(event):
    return json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))


def pack(message):
    data = gzip.compress(json.dumps(message).encode(), mtime=0)
    return {"awslogs": {"data": base64.b64encode(data).decode()}}


def handler(event, context):
    if "lines" in event:
        events = [{"id": str(i), "message": m} for i, m in enumerate(event["lines"])]
        event = pack({"logGroup": "/app/web", "messageType": "DATA_MESSAGE", "logEvents": events})
    data = decode(event)
    if data["messageType"] == "CONTROL_MESSAGE":
        return "control"
    errors = [e for e in data["logEvents"] if "ERROR" in e["message"]]
    with gzip.open(ARCHIVE, "at", encoding="utf-8") as out:
        for entry in errors:
            out.write(json.dumps(entry) + "\n")
    with gzip.open(ARCHIVE, "rt") as source:
        kept = [json.loads(line)["message"] for line in source]
    text = "\n".join(kept).encode()
    assert lzma.decompress(lzma.compress(text)) == zlib.decompress(zlib.compress(text, 9)) == text
    return {"errors": len(errors), "kept": kept, "crc": zlib.crc32(text)}
