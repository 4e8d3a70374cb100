import os
import secrets
import time
import uuid

ENVIRONMENT_ID = uuid.uuid4()
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid():
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(125, -5, -5))


def handler(event, context):
    first, second = uuid.uuid1(), uuid.uuid1()
    ids = {
        "environment": str(ENVIRONMENT_ID),
        "request": context.aws_request_id,
        "v1": str(first),
        "v4": str(uuid.uuid4()),
        "v5": str(uuid.uuid5(uuid.NAMESPACE_URL, "https://example.com/a")),
        "ulid": ulid(),
        "short": secrets.token_urlsafe(6),
        "same_node": first.node == second.node == uuid.getnode(),
        "ordered": first.time < second.time,
        "versions": [uuid.UUID(str(u)).version for u in (first, uuid.uuid3(uuid.NAMESPACE_DNS, "a"))],
    }
    print(ids["v4"])
    return ids
