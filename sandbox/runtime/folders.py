"""Removing what code has left behind, however it was piled up."""

from __future__ import annotations

import contextlib
import os
from itertools import count
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder and everything in it, as far as it can be.

    Trees that are too deep for recursion or for the system's longest path are made flat first: what is in a
    folder of the top level is moved up beside it.
    """
    numbers = count()
    while True:
        try:
            folders = [entry for entry in os.scandir(folder) if not _unlinked(entry)]
        except OSError:
            return
        if not folders:
            break
        for entry in folders:
            _flatten(folder, Path(entry.path), numbers)
        if all(Path(entry.path).exists() for entry in folders):
            return
    with contextlib.suppress(OSError):
        folder.rmdir()


def _unlinked(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is no folder; it is removed then."""
    if entry.is_dir(follow_symlinks=False):
        return False
    with contextlib.suppress(OSError):
        Path(entry.path).unlink()
    return True


def _flatten(top: Path, folder: Path, numbers: count[int]) -> None:
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if not _unlinked(entry):
                Path(entry.path).rename(top / f".{next(numbers)}.removed")
        folder.rmdir()
