"""aws-chunked: how SDKs send bodies to S3 of which they sign each part, or tell the checksum at the end.

Source: S3 API Reference, sigv4-streaming and sigv4-streaming-trailers. Signatures are not checked.
"""

from __future__ import annotations

import re

import msgspec

from sandbox.wire.messages import HttpRequest, Refused

_CODING = "aws-chunked"
_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})(?:;[^\r\n]*)?")


def unchunked(request: HttpRequest) -> HttpRequest:
    """The request with its body in one piece, and its trailers among its headers.

    Raises:
        Refused: the chunks are not what they say.
    """
    codings = [one.strip() for one in request.headers.get("content-encoding", "").split(",")]
    if _CODING not in codings and not request.headers.get("x-amz-content-sha256", "").startswith(
        "STREAMING-"
    ):
        return request
    body, trailers = _joined(request.body)
    declared = request.headers.get("x-amz-decoded-content-length", str(len(body)))
    if declared != str(len(body)):
        raise _incomplete()
    headers = {**request.headers, **trailers, "content-length": str(len(body))}
    kept = ",".join(one for one in codings if one and one != _CODING)
    headers["content-encoding"] = kept
    if not kept:
        del headers["content-encoding"]
    return msgspec.structs.replace(request, headers=headers, body=body)


def _joined(given: bytes) -> tuple[bytes, dict[str, str]]:
    """The content of all chunks, and the trailers' checksums."""
    parts: list[bytes] = []
    place = 0
    while True:
        line, place = _line(given, place)
        size = _SIZE.fullmatch(line)
        if size is None:
            raise _incomplete()
        length = int(size[1], 16)
        if not length:
            return b"".join(parts), _trailers(given[place:])
        if given[place + length : place + length + 2] != b"\r\n":
            raise _incomplete()
        parts.append(given[place : place + length])
        place += length + 2


def _line(given: bytes, place: int) -> tuple[bytes, int]:
    end = given.find(b"\r\n", place)
    if end < 0:
        raise _incomplete()
    return given[place:end], end + 2


def _trailers(given: bytes) -> dict[str, str]:
    """Checksums that stand behind the last chunk; signatures beside them count for nothing."""
    found = {}
    for line in given.split(b"\r\n"):
        name, colon, value = line.decode("latin-1").partition(":")
        if colon and name.lower().startswith("x-amz-checksum-"):
            found[name.lower()] = value.strip()
    return found


def _incomplete() -> Refused:
    message = "The request body terminated unexpectedly"
    return Refused("IncompleteBody", message)
