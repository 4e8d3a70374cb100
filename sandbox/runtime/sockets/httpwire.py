"""HTTP/1.1 as a server reads and writes it: requests out of a stream of bytes, answers into one.

It is as strict as usual servers are: lengths, chunks and header lines are checked, and what is no HTTP at all
is told apart from what is bad HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

HEAD_MAX = 64 * 1024
"""Bytes of a request's first line and headers; most servers take less [SIM]."""

_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\xff]+) HTTP/1\.([01])")
_BEGINS = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}( |\Z)")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*", re.DOTALL)
_DIGITS = re.compile(r"[0-9]{1,18}")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;.*)?")
_CHUNK = 16 * 1024
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class NotHttpError(Exception):
    """The bytes are no HTTP: a server closes the connection without a word."""


class BadRequestError(Exception):
    """The bytes are bad HTTP. `status` is what a server answers before it closes the connection."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Request(NamedTuple):
    """One request, whole.

    Attributes:
        method: as it was sent.
        target: path and query, raw.
        headers: in the order in which they came.
        body: without its chunks' framing.
        stays: whether the client wants the connection to stay open.
    """

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    stays: bool


class _Head(NamedTuple):
    method: str
    target: str
    headers: list[tuple[str, str]]
    stays: bool
    length: int
    chunked: bool


class Reader:
    """Reads requests out of what a client sends.

    Args:
        body_max: bytes that a body may have.
    """

    def __init__(self, body_max: int) -> None:
        self._body_max = body_max
        self._buffer = bytearray()
        self._head: _Head | None = None
        self._chunks = bytearray()
        self._continue = False

    def feed(self, data: bytes) -> None:
        """Take bytes that were sent."""
        self._buffer += data

    def asks_to_go_on(self) -> bool:
        """Whether the client waits for "100 Continue" before it sends the body; true once per request."""
        asked, self._continue = self._continue, False
        return asked

    def take(self) -> Request | None:
        """The next request, once it is whole.

        Raises:
            NotHttpError: the bytes are something else.
            BadRequestError: they are not as HTTP has them, or too many.
        """
        if self._head is None:
            self._head = self._read_head()
        head = self._head
        if head is None:
            return None
        if head.chunked:
            if not self._read_chunks():
                return None
            body, self._chunks = bytes(self._chunks), bytearray()
        else:
            if len(self._buffer) < head.length:
                return None
            body = bytes(self._buffer[: head.length])
            del self._buffer[: head.length]
        self._head, self._continue = None, False
        return Request(head.method, head.target, head.headers, body, head.stays)

    # -- the head ------------------------------------------------------------------------------------------

    def _read_head(self) -> _Head | None:
        while self._buffer.startswith((b"\r\n", b"\n")):
            del self._buffer[: 2 if self._buffer.startswith(b"\r\n") else 1]
        if not self._buffer:
            return None
        if not _BEGINS.match(self._buffer[:33]):
            raise NotHttpError
        end = re.search(rb"\r?\n\r?\n", self._buffer)
        if (end.end() if end else len(self._buffer)) > HEAD_MAX:
            raise BadRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if end is None:
            return None
        lines = bytes(self._buffer[: end.start()]).replace(b"\r\n", b"\n").split(b"\n")
        del self._buffer[: end.end()]
        line = _LINE.fullmatch(lines[0])
        if line is None:
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        headers = [_header(text) for text in lines[1:]]
        return self._framed(line, headers)

    def _framed(self, line: re.Match[bytes], headers: list[tuple[str, str]]) -> _Head:
        recent = line[3] == b"1"
        given = _joined(headers)
        coding, length = given.get("transfer-encoding", "").lower(), given.get("content-length", "0")
        if coding not in {"", "chunked"}:
            raise BadRequestError(HTTPStatus.NOT_IMPLEMENTED)
        if (coding and "content-length" in given) or not _DIGITS.fullmatch(length):
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        if int(length) > self._body_max:
            raise BadRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if recent and "host" not in given:
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        wishes = _tokens(given.get("connection", ""))
        self._continue = recent and given.get("expect", "").lower() == "100-continue"
        stays = "close" not in wishes if recent else "keep-alive" in wishes
        return _Head(line[1].decode(), line[2].decode("latin-1"), headers, stays, int(length), bool(coding))

    # -- chunks --------------------------------------------------------------------------------------------

    def _read_chunks(self) -> bool:
        """Take in the chunks that are whole; True after the last one and its trailers."""
        while (end := self._buffer.find(b"\n")) >= 0:
            size = _SIZE.fullmatch(bytes(self._buffer[:end]).rstrip(b"\r"))
            if size is None:
                raise BadRequestError(HTTPStatus.BAD_REQUEST)
            length = int(size[1], 16)
            if length == 0:
                return self._read_trailers(end + 1)
            if len(self._chunks) + length > self._body_max:
                raise BadRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            after = end + 1 + length
            if len(self._buffer) < after + 2:
                return False
            if self._buffer[after : after + 2] != b"\r\n":
                raise BadRequestError(HTTPStatus.BAD_REQUEST)
            self._chunks += self._buffer[end + 1 : after]
            del self._buffer[: after + 2]
        if len(self._buffer) > _CHUNK:
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        return False

    def _read_trailers(self, start: int) -> bool:
        end = re.compile(rb"(?:[^\n]+\n)*?\r?\n").match(self._buffer, start)
        if end is None:
            if len(self._buffer) - start > HEAD_MAX:
                raise BadRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return False
        del self._buffer[: end.end()]
        return True


def _header(line: bytes) -> tuple[str, str]:
    found = _HEADER.fullmatch(line)
    if found is None or b"\r" in line or b"\0" in line:
        raise BadRequestError(HTTPStatus.BAD_REQUEST)
    return found[1].decode(), found[2].decode("latin-1")


def _joined(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Headers by their lower-case names; those that come twice with a comma between, as HTTP reads them."""
    joined: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def _tokens(value: str) -> set[str]:
    return {token.strip().lower() for token in value.split(",")}


