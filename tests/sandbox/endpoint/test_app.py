"""The ASGI application without a server: bodies in parts, bodies without end, clients that go away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox import World
from sandbox.endpoint.app import App
from sandbox.endpoint.control import Control
from sandbox.endpoint.engine import Engine
from tests.sandbox.services.awslambda.shop import Shop
from tests.sandbox.wire.shapes import SCOPE

LIMIT = 100


@pytest.fixture
def app(make_world: Callable[..., World]) -> Iterator[App]:
    engine = Engine(make_world(), "virtual")
    engine.start()
    yield App(engine, Control(engine, 7), LIMIT)
    engine.close()


class Connection:
    """What a server hands to an application: the parts of a body, and maybe the end of the connection.

    `gone` is when the client goes away: "" for never, in the "middle" of the body, or "after" it.
    """

    def __init__(self, *parts: bytes, gone: str = "") -> None:
        self.parts = list(parts)
        self.gone = gone
        self.taken = 0
        self.sent: list[Any] = []

    async def receive(self) -> dict[str, Any]:
        if self.taken == len(self.parts):
            return {"type": "http.disconnect"} if self.gone else await self._for_ever()
        self.taken += 1
        more = self.gone == "middle" or self.taken < len(self.parts)
        return {"type": "http.request", "body": self.parts[self.taken - 1], "more_body": more}

    async def _for_ever(self) -> Any:
        await asyncio.Event().wait()

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def ask(
        self, app: App, method: str = "POST", path: str = "/", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Make the request: status, headers and body of the answer."""
        given = {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
        scope = {
            "type": "http", "method": method, "raw_path": path.encode(), "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }  # fmt: skip
        await app(scope, self.receive, self.send)
        if not self.sent:
            return 0, {}, b""
        start, body = self.sent
        return (
            start["status"],
            {key.decode(): value.decode() for key, value in start["headers"]},
            body["body"],
        )


SQS = {"authorization": SCOPE.format("AKID", "sqs"), "x_amz_target": "AmazonSQS.CreateQueue"}
LAMBDA = {"authorization": SCOPE.format("AKID", "lambda")}


async def test_a_body_comes_in_parts(app: App) -> None:
    status, _, body = await Connection(b'{"Queue', b"", b'Name": "letters"}').ask(app, **SQS)
    assert (status, json.loads(body)["QueueUrl"][-8:]) == (200, "/letters")


async def test_a_body_of_just_the_limit_is_read(app: App) -> None:
    body = b'{"QueueName": "letters"}'
    assert (await Connection(body.ljust(LIMIT)).ask(app, **SQS))[0] == 200
    assert (await Connection(body.ljust(LIMIT + 1)).ask(app, **SQS))[0] == 413


async def test_what_is_too_long_is_read_off_and_thrown_away(app: App) -> None:
    connection = Connection(*[b"x" * 30] * 10)
    status, headers, body = await connection.ask(app, path="/2015-03-31/functions", **LAMBDA)
    assert (status, headers["connection"]) == (413, "close")
    assert b"Request must be smaller than 100 bytes for the CreateFunction operation" in body
    assert connection.taken == 10


async def test_what_does_not_end_is_cut_off(app: App) -> None:
    connection = Connection(*[b"x" * 30] * 1000)
    status, headers, _ = await connection.ask(app, path="/2015-03-31/functions", **LAMBDA)
    assert (status, headers["connection"]) == (413, "close")
    assert connection.taken < 20


async def test_what_promises_to_be_far_too_long_is_not_read(app: App) -> None:
    connection = Connection(*[b"x" * 30] * 1000)
    status, _, _ = await connection.ask(app, path="/2015-03-31/functions", content_length="30000", **LAMBDA)
    assert (status, connection.taken) == (413, 0)


async def test_a_client_that_goes_away_in_the_middle_gets_nothing(app: App) -> None:
    connection = Connection(b'{"QueueName":', gone="middle")
    assert (await connection.ask(app, **SQS))[0] == 0
    status, _, body = await Connection(b"{}").ask(app, **{**SQS, "x_amz_target": "AmazonSQS.ListQueues"})
    assert (status, body) == (200, b"{}")


async def test_a_client_that_goes_away_while_it_waits_gets_nothing(
    make_world: Callable[..., World], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = Engine(make_world(), "real")
    engine.start()
    app = App(engine, Control(engine, 7), LIMIT)
    _, _, body = await Connection(b'{"QueueName": "letters"}').ask(app, **SQS)
    poll = json.dumps({"QueueUrl": json.loads(body)["QueueUrl"], "WaitTimeSeconds": 20}).encode()
    connection = Connection(poll, gone="after")
    asked = {**SQS, "x_amz_target": "AmazonSQS.ReceiveMessage"}
    assert (await connection.ask(App(engine, Control(engine, 7), len(poll)), **asked))[0] == 0
    engine.close()
    assert capsys.readouterr().err == ""


async def test_an_answer_without_content_has_no_length(make_world: Callable[..., World]) -> None:
    shop = Shop(make_world())
    shop.function("def handler(event, context): return event")
    engine = Engine(shop.world, "virtual")
    engine.start()
    dry = {**LAMBDA, "x_amz_invocation_type": "DryRun"}
    path = "/2015-03-31/functions/worker/invocations"
    answer = await Connection(b"").ask(App(engine, Control(engine, 7), LIMIT), path=path, **dry)
    engine.close()
    assert (answer[0], answer[2]) == (204, b"")
    assert "content-length" not in answer[1]


async def test_headers_that_come_twice_are_joined(app: App) -> None:
    connection = Connection(b"{}")
    scope = {
        "type": "http", "method": "POST", "raw_path": b"/", "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"Host", b"example.org")],
    }  # fmt: skip
    await app(scope, connection.receive, connection.send)
    assert connection.sent[0]["status"] == 403


async def test_a_mistake_of_ours_is_a_500_and_is_told(
    app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("sandbox.endpoint.app.parse", broken)
    status, _, body = await Connection(b"{}").ask(app, **SQS)
    assert (status, "mistake of the sandbox" in json.loads(body)["error"]) == (500, True)
    assert "planted" in capsys.readouterr().err
