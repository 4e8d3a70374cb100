"""How long a program takes until its screen is complete, as a terminal sees it."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 30.0
"""Seconds of real time after which a screen that is not complete fails the benchmark."""

_ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # control sequences: colours, cursor moves, modes
    rb"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles and links
    rb"|P[^\x1b]*\x1b\\"  # device control strings
    rb"|[()][A-Z0-9]|[=>78cM])"
)
_QUIT = b"\x11"  # ctrl+q


def until_complete(
    command: Sequence[str],
    markers: Sequence[str],
    *,
    size: tuple[int, int],
    environ: Mapping[str, str],
    cwd: Path,
) -> float:
    """Start a program in a terminal of its own, wait until all markers were written, and end it by ctrl+q.

    Args:
        command: what to start.
        markers: texts that only a complete screen has, each within one style and row.
        size: columns and rows.
        environ: the program's environment.
        cwd: where it runs.

    Returns:
        Seconds from the start until the last marker was there.
    """
    master, slave = pty.openpty()
    columns, rows = size
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    began = time.perf_counter()
    try:
        process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environ, cwd=cwd, start_new_session=True
        )
    finally:
        os.close(slave)
    try:
        seconds = _wait(master, [marker.encode() for marker in markers], began)
        os.write(master, _QUIT)
        _drain(master)
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(master)
    assert process.returncode == 0, f"{command} ended with {process.returncode}"
    return seconds


def _wait(master: int, markers: Sequence[bytes], began: float) -> float:
    written = b""
    while True:
        chunk = _read(master, began + PATIENCE - time.perf_counter())
        seconds = time.perf_counter() - began
        written += chunk
        text = _ESCAPES.sub(b"", written)
        missing = [marker.decode() for marker in markers if marker not in text]
        if not missing:
            return seconds
        assert chunk, f"{missing} did not come to the screen:\n{text.decode(errors='replace')}"


def _drain(master: int) -> None:
    # A program that cannot write cannot end.
    while _read(master, PATIENCE):
        pass


def _read(master: int, patience: float) -> bytes:
    """What was written; empty when the terminal was closed or patience is over."""
    if not select.select([master], [], [], max(patience, 0))[0]:
        return b""
    try:
        return os.read(master, 1 << 16)
    except OSError as error:
        # Linux's way to say that nobody has the terminal open any more.
        if error.errno != errno.EIO:
            raise
        return b""
