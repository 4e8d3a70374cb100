"""Names of hosts and services, as `socket.getaddrinfo` and its like tell them to handler code.

Names have IPv4 addresses only; the engine knows which.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from sandbox.runtime.sockets.connection import way

HOSTNAME = "169.254.10.1"
"""What the environment calls itself [SIM]."""

_PORTS = {"http": 80, "https": 443, "domain": 53, "smtp": 25, "ftp": 21, "ssh": 22, "imaps": 993}
"""The services that a name is known of; there is no /etc/services in the jail."""

_UNKNOWN = "Name or service not known"


def text(host: str | bytes | bytearray) -> str:
    """A host's name as the network has it.

    Raises:
        UnicodeError: it cannot be one.
    """
    if not isinstance(host, str):
        return bytes(host).decode("ascii")
    return host if host.isascii() else host.encode("idna").decode("ascii")


def numeric_of(host: str) -> str:
    """The host's address, if it is given as one."""
    if host in {"", "localhost"}:
        return "0.0.0.0" if not host else "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        # "127.1" and "2130706433" are addresses, too.
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""


def addresses_of(host: str) -> list[str]:
    """The addresses of a name, from the engine.

    Raises:
        socket.gaierror: nobody knows it.
    """
    if len(host) > 253:
        raise socket.gaierror(socket.EAI_NONAME, _UNKNOWN)
    return [str(address) for address in way.ask("Resolve", {"host": host})["addresses"]]


def _port(port: Any) -> int:
    if port is None:
        return 0
    if isinstance(port, bytes):
        port = port.decode("ascii", "replace")
    if isinstance(port, str):
        if port.isdigit():
            return int(port) & 0xFFFF
        if port in _PORTS:
            return _PORTS[port]
        raise socket.gaierror(socket.EAI_SERVICE, "Servname not supported for ai_socktype")
    if not isinstance(port, int):
        raise OSError("Int or String expected")
    return port & 0xFFFF


def getaddrinfo(
    host: Any,
    port: Any,
    family: int = 0,
    type: int = 0,  # noqa: A002 - Python's own name of it
    proto: int = 0,
    flags: int = 0,
) -> list[Any]:
    """See `socket.getaddrinfo`; names have IPv4 addresses only.

    Raises:
        socket.gaierror: the name is not known, or has no address of that family.
    """
    number = _port(port)
    name = ("" if flags & socket.AI_PASSIVE else "localhost") if host is None else text(host)
    numeric = numeric_of(name)
    if not numeric and flags & socket.AI_NUMERICHOST:
        raise socket.gaierror(socket.EAI_NONAME, _UNKNOWN)
    addresses = [numeric] if numeric else addresses_of(name)
    kinds = [(socket.SOCK_STREAM, 6), (socket.SOCK_DGRAM, 17), (socket.SOCK_RAW, 0)]
    found: list[Any] = []
    for address in addresses:
        version = socket.AF_INET6 if ":" in address else socket.AF_INET
        place: tuple[Any, ...] = (address, number) if version == socket.AF_INET else (address, number, 0, 0)
        found += [
            (version, kind, protocol, name if flags & socket.AI_CANONNAME else "", place)
            for kind, protocol in kinds
            if type in {0, kind} and proto in {0, protocol} and family in {0, version}
        ]
    if not found:
        words = (
            "Address family for hostname not supported" if numeric else "No address associated with hostname"
        )
        raise socket.gaierror(socket.EAI_ADDRFAMILY if numeric else socket.EAI_NODATA, words)
    return found


def gethostbyname(hostname: str, /) -> str:
    """See `socket.gethostbyname`."""
    return str(getaddrinfo(hostname, None, socket.AF_INET, socket.SOCK_STREAM)[0][4][0])


def gethostbyname_ex(hostname: str, /) -> tuple[str, list[str], list[str]]:
    """See `socket.gethostbyname_ex`."""
    found = getaddrinfo(hostname, None, socket.AF_INET, socket.SOCK_STREAM)
    return hostname, [], [str(entry[4][0]) for entry in found]


def gethostbyaddr(ip_address: str, /) -> tuple[str, list[str], list[str]]:
    """See `socket.gethostbyaddr`; addresses have no names here.

    Raises:
        socket.herror: always, but for the environment's own.
    """
    if ip_address in {HOSTNAME, "127.0.0.1", "localhost"}:
        return "localhost", [], ["127.0.0.1"]
    raise socket.herror(1, "Unknown host")


def getnameinfo(sockaddr: tuple[Any, ...], flags: int, /) -> tuple[str, str]:
    """See `socket.getnameinfo`.

    Raises:
        socket.gaierror: a name is wanted.
    """
    if flags & socket.NI_NAMEREQD:
        raise socket.gaierror(socket.EAI_NONAME, _UNKNOWN)
    return str(sockaddr[0]), str(sockaddr[1])
