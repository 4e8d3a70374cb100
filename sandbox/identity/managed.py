"""AWS managed policies, as AWS publishes them; read from `managed.yaml` when first asked for.

A new one is a new entry there, copied from a primary source with its version and dates.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from sandbox.identity.document import Document
from sandbox.identity.request import NamedPolicy


class ManagedPolicy(NamedPolicy, frozen=True):
    """A policy that AWS owns; all accounts have it and none can edit it.

    Attributes:
        path: "/" or "/service-role/" and the like; part of the ARN.
        version: the default version, such as "v1".
        created: ISO 8601 date and time of the first version.
        updated: of this version.
    """

    path: str = "/"
    version: str = "v1"
    created: str = ""
    updated: str = ""


def managed_policy(arn: str) -> ManagedPolicy | None:
    """The AWS managed policy of an ARN such as arn:aws:iam::aws:policy/AdministratorAccess, or None."""
    return _table().get(arn)


def managed_policies() -> list[ManagedPolicy]:
    """All AWS managed policies that there are here, by name."""
    return list(_table().values())


@cache
def _table() -> dict[str, ManagedPolicy]:
    # Imported here: a world whose policies are all inline never pays for YAML.
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (resources.files("sandbox.identity") / "managed.yaml").read_text("utf-8")
    entries: dict[str, dict[str, Any]] = yaml.load(text, Loader=loader)
    return {policy.arn: policy for policy in (_policy(name, entries[name]) for name in sorted(entries))}


def _policy(name: str, entry: dict[str, Any]) -> ManagedPolicy:
    return ManagedPolicy(
        name=name,
        document=Document.parse({"Version": "2012-10-17", "Statement": entry["statements"]}, "identity"),
        arn=f"arn:aws:iam::aws:policy{entry['path']}{name}",
        path=entry["path"],
        version=entry["version"],
        created=entry["created"],
        updated=entry["updated"],
    )
