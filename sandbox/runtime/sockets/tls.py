"""TLS as far as a client can see it: contexts, wrapped sockets and buffers whose bytes are never encrypted.

A wrapped socket says that it speaks TLS 1.3 with the host that was asked for, whose certificate is in order.
Authorities' files have to be there and to hold certificates, but are not loaded; every host here is trusted
[SIM].
"""

from __future__ import annotations

import errno
import os
import socket
import ssl
from pathlib import Path
from typing import Any

from sandbox.runtime.sockets.connection import HELLO, WELCOME, PlainHostError
from sandbox.runtime.virtual.paths import mapping

_VERSION = "TLSv1.3"
_CIPHER = ("TLS_AES_128_GCM_SHA256", _VERSION, 128)
_ISSUER = (
    (("countryName", "US"),),
    (("organizationName", "Amazon"),),
    (("commonName", "Lambda sandbox CA"),),
)
_SERVER = "Lambda sandbox: nothing can connect to a function, so it cannot be a server"

_real_chain = ssl.SSLContext.load_cert_chain


def _certificate(context: ssl.SSLContext, name: str | None, binary: bool) -> Any:
    """The certificate of a host, as `getpeercert` gives it."""
    if binary:
        return f"certificate of {name} in the Lambda sandbox".encode()
    if context.verify_mode == ssl.CERT_NONE:
        return {}
    return {
        "subject": ((("commonName", name),),),
        "issuer": _ISSUER,
        "version": 3,
        "serialNumber": "01",
        "notBefore": "Jan  1 00:00:00 2020 GMT",
        "notAfter": "Jan  1 00:00:00 2050 GMT",
        "subjectAltName": ((_kind(name), name),),
    }


def _kind(name: str | None) -> str:
    try:
        socket.inet_aton(name or "")
    except OSError:
        return "DNS"
    return "IP Address"


def _no_tls() -> ssl.SSLError:
    return ssl.SSLError(ssl.SSL_ERROR_SSL, "[SSL: WRONG_VERSION_NUMBER] wrong version number")


