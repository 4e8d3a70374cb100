"""Deployment packages: checked before they are taken, unpacked once per process and package.

A package comes from a learner. Names that lead out of its folder, links and zip bombs are refused.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath

from sandbox.facts import Facts

FILES_MAX = 20_000
"""Files that a package may have [SIM]."""


NAME_MAX, PATH_MAX = 255, 1_000
"""What Linux's file systems take in a name, and what leaves room for the folder that a package goes into."""


class CodeError(ValueError):
    """A deployment package cannot be used; the message says what is wrong with it."""


def check_code(code: bytes, *, unpacked_max: int | None = None) -> None:
    """Look through a deployment package without unpacking it.

    Args:
        code: the zip file.
        unpacked_max: bytes that its files may have together; without it, Lambda's limit (facts 1.1).

    Raises:
        CodeError: it is no zip file, or has something in it that must not be unpacked.
    """
    with _opened(code) as archive:
        _members(archive, _limit(unpacked_max))


def _limit(unpacked_max: int | None) -> int:
    return int(Facts.load()["lambda.unzipped_max"]) if unpacked_max is None else unpacked_max


def _opened(code: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(code))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CodeError(f"this is not a zip file: {error}") from None


def _members(archive: zipfile.ZipFile, unpacked_max: int) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    infos = archive.infolist()
    if len(infos) > FILES_MAX:
        raise CodeError(f"the package has {len(infos):,} files; {FILES_MAX:,} are the most")
    if sum(info.file_size for info in infos) > unpacked_max:
        raise CodeError(f"the package unpacks to more than {unpacked_max:,} bytes")
    members = [(info, _safe_name(info)) for info in infos]
    _check_places(members)
    return members


def _check_places(members: list[tuple[zipfile.ZipInfo, PurePosixPath]]) -> None:
    """Each file has a place of its own, where a file system can put it."""
    files: set[PurePosixPath] = set()
    for info, name in members:
        if not info.is_dir() and (name in files or not name.parts):
            raise CodeError(f"the package has a file twice: {info.filename!r}")
        if not info.is_dir():
            files.add(name)
    for info, name in members:
        if any(parent in files for parent in name.parents) or (info.is_dir() and name in files):
            raise CodeError(f"the package has a file where it has a folder too: {info.filename!r}")


def _safe_name(info: zipfile.ZipInfo) -> PurePosixPath:
    name = PurePosixPath(info.filename)
    if name.is_absolute() or ".." in name.parts or "\\" in info.filename or "\0" in info.filename:
        raise CodeError(f"the package has a file outside its folder: {info.filename!r}")
    if len(info.filename) > PATH_MAX or any(
        len(part.encode("utf-8", "replace")) > NAME_MAX for part in name.parts
    ):
        raise CodeError(f"the package has a name that is too long: {info.filename[:80]!r}...")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise CodeError(f"the package has something that is no plain file: {info.filename!r}")
    if info.flag_bits & 0x1:
        raise CodeError(f"the package has an encrypted file: {info.filename!r}")
    return name


def unpack(code: bytes, folder: Path, *, unpacked_max: int | None = None) -> None:
    """Unpack a deployment package into a new folder.

    Args:
        code: the zip file.
        folder: what is to be made.
        unpacked_max: bytes that its files may have together; without it, Lambda's limit (facts 1.1).

    Raises:
        CodeError: it cannot be unpacked safely.
    """
    folder.mkdir(parents=True)
    with _opened(code) as archive:
        left = _limit(unpacked_max)
        for info, name in _members(archive, left):
            target = folder / name
            try:
                if info.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _copy(archive, info, target, left)
            except CodeError:
                raise
            except (
                zipfile.BadZipFile,
                zlib.error,
                OSError,
                EOFError,
                NotImplementedError,
                ValueError,
            ) as error:
                raise CodeError(f"the package cannot be unpacked: {info.filename!r}: {error}") from None


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int) -> int:
    # The size in the directory is a claim; what comes out is counted.
    written = 0
    with archive.open(info) as source, target.open("xb") as sink:
        while chunk := source.read(1 << 20):
            written += len(chunk)
            if written > left:
                raise CodeError("the package unpacks to more than it says")
            sink.write(chunk)
    return written
