"""The zygote: one warm Python process per host process, from which workers are forked in a few milliseconds.

It has botocore loaded and the usual clients' models read. It is single-threaded, has a session of its own and
ignores Ctrl-C. It ends when its socket closes or its parent is gone, and takes its workers and their folders
with it. (The kernel's parent-death signal would be wrong for the zygote itself: it follows the *thread* that
started it.)
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import shutil
import signal
import socket
import time
from typing import NoReturn

import msgspec

from sandbox.runtime.wire import HEADER, Answer, Bury, Probe, Spawn, ToZygote

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
        head, fds, _, _ = socket.recv_fds(self._sock, HEADER.size, 1)
        if len(head) < HEADER.size:
            return False
        length, _ = HEADER.unpack(head)
        body = b""
        while len(body) < length:
            chunk = self._sock.recv(length - len(body))
            if not chunk:
                return False
            body += chunk
        try:
            answer = Answer(self._do(_DECODER.decode(body), fds))
        except OSError as error:
            answer = Answer(error=str(error))
        finally:
            for fd in fds:
                os.close(fd)
        self.send(answer)
        return True

    def send(self, answer: Answer) -> None:
        """Answer the engine."""
        body = msgspec.msgpack.encode(answer)
        self._sock.sendall(HEADER.pack(len(body), 0) + body)

    def _do(self, request: ToZygote, fds: list[int]) -> int:
        if isinstance(request, Bury):
            return self._bury(request)
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._children.add(pid)
            return pid
        return self._become(request, fds[0], parent)

    def _become(self, request: Spawn | Probe, fd: int, parent: int) -> NoReturn:
        try:
            from sandbox.runtime import jail, worker

            jail.die_with(parent)
            os.dup2(0, 2)
            os.dup2(fd, 3)
            os.closerange(4, _DESCRIPTORS)
            if isinstance(request, Probe):
                jail.probe(3, request.folder)
            else:
                worker.serve(3, request)
        finally:
            os._exit(70)

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
        for pid in self._children:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except OSError:
                continue
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def main(argv: list[str]) -> None:
    """Become the zygote, after clocks and paths are virtual.

    Arguments are the number of the socket, the parent's process number and the engine's folder.
    """
    fd, parent, folder = int(argv[1]), int(argv[2]), argv[3]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    zygote = Zygote(socket.socket(fileno=fd), parent, folder)
    _furnish()
    zygote.send(Answer(os.getpid()))
    zygote.serve()


def _furnish() -> None:
    from sandbox.runtime import aws, handlers, jail, loops, output, worker

    del worker
    jail.prepare()
    output.hide_our_frames()
    handlers.install_loader()
    loops.install()
    aws.install()
    aws.prime()
    for name in _USUAL:
        importlib.import_module(name)
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
