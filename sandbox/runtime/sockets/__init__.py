"""The network as handler code sees it: sockets that lead to the engine, and names that it resolves.

`install` replaces Python's sockets in the zygote, before libraries are imported, so that every library that
speaks HTTP through them works as it is: urllib, http.client, urllib3, requests, a botocore of the package's
own. Outside of an environment's segments the real ones are made, for the zygote talks through them; inside,
nothing here makes a call of the system, and the jail would refuse it.

What is there: TCP over IPv4 to hosts that speak HTTP, names, timeouts, non-blocking sockets, TLS as far as a
client can see (`tls`), select and selectors (`ready`). What is not: UDP, Unix sockets, listening, IPv6, and
whatever is no HTTP.
"""

from __future__ import annotations

import socket
from typing import Any

from sandbox.runtime.sockets import names
from sandbox.runtime.sockets.connection import Reach, way
from sandbox.runtime.sockets.interface import interface
from sandbox.runtime.sockets.tcp import UNIX, VirtualSocket, refused
from sandbox.runtime.virtual.threads import running

_real_defaults = socket.getdefaulttimeout, socket.setdefaulttimeout
_real_pair = socket.socketpair


def _socketpair(*args: Any, **named: Any) -> Any:
    if running.scheduler is None:
        return _real_pair(*args, **named)
    return refused(UNIX)


def _getdefaulttimeout() -> float | None:
    return _real_defaults[0]() if running.scheduler is None else interface().timeout


def _setdefaulttimeout(timeout: float | None, /) -> None:
    if running.scheduler is None:
        _real_defaults[1](timeout)
        return
    if timeout is not None and not float(timeout) >= 0:
        raise ValueError("Timeout value out of range")
    interface().timeout = None if timeout is None else float(timeout)


def install() -> None:
    """Replace Python's sockets in this process. Called early, before a library has kept the real ones."""
    for name, replacement in {
        "socket": VirtualSocket,
        "SocketType": VirtualSocket,
        "socketpair": _socketpair,
        "getaddrinfo": names.getaddrinfo,
        "gethostbyname": names.gethostbyname,
        "gethostbyname_ex": names.gethostbyname_ex,
        "gethostbyaddr": names.gethostbyaddr,
        "gethostname": lambda: names.HOSTNAME,
        "getnameinfo": names.getnameinfo,
        "getdefaulttimeout": _getdefaulttimeout,
        "setdefaulttimeout": _setdefaulttimeout,
    }.items():
        setattr(socket, name, replacement)
    # `ssl` builds its own sockets upon those that it finds when it is imported.
    from sandbox.runtime.sockets import ready, tls

    ready.install()
    tls.install()


def open(reach: Reach) -> None:  # noqa: A001 - said of the module, as `sockets.open`
    """A worker takes charge.

    Args:
        reach: the way out; see `Way`.
    """
    way.reach = reach
