"""The engine's end of the zygote: starting it, asking it for workers, never leaving anything behind.

There is one zygote per process, shared by all worlds and safe to use from several threads. After a fork of
the process the child starts its own.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from typing import BinaryIO

import msgspec

from sandbox.runtime.channel import LENGTH, Answer, Bury, Probe, Spawn, send_frame
from sandbox.runtime.folders import remove
from sandbox.runtime.messages import RuntimeFault

_CHECKOUT = Path(__file__).parents[2]
_START_SECONDS = 60.0
_ANSWER = msgspec.msgpack.Decoder(Answer)

_BOOT = """
import sys, types
for name, folder in (("sandbox", "/sandbox"), ("sandbox.runtime", "/sandbox/runtime")):
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = [sys.argv[4] + folder]
from sandbox.runtime.virtual import threads
threads.install()
from sandbox.runtime.virtual import clock
clock.install()
from sandbox.runtime.virtual import paths
paths.install()
from sandbox.runtime import sockets
sockets.install()
from sandbox.runtime.inside.zygote import main
main(sys.argv)
"""
# The packages' own __init__ would load the engine, and libraries that keep references to real clocks and real
# functions of `os`; here the virtual ones come first.


class ZygoteGoneError(RuntimeFault):
    """The zygote has ended, and its workers with it."""


class Spawner:
    """Starts the zygote when it is needed, and talks to it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._sock: socket.socket | None = None
        self._log: BinaryIO | None = None
        self._ready = False
        self._folder: Path | None = None
        self._numbers = 0
        self._dying: deque[int] = deque()
        self._left: deque[Path] = deque()

    # -- starting ----------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Start the zygote if there is none, without waiting until it is warm."""
        with self._lock:
            self._start()

    def _start(self) -> None:
        if self._sock is not None and self._zygote is not None and self._zygote.poll() is None:
            return
        if not hasattr(os, "fork"):
            raise RuntimeFault("handlers run on systems that can fork: Linux, macOS, or WSL2 on Windows")
        self._forget()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the zygote
        ours, theirs = socket.socketpair()
        arguments = [str(theirs.fileno()), str(os.getpid()), str(self.folder()), str(_CHECKOUT)]
        with theirs:
            self._zygote = subprocess.Popen(
                [sys.executable, "-s", "-P", "-c", _BOOT, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                cwd="/",
                env=_clean_environment(),
            )
        self._sock, self._ready = ours, False

    def _forget(self) -> None:
        if self._sock is not None:
            self._sock.close()
        if self._log is not None:
            self._log.close()
        self._sock, self._log, self._ready = None, None, False
        self._dying.clear()
        if self._zygote is not None:
            self._zygote.kill()
            self._zygote.wait()
            self._zygote = None

    def folder(self) -> Path:
        """This process's own folder for code and temporary files."""
        with self._lock:
            if self._folder is None or not self._folder.is_dir():
                # A zygote sees only the folder that it was started with.
                self._forget()
                self._folder = Path(tempfile.mkdtemp(prefix="lambda-tutor-")).resolve()
            return self._folder

    def number(self) -> int:
        """1, 2, 3, ...: for names of folders."""
        with self._lock:
            self._numbers += 1
            return self._numbers

    # -- asking ------------------------------------------------------------------------------------------

    def spawn(self, order: Spawn | Probe) -> tuple[int, socket.socket]:
        """Fork a worker.

        Returns:
            Its process number and our end of its channel.

        Raises:
            ZygoteGoneError: the zygote ended before it could answer.
            RuntimeFault: it cannot be started at all, or could not fork.
        """
        ours, theirs = socket.socketpair()
        try:
            with self._lock, theirs:
                self._tidy()
                pid = self._ask(order, theirs)
        except BaseException:
            ours.close()
            raise
        return pid, ours

    def bury(self, pid: int, grace: int) -> int:
        """Wait for a worker that ends within `grace` milliseconds, or kill it; its status as of `waitpid`.

        Raises:
            ZygoteGoneError: it was the child of a zygote that is gone.
        """
        with self._lock:
            try:
                return self._ask(Bury(pid, grace), None)
            except RuntimeFault as fault:
                raise ZygoteGoneError(str(fault)) from None

    def discard(self, pid: int, folder: Path | None) -> None:
        """Kill a worker and remove its folder. Only that much may be done where the collector calls."""
        if pid:
            _kill(pid)
            self._dying.append(pid)
        if folder is not None:
            self._left.append(folder)

    def _tidy(self) -> None:
        while self._dying and self._sock is not None:
            try:
                self._ask(Bury(self._dying.popleft()), None)
            except ZygoteGoneError:
                # Its workers are gone with it, and the next zygote is started by whoever asks for more.
                break
        while self._left:
            remove(self._left.popleft())

    def _ask(self, request: Spawn | Bury | Probe, passed: socket.socket | None) -> int:
        if isinstance(request, Bury):
            if self._sock is None:
                raise ZygoteGoneError("the zygote has ended")
        else:
            self._start()
        assert self._sock is not None
        try:
            if not self._ready:
                self._receive(_START_SECONDS)
                self._ready = True
            send_frame(self._sock, msgspec.msgpack.encode(request), [passed.fileno()] if passed else [])
            answer = self._receive(_START_SECONDS)
        except OSError as error:
            said = self._last_words()
            self._forget()
            raise ZygoteGoneError(f"the zygote has ended: {said or error}") from None
        except BaseException:
            # Interrupted between question and answer, the two ends would talk past each other from now on.
            self._forget()
            raise
        if answer.error:
            raise RuntimeFault(f"no worker could be started: {answer.error}")
        return answer.value

    def _last_words(self) -> str:
        if self._log is None:
            return ""
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").splitlines()
        return lines[-1] if lines else ""

    def _receive(self, seconds: float) -> Answer:
        assert self._sock is not None
        self._sock.settimeout(seconds)
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        return _ANSWER.decode(self._exactly(length))

    def _exactly(self, length: int) -> bytes:
        assert self._sock is not None
        data = b""
        while len(data) < length:
            chunk = self._sock.recv(length - len(data))
            if not chunk:
                raise ConnectionResetError("it closed its socket")
            data += chunk
        return data

    def disown(self) -> None:
        """Forget the zygote without touching it: it is somebody else's."""
        if self._zygote is not None:
            self._zygote.returncode = 0
        for mine in (self._sock, self._log):
            if mine is not None:
                mine.close()
        self.__dict__.update(Spawner().__dict__)

    # -- ending ------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End the zygote and all workers, and remove all folders."""
        with self._lock:
            if self._sock is not None:
                self._sock.close()
                self._sock = None
            if self._zygote is not None:
                try:
                    self._zygote.wait(5)
                except subprocess.TimeoutExpired:
                    self._zygote.kill()
                    self._zygote.wait()
                self._zygote = None
            if self._log is not None:
                self._log.close()
                self._log = None
            if self._folder is not None:
                remove(self._folder)
                self._folder = None


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _clean_environment() -> dict[str, str]:
    # Some Pythons find their own shared library only with the help of these.
    loader = {
        name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ
    }
    return {
        **loader,
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(_CHECKOUT),
        "PYTHONUTF8": "1",
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


spawner = Spawner()
"""This process's one spawner."""


def warm_up() -> None:
    """Start the zygote ahead of need. Returns at once; what needs a worker waits until it is warm."""
    spawner.warm_up()


def _after_fork() -> None:
    # The child must neither talk to the parent's zygote nor wait for it nor remove its folder.
    spawner.disown()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
atexit.register(spawner.close)
