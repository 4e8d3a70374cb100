"""The journal: what was commanded, and what was observed that no rule determines.

A world is a function of its seed and its journal. Each row carries the world's time and how many agenda
entries had run when it was written, so that a replay reaches exactly the same instant before it goes on;
rows are chained by SHA-256, so that a damaged or edited journal is refused. Large or binary parameters are
kept once, by their SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from sandbox.kernel import as_datetime, as_time

WORLD = "world"
CALL = "call"
ADVANCE = "advance"
RUN_UNTIL = "run_until"
SETTLE = "settle"
DRIVE = "drive"
OBSERVATION = "observation"
MARK = "mark"
UNDO = "undo"

STEPS = frozenset({CALL, ADVANCE, RUN_UNTIL, SETTLE})
"""The kinds of row that a person commands, and can undo."""


class JournalError(Exception):
    """A journal cannot be used: damaged, edited, or written by a newer engine. Says which row and why."""


class Row(msgspec.Struct, frozen=True):
    """One row.

    Attributes:
        number: 0 for the header, then 1, 2, 3, ...
        kind: one of the names above.
        time: the world's time when the row was written, microseconds since the epoch.
        steps: how many agenda entries had run by then.
        group: the number of the row that began the command which this row belongs to.
        principal: who called, whole, so that a replay needs nobody to be there still; None for the
            administrator, and where nobody called.
        service: boto3's client name; "" otherwise.
        operation: AWS's operation name; "" otherwise.
        params: what else there is to say, plain JSON.
        hash: SHA-256 over the former row's hash and this row.
    """

    number: int
    kind: str
    time: int
    steps: int
    group: int
    principal: Any
    service: str
    operation: str
    params: Any
    hash: str = ""

    def sealed(self, previous: str) -> Row:
        """This row with its hash, given the hash of the row before."""
        bare = msgspec.json.encode(msgspec.structs.replace(self, hash=""), order="sorted")
        return msgspec.structs.replace(self, hash=hashlib.sha256(previous.encode() + bare).hexdigest())


class Journal:
    """The rows of one world, and the blobs that they refer to."""

    def __init__(self, rows: Iterable[Row] = (), blobs: Mapping[str, bytes] | None = None) -> None:
        self.rows = list(rows)
        self.blobs = dict(blobs or {})

    def append(
        self,
        kind: str,
        *,
        time: int,
        steps: int,
        group: int | None = None,
        principal: Any = None,
        service: str = "",
        operation: str = "",
        params: Any = None,
    ) -> Row:
        """Write a row; without a `group` it begins one of its own."""
        number = len(self.rows)
        previous = self.rows[-1].hash if self.rows else ""
        row = Row(
            number,
            kind,
            time,
            steps,
            number if group is None else group,
            principal,
            service,
            operation,
            self._plain(params),
        ).sealed(previous)
        self.rows.append(row)
        return row

    def verify(self) -> None:
        """Check the chain and the blobs.

        Raises:
            JournalError: a row was changed, is missing, or a blob does not fit its name.
        """
        previous = ""
        for number, row in enumerate(self.rows):
            if row.number != number or row.sealed(previous).hash != row.hash:
                raise JournalError(f"row {number} of the journal is damaged or was edited")
            previous = row.hash
        if not self.rows or self.rows[0].kind != WORLD:
            raise JournalError("the journal has no header row")
        for name, blob in self.blobs.items():
            if hashlib.sha256(blob).hexdigest() != name:
                raise JournalError(f"blob {name[:12]} of the journal is damaged")

    def effective(self) -> list[Row]:
        """The rows that count: those that were undone are left out."""
        kept: list[Row] = []
        for row in self.rows:
            if row.kind == UNDO:
                while kept and kept[-1].number >= row.params["from"]:
                    kept.pop()
            else:
                kept.append(row)
        return kept

    def copy(self) -> Journal:
        """A journal that can go on by itself; rows and blobs are shared, they never change."""
        return Journal(self.rows, self.blobs)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, bytes | bytearray):
            blob = bytes(value)
            name = hashlib.sha256(blob).hexdigest()
            self.blobs[name] = blob
            return {"$blob": name}
        if isinstance(value, datetime):
            return {"$time": as_time(value)}
        if isinstance(value, Mapping):
            plain = {str(key): self._plain(item) for key, item in value.items()}
            # A map of a user's own that looks like one of ours is wrapped, so that it comes back as it was.
            return {"$map": plain} if len(plain) == 1 and next(iter(plain)).startswith("$") else plain
        if isinstance(value, list | tuple):
            return [self._plain(item) for item in value]
        return value

    def restored(self, value: Any) -> Any:
        """Parameters as they were given, from their plain form in a row.

        Raises:
            JournalError: a blob is missing.
        """
        if isinstance(value, dict):
            if value.keys() == {"$blob"}:
                try:
                    return self.blobs[value["$blob"]]
                except KeyError:
                    raise JournalError(f"blob {value['$blob'][:12]} is missing from the journal") from None
            if value.keys() == {"$time"}:
                return as_datetime(value["$time"])
            if value.keys() == {"$map"}:
                return {key: self.restored(item) for key, item in value["$map"].items()}
            return {key: self.restored(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.restored(item) for item in value]
        return value


def only_reads(row: Row) -> bool:
    """Whether a row is a call that changes nothing, by the name of its operation."""
    return row.kind == CALL and row.operation.startswith(("Get", "List", "Describe", "Filter"))
