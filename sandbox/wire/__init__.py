"""AWS's wire: a request as bytes becomes an operation and its parameters, and a reply becomes bytes.

What lives here: the protocols rest-json, rest-xml, json, query and smithy-rpc-v2-cbor, read off botocore's
models, both ways, with AWS's answers to what cannot be read. What does not: worlds, permissions, sockets.
Everything is a pure function. The next service is one name in `routing.SERVICES`, the next protocol a reader
in `reading.py`, `form.py` or `restxml.py`, a writer in `writing.py` or `xml.py`, and a branch in `parsing.py`
and `answering.py`. What is S3's alone, its hosts and its chunked bodies, is in `restxml.py` and `chunks.py`.

    asked = parse(request)           # Asked("sqs", "SendMessage", {...}, "json"); WireError has AWS's refusal
    reply(asked, result, request_id)
    refusal(asked, code=..., message=..., status=..., fields=..., request_id=...)
"""

from __future__ import annotations

from sandbox.wire.answering import refusal, reply, unsigned
from sandbox.wire.messages import Asked, HttpRequest, HttpResponse, WireError
from sandbox.wire.parsing import parse, request_id
from sandbox.wire.routing import access_key

__all__ = [
    "Asked",
    "HttpRequest",
    "HttpResponse",
    "WireError",
    "access_key",
    "parse",
    "refusal",
    "reply",
    "request_id",
    "unsigned",
]