class VirtualTlsSocket(ssl.SSLSocket):
    """See `ssl.SSLSocket`. Its methods that find no session of OpenSSL use the socket itself."""

    __module__, __qualname__ = "ssl", "SSLSocket"

    # What Python's own class and our socket have, which its type says nothing of.
    _context: ssl.SSLContext
    _session: Any
    _sslobj: None
    _connection: Any
    do_handshake_on_connect: bool
    suppress_ragged_eofs: bool

    @classmethod
    def _create(
        cls,
        sock: Any,
        server_side: bool = False,
        do_handshake_on_connect: bool = True,
        suppress_ragged_eofs: bool = True,
        server_hostname: Any = None,
        context: Any = None,
        session: Any = None,
    ) -> Any:
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) != socket.SOCK_STREAM:
            raise NotImplementedError("only stream sockets are supported")
        if server_side:
            raise PermissionError(errno.EPERM, _SERVER)
        if context.check_hostname and not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        timeout = sock.gettimeout()
        self = cls.__new__(cls)
        super(ssl.SSLSocket, self).__init__(fileno=sock.detach())
        self.settimeout(timeout)
        self._context, self._session, self._sslobj = context, session, None
        self.server_side, self.server_hostname = False, context._encode_hostname(server_hostname)
        self.do_handshake_on_connect = do_handshake_on_connect
        self.suppress_ragged_eofs = suppress_ragged_eofs
        if self._connection is not None and do_handshake_on_connect:
            if timeout == 0.0:
                raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
            self.do_handshake()
        return self

    def connect(self, addr: Any, /) -> None:
        """See `ssl.SSLSocket`."""
        super(ssl.SSLSocket, self).connect(addr)
        if self.do_handshake_on_connect:
            self.do_handshake()

    def connect_ex(self, addr: Any, /) -> int:
        """See `ssl.SSLSocket`."""
        failed: int = super(ssl.SSLSocket, self).connect_ex(addr)
        if not failed and self.do_handshake_on_connect:
            self.do_handshake()
        return failed

    def do_handshake(self, block: bool = False) -> None:
        """See `ssl.SSLSocket`. One that does not block takes no time [SIM]."""
        link = self._connection
        if link is None:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        if link.tls is not None:
            return
        timeout = None if block and self.gettimeout() == 0 else self.gettimeout()
        try:
            link.shake_hands(self.server_hostname or link.address, timeout)
        except PlainHostError:
            raise _no_tls() from None

    def _tls(self) -> bool:
        link = self._connection
        return link is not None and link.tls is not None

    def version(self) -> str | None:
        """See `ssl.SSLSocket`."""
        return _VERSION if self._tls() else None

    def cipher(self) -> tuple[str, str, int] | None:
        """See `ssl.SSLSocket`."""
        return _CIPHER if self._tls() else None

    def shared_ciphers(self) -> list[tuple[str, str, int]] | None:
        """See `ssl.SSLSocket`: a client does not know them."""
        return None

    def getpeercert(self, binary_form: bool = False) -> Any:
        """See `ssl.SSLSocket`."""
        if not self._tls():
            raise ValueError("handshake not done yet")
        name = self.server_hostname or self._connection.address
        return _certificate(self._context, name, binary_form)

    def selected_alpn_protocol(self) -> str | None:
        """See `ssl.SSLSocket`: nothing was agreed on, so that it is HTTP/1.1."""
        return None

    def compression(self) -> str | None:
        """See `ssl.SSLSocket`."""
        return None

    def get_channel_binding(self, cb_type: str = "tls-unique") -> bytes | None:
        """See `ssl.SSLSocket`."""
        return None

    @property
    def session(self) -> Any:  # type: ignore[override]
        """See `ssl.SSLSocket`."""
        return None

    @property
    def session_reused(self) -> bool:
        """See `ssl.SSLSocket`."""
        return False

    def pending(self) -> int:
        """See `ssl.SSLSocket`: what is there is found by select."""
        return 0

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002 - Python's own name of it
        """See `ssl.SSLSocket`."""
        return self.recv(len) if buffer is None else self.recv_into(buffer, len)

    def write(self, data: Any) -> int:
        """See `ssl.SSLSocket`."""
        return self.send(data)

    def unwrap(self) -> Any:
        """See `ssl.SSLSocket`."""
        if self._connection is not None:
            self._connection.tls = None
        return self


