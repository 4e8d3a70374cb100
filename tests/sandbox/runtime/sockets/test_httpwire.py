"""HTTP as the pretend servers read and write it."""

from __future__ import annotations

import http.client
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.runtime.sockets.httpwire import BadRequestError, NotHttpError, Reader, Request, refusal, written

MAX = 100_000
HOST = b"Host: a.example.com\r\n"


def read(data: bytes) -> list[Request]:
    """All requests that are in some bytes, given one by one."""
    reader, found = Reader(MAX), []
    for number in range(len(data)):
        reader.feed(data[number : number + 1])
        while (request := reader.take()) is not None:
            found.append(request)
    return found


def one(data: bytes) -> Request:
    (request,) = read(data)
    return request


def test_a_request_is_read_with_all_that_it_says():
    request = one(b"POST /a?b=c HTTP/1.1\r\n" + HOST + b"X-Two:  one, two \r\nContent-Length: 3\r\n\r\nabc")
    assert request == (
        "POST",
        "/a?b=c",
        [("Host", "a.example.com"), ("X-Two", "one, two"), ("Content-Length", "3")],
        b"abc",
        True,
    )


def test_chunks_are_put_together_and_trailers_left_out():
    head = b"PUT / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    chunks = b"4;name=value\r\nwiki\r\n5\r\npedia\r\n0\r\nX-Sum: 1\r\n\r\n"
    assert [request.body for request in read(head + chunks + head + b"0\r\n\r\n")] == [b"wikipedia", b""]


@pytest.mark.parametrize(
    ("head", "stays"),
    [
        (b"GET / HTTP/1.1\r\n" + HOST, True),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Close\r\n", False),
        (b"GET / HTTP/1.0\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n", True),
    ],
)
def test_whether_a_connection_stays_open_is_the_clients_wish(head, stays):
    assert one(head + b"\r\n").stays is stays


def test_who_waits_before_the_body_is_told_to_go_on_once():
    reader = Reader(MAX)
    reader.feed(b"POST / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 1\r\n\r\n")
    assert reader.take() is None
    assert [reader.asks_to_go_on(), reader.asks_to_go_on()] == [True, False]
    reader.feed(b"x")
    assert reader.take() is not None
    assert not reader.asks_to_go_on()


@pytest.mark.parametrize("data", [b"\x16\x03\x01\x02", b"\0\0\0\x08", b"*1\r\n$4\r\nPING\r\n", b"{}\r\n"])
def test_what_is_no_http_is_told_apart(data):
    with pytest.raises(NotHttpError):
        read(data)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"bad header\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Bad : header\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nxx\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 100001\r\n\r\n", 413),
    ],
)
def test_bad_http_has_the_status_that_servers_answer(head, status):
    with pytest.raises(BadRequestError) as raised:
        read(head)
    assert raised.value.status == status
    assert refusal(raised.value.status).startswith(b"HTTP/1.1 %d " % status)


def test_endless_headers_are_refused():
    reader = Reader(MAX)
    reader.feed(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000)
    with pytest.raises(BadRequestError) as raised:
        reader.take()
    assert raised.value.status == 431


# -- laws ------------------------------------------------------------------------------------------------


class Wire:
    """What Python's own client reads an answer from, or has written a request to."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self.data)

    def sendall(self, data: Any) -> None:
        self.data += bytes(data)


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True).map(lambda name: f"X-{name}")
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
HEADERS = st.dictionaries(NAMES, VALUES, max_size=5)


@given(st.sampled_from(["GET", "POST", "DELETE"]), HEADERS, st.binary(max_size=500), st.booleans(), st.data())
def test_what_pythons_client_writes_is_read_however_it_is_cut(method, headers, body, chunked, data):
    wire = Wire()
    connection = http.client.HTTPConnection("a.example.com")
    connection.sock = wire  # type: ignore[assignment]
    chunks = iter([body[:7], body[7:]]) if chunked else body
    connection.request(method, "/path?q=1", chunks, headers, encode_chunked=chunked)
    reader, found, sent = Reader(MAX), [], wire.data
    while sent:
        size = data.draw(st.integers(1, len(sent)))
        reader.feed(sent[:size])
        sent = sent[size:]
        found.append(reader.take())
    *before, request = found
    assert before == [None] * len(before)
    assert request is not None
    assert (request.method, request.target, request.body) == (method, "/path?q=1", body)
    assert set(headers.items()) <= set(request.headers)


@given(
    st.sampled_from(["GET", "HEAD", "POST"]),
    st.sampled_from([200, 201, 204, 304, 404, 503, 599]),
    HEADERS,
    st.binary(max_size=40_000),
    st.booleans(),
    st.booleans(),
)
def test_what_is_written_is_what_pythons_client_reads(method, status, headers, body, chunked, stays):
    given_headers = [*headers.items(), *([("Transfer-Encoding", "chunked")] if chunked else [])]
    answer = {"status": status, "reason": "Some Reason", "headers": given_headers, "body": body}
    data, open_ = written(answer, method, stays=stays)
    response = http.client.HTTPResponse(Wire(data + b"HTTP/1.1 500"), method=method)  # type: ignore[arg-type]
    response.begin()
    bare = method == "HEAD" or status in {204, 304}
    assert (response.status, response.reason, open_) == (status, "Some Reason", stays)
    assert response.read() == (b"" if bare else body)
    assert set(headers.items()) <= set(response.getheaders())
    assert response.will_close is not stays


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b"GET / HTTP/1.1\r\n", HOST, b"\r\n", b"0\r\n"])))
def test_whatever_comes_is_a_request_or_is_refused(pieces):
    reader = Reader(MAX)
    try:
        for piece in pieces:
            reader.feed(piece)
            request = reader.take()
            assert request is None or request.method
    except (NotHttpError, BadRequestError):
        return
