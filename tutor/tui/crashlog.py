"""Where the details of a mistake of the program go: a file in the folder of the person's progress."""

from __future__ import annotations

import platform
import sys
import time
import traceback
from pathlib import Path

FILE = "crash.log"


def write(folder: Path, error: BaseException, action: str) -> Path:
    """Append a report.

    Args:
        folder: the state folder; made if it is not there.
        error: what broke.
        action: the id of the action that was being done.

    Returns:
        The file.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    head = (
        f"{time.strftime('%Y-%m-%d %H:%M:%S')} {action} Python {platform.python_version()} {sys.platform}\n"
    )
    with path.open("a", encoding="utf-8") as file:
        file.write(head + "".join(traceback.format_exception(error)) + "\n")
    return path
