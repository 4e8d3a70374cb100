"""The server: a socket on the loopback interface, uvicorn over it, and the engine behind."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from types import FrameType
from typing import Any, cast

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sandbox.endpoint.app import App
from sandbox.endpoint.control import Control, problem
from sandbox.endpoint.engine import Engine
from sandbox.endpoint.pace import Mode
from sandbox.world import World

PORT = 4566
"""The port that tools for pretend AWS expect."""

_HOST = "127.0.0.1"
_LONGEST_HEAD = 1024 * 1024
_KEEP_ALIVE = 75
_GRACE = 1
_BACKLOG = 512


class PortTakenError(Exception):
    """Another program listens on the port already."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} of {_HOST} is taken. Stop the program that listens there, or take another port: "
            "--port 0 takes a free one."
        )


class Endpoint:
    """A world over HTTP, from entering the context to leaving it. Meanwhile nobody else may touch the world.

    Args:
        world: the world. It is the caller's again afterwards, and not closed, unless it was reset meanwhile.
        port: where to listen; 0 for a free port.
        clock: "virtual", where time flows with the wall's and jumps while a request waits, or "real", where
            it only flows.
        seed: of the world that `/_sandbox/reset` begins when it is not told one.

    Raises:
        PortTakenError: the port is taken.
        OSError: it cannot be had for another reason.
    """

    def __init__(self, world: World, *, port: int = PORT, clock: Mode = "virtual", seed: int = 7) -> None:
        self._socket = _listen(port)
        self.port: int = self._socket.getsockname()[1]
        self._engine = Engine(world, clock)
        limit = world.cloud.facts["lambda.request_max"]
        app = App(self._engine, Control(self._engine, seed), limit)
        # Nothing of what uvicorn says is for learners; what breaks, the application tells itself.
        config = uvicorn.Config(
            cast(Any, app), http=_Protocol, ws="none", lifespan="off", interface="asgi3", loop="asyncio",
            log_config=None, log_level="critical", access_log=False, server_header=False,
            proxy_headers=False, timeout_keep_alive=_KEEP_ALIVE, timeout_graceful_shutdown=_GRACE,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="sandbox endpoint", daemon=True)

    @property
    def url(self) -> str:
        """Where it is, as in AWS_ENDPOINT_URL."""
        return f"http://{_HOST}:{self.port}"

    @property
    def world(self) -> World:
        """The world that is served; another one after a reset. Only to be touched after the end."""
        return self._engine.world

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def __enter__(self) -> Endpoint:
        self._engine.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop. Requests that still wait are told so; nothing is left running."""
        self._server.should_exit = True
        self._engine.close()
        self._thread.join()
        self._socket.close()


class _Protocol(HttpToolsProtocol):
    """uvicorn's, with an end to how long a head may be, and words for bytes that are no request."""

    _head = 0
    _in_head = True

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._in_head:
            self._head += len(data)
            if self._head > _LONGEST_HEAD:
                self._refuse(431, f"The request line and headers are longer than {_LONGEST_HEAD} bytes.")
                return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # A client may offer another protocol, as Java's does; RFC 9110 7.8 lets a server pass it over.
            return
        except httptools.HttpParserError as error:
            self._refuse(400, f"These bytes are no HTTP request: {error}")

    def _refuse(self, status: int, words: str) -> None:
        answer = problem(status, words)
        head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        head += [f"{name}: {value}" for name, value in answer.headers]
        head += [f"content-length: {len(answer.body)}", "connection: close", "", ""]
        self.transport.write("\r\n".join(head).encode() + answer.body)
        self.transport.close()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._in_head = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._head, self._in_head = 0, True


def _listen(port: int) -> socket.socket:
    # asyncio turns Nagle off only where the protocol is named; with it a small answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # A port whose last connections are still dying is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port) from None
        raise
    return listener


def serve(
    world: World,
    *,
    port: int = PORT,
    clock: Mode = "virtual",
    seed: int = 7,
    announce: Callable[[str], None] = print,
) -> World:
    """Serve a world until Ctrl-C, or the signal to end; for the main thread.

    Args:
        world: the world.
        port: where to listen; 0 for a free port.
        clock: how time flows; see `Endpoint`.
        seed: of the world that a reset begins.
        announce: is told the address once it listens.

    Returns:
        The world that was served last; the same one unless it was reset.

    Raises:
        PortTakenError: the port is taken.
        OSError: it cannot be had for another reason.
    """
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        ended.set()

    endpoint = Endpoint(world, port=port, clock=clock, seed=seed)
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with endpoint:
            announce(endpoint.url)
            ended.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return endpoint.world
