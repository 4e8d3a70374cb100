"""A digest of a trace: all of its events, without what is measured and what the host's Python words.

Left out are megabytes used, and from the text of tracebacks what changes with the version of Python: frames
inside its own library, frames of comprehensions, the marks under a line of source.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from sandbox.trace import Event

MEASURED = ("memory_used",)
TIMES = ("time", "duration", "init", "billed", "visible_at", "delay")

_INDENT = "[ \N{NO-BREAK SPACE}]*"
_FRAME = re.compile(_INDENT + r'File "(?P<file>[^"]+)", line \d+(, in (?P<place>.*))?')
_LIBRARY = re.compile(r"/var/lang/lib/|<frozen ")
_COMPREHENSIONS = ("<listcomp>", "<dictcomp>", "<setcomp>")
_MARKS = re.compile(_INDENT + r"[~^]+" + _INDENT)


class Digest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trace in short.

    Attributes:
        events: how many.
        what: of everything that happened, in order.
        when: of all times and durations.
    """

    events: int
    what: str
    when: str


def plain(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events as plain data."""
    return [_plain(event) for event in events]


def _plain(event: Event) -> dict[str, Any]:
    told: dict[str, Any] = {"event": type(event).__name__}
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if name in MEASURED:
            continue
        if isinstance(value, bytes):
            value = _payload(value)
        elif isinstance(value, str):
            value = bare(value)
        told[name] = value
    return told


def _payload(payload: bytes) -> Any:
    text = payload.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, dict) and isinstance(value.get("stackTrace"), list):
        return {**value, "stackTrace": [kept for frame in value["stackTrace"] if (kept := bare(str(frame)))]}
    return text


def bare(text: str) -> str:
    """A text without what the host's Python puts into tracebacks."""
    if 'File "' not in text:
        return text
    kept, within = [], False
    for line in text.split("\n"):
        frame = _FRAME.fullmatch(line)
        if frame is not None:
            within = _LIBRARY.match(frame["file"]) is not None or frame["place"] in _COMPREHENSIONS
        elif not line.startswith((" ", "\N{NO-BREAK SPACE}")):
            within = False
        if not within and not _MARKS.fullmatch(line):
            kept.append(line)
    return "\n".join(kept)


def digest(events: Iterable[Event]) -> Digest:
    """The digest of a trace."""
    told = plain(events)
    whats = [{key: value for key, value in item.items() if key not in TIMES} for item in told]
    whens = [[item[key] for key in TIMES if key in item] for item in told]
    return Digest(len(told), _hash(whats), _hash(whens))


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:20]
