"""The journal: what was commanded, and what was observed that no rule determines.

A world is a function of its seed and its journal. Each row carries the world's time and how many agenda
entries had run when it was written, so that a replay reaches exactly the same instant before it goes on;
rows are chained by SHA-256, so that a damaged or edited journal is refused. Large or binary parameters are
kept once, by their SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from sandbox.kernel import as_datetime, as_time

ENGINE = "0.1.0"
"""The version that journals record; a journal of a newer engine is refused."""

END_OF_TIME = as_time(datetime(9999, 1, 1, tzinfo=UTC))
"""No clock goes further: dates end there."""

WORLD = "world"
CALL = "call"
ADVANCE = "advance"
RUN_UNTIL = "run_until"
SETTLE = "settle"
OUTSIDE = "outside"
LOAD = "load"
DRIVE = "drive"
OBSERVATION = "observation"
MARK = "mark"
UNDO = "undo"
REDO = "redo"

STEPS = frozenset({CALL, ADVANCE, RUN_UNTIL, SETTLE, OUTSIDE, LOAD})
"""The kinds of row that a person commands, and can undo."""


_KINDS = STEPS | {WORLD, DRIVE, OBSERVATION, MARK, UNDO, REDO}


class JournalError(Exception):
    """A journal cannot be used: damaged, edited, or written by a newer engine. Says which row and why."""


class Header(msgspec.Struct, frozen=True):
    """What a world begins with, and what wrote its journal.

    Attributes:
        seed: decides every draw.
        profile: of the facts.
        account_limit: concurrent executions of the account; None for the fact's value.
        start: where the clock starts, microseconds since the epoch.
        engine, python, botocore: versions.
    """

    seed: int
    profile: str
    account_limit: Annotated[int, msgspec.Meta(ge=1)] | None
    start: Annotated[int, msgspec.Meta(ge=0, lt=END_OF_TIME)]
    engine: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}){0,3}$")]
    python: str
    botocore: str


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
        self.header()
        for row in self.rows:
            if not _sound(row) or (row.kind == REDO and self.rows[row.params["from"]].kind != UNDO):
                raise JournalError(f"row {row.number} of the journal says what no row says")
        for name, blob in self.blobs.items():
            if hashlib.sha256(blob).hexdigest() != name:
                raise JournalError(f"blob {name[:12]} of the journal is damaged")

    def header(self) -> Header:
        """What the world began with.

        Raises:
            JournalError: there is no header, it cannot be read, or a newer engine wrote it.
        """
        if not self.rows or self.rows[0].kind != WORLD:
            raise JournalError("the journal has no header row")
        written = self.rows[0].params
        engine = written.get("engine") if isinstance(written, dict) else None
        try:
            # First, as a newer engine may have other headers.
            newer = isinstance(engine, str) and _version(engine) > _version(ENGINE)
        except ValueError:
            newer = False
        if newer:
            raise JournalError(
                f"this was saved by engine {engine}, which is newer than {ENGINE}; "
                "install the newer version to go on with it"
            )
        try:
            return msgspec.convert(written, Header)
        except msgspec.ValidationError as error:
            raise JournalError(f"the journal's header cannot be read: {error}") from None

    def effective(self, first: int = 0) -> list[Row]:
        """The rows that count, from number `first` on: those that were undone are left out."""
        kept: list[Row] = []
        for row in self.backwards():
            if row.number < first:
                break
            kept.append(row)
        kept.reverse()
        return kept

    def backwards(self) -> Iterator[Row]:
        """The rows that count, the last one first."""
        number = len(self.rows) - 1
        while number >= 0:
            row = self.rows[number]
            if row.kind in (UNDO, REDO):
                # A redo takes back an undo as an undo takes back a command: what stood before it stands.
                number = row.params["from"] - 1
            else:
                yield row
                number -= 1

    def last_command(self) -> list[Row]:
        """The rows of the last command that changed something, or nothing since the mark."""
        found: list[Row] = []
        for row in self.backwards():
            if row.kind == MARK or (found and row.group != found[0].group):
                break
            if row.kind in STEPS and not only_reads(row):
                found.append(row)
        found.reverse()
        return found

    def last_undo(self) -> Row | None:
        """The undo that a redo would take back; None when a command that changed something came after it."""
        redone = 0
        for row in reversed(self.rows):
            if row.kind == REDO:
                redone += 1
            elif row.kind == UNDO and redone:
                redone -= 1
            elif row.kind == UNDO:
                return row
            elif row.kind == MARK or (row.kind in STEPS and not only_reads(row)):
                break
        return None

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
            JournalError: a blob is missing, or what stands for something else stands for nothing.
        """
        if isinstance(value, dict):
            if len(value) == 1:
                (key, inner), *_ = value.items()
                if key.startswith("$"):
                    return self._stood_for(key, inner)
            return {key: self.restored(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.restored(item) for item in value]
        return value

    def _stood_for(self, key: str, inner: Any) -> Any:
        if key == "$blob" and isinstance(inner, str):
            try:
                return self.blobs[inner]
            except KeyError:
                raise JournalError(f"blob {inner[:12]} is missing from the journal") from None
        if key == "$time" and type(inner) is int:
            with suppress(OverflowError):
                return as_datetime(inner)
        if key == "$map" and isinstance(inner, dict):
            return {name: self.restored(item) for name, item in inner.items()}
        raise JournalError(f"a parameter in the journal stands for nothing: {key[:20]}")


_READS = ("Get", "Head", "List", "Describe", "Filter", "Query", "Scan", "BatchGet")


def only_reads(row: Row) -> bool:
    """Whether a row is a call that changes nothing, by the name of its operation."""
    return row.kind == CALL and row.operation.startswith(_READS)


def _is_time(value: Any) -> bool:
    return type(value) is int and 0 <= value < END_OF_TIME


def _sound(row: Row) -> bool:
    """Whether a row has the shape of its kind, so that nothing that reads it can stumble."""
    if not _is_time(row.time) or not 0 <= row.group <= row.number:
        return False
    if row.kind in (CALL, OUTSIDE, LOAD):
        return isinstance(row.params, dict)
    if row.kind in (ADVANCE, RUN_UNTIL):
        return _is_time(row.params)
    if row.kind in (UNDO, REDO):
        first = row.params.get("from") if isinstance(row.params, dict) else None
        return type(first) is int and 0 < first < row.number
    return (row.kind == WORLD) == (row.number == 0) and row.kind in _KINDS


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
