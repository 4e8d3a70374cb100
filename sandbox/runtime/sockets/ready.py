"""select, poll and selectors over virtual sockets: who waits for one of them waits as every thread here does.

Real files, such as pipes of the code's own, are looked at without waiting: nothing outside can write to them.
"""

from __future__ import annotations

import errno
import os
import select
import selectors
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.runtime.sockets.connection import FOREVER, until
from sandbox.runtime.sockets.interface import interface
from sandbox.runtime.virtual.threads import running

_real_select, _real_poll = select.select, getattr(select, "poll", None)

POLLIN, POLLPRI, POLLOUT = 1, 2, 4
POLLERR, POLLHUP, POLLNVAL = 8, 16, 32
_READ, _WRITE = POLLIN | POLLPRI | 64, POLLOUT | 256
"""Events as Linux numbers them; the larger ones are POLLRDNORM and POLLWRNORM."""


def number(file: Any) -> int:
    """The descriptor of a file, or itself.

    Raises:
        ValueError: it is closed.
        TypeError: it is no file.
    """
    if not isinstance(file, int):
        if not hasattr(file, "fileno"):
            raise TypeError("argument must be an int, or have a fileno() method.")
        file = file.fileno()
    if file < 0:
        raise ValueError(f"file descriptor cannot be a negative integer ({file})")
    return int(file)


def look(wanted: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is ready now.

    Args:
        wanted: descriptors and the poll events that are asked for.

    Returns:
        Those with events.
    """
    virtual = interface().sockets
    found, real = [], []
    for fd, events in wanted:
        sock = virtual.get(fd)
        if sock is None:
            real.append((fd, events))
            continue
        ready = POLLIN if events & _READ and sock.readable() else 0
        ready |= POLLOUT if events & _WRITE and sock.writable() else 0
        if ready:
            found.append((fd, ready))
    return found + _really(real)


def _really(wanted: list[tuple[int, int]]) -> list[tuple[int, int]]:
    if not wanted or _real_poll is None:
        return []
    poll = _real_poll()
    for fd, events in wanted:
        poll.register(fd, events)
    return list(poll.poll(0))


def wait(
    wanted: list[tuple[int, int]], timeout: float | None, called: Callable[[], bool] | None = None
) -> list[tuple[int, int]]:
    """What is ready, once something is.

    Args:
        wanted: see `look`.
        timeout: seconds; None for no end, 0 or less for not waiting.
        called: whether to come back anyhow.

    Returns:
        Descriptors with events; none when the time is over.
    """
    found: list[tuple[int, int]] = []

    def there() -> bool:
        found[:] = look(wanted)
        return bool(found) or (called is not None and called())

    if timeout is not None and timeout <= 0:
        there()
    else:
        # A loop that waits for no file waits for other threads.
        limit = until(FOREVER if timeout is None else timeout) if wanted or timeout is not None else None
        interface().waiters.wait(limit, there)
    return found


# -- select and poll ---------------------------------------------------------------------------------------


def _select(rlist: Any, wlist: Any, xlist: Any, timeout: float | None = None, /) -> Any:
    if running.scheduler is None:
        return _real_select(rlist, wlist, xlist, timeout)
    if timeout is not None and timeout < 0:
        raise ValueError("timeout must be non-negative")
    reading = [(number(file), file) for file in rlist]
    writing = [(number(file), file) for file in wlist]
    for file in xlist:
        number(file)
    wanted = [(fd, POLLIN) for fd, _ in reading] + [(fd, POLLOUT) for fd, _ in writing]
    ready = wait(wanted, timeout)
    if any(events & POLLNVAL for _, events in ready):
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    can_read = {fd for fd, events in ready if events & (_READ | POLLERR | POLLHUP)}
    can_write = {fd for fd, events in ready if events & (_WRITE | POLLERR)}
    return (
        [file for fd, file in reading if fd in can_read],
        [file for fd, file in writing if fd in can_write],
        [],
    )


class VirtualPoll:
    """See `select.poll`."""

    _unit = 1_000.0

    def __init__(self) -> None:
        self._wanted: dict[int, int] = {}

    def register(self, fd: Any, eventmask: int = POLLIN | POLLPRI | POLLOUT, /) -> None:
        """See `select.poll`."""
        self._wanted[number(fd)] = eventmask

    def modify(self, fd: Any, eventmask: int, /) -> None:
        """See `select.poll`."""
        if number(fd) not in self._wanted:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        self._wanted[number(fd)] = eventmask

    def unregister(self, fd: Any, /) -> None:
        """See `select.poll`."""
        del self._wanted[number(fd)]

    def poll(self, timeout: float | None = None, /) -> list[tuple[int, int]]:
        """See `select.poll`."""
        seconds = None if timeout is None or timeout < 0 else timeout / self._unit
        return wait(list(self._wanted.items()), seconds)


class VirtualEpoll(VirtualPoll):
    """See `select.epoll`; every event is told for as long as it is there."""

    _unit = 1.0

    def __init__(self, sizehint: int = -1, flags: int = 0) -> None:
        del sizehint, flags
        super().__init__()
        self.closed = False

    def poll(self, timeout: float | None = None, maxevents: int = -1) -> list[tuple[int, int]]:
        """See `select.epoll`."""
        found = super().poll(timeout)
        return found if maxevents < 0 else found[:maxevents]

    def close(self) -> None:
        """See `select.epoll`."""
        self.closed = True
        self._wanted.clear()

    def __enter__(self) -> VirtualEpoll:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _poll() -> Any:
    return _real_poll() if running.scheduler is None and _real_poll is not None else VirtualPoll()


def _epoll(sizehint: int = -1, flags: int = 0) -> Any:
    return VirtualEpoll(sizehint, flags)


# -- selectors ---------------------------------------------------------------------------------------------


class VirtualSelector(selectors._BaseSelectorImpl):
    """See `selectors.DefaultSelector`. What asyncio's loops wait with, too: `call` ends the wait."""

    def __init__(self) -> None:
        super().__init__()
        self._called = False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """See `selectors.BaseSelector`."""
        keys: dict[int, selectors.SelectorKey] = self._fd_to_key  # type: ignore[attr-defined]
        wanted = [
            (
                fd,
                (POLLIN if key.events & selectors.EVENT_READ else 0)
                | (POLLOUT if key.events & selectors.EVENT_WRITE else 0),
            )
            for fd, key in keys.items()
        ]
        found = wait(wanted, timeout, lambda: self._called)
        self._called = False
        ready = []
        for fd, events in found:
            key = keys[fd]
            told = (selectors.EVENT_READ if events & ~_WRITE else 0) | (
                selectors.EVENT_WRITE if events & ~_READ else 0
            )
            if told & key.events:
                ready.append((key, told & key.events))
        return ready

    def call(self) -> None:
        """End the wait, from another thread: there is something to do."""
        self._called = True
        interface().waiters.changed()


def install() -> None:
    """Replace select and selectors in this process."""
    for name, replacement in {"select": _select, "poll": _poll, "epoll": _epoll}.items():
        if hasattr(select, name):
            setattr(select, name, replacement)
    for name in ("DefaultSelector", "SelectSelector", "PollSelector", "EpollSelector"):
        if hasattr(selectors, name):
            setattr(selectors, name, VirtualSelector)
