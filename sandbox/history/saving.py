"""A world in one file: its journal in a zip, which replays wherever there is this engine.

    world.json      what it is: format, versions, how the journal and the trace end
    journal.jsonl   one row a line, as `sandbox.history.journal` chains them
    blobs/SHA256    the large and binary parameters

A file may come from anybody. It is read as data and never unpacked to a disk; what does not fit is refused,
with the reason. The chain of hashes finds damage, it is no signature: a world that somebody made up as a
whole is a world like any other, and its handlers are jailed like any other.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from botocore.model import Shape

from sandbox.history.commands import host, load
from sandbox.history.journal import CALL, LOAD, OUTSIDE, Journal, JournalError, Row
from sandbox.models import operation_names, service_model
from sandbox.services.awslambda.arguments import check_call
from sandbox.services.base import AwsError
from sandbox.services.registry import SERVICES

KIND = "lambda-tutor world"
FORMAT = 1
"""What this engine writes, and the newest that it reads."""

SIZE_MAX = 256 << 20
"""Bytes that a file may have, and that all of it together may have when it is unpacked."""

BLOBS_MAX = 100_000
"""How many blobs a file may have."""

_MANIFEST = "world.json"
_JOURNAL = "journal.jsonl"
_BLOBS = "blobs/"
_MANIFEST_MAX = 1 << 16
_LEVEL = 6
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1
_SERVICES = frozenset(kind.name for kind in SERVICES)
_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(msgspec.Struct, frozen=True):
    """What a file says of itself.

    Attributes:
        kind, format: what sort of file this is.
        engine, python, botocore: versions that wrote the journal.
        rows: how many there are.
        last: hash of the last one.
        time: the world's time when it was saved, microseconds since the epoch.
        events: how many the trace had.
        trace: hash of the trace.
    """

    kind: str
    format: int
    engine: str
    python: str
    botocore: str
    rows: int
    last: _Hash
    time: int
    events: int
    trace: _Hash


class Saved(msgspec.Struct, frozen=True):
    """What a file holds: a journal, and what its replay must come to; see `Manifest`."""

    journal: Journal
    time: int
    events: int
    trace: str


# -- writing -------------------------------------------------------------------------------------------------


def write(path: Path, journal: Journal, *, time: int, events: int, trace: str) -> None:
    """Write a file, whole or not at all. The same world gives the same bytes.

    Args:
        path: where; what is there is replaced.
        journal: the world's.
        time: where its clock stands, microseconds since the epoch.
        events: how many its trace has.
        trace: the trace's hash.

    Raises:
        OSError: it cannot be written.
    """
    header = journal.header()
    manifest = Manifest(
        KIND,
        FORMAT,
        header.engine,
        header.python,
        header.botocore,
        rows=len(journal.rows),
        last=journal.rows[-1].hash,
        time=time,
        events=events,
        trace=trace,
    )
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with beside.open("xb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
                _add(archive, _MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
                _add(archive, _JOURNAL, msgspec.json.Encoder().encode_lines(journal.rows))
                for digest in sorted(journal.blobs):
                    _add(archive, _BLOBS + digest, journal.blobs[digest])
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, content)


# -- reading -------------------------------------------------------------------------------------------------


def read(path: Path) -> Saved:
    """Read a file that `write` wrote.

    Raises:
        JournalError: it is none, it is damaged, or a newer engine wrote it.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(SIZE_MAX + 1)
    if len(content) > SIZE_MAX:
        raise _refusal(path, f"it is larger than a world is ({SIZE_MAX:,} bytes at most)")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Reading(path, archive).saved()
    except zipfile.BadZipFile as error:
        raise _refusal(path, f"this is no saved world, or it is damaged ({error})") from None
    except (zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        # What the zip reader stumbles over in archives that are damaged on purpose.
        raise _refusal(path, f"it is damaged ({error})") from None


class _Reading:
    """Takes an archive apart."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self.archive = archive
        self.entries: dict[str, zipfile.ZipInfo] = {}

    def saved(self) -> Saved:
        self._take_stock()
        manifest = self._manifest()
        journal = Journal(self._rows(), self._blobs())
        self._check(manifest, journal)
        return Saved(journal, manifest.time, manifest.events, manifest.trace)

    def _take_stock(self) -> None:
        total = 0
        for info in self.archive.infolist():
            if info.filename in self.entries:
                raise self._refused(f"{_short(info.filename)} is in it twice")
            if info.flag_bits & _ENCRYPTED or info.compress_type not in (
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            ):
                raise self._refused(f"{_short(info.filename)} is packed in a way that worlds never are")
            total += info.file_size
            self.entries[info.filename] = info
        if total > SIZE_MAX:
            raise self._refused(f"unpacked it has {total:,} bytes, more than a world has ({SIZE_MAX:,})")
        if len(self.entries) > BLOBS_MAX:
            raise self._refused(f"{len(self.entries):,} entries are more than a world has")

    def _content(self, name: str) -> bytes:
        try:
            return self.archive.read(self.entries[name])
        except KeyError:
            raise self._refused(f"there is no {name} in it") from None

    def _manifest(self) -> Manifest:
        if _MANIFEST not in self.entries:
            raise self._refused("this is no saved world: it does not say that it is one")
        if self.entries[_MANIFEST].file_size > _MANIFEST_MAX:
            raise self._refused(f"its {_MANIFEST} is far too long")
        try:
            said: Any = msgspec.json.decode(self._content(_MANIFEST))
        except (msgspec.DecodeError, RecursionError) as error:
            raise self._refused(f"its {_MANIFEST} cannot be read ({error})") from None
        if not isinstance(said, dict) or said.get("kind") != KIND:
            raise self._refused("this is no saved world: it says that it is something else")
        number = said.get("format")
        if type(number) is int and number > FORMAT:
            raise self._refused(
                f"it is written in format {number}, and this engine reads up to {FORMAT}; "
                "install the newer version to go on with it"
            )
        try:
            return msgspec.convert(said, Manifest)
        except msgspec.ValidationError as error:
            raise self._refused(f"its {_MANIFEST} cannot be read ({error})") from None

    def _rows(self) -> list[Row]:
        decoder = msgspec.json.Decoder(Row)
        rows: list[Row] = []
        for line in self._content(_JOURNAL).splitlines():
            try:
                rows.append(decoder.decode(line))
            except (msgspec.DecodeError, RecursionError) as error:
                raise self._refused(f"row {len(rows)} of the journal cannot be read ({error})") from None
        return rows

    def _blobs(self) -> dict[str, bytes]:
        blobs: dict[str, bytes] = {}
        for name in self.entries:
            if name in (_MANIFEST, _JOURNAL):
                continue
            digest = name.removeprefix(_BLOBS)
            content = self._content(name) if name == _BLOBS + digest else b""
            if hashlib.sha256(content).hexdigest() != digest:
                raise self._refused(f"{_short(name)} does not belong into a world, or is damaged")
            blobs[digest] = content
        return blobs

    def _check(self, manifest: Manifest, journal: Journal) -> None:
        try:
            journal.verify()
            if (manifest.rows, manifest.last) != (len(journal.rows), journal.rows[-1].hash):
                raise JournalError(f"the journal ends elsewhere than after row {manifest.rows - 1}")
            for row in journal.rows:
                _check_row(row, journal)
        except JournalError as error:
            raise self._refused(str(error)) from None

    def _refused(self, why: str) -> JournalError:
        return _refusal(self.path, why)


def _check_row(row: Row, journal: Journal) -> None:
    """Whether a row commands what somebody could have commanded."""
    try:
        if row.kind == CALL:
            params = journal.restored(row.params)
            check_call(row.service, row.operation, params)
            _check_kinds(row, params)
        elif row.kind == OUTSIDE:
            host(row, journal)
        elif row.kind == LOAD:
            load(row, journal)
    except AwsError as error:
        raise JournalError(f"row {row.number} of the journal calls with what is none: {error}") from None
    except RecursionError:
        raise JournalError(f"row {row.number} of the journal is nested without end") from None


def _check_kinds(row: Row, params: dict[str, Any]) -> None:
    """Whether blobs are bytes and times are times: botocore lets texts pass for both, services do not."""
    if row.service not in _SERVICES or row.operation not in operation_names(row.service).values():
        return  # The call is refused, as it was.
    shape = service_model(row.service).operation_model(row.operation).input_shape
    if shape is not None and not _fits(params, shape):
        raise JournalError(f"row {row.number} of the journal calls with a text where bytes or a time belong")


def _fits(value: Any, shape: Shape) -> bool:
    if shape.type_name == "blob":
        return isinstance(value, bytes)
    if shape.type_name == "timestamp":
        return isinstance(value, datetime)
    if shape.type_name == "structure":
        return all(_fits(item, shape.members[name]) for name, item in value.items())
    if shape.type_name == "list":
        return all(_fits(item, shape.member) for item in value)
    if shape.type_name == "map":
        return all(_fits(item, shape.value) for item in value.values())
    return True


def _refusal(path: Path, why: str) -> JournalError:
    return JournalError(f"{path.name} cannot be opened: {why}")


def _short(name: str) -> str:
    return ascii(name if len(name) <= 40 else name[:37] + "...")
