"""`aws s3 cp`, `mv`, `rm` and `sync`: which objects they touch, and what they print of each.

A file of the learner has no time of this world, so `sync` compares sizes and content, not times [SIM].
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from sandbox.console.commands.custom import Desk, Given
from sandbox.console.commands.s3places import Filters, Found, Place, local, place, remote
from sandbox.console.errors import MistakeError

FAILED = 1
"""The exit code of `aws s3` when something could not be copied, moved or deleted."""

_USAGE = "<LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>"
_HEADERS = {
    "content-type": "ContentType",
    "cache-control": "CacheControl",
    "content-disposition": "ContentDisposition",
    "content-encoding": "ContentEncoding",
    "content-language": "ContentLanguage",
    "storage-class": "StorageClass",
    "acl": "ACL",
    "metadata": "Metadata",
}
"""Options that become parameters of PutObject and CopyObject."""

_TYPES = mimetypes.MimeTypes(filenames=())
"""Python's own table, whatever the machine's may say."""


class _Step(msgspec.Struct, frozen=True):
    """One thing to do: copy `source` to `target`, or delete `source` when there is no target."""

    source: Found
    target: Place | None = None


class Transfer:
    """One command that copies, moves or deletes.

    Args:
        desk: what it works with.
        given: its words.
        word: "cp", "mv", "rm" or "sync".
    """

    def __init__(self, desk: Desk, given: Given, word: str) -> None:
        self._desk = desk
        self._given = given
        self._word = word
        self._filters: Filters = given.get("filters", ())
        self._many = word == "sync" or "recursive" in given
        self._code = 0
        self._source = self._place("source")
        self._target = self._place("target") if "target" in given else None
        self._client = desk.client("s3")

    def run(self) -> int:
        """Do it; returns the exit code.

        Raises:
            MistakeError: the paths do not go together, or the local one does not exist.
        """
        from botocore.exceptions import ClientError

        if self._word == "cp" and self._given["target"] == "-":
            return self._print()
        try:
            for step in self._steps():
                self._do(step)
        except ClientError as error:
            self._desk.complain(f"fatal error: {error}")
            return FAILED
        return self._code

    # -- what is to be done --------------------------------------------------------------------------------

    def _place(self, name: str) -> Place:
        text = str(self._given[name])
        if name == "source" and text == "-":
            raise MistakeError(
                "There is no standard input here. Write the content into a file, and name that file.",
                "own",
            )
        if name == "target" and text == "-":
            return Place("-")
        return place(text, self._desk.files)

    def _steps(self) -> Iterable[_Step]:
        source, target = self._source, self._target
        if target is None:
            self._check(source.remote)
            return (_Step(found) for found in self._objects(source, deleting=True))
        self._check(source.remote or target.remote)
        if not source.remote and not self._exists(source):
            raise MistakeError(
                f"The user-provided path {self._given['source']} does not exist.", "failure", code=255
            )
        if self._word == "mv" and source.remote and self._target_of(target, source) == source:
            raise MistakeError(
                f"Cannot mv a file onto itself: {self._given['source']} - {self._given['target']}",
                "parameter",
            )
        if self._word == "sync":
            return self._synced(source.as_folder(), target.as_folder())
        return (
            _Step(found, self._target_of(target, found.place, found.name)) for found in self._sources(source)
        )

    def _check(self, fits: bool) -> None:
        if not fits:
            usage = "<S3Uri>" if self._word == "rm" else _USAGE
            raise MistakeError(
                f"usage: aws s3 {self._word} {usage}\nError: Invalid argument type", "parameter"
            )

    def _exists(self, source: Place) -> bool:
        names = self._desk.files.names()
        return not source.path or source.path in names or any(name.startswith(source.path) for name in names)

    def _target_of(self, target: Place, source: Place, name: str = "") -> Place:
        if self._many:
            return target.as_folder().under(name)
        return target.under(source.path.rstrip("/").rpartition("/")[2]) if target.folder else target

    def _sources(self, source: Place) -> Iterator[Found]:
        if source.remote:
            yield from self._objects(source)
        elif self._many:
            yield from local(source.as_folder(), self._desk.files, self._filters)
        else:
            yield Found(source, source.path.rpartition("/")[2])

    def _objects(self, source: Place, *, deleting: bool = False) -> Iterator[Found]:
        if self._many:
            # A prefix of `rm` may end anywhere in a name; what is copied lies below a folder.
            folder = source.as_folder() if source.path else source
            yield from remote(folder, self._client, self._filters, deleting=deleting)
        elif source.path:
            if not deleting:
                self._head(source)
            yield Found(source, source.path.rpartition("/")[2])

    def _head(self, source: Place) -> None:
        from botocore.exceptions import ClientError

        try:
            self._client.head_object(Bucket=source.bucket, Key=source.path)
        except ClientError as error:
            if error.response["Error"]["Code"] == "404":
                told = {**error.response["Error"], "Message": f'Key "{source.path}" does not exist'}
                raise ClientError({**error.response, "Error": told}, "HeadObject") from None
            raise

    def _synced(self, source: Place, target: Place) -> Iterator[_Step]:
        ours = {found.name: found for found in self._listed(source)}
        theirs = {found.name: found for found in self._listed(target)}
        for name in sorted({*ours, *theirs}):
            mine, other = ours.get(name), theirs.get(name)
            if mine is None:
                if other is not None and "delete" in self._given:
                    yield _Step(other)
            elif other is None or self._differ(mine, other):
                yield _Step(mine, target.under(name))

    def _listed(self, folder: Place) -> Iterator[Found]:
        if folder.remote:
            return remote(folder, self._client, self._filters)
        return local(folder, self._desk.files, self._filters, read=True)

    def _differ(self, mine: Found, other: Found) -> bool:
        return mine.size != other.size or ("size-only" not in self._given and mine.digest != other.digest)

    # -- doing it ------------------------------------------------------------------------------------------

    def _do(self, step: _Step) -> None:
        from botocore.exceptions import ClientError

        source, target = step.source.place, step.target
        word, act = self._act(source, target)
        shown = source.shown if target is None else f"{source.shown} to {target.shown}"
        loud = not {"quiet", "only-show-errors"} & set(self._given)
        if "dryrun" in self._given:
            self._desk.say(f"(dryrun) {word}: {shown}")
            return
        try:
            act()
        except (ClientError, OSError, ValueError) as problem:
            self._code = FAILED
            if "quiet" not in self._given:
                self._desk.complain(f"{word} failed: {shown} {problem}")
            return
        if loud:
            self._desk.say(f"{word}: {shown}")

    def _act(self, source: Place, target: Place | None) -> tuple[str, Callable[[], None]]:
        if target is None:
            return "delete", lambda: self._delete(source)
        if source.remote and target.remote:
            word, act = "copy", self._copy
        elif target.remote:
            word, act = "upload", self._upload
        else:
            word, act = "download", self._download
        if self._word != "mv":
            return word, lambda: act(source, target)

        def move() -> None:
            act(source, target)
            self._delete(source)

        return "move", move

    def _upload(self, source: Place, target: Place) -> None:
        if source.folder:
            raise IsADirectoryError(21, "Is a directory; add --recursive for all that is in it", source.path)
        body = self._desk.files.read(source.path)
        headers = dict(self._headers())
        if "ContentType" not in headers and "no-guess-mime-type" not in self._given:
            guessed = _TYPES.guess_type(source.path)[0]
            headers.update({"ContentType": guessed} if guessed else {})
        self._client.put_object(Bucket=target.bucket, Key=target.path, Body=body, **headers)

    def _download(self, source: Place, target: Place) -> None:
        self._desk.files.write(target.path, self._body(source))

    def _copy(self, source: Place, target: Place) -> None:
        headers = dict(self._headers())
        if directive := self._given.get("metadata-directive"):
            headers["MetadataDirective"] = directive
        copied = {"Bucket": source.bucket, "Key": source.path}
        self._client.copy_object(Bucket=target.bucket, Key=target.path, CopySource=copied, **headers)

    def _delete(self, target: Place) -> None:
        if target.remote:
            self._client.delete_object(Bucket=target.bucket, Key=target.path)
        else:
            self._desk.files.delete(target.path)

    def _body(self, source: Place) -> bytes:
        body = self._client.get_object(Bucket=source.bucket, Key=source.path)["Body"]
        return bytes(body.read() if hasattr(body, "read") else body)

    def _print(self) -> int:
        """`aws s3 cp s3://bucket/key -`: the object on standard output."""
        from botocore.exceptions import ClientError

        self._check(self._source.remote and not self._many)
        try:
            self._head(self._source)
            self._desk.out.append(self._body(self._source).decode("utf-8", "replace"))
        except ClientError as error:
            self._desk.complain(f"download failed: {self._source.shown} to - {error}")
            return FAILED
        return 0

    def _headers(self) -> Mapping[str, Any]:
        return {member: self._given[name] for name, member in _HEADERS.items() if name in self._given}


def transfer(word: str) -> Callable[[Desk, Given], int]:
    """How `aws s3 WORD` runs, for `cp`, `mv`, `rm` and `sync`."""

    def run(desk: Desk, given: Given) -> int:
        return Transfer(desk, given, word).run()

    return run
