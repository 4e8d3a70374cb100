"""`socket.socket` for handler code: TCP over IPv4, blocking or not, with no descriptor behind it."""

from __future__ import annotations

import errno
import os
import socket
from typing import Any, NoReturn

from sandbox.runtime.sockets import names
from sandbox.runtime.sockets.connection import Connection
from sandbox.runtime.sockets.interface import interface
from sandbox.runtime.virtual.threads import running

_real = socket.socket

_LOCAL = "169.254.100.6"
"""The environment's own address [SIM]."""

_BUFFER = 212_992
_UDP = "Lambda sandbox: only TCP leaves a handler here; UDP does not"
UNIX = "Lambda sandbox: a handler has no sockets here but TCP over IPv4"
_LISTEN = "Lambda sandbox: nothing can connect to a function, so it cannot listen"


def refused(words: str) -> NoReturn:
    """Say that something is not there.

    Raises:
        PermissionError: always.
    """
    raise PermissionError(errno.EPERM, words)


class VirtualSocket(_real):
    """See `socket.socket`. Its C part is never initialised: there is no descriptor behind it."""

    # Code prints its sockets.
    __module__, __qualname__ = "socket", "socket"

    def __new__(cls, *args: Any, **named: Any) -> Any:
        """A real socket outside of an environment's segments."""
        return _real(*args, **named) if running.scheduler is None else super().__new__(cls)

    def __init__(
        self,
        family: int = -1,
        type: int = -1,  # noqa: A002 - Python's own name of it
        proto: int = -1,
        fileno: int | None = None,
    ) -> None:
        self._io_refs = 0
        self._closed = False
        self._net = interface()
        self._timeout = self._net.timeout
        self._options: dict[tuple[int, int], Any] = {}
        self._connection: Connection | None = None
        self._failure = 0
        self._connecting = False
        self._laddr = ("0.0.0.0", 0)
        self._shut = [False, False]
        self._fd = -1
        if fileno is None:
            self._family = socket.AF_INET if family == -1 else _known(socket.AddressFamily, family)
            kind = socket.SOCK_STREAM if type == -1 else type
            self._blocking_of(kind)
            self._kind = _known(socket.SocketKind, kind & ~(socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC))
            self._protocol = 0 if proto == -1 else proto
            self._fd = self._net.take(self)
        else:
            self._become(fileno)

    def _blocking_of(self, kind: int) -> None:
        if kind & socket.SOCK_NONBLOCK:
            self._timeout = 0.0

    def _become(self, fileno: int) -> None:
        other = self._net.detached.pop(fileno, None)
        if other is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        self._share(other)
        self._fd = fileno
        self._net.sockets[fileno] = self

    def _share(self, other: VirtualSocket) -> None:
        self._family, self._kind, self._protocol = other._family, other._kind, other._protocol
        self._connection, self._connecting = other._connection, other._connecting
        self._laddr, self._options, self._shut = other._laddr, other._options, other._shut
        self._failure, self._timeout = other._failure, other._timeout

    # -- what it is ----------------------------------------------------------------------------------------

    @property
    def family(self) -> Any:
        """See `socket.socket`."""
        return self._family

    @property
    def type(self) -> Any:
        """See `socket.socket`."""
        return self._kind

    @property
    def proto(self) -> int:
        """See `socket.socket`."""
        return self._protocol

    @property
    def timeout(self) -> float | None:
        """See `socket.socket`."""
        return self._timeout

    def fileno(self) -> int:
        """See `socket.socket`. The number is of use for select and selectors only."""
        return self._fd

    def gettimeout(self) -> float | None:
        """See `socket.socket`."""
        return self._timeout

    def settimeout(self, value: float | None, /) -> None:
        """See `socket.socket`."""
        if value is not None:
            value = float(value)
            if not value >= 0:
                raise ValueError("Timeout value out of range")
        self._timeout = value

    def setblocking(self, flag: bool, /) -> None:
        """See `socket.socket`."""
        self._timeout = None if flag else 0.0

    def getblocking(self) -> bool:
        """See `socket.socket`."""
        return self._timeout != 0

    def set_inheritable(self, inheritable: bool, /) -> None:
        """There is nobody who could inherit it."""

    def get_inheritable(self) -> bool:
        """See `set_inheritable`."""
        return False

    def setsockopt(self, level: int, optname: int, value: Any, optlen: int | None = None, /) -> None:
        """Take note of an option, which changes nothing."""
        del optlen
        self._check_open()
        self._options[level, optname] = value

    def getsockopt(self, level: int, optname: int, buflen: int = 0, /) -> Any:
        """What was set, or what there is to say of type, error and buffers."""
        self._check_open()
        if level == socket.SOL_SOCKET and optname == socket.SO_ERROR:
            failure, self._failure = self._failure, 0
            return failure
        if level == socket.SOL_SOCKET and optname == socket.SO_TYPE:
            return int(self._kind)
        buffers = {socket.SO_RCVBUF, socket.SO_SNDBUF} if level == socket.SOL_SOCKET else set()
        default = b"" if buflen else _BUFFER if optname in buffers else 0
        return self._options.get((level, optname), default)

    def getsockname(self) -> Any:
        """See `socket.socket`."""
        self._check_open()
        return self._laddr

    def getpeername(self) -> Any:
        """See `socket.socket`."""
        link = self._linked()
        return (link.address, link.port)

    # -- connecting ----------------------------------------------------------------------------------------

    def connect(self, address: Any, /) -> None:
        """See `socket.socket`."""
        host, port = self._target(address)
        if self._connecting:
            raise BlockingIOError(errno.EALREADY, os.strerror(errno.EALREADY))
        if self._connection is not None:
            raise OSError(errno.EISCONN, os.strerror(errno.EISCONN))
        numeric = names.numeric_of(host) or names.addresses_of(host)[0]
        if self._family == socket.AF_INET6 or ":" in numeric:
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
        link = Connection(numeric, port, self._net.waiters)
        if self._timeout == 0 and running.scheduler is not None:
            self._connecting = True
            running.scheduler.spawn(lambda: self._connect_aside(link))
            raise BlockingIOError(errno.EINPROGRESS, os.strerror(errno.EINPROGRESS))
        link.connect(self._timeout)
        self._be_connected(link)

    def _connect_aside(self, link: Connection) -> None:
        try:
            link.connect(None)
        except OSError as error:
            self._failure = error.errno or errno.ECONNREFUSED
        else:
            self._be_connected(link)
        self._connecting = False
        self._net.waiters.changed()

    def _be_connected(self, link: Connection) -> None:
        self._connection = link
        self._laddr = (_LOCAL, self._net.port())

    def connect_ex(self, address: Any, /) -> int:
        """See `socket.socket`."""
        try:
            self.connect(address)
        except OSError as error:
            if error.errno is None or isinstance(error, socket.gaierror):
                if isinstance(error, TimeoutError):
                    return errno.EAGAIN
                raise
            return error.errno
        return 0

    def _target(self, address: Any) -> tuple[str, int]:
        self._check_open()
        self._check_kind()
        if not isinstance(address, tuple):
            raise TypeError(f"{type(self).__name__}(): AF_INET address must be tuple, not {_name(address)}")
        if len(address) not in ({2} if self._family == socket.AF_INET else {2, 3, 4}):
            raise TypeError("AF_INET address must be a pair (host, port)")
        host, port = address[:2]
        if not isinstance(host, str | bytes | bytearray):
            raise TypeError(f"str, bytes or bytearray expected, not {_name(host)}")
        if not isinstance(port, int):
            raise TypeError(f"'{_name(port)}' object cannot be interpreted as an integer")
        if not 0 <= port <= 0xFFFF:
            raise OverflowError("connect(): port must be 0-65535.")
        return names.text(host), port

    def _check_kind(self) -> None:
        if self._family not in {socket.AF_INET, socket.AF_INET6}:
            refused(UNIX)
        if self._kind != socket.SOCK_STREAM:
            refused(_UDP)

    def _check_open(self) -> None:
        if self._fd < 0:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    def _linked(self) -> Connection:
        self._check_open()
        if self._connection is None:
            self._check_kind()
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        return self._connection

    # -- sending and receiving -----------------------------------------------------------------------------

    def send(self, data: Any, flags: int = 0, /) -> int:
        """See `socket.socket`. Everything is taken at once."""
        del flags
        link = self._linked()
        if self._shut[1]:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        taken = memoryview(data).cast("B") if not isinstance(data, bytes) else data
        link.send(bytes(taken))
        if self._timeout == 0:
            link.start()
        return len(taken)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """See `socket.socket`."""
        self.send(data, flags)

    def sendmsg(self, buffers: Any, ancdata: Any = (), flags: int = 0, address: Any = None, /) -> int:
        """See `socket.socket`."""
        if ancdata or address is not None:
            refused(UNIX)
        return self.send(b"".join(buffers), flags)

    def sendto(self, data: Any, *args: Any) -> int:
        """See `socket.socket`."""
        self._check_open()
        self._check_kind()
        return self.send(data)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """See `socket.socket`."""
        return self._sendfile_use_send(file, offset, count)  # type: ignore[attr-defined, no-any-return]

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """See `socket.socket`."""
        if bufsize < 0:
            raise ValueError("negative buffersize in recv")
        link = self._linked()
        if self._shut[0] or not bufsize:
            return b""
        timeout = 0.0 if flags & socket.MSG_DONTWAIT else self._timeout
        return link.receive(bufsize, timeout, keep=bool(flags & socket.MSG_PEEK))

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """See `socket.socket`."""
        view = memoryview(buffer).cast("B")
        data = self.recv(nbytes or len(view), flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, bufsize: int, flags: int = 0, /) -> tuple[bytes, Any]:
        """See `socket.socket`."""
        return self.recv(bufsize, flags), None

    def recvfrom_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> tuple[int, Any]:
        """See `socket.socket`."""
        return self.recv_into(buffer, nbytes, flags), None

    def recvmsg(self, bufsize: int, ancbufsize: int = 0, flags: int = 0, /) -> Any:
        """See `socket.socket`."""
        del ancbufsize
        return self.recv(bufsize, flags), [], 0, None

    def readable(self) -> bool:
        """Whether `recv` need not wait."""
        if self._connection is None:
            return bool(self._failure)
        return self._shut[0] or self._connection.readable()

    def writable(self) -> bool:
        """Whether `send` need not wait, or a connection that is being made has been made or has failed."""
        return not self._connecting

    # -- what is not there ---------------------------------------------------------------------------------

    def bind(self, address: Any, /) -> None:
        """See `socket.socket`: an address of one's own is only taken to listen.

        Raises:
            PermissionError: unless nobody could notice.
        """
        self._check_open()
        if self._kind == socket.SOCK_STREAM and isinstance(address, tuple) and address[1:2] == (0,):
            return
        refused(_LISTEN)

    def listen(self, backlog: int = 0, /) -> None:
        """See `socket.socket`.

        Raises:
            PermissionError: always.
        """
        self._check_open()
        refused(_LISTEN)

    def accept(self) -> Any:
        """See `socket.socket`.

        Raises:
            PermissionError: always.
        """
        self._check_open()
        refused(_LISTEN)

    # -- ending --------------------------------------------------------------------------------------------

    def shutdown(self, how: int, /) -> None:
        """See `socket.socket`."""
        self._linked()
        if how in {socket.SHUT_RD, socket.SHUT_RDWR}:
            self._shut[0] = True
        if how in {socket.SHUT_WR, socket.SHUT_RDWR}:
            self._shut[1] = True

    def _real_close(self, _ss: Any = None) -> None:
        self._closed = True
        number, self._fd = self._fd, -1
        self._net.sockets.pop(number, None)
        link, self._connection = self._connection, None
        if link is not None and not any(other._connection is link for other in self._net.sockets.values()):
            link.close()

    def detach(self) -> int:
        """See `socket.socket`."""
        number, self._fd = self._fd, -1
        self._closed = True
        if number >= 0:
            self._net.detached[number] = self
        return number

    def dup(self) -> VirtualSocket:
        """See `socket.socket`."""
        self._check_open()
        twin: VirtualSocket = VirtualSocket(self._family, self._kind, self._protocol)
        twin._share(self)
        return twin


def _known(kind: Any, number: int) -> Any:
    try:
        return kind(number)
    except ValueError:
        return number


def _name(value: Any) -> str:
    return type(value).__name__


# -- putting it in place ---------------------------------------------------------------------------------
