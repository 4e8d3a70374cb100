"""Where one environment lives: a process that is its own or shared, and a folder for its temporary files."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.runtime.messages import EnvironmentSpec
from sandbox.runtime.process import Process
from sandbox.runtime.spawner import spawner


class Live:
    """Where an environment lives: a folder, maybe a process, and how far along the tape they are.

    Attributes:
        number: the environment's in its process.
        ready: whether the process has loaded its code.
        home: the process that others live in too; None where it has one of its own.
    """

    def __init__(self, position: int, segment: int) -> None:
        self.position = position
        self.segment = segment
        self.folder: Path | None = None
        self.process: Process | None = None
        self.number = 0
        self.ready = False
        self.home: Process | None = None
        self._owner = os.getpid()

    def enter(self, process: Process, spec: EnvironmentSpec, *, shared: bool) -> None:
        """Begin in a process."""
        self.process, self.home, self.ready = process, process if shared else None, False
        if self.folder is None:
            self.folder = process.writable / f"tmp-{spawner.number()}"
        self.number = process.open(spec, self.folder)

    def whole(self) -> bool:
        """Whether it can be used: its process is ours and not a parent's, its folder was not lost."""
        if self._owner != os.getpid():
            return False
        process = self.process or self.home
        if process is None:
            return self.folder is None or self.folder.parent.is_dir()
        return process.usable

    def size(self) -> float:
        """Bytes in its folder, as `virtual.quota` counts them; infinitely many where it cannot be walked."""
        total = 0
        try:
            for base, _, names in os.walk(self.folder or ""):
                total += sum(Path(base, name).lstat().st_size for name in names)
        except (OSError, RecursionError):
            return float("inf")
        return total

    def leave(self) -> None:
        """End the process, or what of it is this environment's; the folder stays."""
        process, self.process, self.ready = self.process, None, False
        if process is None:
            return
        if self.home is None:
            process.close()
        elif process.usable:
            process.end(self.number)
        else:
            process.close(process.writable)

    def stop(self) -> None:
        """End all of it."""
        self.leave()
        if self.folder is not None and self._owner == os.getpid():
            # After a fork of this process the folder is the parent's, who goes on with it.
            spawner.discard(0, self.folder if self.home is not None else self.folder.parent)
            self.folder = None
