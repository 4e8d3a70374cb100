"""The state of IAM: users, roles, customer managed policies. Times are microseconds since the epoch."""

from __future__ import annotations

import msgspec

from sandbox.identity import Document


class Identity:
    """What users and roles have in common.

    Attributes:
        kind: "user" or "role".
        uid: the unique id, AIDA... or AROA...
        inline: inline policies by name.
        attached: ARNs of managed policies.
        boundary: ARN of the permissions boundary, or "".
    """

    kind = ""

    def __init__(self, name: str, path: str, arn: str, uid: str, created: int) -> None:
        self.name = name
        self.path = path
        self.arn = arn
        self.uid = uid
        self.created = created
        self.inline: dict[str, Document] = {}
        self.attached: list[str] = []
        self.boundary = ""
        self.tags: dict[str, str] = {}


class User(Identity):
    """A user."""

    kind = "user"


class Role(Identity):
    """A role. `trust` says who may assume it; `max_session` is in seconds."""

    kind = "role"

    def __init__(self, name: str, path: str, arn: str, uid: str, created: int, *, trust: Document) -> None:
        super().__init__(name, path, arn, uid, created)
        self.trust = trust
        self.description: str | None = None
        self.max_session = 0


class PolicyVersion(msgspec.Struct, frozen=True):
    """One version of a customer managed policy."""

    document: Document
    created: int


class CustomerPolicy:
    """A managed policy of this account. `versions` by number; `default` is the one in force."""

    def __init__(self, name: str, path: str, arn: str, uid: str, version: PolicyVersion) -> None:
        self.name = name
        self.path = path
        self.arn = arn
        self.uid = uid
        self.description: str | None = None
        self.tags: dict[str, str] = {}
        self.versions = {1: version}
        self.default = 1
        self.latest = 1
        self.created = version.created
        self.updated = version.created
