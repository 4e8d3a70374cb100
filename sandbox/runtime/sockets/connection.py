"""One connection of handler code to a host: bytes on the code's side, whole HTTP requests on the engine's.

What the code sends is read as HTTP. A request that is whole leaves the environment when somebody waits for
its answer, with the time that they are ready to wait, or when the connection is closed. The answer comes back
as the bytes that the host would have sent. Encryption is not spoken: a client that begins it is told at once
that it is there.

[SIM] A host says nothing before it is asked, keeps connections open for as long as the client wants, and
answers one request of a connection after the other.
"""

from __future__ import annotations

import errno
import math
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, NoReturn

from sandbox.runtime.channel import FRAME_MAX
from sandbox.runtime.sockets.httpwire import (
    CONTINUE,
    BadRequestError,
    NotHttpError,
    Reader,
    Request,
    refusal,
    written,
)
from sandbox.runtime.virtual.strands import Strand
from sandbox.runtime.virtual.threads import running

Reach = Callable[[str, dict[str, Any]], dict[str, Any]]

BODY_MAX = FRAME_MAX - (1 << 20)
"""Bytes of the largest body that leaves the environment: what the channel carries, with room for a head."""

FOREVER = 10.0 * 365 * 86_400
"""Seconds of the longest wait. Who waits for a host waits for time to pass, and not for another thread."""

HELLO, WELCOME = b"\x16\x03\x01 sandbox hello ", b"\x16\x03\x03 sandbox welcome\r\n"
"""What stands for the handshake of TLS where it goes through buffers: sent with the host's name and a line
end, and its answer."""

_ERRORS: dict[str, tuple[type[OSError], int, str]] = {
    "refused": (ConnectionRefusedError, errno.ECONNREFUSED, "Connection refused"),
    "unreachable": (OSError, errno.ENETUNREACH, "Network is unreachable"),
    "reset": (ConnectionResetError, errno.ECONNRESET, "Connection reset by peer"),
    "unknown-host": (socket.gaierror, socket.EAI_NONAME, "Name or service not known"),
}


class PlainHostError(OSError):
    """The host does not speak TLS at that port. (`ssl` is no business of this module: it must be imported
    after sockets have been replaced.)
    """


