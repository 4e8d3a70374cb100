"""What is under `/_sandbox/`, and who is not answered at all."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import World
from sandbox.endpoint import Endpoint, PortTakenError, control
from sandbox.endpoint.server import _listen
from sandbox.services.sqs import SqsService
from tests.sandbox.endpoint.conftest import Served


def test_health(served: Served) -> None:
    status, told = served.ask("GET", "/_sandbox/health")
    assert (status, told["status"]) == (200, "running")
    assert told["services"] == ["cloudwatch", "dynamodb", "iam", "lambda", "logs", "s3", "sqs", "sts"]


def test_the_clock_tells_what_comes_next(serve: Callable[..., Served]) -> None:
    served = serve(clock="real")
    sqs = served.client("sqs")
    queue = sqs.create_queue(QueueName="letters", Attributes={"VisibilityTimeout": "100"})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    sqs.receive_message(QueueUrl=queue)
    told = served.clock()
    assert told["mode"] == "real"
    assert told["next"]["what"] == "a message in letters becomes visible again"
    assert 90 < told["next"]["in"] <= 100


def test_the_clock_advances_and_changes_its_mode(served: Served) -> None:
    before = served.clock()["now"]
    told = served.clock(mode="real", advance=3600)
    assert (told["mode"], told["now"][:14], told["next"]) == ("real", "2026-11-23T10:", None)
    assert before < told["now"]
    assert served.clock(mode="virtual")["mode"] == "virtual"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Say"),
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"mode": "fast"}', "Invalid enum value"),
        (b'{"advance": "1h"}', "Expected `float"),
        (b'{"advance": -1}', "Time cannot advance by -1.0 seconds: time does not go back"),
        (b'{"advance": -1e-9}', "Time cannot advance by -1e-09 seconds: time does not go back"),
        (b'{"advance": -1e300}', "Time cannot advance by -1e+300 seconds: time does not go back"),
        (b'{"advance": 1e18}', "Time cannot advance by 1e+18 seconds: no clock goes so far"),
        (b'{"advance": 1e300}', "Time cannot advance by 1e+300 seconds: no clock goes so far"),
        (b'{"advance": 1e400}', "out of range"),
        (b'{"advance": 1e12}', "seconds: no clock goes beyond the year 9998"),
        (b'{"advance": Infinity}', "malformed"),
        (b'{"advance": NaN}', "malformed"),
        (b'{"speed": 2}', "unknown field"),
        (b"[" * 60_000, "cannot be read"),
    ],
)
def test_a_clock_that_cannot_be_set_so(served: Served, body: bytes, words: str) -> None:
    status, told = served.ask("POST", "/_sandbox/clock", body)
    assert status == 400
    assert words in told["error"]


def test_a_change_that_is_refused_changes_nothing(served: Served) -> None:
    assert served.ask("POST", "/_sandbox/clock", {"mode": "real", "advance": 1e18})[0] == 400
    told = served.clock()
    assert (told["mode"], told["now"][:14]) == ("virtual", "2026-11-23T09:")


def test_reset_begins_anew(served: Served) -> None:
    served.client("sqs").create_queue(QueueName="letters")
    assert served.ask("POST", "/_sandbox/reset", {"seed": 8})[1]["seed"] == 8
    assert "QueueUrls" not in served.client("sqs").list_queues()
    first = served.client("sqs").create_queue(QueueName="letters")["ResponseMetadata"]["RequestId"]
    # The same seed again, and the same two calls.
    assert served.ask("POST", "/_sandbox/reset")[1]["seed"] == 8
    served.client("sqs").list_queues()
    assert served.client("sqs").create_queue(QueueName="letters")["ResponseMetadata"]["RequestId"] == first
    served.endpoint.close()
    served.endpoint.world.close()


def test_a_reset_ends_what_waits(serve: Callable[..., Served]) -> None:
    served = serve(clock="real")
    queue = served.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(served.client("sqs").receive_message, QueueUrl=queue, WaitTimeSeconds=20)
        while not any(event["operation"] == "ReceiveMessage" for event in served.events("ApiCalled")):
            pass
        served.ask("POST", "/_sandbox/reset")
        with pytest.raises(ClientError, match="the world was reset"):
            poll.result()
    served.endpoint.close()
    served.endpoint.world.close()


def test_the_trace_is_told_from_a_number_on(served: Served) -> None:
    served.client("sqs").create_queue(QueueName="letters")
    first = served.ask("GET", "/_sandbox/trace")[1]
    assert [event["seq"] for event in first["events"]] == list(range(1, first["next"] + 1))
    assert served.ask("GET", f"/_sandbox/trace?since={first['next']}")[1] == {
        "events": [],
        "next": first["next"],
    }
    assert served.ask("GET", "/_sandbox/trace?since=1")[1]["events"] == first["events"][1:]
    assert served.ask("GET", "/_sandbox/trace?since=999999")[1] == {"events": [], "next": first["next"]}


def test_a_long_trace_comes_in_parts(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "MOST_EVENTS", 2)
    served.client("sqs").create_queue(QueueName="letters")
    served.client("sqs").list_queues()
    seen, since = [], 0
    while (part := served.ask("GET", f"/_sandbox/trace?since={since}")[1])["events"]:
        assert len(part["events"]) <= 2
        seen += [event["seq"] for event in part["events"]]
        since = part["next"]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 2


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "", "%D9%A3", "9" * 20])
def test_a_number_that_is_none(served: Served, since: str) -> None:
    status, told = served.ask("GET", f"/_sandbox/trace?since={since}")
    assert (status, told["error"]) == (400, "since must be a number that is not negative.")


def test_what_is_not_there(served: Served) -> None:
    status, told = served.ask("GET", "/_sandbox/nonsense")
    assert status == 404
    assert "There is: /_sandbox/health" in told["error"]
    assert served.ask("DELETE", "/_sandbox/reset")[0] == 405
    assert served.ask("POST", "/_sandbox/clock", b" " * 70_000)[0] == 413


# -- who is not answered -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "sandbox.example.org"},
        {"Host": "127.0.0.1.example.org:4566"},
        {"Host": ""},
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_web_pages_of_elsewhere_are_refused(served: Served, headers: dict[str, str]) -> None:
    for method, path in (("POST", "/_sandbox/reset"), ("GET", "/_sandbox/trace"), ("POST", "/")):
        status, told = served.ask(method, path, **headers)
        assert status == 403
        assert told["error"]


@pytest.mark.parametrize(
    "host", ["localhost:4566", "127.0.0.1", "[::1]:4566", "sqs.localhost:4566", "LOCALHOST"]
)
def test_names_of_this_machine_are_answered(served: Served, host: str) -> None:
    assert served.ask("GET", "/_sandbox/health", Host=host, Origin=f"http://{host}")[0] == 200


# -- bytes that are no request -----------------------------------------------------------------------------


def raw(served: Served, data: bytes) -> bytes:
    """What comes back for some bytes; b"" where the connection was cut while they were still being sent."""
    answer = b""
    with socket.create_connection(("127.0.0.1", served.endpoint.port), timeout=30) as connection:
        with suppress(ConnectionError):
            connection.sendall(data)
        with suppress(ConnectionError):
            while part := connection.recv(65536):
                answer += part
    return answer


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["binary", "version", "negative", "two lengths", "bad chunk"],
)
def test_what_is_no_request_gets_a_400(served: Served, data: bytes) -> None:
    head, _, body = raw(served, data).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["error"].startswith("These bytes are no HTTP request: ")
    assert served.ask("GET", "/_sandbox/health")[0] == 200


@pytest.mark.parametrize(
    "part", [b"GET /", b"GET / HTTP/1.1\r\nHost: localhost\r\nA: ", b"GET / HTTP/1.1\r\n"]
)
def test_a_head_without_end_is_refused(served: Served, part: bytes) -> None:
    line = b"x" * 10 if part.endswith((b"/", b": ")) else b"a: b\r\n"
    answer = raw(served, part + line * 200_000)
    assert answer.startswith(b"HTTP/1.1 431 ") or not answer
    assert served.ask("GET", "/_sandbox/health")[0] == 200


def test_an_offer_of_another_protocol_is_passed_over(served: Served) -> None:
    upgrade = b"Connection: Upgrade, close\r\nUpgrade: h2c\r\n"
    answer = raw(served, b"GET /_sandbox/health HTTP/1.1\r\nHost: localhost\r\n" + upgrade + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_chunked_body_is_read(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.endpoint.port, timeout=30)
    body = iter([b'{"adv', b'ance": 60}'])
    connection.request(
        "POST", "/_sandbox/clock", body, encode_chunked=True, headers={"Transfer-Encoding": "chunked"}
    )
    assert json.loads(connection.getresponse().read())["now"] > "2026-11-23T09:01"
    connection.close()


def test_a_request_that_is_too_long_is_refused_before_it_is_read(served: Served) -> None:
    head = b"POST /2015-03-31/functions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n"
    answer = raw(served, head)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"Request must be smaller than 70167211 bytes for the CreateFunction operation" in answer


def test_a_client_that_goes_away_disturbs_nobody(serve: Callable[..., Served]) -> None:
    served = serve(clock="real")
    queue = served.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
    body = json.dumps({"QueueUrl": queue, "WaitTimeSeconds": 20}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", served.endpoint.port, timeout=30)
    scope = (
        "AWS4-HMAC-SHA256 Credential=A/20261121/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"
    )
    connection.request(
        "POST", "/", body, {"X-Amz-Target": "AmazonSQS.ReceiveMessage", "Authorization": scope}
    )
    while not any(event["operation"] == "ReceiveMessage" for event in served.events("ApiCalled")):
        pass
    connection.close()
    assert served.client("sqs").list_queues()["QueueUrls"] == [queue]


def test_a_mistake_of_the_sandbox_is_a_500_and_the_world_goes_on(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served.client("sqs").create_queue(QueueName="letters")

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("planted")

    with monkeypatch.context() as patch:
        broken.spec = SqsService.list_queues.spec  # type: ignore[attr-defined]
        patch.setattr(SqsService, "list_queues", broken)
        with pytest.raises(ClientError, match="a mistake of the sandbox") as caught:
            served.client("sqs").list_queues()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "planted" in capsys.readouterr().err
    assert len(served.client("sqs").list_queues()["QueueUrls"]) == 1


def test_small_answers_are_sent_at_once() -> None:
    # asyncio turns Nagle's algorithm off for sockets that name their protocol only.
    with _listen(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_the_port_is_free_again_at_once(make_world: Callable[..., World]) -> None:
    world = make_world()
    words = "of 127.0.0.1 is taken"
    with Endpoint(world, port=0) as first, pytest.raises(PortTakenError, match=words):
        Endpoint(world, port=first.port)
    with Endpoint(world, port=first.port) as second:
        assert second.port == first.port
