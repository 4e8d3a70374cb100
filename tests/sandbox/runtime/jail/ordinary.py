"""Running programs as an ordinary user where root runs the tests; Python may lie in root's closed home."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.sandbox.runtime.jail.attacking import CHECKOUT

NOBODY = 65_534

# Where Python lives in a closed home, a mount namespace of the child's own shows the two folders of Python in
# place of that home; nothing is changed for anybody else.
_AS_NOBODY = """
set -e
stage=$1 closed=$2 base=$3 prefix=$4
shift 4
if [ -n "$closed" ]; then
  mkdir -p "$stage/base" "$stage/prefix"
  mount --bind "$base" "$stage/base"
  mount --bind "$prefix" "$stage/prefix"
  mount -t tmpfs -o mode=755 none "$closed"
  mkdir -p "$base" "$prefix"
  mount --bind "$stage/base" "$base"
  mount --bind "$stage/prefix" "$prefix"
fi
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
"""


@contextlib.contextmanager
def readable_checkout() -> Iterator[Path]:
    """A copy of the checkout that everybody can read, with a folder `own` that belongs to nobody."""
    folder = Path(f"/var/tmp/lambda-tutor-ordinary-{os.getpid()}")
    folder.mkdir(mode=0o755)
    try:
        for name in ("sandbox", "tests"):
            shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        own = folder / "own"
        own.mkdir()
        os.chown(own, NOBODY, NOBODY)
        yield folder
    finally:
        shutil.rmtree(folder)


def as_nobody(command: Sequence[str], stage: Path) -> list[str]:
    """A command that runs another as an ordinary user. For root only.

    Args:
        command: a program of this Python's, and its arguments.
        stage: a folder in which folders may be made.
    """
    closed = _closed_folder()
    if closed and subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip(
            f"Python lives in {closed}, which is closed, and no mount namespace can be had to open it"
        )
    return [
        *(["unshare", "--mount", "--propagation", "private"] if closed else []),
        *("sh", "-c", _AS_NOBODY, "sh", str(stage), closed, sys.base_prefix, sys.prefix),
        *command,
    ]


def _closed_folder() -> str:
    """The topmost folder above Python that is closed to others, or nothing."""
    ways = {*Path(sys.base_prefix).parents, *Path(sys.prefix).parents}
    closed = sorted(str(folder) for folder in ways if not folder.stat().st_mode & 0o001)
    return closed[0] if closed else ""
