"""Receipt handles: one for each time that a message is received.

A handle tells by itself which message and which receive it belongs to, sealed with the queue's ARN, so that
handles of deleted messages stay known without being kept. [SIM] AWS's handles are opaque and longer.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from uuid import UUID

_START = b"\x01\x01\x01"
"""AWS's handles begin with AQEB, which is this in base64."""
_ID, _COUNT = 16, 4


def receipt_handle(arn: str, message_id: str, count: int) -> str:
    """The handle of the `count`-th receive of a message from the queue `arn`."""
    body = UUID(message_id).bytes + count.to_bytes(_COUNT, "big")
    return base64.b64encode(_START + body + _seal(arn, body)).decode()


def read_handle(arn: str, handle: str) -> tuple[str, int] | None:
    """Which message and which receive a handle belongs to; None when it is no handle of the queue."""
    try:
        raw = base64.b64decode(handle, validate=True)
    except (binascii.Error, ValueError):
        return None
    body, seal = raw[len(_START) : len(_START) + _ID + _COUNT], raw[len(_START) + _ID + _COUNT :]
    if not raw.startswith(_START) or seal != _seal(arn, body):
        return None
    return str(UUID(bytes=body[:_ID])), int.from_bytes(body[_ID:], "big")


def _seal(arn: str, body: bytes) -> bytes:
    return hashlib.sha512(arn.encode() + body).digest()
