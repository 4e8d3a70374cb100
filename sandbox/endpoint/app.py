"""The ASGI application: reads a request, has it parsed and carried out, sends the answer."""

from __future__ import annotations

import asyncio
import sys
import traceback
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from sandbox.endpoint.control import LARGEST, PREFIX, Control, problem
from sandbox.endpoint.engine import Engine, GoneError
from sandbox.endpoint.guard import objection
from sandbox.wire import Asked, HttpRequest, HttpResponse, WireError, access_key, parse, refusal, unsigned

_DRAINED = 4
"""So many times the limit is read off a connection and thrown away, so that the client sees the answer."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class ClientGoneError(Exception):
    """The client closed the connection."""


class App:
    """The application, for uvicorn.

    Args:
        engine: owns the world.
        control: answers what is under `/_sandbox/`.
        limit: bytes that a request's body may have.
    """

    def __init__(self, engine: Engine, control: Control, limit: int) -> None:
        self._engine = engine
        self._control = control
        self._limit = limit

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = _head(scope)
        try:
            response = await self._answer(request, receive)
        except ClientGoneError:
            return
        except Exception:  # noqa: BLE001 - the outermost boundary: a client gets an answer to everything
            print(traceback.format_exc(), file=sys.stderr)
            response = problem(500, "A mistake of the sandbox; it is told where the sandbox was started.")
        await _send(response, send)

    async def _answer(self, request: HttpRequest, receive: Receive) -> HttpResponse:
        if words := objection(request.headers):
            return _closing(problem(403, words))
        ours = request.path.startswith(PREFIX)
        if not ours:
            self._engine.stir()
        body, whole = await _body(request, receive, LARGEST if ours else self._limit)
        request = msgspec.structs.replace(request, body=body)
        if ours:
            if not whole:
                return _closing(problem(413, f"The body is longer than {LARGEST} bytes."))
            return await self._about_the_world(request)
        response = await self._operation(request, receive)
        return response if whole else _closing(response)

    async def _about_the_world(self, request: HttpRequest) -> HttpResponse:
        def work() -> HttpResponse:
            return self._control.answer(request.method, request.path, request.query, request.body)

        try:
            return await asyncio.wrap_future(self._engine.do(work))
        except GoneError as error:
            return problem(error.status, str(error))

    async def _operation(self, request: HttpRequest, receive: Receive) -> HttpResponse:
        try:
            asked = parse(request, limit=self._limit)
        except WireError as error:
            return error.response
        key = access_key(request)
        if not key:
            return unsigned(asked, str(uuid.uuid4()))
        return await self._called(asked, key, receive)

    async def _called(self, asked: Asked, key: str, receive: Receive) -> HttpResponse:
        answer = asyncio.wrap_future(self._engine.call(asked, key))
        gone = asyncio.ensure_future(receive())
        try:
            either: set[asyncio.Future[Any]] = {answer, gone}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise ClientGoneError
            response, wait = answer.result()
            if wait:
                await asyncio.sleep(wait)
        except GoneError as error:
            return refusal(
                asked, code="InternalFailure" if error.status == 500 else "ServiceUnavailable",
                message=str(error), status=error.status, fields={}, request_id=str(uuid.uuid4()),
            )  # fmt: skip
        finally:
            # What nobody waits for any more goes on in the world, but time does not jump for it.
            answer.cancel()
            gone.cancel()
        return response


def _head(scope: Message) -> HttpRequest:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return HttpRequest(
        method=scope["method"],
        host=headers.get("host", ""),
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=b"",
    )


async def _body(request: HttpRequest, receive: Receive, limit: int) -> tuple[bytes, bool]:
    """The body, and whether all of it was read. Of one that is too long the first `limit` + 1 bytes.

    Raises:
        ClientGoneError: the client went away in the middle.
    """
    promised = request.headers.get("content-length", "0")
    if promised.isdigit() and len(promised) < 20 and int(promised) > _DRAINED * limit:
        return b"", False
    parts: list[bytes] = []
    kept = seen = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        part = message.get("body", b"")
        seen += len(part)
        if kept <= limit:
            parts.append(part[: limit + 1 - kept])
            kept += len(parts[-1])
        if not message.get("more_body", False):
            return b"".join(parts), kept <= limit
        if seen > _DRAINED * limit:
            return b"".join(parts), False


def _closing(response: HttpResponse) -> HttpResponse:
    """The response, after which the connection is closed: the rest of the request was not read."""
    return msgspec.structs.replace(response, headers=(*response.headers, ("connection", "close")))


async def _send(response: HttpResponse, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    # An answer to HEAD tells the length of what it does not send.
    if response.status != 204 and not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
