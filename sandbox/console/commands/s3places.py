"""Where `aws s3` copies from and to: an S3 URI or a file, one of it or all below it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from hashlib import md5
from typing import Any

import msgspec

from sandbox.console.errors import FAILURE, MistakeError
from sandbox.console.values import Files

SCHEME = "s3://"
Filters = Sequence[tuple[str, str]]
"""`("exclude", "*.tmp")` and so on, as typed: the last one that fits a name decides."""


class Place(msgspec.Struct, frozen=True):
    """An S3 URI, or a path in the folder.

    Attributes:
        path: the key, or the path, with forward slashes; a folder ends in one.
        bucket: "" for a path in the folder.
    """

    path: str
    bucket: str = ""

    @property
    def remote(self) -> bool:
        """Whether it is in S3."""
        return bool(self.bucket)

    @property
    def shown(self) -> str:
        """As AWS CLI prints it: `s3://bucket/key`, or `./a.txt`, or `sub/a.txt`."""
        if self.remote:
            return f"{SCHEME}{self.bucket}/{self.path}"
        return self.path if "/" in self.path.rstrip("/") else f"./{self.path}"

    @property
    def folder(self) -> bool:
        """Whether names are put behind it, rather than that it is one."""
        return not self.path or self.path.endswith("/")

    def under(self, name: str) -> Place:
        """The place of that name in this folder."""
        return msgspec.structs.replace(self, path=self.path + name)

    def as_folder(self) -> Place:
        """This place, as the folder of many."""
        return self if self.folder else msgspec.structs.replace(self, path=self.path + "/")


class Found(msgspec.Struct, frozen=True):
    """A file or an object that is to be copied, moved or deleted.

    Attributes:
        place: where it is.
        name: what it is called below the place that was asked for.
        size: in bytes; None where nobody looked.
        digest: MD5 of its content in hex, as an ETag has it; "" where nobody looked.
    """

    place: Place
    name: str
    size: int | None = None
    digest: str = ""


def place(text: str, files: Files) -> Place:
    """Read a path as it was typed.

    Args:
        text: `s3://bucket/key`, or a path in the folder.
        files: that folder.

    Raises:
        MistakeError: the URI names no bucket, or the path leads out of the folder.
    """
    if text.startswith(SCHEME):
        bucket, _, key = text.removeprefix(SCHEME).partition("/")
        if not bucket:
            raise MistakeError(f"{text} names no bucket. Write s3://BUCKET or s3://BUCKET/KEY.", "parameter")
        return Place(key, bucket)
    path = posixpath.normpath(text)
    if path == ".":
        return Place("")
    if path.startswith(("/", "..")):
        raise MistakeError(f"{text} is outside of your folder.", "failure", code=FAILURE)
    ends = text.endswith("/") or any(name.startswith(f"{path}/") for name in files.names())
    return Place(path + "/" if ends else path)


def bucket_of(text: str, usage: str) -> Place:
    """The bucket that a URI names.

    Args:
        text: as typed.
        usage: what was expected, for the error.

    Raises:
        MistakeError: it is no S3 URI.
    """
    if not text.startswith(SCHEME):
        raise MistakeError(f"{usage}\nError: Invalid argument type", "parameter")
    bucket, _, key = text.removeprefix(SCHEME).partition("/")
    return Place(key, bucket)


def wanted(name: str, filters: Filters) -> bool:
    """Whether a name is left in by `--exclude` and `--include`."""
    left = True
    for kind, pattern in filters:
        if fnmatchcase(name, pattern):
            left = kind == "include"
    return left


def local(folder: Place, files: Files, filters: Filters = (), *, read: bool = False) -> Iterator[Found]:
    """The files below a folder, in the order of their names.

    Args:
        folder: where to look.
        files: what there is.
        filters: which of them.
        read: whether their sizes and digests are wanted.
    """
    for path in sorted(files.names()):
        name = path.removeprefix(folder.path)
        if path.startswith(folder.path) and wanted(name, filters):
            body = files.read(path) if read else b""
            digest = md5(body, usedforsecurity=False).hexdigest() if read else ""
            yield Found(Place(path), name, len(body) if read else None, digest)


def remote(folder: Place, client: Any, filters: Filters = (), *, deleting: bool = False) -> Iterator[Found]:
    """The objects below a prefix, in the order of their keys.

    Args:
        folder: bucket and prefix.
        client: boto3's for S3.
        filters: which of them.
        deleting: whether empty objects that stand for folders count as well.
    """
    for content in pages(client, "list_objects_v2", "Contents", Bucket=folder.bucket, Prefix=folder.path):
        key = content["Key"]
        marker = key.endswith("/") and not content["Size"]
        name = key.removeprefix(folder.path)
        if (deleting or not marker) and wanted(name, filters):
            yield Found(Place(key, folder.bucket), name, content["Size"], content["ETag"].strip('"'))


def pages(client: Any, operation: str, items: str, **params: Any) -> Iterator[dict[str, Any]]:
    """What all pages of a listing hold, by boto3's names."""
    for page in whole_pages(getattr(client, operation), **params):
        yield from page.get(items, [])


def whole_pages(call: Callable[..., dict[str, Any]], **params: Any) -> Iterator[dict[str, Any]]:
    """The pages of ListObjectsV2 or ListBuckets, one after another."""
    while True:
        page = call(**params)
        yield page
        token = page.get("NextContinuationToken") or page.get("ContinuationToken", "")
        if not token or token == params.get("ContinuationToken"):
            return
        params = {**params, "ContinuationToken": token}
