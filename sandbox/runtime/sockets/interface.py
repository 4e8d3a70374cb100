"""What the sockets of one environment share: their numbers and ports, the default timeout, who waits."""

from __future__ import annotations

import errno
import os
import resource
import weakref
from typing import Any, Protocol

from sandbox.runtime.sockets.connection import Waiters
from sandbox.runtime.virtual.threads import running

_FIRST_PORT, _LAST_PORT = 32_768, 60_999
"""The ports that Linux gives to our end of connections."""

_getrlimit = resource.getrlimit
"""The real one, whatever code is told and sets later."""


class Waitable(Protocol):
    """A socket, as far as select sees it."""

    def readable(self) -> bool:
        """Whether there is something to receive, or an end or error to be told of."""
        ...

    def writable(self) -> bool:
        """Whether something can be sent, or a connection that was being made has been made or has failed."""
        ...


class Interface:
    """What the sockets of one environment share.

    Attributes:
        waiters: its threads that wait for a socket.
        sockets: those that are open, by their numbers.
        detached: those whose numbers were taken to make other sockets of.
        timeout: the default of new sockets, in seconds.
    """

    def __init__(self) -> None:
        self.waiters = Waiters()
        self.sockets: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.detached: dict[int, Any] = {}
        self.timeout: float | None = None
        self._ports = 0

    def take(self, sock: Waitable) -> int:
        """A number for a new socket: above those of files, which start at 0 and end at the process's limit.

        Raises:
            OSError: too many are open.
        """
        first = _getrlimit(resource.RLIMIT_NOFILE)[0]
        if len(self.sockets) >= first:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        number = first
        while number in self.sockets:
            number += 1
        self.sockets[number] = sock
        return number

    def port(self) -> int:
        """A port for our end of a new connection."""
        self._ports += 1
        return _FIRST_PORT + self._ports % (_LAST_PORT - _FIRST_PORT)


_interfaces: weakref.WeakKeyDictionary[Any, Interface] = weakref.WeakKeyDictionary()


def interface() -> Interface:
    """That of the environment that runs."""
    scheduler = running.scheduler
    found = _interfaces.get(scheduler)
    if found is None:
        found = _interfaces[scheduler] = Interface()
    return found