# -- answers ---------------------------------------------------------------------------------------------


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def written(answer: Mapping[str, Any], method: str, *, stays: bool) -> tuple[bytes, bool]:
    """An answer as bytes.

    Args:
        answer: status, reason, headers (pairs) and body. It is sent in chunks if its headers say so.
        method: of the request, for an answer to HEAD has no body.
        stays: whether the client wants the connection to stay open.

    Returns:
        The bytes, and whether the connection stays open.
    """
    status, body = int(answer["status"]), bytes(answer["body"])
    given = [(str(name), str(value)) for name, value in answer["headers"]]
    named = _joined(given)
    stays = stays and "close" not in _tokens(named.get("connection", ""))
    bare = method == "HEAD" or status in _BODILESS or status < HTTPStatus.OK
    chunked = named.get("transfer-encoding", "").lower() == "chunked"
    lines = [f"HTTP/1.1 {status} {answer['reason']}".rstrip()]
    dropped = {"content-length", "transfer-encoding"} if bare else {"content-length"}
    lines += [f"{name}: {value}" for name, value in given if name.lower() not in dropped]
    if (bare and method == "HEAD") or not (bare or chunked):
        length = named.get("content-length", len(body)) if bare else len(body)
        lines.append(f"Content-Length: {length}")
    if not stays and "connection" not in named:
        lines.append("Connection: close")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    if bare:
        return head, stays
    return head + (_in_chunks(body) if chunked else body), stays


def refusal(status: HTTPStatus) -> bytes:
    """The answer of a server that could not read a request."""
    answer = {"status": status, "reason": status.phrase, "headers": [], "body": status.phrase.encode()}
    return written(answer, "GET", stays=False)[0]


def _in_chunks(body: bytes) -> bytes:
    parts = [body[start : start + _CHUNK] for start in range(0, len(body), _CHUNK)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
