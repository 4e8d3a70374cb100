"""Changing a file: in the person's own editor, or line by line."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path


def editor_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The person's editor: $VISUAL, else $EDITOR; empty when neither names a program that is there.

    Args:
        environ: the environment.
    """
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(name, ""))
        except ValueError:
            continue
        if words and shutil.which(words[0]):
            return words
    return []


def in_editor(command: list[str], name: str, text: str) -> str | None:
    """Let the person change a text in an editor.

    Args:
        command: the editor.
        name: the file's name, so that the editor knows its language.
        text: as it stands.

    Returns:
        The new text, or None when the editor failed or the text is no UTF-8.

    Raises:
        OSError: there is no place for the file, or the editor cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="lambda-tutor-") as folder:
        file = Path(folder) / Path(name).name
        file.write_text(text, encoding="utf-8")
        # Ctrl-C belongs to the editor while it runs.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            result = subprocess.run(
                [*command, str(file)],
                check=False,
                preexec_fn=_listen_to_ctrl_c if os.name == "posix" else None,
            )
        finally:
            signal.signal(signal.SIGINT, before)
        if result.returncode != 0:
            return None
        try:
            return file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return None


def _listen_to_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