class VirtualTlsObject(ssl.SSLObject):
    """See `ssl.SSLObject`: what is written goes into the outgoing buffer as it is."""

    __module__, __qualname__ = "ssl", "SSLObject"

    _incoming: ssl.MemoryBIO
    _outgoing: ssl.MemoryBIO
    _context: ssl.SSLContext
    _name: str | None
    _greeted: bool
    _answer: bytes

    @classmethod
    def _create(
        cls,
        incoming: Any,
        outgoing: Any,
        server_side: bool = False,
        server_hostname: Any = None,
        session: Any = None,
        context: Any = None,
    ) -> Any:
        if server_side:
            raise PermissionError(errno.EPERM, _SERVER)
        if context.check_hostname and not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        del session
        self = cls.__new__(cls)
        self._incoming, self._outgoing = incoming, outgoing
        self._context, self._name = context, server_hostname
        self._greeted, self._answer = False, b""
        return self

    @property
    def context(self) -> ssl.SSLContext:  # type: ignore[override]
        """See `ssl.SSLObject`."""
        return self._context

    @property
    def session(self) -> Any:  # type: ignore[override]
        """See `ssl.SSLObject`."""
        return None

    @property
    def session_reused(self) -> bool:
        """See `ssl.SSLObject`."""
        return False

    @property
    def server_side(self) -> bool:
        """See `ssl.SSLObject`."""
        return False

    @property
    def server_hostname(self) -> str | None:
        """See `ssl.SSLObject`."""
        return self._name

    def do_handshake(self) -> None:
        """See `ssl.SSLObject`."""
        if not self._greeted:
            self._greeted = True
            self._outgoing.write(HELLO + (self._name or "").encode("ascii") + b"\r\n")
        while len(self._answer) < len(WELCOME):
            more = self._incoming.read(len(WELCOME) - len(self._answer))
            if not more:
                self._nothing()
            self._answer += more
        if self._answer != WELCOME:
            raise _no_tls()

    def _nothing(self) -> None:
        if self._incoming.eof:
            raise ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")
        raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "The operation did not complete (read)")

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002 - Python's own name of it
        """See `ssl.SSLObject`."""
        data = self._incoming.read(len)
        if not data and len and not self._incoming.eof:
            self._nothing()
        if buffer is None:
            return data
        view = memoryview(buffer)
        view[: data.__len__()] = data
        return data.__len__()

    def write(self, data: Any) -> int:
        """See `ssl.SSLObject`."""
        return int(self._outgoing.write(data))

    def pending(self) -> int:
        """See `ssl.SSLObject`."""
        return int(self._incoming.pending)

    def unwrap(self) -> None:
        """See `ssl.SSLObject`."""

    def version(self) -> str | None:
        """See `ssl.SSLObject`."""
        return _VERSION if self._answer else None

    def cipher(self) -> tuple[str, str, int] | None:
        """See `ssl.SSLObject`."""
        return _CIPHER if self._answer else None

    def shared_ciphers(self) -> list[tuple[str, str, int]] | None:
        """See `ssl.SSLObject`."""
        return None

    def getpeercert(self, binary_form: bool = False) -> Any:
        """See `ssl.SSLObject`."""
        return _certificate(self._context, self._name, binary_form)

    def selected_alpn_protocol(self) -> str | None:
        """See `ssl.SSLObject`."""
        return None

    def compression(self) -> str | None:
        """See `ssl.SSLObject`."""
        return None

    def get_channel_binding(self, cb_type: str = "tls-unique") -> bytes | None:
        """See `ssl.SSLObject`."""
        return None


def _load_verify_locations(
    self: ssl.SSLContext, cafile: Any = None, capath: Any = None, cadata: Any = None
) -> None:
    """See `ssl.SSLContext.load_verify_locations`: looks whether there is something, and loads nothing."""
    del self
    if cafile is None and capath is None and cadata is None:
        raise TypeError("cafile, capath and cadata cannot be all omitted")
    if cafile is not None:
        try:
            holds = b"-----BEGIN" in Path(os.fsdecode(cafile)).read_bytes()
        except OSError as error:
            # OpenSSL does not say which file.
            raise OSError(error.errno, os.strerror(error.errno or errno.ENOENT)) from None
        if not holds:
            words = "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found"
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, words)


def _load_default_certs(self: ssl.SSLContext, purpose: Any = ssl.Purpose.SERVER_AUTH) -> None:
    """See `ssl.SSLContext.load_default_certs`."""
    del self, purpose


def _load_cert_chain(self: ssl.SSLContext, certfile: Any, keyfile: Any = None, password: Any = None) -> None:
    """See `ssl.SSLContext.load_cert_chain`: C code opens the files, under their real names."""
    _real_chain(self, mapping.inward(certfile), mapping.inward(keyfile) if keyfile else None, password)


def install() -> None:
    """Replace what `ssl` makes, after sockets have been replaced."""
    context: Any = ssl.SSLContext
    context.sslsocket_class = VirtualTlsSocket
    context.sslobject_class = VirtualTlsObject
    context.load_verify_locations = _load_verify_locations
    context.load_default_certs = _load_default_certs
    context.load_cert_chain = _load_cert_chain
