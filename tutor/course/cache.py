"""Compiled content in the user's cache folder, keyed by what it was made from.

A cache may be lost, stale, cut short, made by another version or impossible to write: then it is as if it
were not there, and content is compiled again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")

MOST_READ = 16 * 1024 * 1024
"""Bytes that a hash reads; a course of a hundred lessons has a few."""

_BROKEN = (OSError, msgspec.MsgspecError, ValueError, RecursionError)


class _Envelope(msgspec.Struct):
    key: str
    value: msgspec.Raw


class Cache:
    """A folder with one JSON file for each thing that was compiled.

    Args:
        folder: it need not exist; None for no cache at all.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @classmethod
    def of_user(cls) -> Cache:
        """The cache folder that the system gives the user."""
        import platformdirs

        return cls(Path(platformdirs.user_cache_dir("lambda-tutor", appauthor=False)) / "course")

    def get(self, name: str, key: str, kind: type[T]) -> T | None:
        """What was put under that name, or None unless it was made from the same `key`."""
        if self.folder is None:
            return None
        try:
            data = (self.folder / _file_name(name)).read_bytes()
            envelope = msgspec.json.decode(data, type=_Envelope)
            if envelope.key != key:
                return None
            return msgspec.json.decode(envelope.value, type=kind)
        except _BROKEN:
            return None

    def put(self, name: str, key: str, value: object) -> None:
        """Keep a value under that name; in place of what was there. Says nothing when it cannot."""
        if self.folder is None:
            return
        import tempfile

        raw = msgspec.Raw(msgspec.json.encode(value))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self.folder, suffix=".part")
        except OSError:
            return
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(_Envelope(key, raw)))
            Path(draft).replace(self.folder / _file_name(name))
        except OSError:
            with contextlib.suppress(OSError):
                Path(draft).unlink()


def _file_name(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:24] + ".json"


def fingerprint(files: Iterable[tuple[str, Path]]) -> str:
    """A hash over names and contents of files, and over the compiler itself.

    Args:
        files: name and path of each; one that cannot be read counts as a content of its own.
    """
    digest = hashlib.sha256(_compiler().encode())
    for name, data in contents(files):
        digest.update(f"\n{len(name)} {name} {len(data)} ".encode())
        digest.update(data)
    return digest.hexdigest()


def contents(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, bytes]]:
    """Names and contents of files, for a hash.

    Nothing is read that no course needs: of what is no plain file, and of what is beyond 16 MB together, size
    and time stand for the content. Readers of content refuse such files, and say so.

    Args:
        files: name and path of each.
    """
    left = MOST_READ
    for name, path in files:
        try:
            known = path.stat()
            if stat.S_ISREG(known.st_mode) and known.st_size <= left:
                left -= known.st_size
                yield name, path.read_bytes()
            else:
                yield name, f"\0 {known.st_size} {known.st_mtime_ns}".encode()
        except OSError:
            yield name, b"\xff unreadable"


@cache
def _compiler() -> str:
    # Size and time of our own files stand for "which compiler": a change of it must not meet old results.
    own = sorted(Path(__file__).parent.rglob("*.py"))
    return ";".join(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in own)
