"""What can go wrong with the state, in words that tell the person what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from tutor.words import _

_READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FULL_ERRNO = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StoreError(Exception):
    """The state cannot be read or written. Nothing was half-written.

    Attributes:
        message: what happened and what to do, for the learner.
        kind: "readonly", "full", "damaged", "newer", "locked", "conflict" or "broken", for the program.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind


def from_sqlite(error: sqlite3.Error, file: Path) -> StoreError:
    """The store's error for one of SQLite's.

    Args:
        error: what SQLite raised.
        file: the file of the state.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    # SQLite calls a file that it cannot make beside an existing one an I/O error.
    if code in _READ_ONLY or (code == sqlite3.SQLITE_IOERR and not os.access(file.parent, os.W_OK)):
        return read_only(file.parent)
    if code in _DAMAGED:
        return damaged(file)
    if code in _LOCKED:
        return locked(file.parent)
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        # A quota and a full disk behind some file systems come out as an I/O error, not as "full".
        return full(file.parent, str(error))
    return StoreError(_("{file} cannot be used: {reason}.").format(file=file, reason=error), "broken")


def from_os(error: OSError, folder: Path) -> StoreError:
    """The store's error for one of the operating system's.

    Args:
        error: what the operating system raised.
        folder: the folder that was to be made or written.
    """
    if error.errno in _FULL_ERRNO:
        return full(folder, error.strerror or str(error))
    return read_only(folder, error.strerror or str(error))


def read_only(folder: Path, reason: str = "") -> StoreError:
    """The folder cannot be written to."""
    why = f" ({reason})" if reason else ""
    words = _("The folder {folder} cannot be written to{why}. Choose another one with --state FOLDER.")
    return StoreError(words.format(folder=folder, why=why), "readonly")


def full(folder: Path, reason: str) -> StoreError:
    """There is no space left, or the disk takes no more data."""
    words = _(
        "There is no space left for {folder} ({reason}). "
        "Free some space, or choose another folder with --state FOLDER."
    )
    return StoreError(words.format(folder=folder, reason=reason), "full")


def damaged(file: Path) -> StoreError:
    """The file is not a progress file, or not a whole one."""
    words = _(
        "{file} is not a progress file of Lambda Tutor, or it is damaged. Nothing in it was changed. "
        "Move it away to start afresh, or choose another folder with --state FOLDER."
    )
    return StoreError(words.format(file=file), "damaged")


def locked(folder: Path) -> StoreError:
    """Another running program holds the state."""
    words = _(
        "Another Lambda Tutor is running with the folder {folder}. "
        "Close it first, or choose another folder with --state FOLDER."
    )
    return StoreError(words.format(folder=folder), "locked")


def newer(file: Path, found: int, known: int) -> StoreError:
    """The file was written by a later version of the program."""
    words = _(
        "{file} was written by a newer Lambda Tutor "
        "(tables of version {found}, this program knows version {known}). Nothing in it was changed. "
        "Update Lambda Tutor, or choose another folder with --state FOLDER."
    )
    return StoreError(words.format(file=file, found=found, known=known), "newer")
