"""What the code writes: standard output and error, line by line, and logging as Lambda sets it up.

A line that is printed is one log event each; a record of `logging` and the runtime's own error block are one
event whatever newlines are in them (facts 5.6).
"""

from __future__ import annotations

import codecs
import io
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

from sandbox.runtime.channel import OUTPUT_MAX
from sandbox.runtime.virtual.paths import PYTHON

_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,16}\b")
_OURS = str(PurePath(__file__).parents[1])
_LEFT_OUT = "[lambda sandbox: too much output; the rest of this segment's output is left out]"


class Output:
    """Collects lines; `emit` gets each, without its newline."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        self._emit = emit
        self._partial = ""
        self._size = 0
        self.words = Words()
        self.stdout = Stream(self, "<stdout>")
        self.stderr = Stream(self, "<stderr>")

    def begin(self) -> None:
        """A segment begins: there is room for output again."""
        self._size = 0

    def write(self, text: str) -> None:
        """Take text; what ends in a newline is a line."""
        if "\n" not in text:
            self._partial += text
            return
        *lines, rest = (self._partial + text).split("\n")
        self._partial = rest
        for line in lines:
            self.event(line)

    def event(self, text: str) -> None:
        """Take one log event, with whatever newlines are in it."""
        if self._size > OUTPUT_MAX:
            return
        self._size += len(text) + 16
        if self._size > OUTPUT_MAX:
            self._emit(_LEFT_OUT)
            return
        self._emit(self.words.told(text))

    def end_line(self) -> None:
        """What was written without a newline is a line after all."""
        if self._partial:
            rest, self._partial = self._partial, ""
            self.event(rest)


class Current:
    """Who takes what is written to file descriptors 1 and 2; None outside of environments."""

    output: Output | None = None


current = Current()
"""Of this process."""


def install() -> None:
    """Let what is written to the descriptors of standard output and error reach the environment that runs."""
    real = os.write

    def write(fd: int, data: Any, /) -> int:
        if fd in {1, 2} and current.output is not None:
            current.output.write(bytes(data).decode("utf-8", "replace"))
            return len(data)
        return real(fd, data)

    os.write = write


_VERSION = f"/var/lang/lib/python{sys.version_info[0]}.{sys.version_info[1]}"
_FOLDERS = [
    *((PYTHON[name], "/var/runtime") for name in ("purelib", "platlib")),
    *((PYTHON[name], _VERSION) for name in ("stdlib", "platstdlib")),
]


class Words:
    """Text as it would read on Lambda, and the same on every machine.

    Python's own folders are where Lambda has them, and addresses in the `repr` of objects, which change from
    run to run, are numbered in the order in which they are first seen.
    """

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}

    def path(self, filename: str) -> str:
        """A file's name as it is on Lambda."""
        for folder, there in _FOLDERS:
            if filename.startswith(folder + "/"):
                return there + filename[len(folder) :]
        return filename

    def told(self, text: str) -> str:
        """A text with all such names and addresses replaced."""
        for folder, there in _FOLDERS:
            if folder in text:
                text = text.replace(folder + "/", there + "/")
        return _ADDRESS.sub(self._numbered, text) if "at 0x" in text else text

    def _numbered(self, match: re.Match[str]) -> str:
        found = match.group()
        return self._addresses.setdefault(found, f"at 0x7f{0x1000_0000 + 0x40 * len(self._addresses):010x}")


class _Raw(io.RawIOBase):
    """The bytes' end of a stream."""

    def __init__(self, output: Output, name: str, fd: int) -> None:
        self._output = output
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.name = name
        self._fd = fd

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return False

    def write(self, data: Any, /) -> int:
        self._output.write(self._decoder.decode(bytes(data)))
        return len(data)


class Stream(io.TextIOWrapper):
    """Standard output or error."""

    def __init__(self, output: Output, name: str) -> None:
        raw = _Raw(output, name, 1 if name == "<stdout>" else 2)
        super().__init__(raw, "utf-8", "backslashreplace", newline="\n", write_through=True)


def hide_our_frames() -> None:
    """Leave the runtime's own frames out of every traceback that is printed or formatted in this process."""
    real = traceback.StackSummary._extract_from_extended_frame_gen.__func__  # type: ignore[attr-defined]

    def extract(cls: type[Any], /, frames: Iterator[Any], **options: Any) -> Any:
        shown = (item for item in frames if not item[0].f_code.co_filename.startswith(_OURS))
        return real(cls, shown, **options)

    traceback.StackSummary._extract_from_extended_frame_gen = classmethod(extract)  # type: ignore[attr-defined]


class LogSink:
    """What the runtime's logging handler writes to, by the name that it has on Lambda."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def log(self, msg: str, frame_type: bytes | None = None) -> None:
        """Write one event."""
        del frame_type
        self._output.event(msg.removesuffix("\n"))

    def log_error(self, message_lines: list[str]) -> None:
        """Write one event of several lines."""
        self._output.event("\n".join(message_lines))


class LambdaLoggerHandler(logging.Handler):
    """The root logger's handler, as AWS's runtime has it."""

    def __init__(self, log_sink: LogSink) -> None:
        super().__init__()
        self.log_sink = log_sink

    def createLock(self) -> None:  # noqa: N802 - `logging` names it
        """A lock that need not be made anew after a fork: there is none in a worker."""
        self.lock = threading.RLock()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record as one event."""
        self.log_sink.log(self.format(record))


class LambdaLoggerFilter(logging.Filter):
    """Puts the request id into each record."""

    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with the request id in it."""
        record.aws_request_id = self.request_id
        record.tenant_id = None
        return True


logging.Formatter.converter = time.gmtime
_FORMAT = logging.Formatter(
    "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S"
)


def set_up_logging(output: Output) -> tuple[LogSink, LambdaLoggerFilter]:
    """Give the root logger Lambda's handler and format (facts 5.6).

    Returns:
        The sink, and the filter that has to be told the request id.
    """
    sink, requests = LogSink(output), LambdaLoggerFilter()
    handler = LambdaLoggerHandler(sink)
    handler.setFormatter(_FORMAT)
    handler.addFilter(requests)
    logger = logging.getLogger()
    level = _level(os.environ.get("AWS_LAMBDA_LOG_LEVEL", ""))
    if level:
        logger.setLevel(level)
    logger.addHandler(handler)
    return sink, requests


def _level(name: str) -> str:
    level = {"TRACE": "DEBUG", "WARN": "WARNING", "FATAL": "CRITICAL"}.get(name.upper(), name.upper())
    return level if level in logging.getLevelNamesMapping() else ""
