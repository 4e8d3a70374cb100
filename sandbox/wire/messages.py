"""What goes in and comes out: HTTP messages, and an operation that was asked for."""

from __future__ import annotations

from typing import Any

import msgspec


class HttpRequest(msgspec.Struct, frozen=True):
    """A whole request.

    Attributes:
        method: "GET", "POST", ...
        host: the Host header, maybe with a port.
        path: as it was sent, still percent-encoded.
        query: what follows "?", as it was sent; "" for nothing.
        headers: by lower-case name; repeated ones joined by ",".
        body: the bytes after transfer coding.
    """

    method: str
    host: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class HttpResponse(msgspec.Struct, frozen=True):
    """A whole response; Content-Length and Date are the server's business.

    Attributes:
        status: the HTTP status.
        headers: (name, value) pairs, names in lower case.
        body: the bytes.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Asked(msgspec.Struct, frozen=True):
    """An operation that a request asks for.

    Attributes:
        service: boto3's client name.
        operation: AWS's operation name, such as "SendMessage".
        params: validated, as services take them: blobs are bytes, timestamps aware datetimes.
        protocol: botocore's name of the protocol that was spoken: "rest-json", "rest-xml", "json", "query"
            or "smithy-rpc-v2-cbor".
    """

    service: str
    operation: str
    params: dict[str, Any]
    protocol: str


class WireError(Exception):
    """A request asks for no operation that could be carried out.

    Attributes:
        response: AWS's answer to it.
    """

    def __init__(self, message: str, response: HttpResponse) -> None:
        super().__init__(message)
        self.response = response


class Refused(Exception):  # noqa: N818 - it is what is answered, and says so
    """Inside this package: why a request cannot be read; `parse` makes a `WireError` of it.

    Args:
        code: AWS's error code; "" for the code that the protocol has for a body that cannot be read.
        message: AWS's message.
        status: the HTTP status.
        fields: further members of the error.
    """

    def __init__(self, code: str, message: str, status: int = 400, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields


def malformed(message: str) -> Refused:
    """A value that is not what the protocol says."""
    return Refused("", message)


class Unsigned(Exception):  # noqa: N818 - as above
    """Inside this package: a request that is not signed, and whose service cannot be told otherwise."""