class Way:
    """The way out of the environments of this process.

    Attributes:
        reach: takes an operation and its parameters, blocks the thread that calls, and returns `{"ok": ...}`
            or `{"error": {"code", "message"}}`; None until a worker takes charge.
    """

    def __init__(self) -> None:
        self.reach: Reach | None = None

    def ask(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """The engine's answer.

        Raises:
            OSError: what the network says instead, as Python's sockets raise it.
        """
        if self.reach is None:
            raise OSError(errno.ENETDOWN, os.strerror(errno.ENETDOWN))
        reply = self.reach(operation, params)
        if "error" in reply:
            _refuse(reply["error"])
        return reply.get("ok") or {}


way = Way()
"""Of this process."""


def _refuse(error: dict[str, Any]) -> NoReturn:
    code = error.get("code", "")
    if code == "timeout":
        raise TimeoutError("timed out")
    if code == "tls":
        raise PlainHostError
    kind, number, words = _ERRORS.get(code, _ERRORS["reset"])
    raise kind(number, words)


class Waiters:
    """Who of an environment waits for something to change at one of its connections."""

    def __init__(self) -> None:
        self._strands: list[Strand] = []

    def changed(self) -> None:
        """Let all of them look again."""
        for strand in self._strands:
            strand.scheduler.wake(strand)

    def wait(self, until: int | None, look: Callable[[], bool]) -> bool:
        """Wait until there is what somebody looks for.

        Args:
            until: when to give up, microseconds since the epoch; None for never.
            look: whether it is there.

        Returns:
            Whether it came.
        """
        while not look():
            strand = running.strand()
            if not isinstance(strand, Strand) or (until is not None and _now() >= until):
                return False
            self._strands.append(strand)
            try:
                strand.scheduler.wait(until)
            finally:
                self._strands.remove(strand)
        return True


def _now() -> int:
    return 0 if running.scheduler is None else running.scheduler.host.now()


def until(timeout: float) -> int:
    """The time at which a timeout in seconds is over."""
    return _now() + math.ceil(min(timeout, FOREVER) * 1e6)


class Connection:
    """A connection.

    Args:
        address: the host's, as the engine has told it.
        port: the host's.
        waiters: of the environment.

    Attributes:
        tls: the name that an encrypted connection was made for; None for a plain one.
    """

    def __init__(self, address: str, port: int, waiters: Waiters) -> None:
        self.address, self.port = address, port
        self.tls: str | None = None
        self._waiters = waiters
        self._reader = Reader(BODY_MAX)
        self._greeting = bytearray()
        self._sent = False
        self._incoming = bytearray()
        self._errand: Callable[[float | None], None] | None = None
        self._under_way = False
        self._error: OSError | None = None
        self._over = False

    # -- beginning -----------------------------------------------------------------------------------------

    def connect(self, timeout: float | None) -> None:
        """Make the connection; blocks the thread that calls.

        Raises:
            OSError: it cannot be made.
        """
        self._dial(timeout, tls=False)

    def shake_hands(self, name: str, timeout: float | None) -> None:
        """Begin encryption, as far as anybody can see; blocks the thread that calls.

        Args:
            name: the host that a certificate is asked of.
            timeout: seconds; None for no end.

        Raises:
            OSError: the host does not.
        """
        self._dial(timeout, tls=True)
        self.tls = name

    def _dial(self, timeout: float | None, *, tls: bool) -> None:
        host = {"host": self.address, "port": self.port, "tls": tls, "timeout": timeout}
        try:
            way.ask("Connect", host)
        except TimeoutError:
            if timeout is None:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)) from None
            raise

    # -- sending -------------------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Take bytes for the host.

        Raises:
            OSError: the connection is over, or what was sent is too much for the sandbox.
        """
        if self._over and not self._incoming:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        if not self._sent and not self._greets(data):
            return
        self._reader.feed(data if self._sent else bytes(self._greeting))
        self._sent = True
        self._look()

    def _greets(self, data: bytes) -> bool:
        """Whether what has come so far is to be read as HTTP; a handshake is answered here."""
        self._greeting += data
        if not HELLO.startswith(self._greeting[: len(HELLO)]):
            return True
        name, ended, rest = self._greeting.partition(b"\r\n")
        if not ended or self._errand is not None or self._under_way:
            return False
        self._greeting = rest
        name = name[len(HELLO) :]

        def errand(timeout: float | None) -> None:
            try:
                self.shake_hands(name.decode("ascii", "replace"), timeout)
            except PlainHostError:
                self._incoming += refusal(HTTPStatus.BAD_REQUEST)
            else:
                self._incoming += WELCOME

        self._errand = errand
        return False

    def _look(self) -> None:
        """See what the bytes that came are worth."""
        if self._errand is not None or self._under_way or self._over:
            return
        try:
            request = self._reader.take()
        except NotHttpError:
            self._fail(ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"))
        except BadRequestError as error:
            if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                self._fail(_too_much())
                raise _too_much() from None
            self._incoming += refusal(error.status)
            self._over = True
        else:
            if self._reader.asks_to_go_on():
                self._incoming += CONTINUE
            if request is not None:
                self._errand = lambda timeout: self._exchange(request, timeout)
        self._waiters.changed()

    def _exchange(self, request: Request, timeout: float | None) -> None:
        answer = way.ask(
            "Http",
            {
                "scheme": "http" if self.tls is None else "https",
                "host": self.address,
                "port": self.port,
                "method": request.method,
                "target": request.target,
                "headers": [list(pair) for pair in request.headers],
                "body": request.body,
                "timeout": timeout,
            },
        )
        if timeout != 0:
            data, stays = written(answer, request.method, stays=request.stays)
            self._incoming += data
            self._over = not stays

    def _fail(self, error: OSError) -> None:
        self._error, self._over = error, True

    # -- errands: what leaves the environment --------------------------------------------------------------

    def _run(self, timeout: float | None) -> None:
        errand, self._errand = self._errand, None
        assert errand is not None
        self._under_way = True
        try:
            errand(timeout)
        except TimeoutError:
            # The answer will never be read: whoever gives up closes the connection.
            raise
        except OSError as error:
            self._fail(error)
        finally:
            self._under_way = False
            self._waiters.changed()
        self._look()

    def start(self) -> None:
        """Send what is whole, without waiting for the answer."""
        if self._errand is None or self._under_way or running.scheduler is None:
            return
        self._under_way = True
        running.scheduler.spawn(self._run_aside)

    def _run_aside(self) -> None:
        self._under_way = False
        try:
            if self._errand is not None:
                self._run(None)
        except TimeoutError as error:
            self._fail(error)
            self._waiters.changed()

    # -- receiving -----------------------------------------------------------------------------------------

    def readable(self) -> bool:
        """Whether a receiver need not wait. What is whole is sent, for somebody wants to know."""
        if self._incoming or self._over:
            return True
        self.start()
        return False

    def receive(self, size: int, timeout: float | None, *, keep: bool = False) -> bytes:
        """Bytes of the host, at least one; none at the end of the connection.

        Args:
            size: the most.
            timeout: seconds to wait; 0 for not at all, None for no end.
            keep: leave them there for the next time.

        Raises:
            BlockingIOError: there are none yet, and `timeout` is 0.
            TimeoutError: none came in time.
            OSError: the connection broke.
        """
        limit = until(FOREVER if timeout is None else timeout)
        while not self._incoming and not self._over:
            if timeout == 0:
                self.start()
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            if self._errand is not None and not self._under_way:
                self._run(None if timeout is None else max(limit - _now(), 1) / 1e6)
            elif not self._waiters.wait(limit, self._settled):
                raise TimeoutError("timed out")
        if not self._incoming and self._error is not None:
            error, self._error = self._error, None
            raise error
        data = bytes(self._incoming[:size])
        if not keep:
            del self._incoming[:size]
        return data

    def _settled(self) -> bool:
        return bool(self._incoming) or self._over or (self._errand is not None and not self._under_way)

    def close(self) -> None:
        """The client goes away. What it has sent still reaches the host."""
        if self._errand is not None and not self._under_way and running.scheduler is not None and self._sent:
            with suppress(OSError):
                self._run(0)
        self._over = True
        self._waiters.changed()


def _too_much() -> OSError:
    words = (
        f"Lambda sandbox: requests with a body of more than {BODY_MAX:,} bytes do not leave a handler here"
    )
    return OSError(errno.EMSGSIZE, words)
