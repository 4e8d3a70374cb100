"""The state of S3: buckets, objects, and what a bucket tells others."""

from __future__ import annotations

import msgspec

from sandbox.identity import Document

Pairs = tuple[tuple[str, str], ...]


class StoredObject(msgspec.Struct, frozen=True):
    """An object. It never changes: a write puts another one in its place, so that copies of a world share it.

    Attributes:
        key: its name in the bucket.
        body: its bytes.
        etag: MD5 of the body in hex, without quotes.
        modified: when it was written, microseconds since the epoch.
        headers: the system metadata that it was written with, by boto3's names, such as ContentType.
        metadata: the writer's own, names in lower case.
        checksum: (algorithm, value in Base64), such as ("CRC32", "zwK7XA==").
        tags: in their order.
    """

    key: str
    body: bytes
    etag: str
    modified: int
    headers: Pairs
    metadata: Pairs
    checksum: tuple[str, str]
    tags: Pairs = ()


class Notification(msgspec.Struct, frozen=True):
    """One configuration of a bucket's notifications.

    Attributes:
        id: its name.
        target: the ARN of the function or queue.
        events: such as "s3:ObjectCreated:*".
        rules: (name, value) as given, the name "Prefix" or "Suffix".
        filtered: whether a Filter was given, with rules or without.
    """

    id: str
    target: str
    events: tuple[str, ...]
    rules: Pairs = ()
    filtered: bool = False

    @property
    def prefix(self) -> str:
        """What keys must begin with."""
        return dict(self.rules).get("Prefix", "")

    @property
    def suffix(self) -> str:
        """What keys must end with."""
        return dict(self.rules).get("Suffix", "")

    def wants(self, event: str, key: str) -> bool:
        """Whether an event of that name, such as "ObjectCreated:Put", about that key is to be told."""
        names = {f"s3:{event}", f"s3:{event.partition(':')[0]}:*"}
        return not names.isdisjoint(self.events) and key.startswith(self.prefix) and key.endswith(self.suffix)


class Happening(msgspec.Struct, frozen=True):
    """Something that happened to an object, as the record of an event tells it.

    Attributes:
        name: such as "ObjectCreated:Put".
        bucket: the bucket's name.
        key: the object's key.
        size: in bytes; None for a removal.
        etag: MD5 in hex; "" for a removal.
        sequencer: grows from one happening of a bucket to the next.
        time: microseconds since the epoch.
        by: the unique id of who did it.
        request_id: of the call that did it.
    """

    name: str
    bucket: str
    key: str
    size: int | None
    etag: str
    sequencer: str
    time: int
    by: str
    request_id: str


class Bucket:
    """A bucket."""

    def __init__(self, name: str, created: int) -> None:
        self.name = name
        self.created = created
        self.objects: dict[str, StoredObject] = {}
        self.policy: Document | None = None
        self.notifications: tuple[Notification, ...] = ()
        self.tags: dict[str, str] = {}
        self.happened = 0

    @property
    def arn(self) -> str:
        """A bucket's ARN has neither Region nor account."""
        return f"arn:aws:s3:::{self.name}"
