"""The zygote: one warm Python process per host process, from which workers are forked in a few milliseconds.

It has botocore loaded and the usual clients' models read. It is single-threaded, has a session of its own and
ignores Ctrl-C. It ends when its socket closes or its parent is gone, and takes its workers and their folders
with it. (The kernel's parent-death signal would be wrong for the zygote itself: it follows the *thread* that
started it.)
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import linecache
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn

import msgspec

from sandbox.runtime.channel import LENGTH, Answer, Bury, Probe, Spawn, ToZygote, send_frame
from sandbox.runtime.folders import remove

_ORDERS = 3
"""The one descriptor of a child beside the standard ones: first for its order, then for the channel."""

_DESCRIPTORS = 1 << 16
_DECODER = msgspec.msgpack.Decoder(ToZygote)


class Zygote:
    """Serves requests from the engine, one at a time.

    Args:
        sock: the socket to the engine.
        parent: the engine's process number.
        folder: where the engine keeps code and temporary files; removed at the end.
    """

    def __init__(self, sock: socket.socket, parent: int, folder: str) -> None:
        self._sock = sock
        self._parent = parent
        self._folder = folder
        self._children: set[int] = set()
        self._spare: tuple[int, socket.socket] | None = None

    def serve(self) -> None:
        """Work until the engine is gone."""
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        try:
            while os.getppid() == self._parent:
                if poll.poll(1_000) and not self._request():
                    break
        finally:
            self._end()

    def _request(self) -> bool:
        body, fds = _receive(self._sock)
        if not body:
            return False
        try:
            answer = Answer(self._do(_DECODER.decode(body), body, fds))
        except OSError as error:
            answer = Answer(error=str(error))
        finally:
            for fd in fds:
                os.close(fd)
        self.send(answer)
        self.prepare()
        return True

    def send(self, answer: Answer) -> None:
        """Answer the engine."""
        send_frame(self._sock, msgspec.msgpack.encode(answer), [])

    def _do(self, request: ToZygote, body: bytes, fds: list[int]) -> int:
        if isinstance(request, Bury):
            return self._bury(request)
        try:
            return self._hand_over(body, fds)
        except (BrokenPipeError, ConnectionResetError):
            # The spare died while it waited; the next one is fresh.
            return self._hand_over(body, fds)

    def _hand_over(self, body: bytes, fds: list[int]) -> int:
        self.prepare()
        assert self._spare is not None
        (pid, sock), self._spare = self._spare, None
        self._children.add(pid)
        with sock:
            send_frame(sock, body, fds)
        return pid

    def prepare(self) -> None:
        """Fork the next worker ahead of need: with so large a process that takes longer than all the rest."""
        if self._spare is not None:
            return
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become(theirs, parent)
        theirs.close()
        self._spare = (pid, ours)

    def _bury(self, request: Bury) -> int:
        end = time.monotonic() + request.grace / 1_000
        while True:
            pid, status = os.waitpid(request.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() >= end:
                os.kill(request.pid, signal.SIGKILL)
                pid, status = os.waitpid(request.pid, 0)
                break
            time.sleep(0.0002)
        self._children.discard(pid)
        return status

    def _end(self) -> None:
        for pid in self._children | ({self._spare[0]} if self._spare else set()):
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except OSError:
                continue
        if self._folder:
            remove(Path(self._folder))


def _receive(sock: socket.socket) -> tuple[bytes, list[int]]:
    """A message and what came with it; nothing when the other end is gone."""
    head, fds, _, _ = socket.recv_fds(sock, LENGTH.size, 1)
    length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else 0
    body = b""
    while len(body) < length:
        chunk = sock.recv(length - len(body))
        if not chunk:
            return b"", list(fds)
        body += chunk
    return body, list(fds)


def _become(sock: socket.socket, parent: int) -> NoReturn:
    """Wait for an order, and be what it says: the life of a forked child."""
    try:
        from sandbox.runtime import jail
        from sandbox.runtime.inside import worker

        jail.die_with(parent)
        os.dup2(0, 2)
        os.dup2(sock.fileno(), _ORDERS)
        os.closerange(_ORDERS + 1, _DESCRIPTORS)
        with socket.socket(fileno=_ORDERS) as orders:
            body, fds = _receive(orders)
        if not body:
            os._exit(0)
        os.dup2(fds[0], _ORDERS)
        os.close(fds[0])
        request = _DECODER.decode(body)
        if isinstance(request, Probe):
            jail.probe(_ORDERS, request.folder)
        elif isinstance(request, Spawn):
            worker.serve(_ORDERS, request)
    finally:
        os._exit(70)


def main(argv: list[str]) -> None:
    """Become the zygote, after clocks and paths are virtual.

    Arguments are the number of the socket, the parent's process number and the engine's folder.
    """
    fd, parent, folder = int(argv[1]), int(argv[2]), argv[3]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    zygote = Zygote(socket.socket(fileno=fd), parent, folder)
    _furnish()
    from sandbox.runtime import jail
    from sandbox.runtime.inside import absent
    from sandbox.runtime.jail.namespaces import namespaces

    namespaces.enter(folder, jail.shown())
    absent.prepare()
    zygote.prepare()
    with contextlib.suppress(OSError):
        # If the engine is gone already, what there is to do is done at the end of serving.
        zygote.send(Answer(os.getpid()))
    try:
        zygote.serve()
    finally:
        namespaces.remove(folder)


def _furnish() -> None:
    # Lambda has no certifi, and botocore uses its own certificates there; this machine may have it.
    sys.modules["certifi"] = None  # type: ignore[assignment]
    from sandbox.runtime import jail, sockets
    from sandbox.runtime.inside import handlers, output, worker
    from sandbox.runtime.virtual import aws, chance, loops

    del worker
    chance.install()
    output.install()
    jail.prepare()
    output.hide_our_frames()
    handlers.install_loader()
    loops.install()
    aws.install()
    aws.prime()
    sockets.open(lambda operation, params: aws.aws.ask("network", operation, params, ""))  # type: ignore[misc]
    for name in _USUAL:
        importlib.import_module(name)
    # Python 3.13 takes the program that began this process for the source of all code without a file.
    linecache.cache.pop("<string>", None)
    del sys.modules["certifi"]
    gc.collect()
    gc.freeze()


_USUAL = [
    "base64",
    "collections",
    "concurrent.futures",
    "csv",
    "ctypes",
    "dataclasses",
    "decimal",
    "enum",
    "hashlib",
    "hmac",
    "http.client",
    "itertools",
    "math",
    "statistics",
    "tempfile",
    "typing",
    "urllib.request",
    "uuid",
    "zipfile",
    "zoneinfo",
]
"""What handlers import most, and what would otherwise load shared libraries inside the jail."""
