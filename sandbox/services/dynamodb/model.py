"""The state of DynamoDB: tables, their keys, their items."""

from __future__ import annotations

from typing import Any

import msgspec

CREATING, ACTIVE, DELETING = "CREATING", "ACTIVE", "DELETING"

AttributeValue = dict[str, Any]
"""As the API writes it: {"S": "text"}, {"N": "7"}, {"M": {...}}."""

ItemKey = tuple[tuple[str, Any], ...]
"""The values of an item's key, comparable: one (type, value) for the partition key, one for the sort key."""


class Item(msgspec.Struct, frozen=True):
    """An item as it is stored. A change puts another one in its place.

    Attributes:
        packed: its attributes by name, as MessagePack: what is read of it is always a copy.
        size: bytes, as DynamoDB counts them.
    """

    packed: bytes
    size: int

    @property
    def attributes(self) -> dict[str, AttributeValue]:
        """Its attributes by name; whoever asks may change them."""
        return msgspec.msgpack.decode(self.packed)  # type: ignore[no-any-return]


class KeyPart(msgspec.Struct, frozen=True):
    """An attribute of a table's key: its name, and its type, which is S, N or B."""

    name: str
    type: str


class Table:
    """A table.

    Attributes:
        name, arn, uid: what it is called.
        partition: the partition key.
        sort: the sort key, or None.
        created: microseconds since the epoch.
        status: CREATING, ACTIVE or DELETING.
        billing: PROVISIONED or PAY_PER_REQUEST.
        read_units, write_units: what is provisioned; 0 for PAY_PER_REQUEST.
        protected: whether it may not be deleted.
        tags: by key.
        items: by key.
    """

    def __init__(
        self, name: str, arn: str, uid: str, partition: KeyPart, sort: KeyPart | None, created: int
    ) -> None:
        self.name = name
        self.arn = arn
        self.uid = uid
        self.partition = partition
        self.sort = sort
        self.created = created
        self.status = CREATING
        self.billing = "PROVISIONED"
        self.read_units = 0
        self.write_units = 0
        self.protected = False
        self.tags: dict[str, str] = {}
        self.items: dict[ItemKey, Item] = {}

    @property
    def keys(self) -> tuple[KeyPart, ...]:
        """The parts of the key, the partition key first."""
        return (self.partition,) if self.sort is None else (self.partition, self.sort)
