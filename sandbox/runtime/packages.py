"""Unpacked deployment packages: one folder per package, shared by all environments of this process."""

from __future__ import annotations

import threading
from pathlib import Path

from sandbox.runtime.code import unpack
from sandbox.runtime.folders import remove
from sandbox.runtime.spawner import spawner

_lock = threading.Lock()


def folder_of(digest: str, code: bytes) -> Path:
    """The folder of a package, unpacked if it is not yet.

    Args:
        digest: SHA-256 of the package.
        code: the package, a zip file.

    Raises:
        CodeError: it cannot be unpacked.
    """
    with _lock:
        folder = spawner.folder() / "code" / digest
        if not folder.is_dir():
            half = folder.with_suffix(".half")
            remove(half)
            unpack(code, half)
            half.rename(folder)
        return folder
