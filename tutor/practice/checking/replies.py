"""Replies of AWS that are kept to be asked about: as plain data, and what stands at a path in them."""

from __future__ import annotations

import json
from typing import Any

from botocore.response import StreamingBody


def plain(reply: Any) -> Any:
    """A reply of boto3's as dictionaries, lists and scalars: bodies are read, JSON in them is parsed."""
    if isinstance(reply, dict):
        return {key: plain(value) for key, value in reply.items()}
    if isinstance(reply, list):
        return [plain(value) for value in reply]
    if isinstance(reply, StreamingBody):
        reply = reply.read()
    if isinstance(reply, bytes):
        text = reply.decode(errors="replace")
        return _parsed(text)
    return reply


def at(value: Any, path: str) -> Any:
    """What stands at a path, None for nothing.

    Args:
        value: plain data; a text that is JSON is gone into.
        path: keys with dots between, entries of lists by number from 0; "" for the value itself.
    """
    for key in filter(None, path.split(".")):
        if isinstance(value, str):
            value = _parsed(value)
        if isinstance(value, list) and key.isascii() and key.isdigit():
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
