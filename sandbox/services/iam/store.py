"""What IAM keeps, and what users and roles have in common.

The services' operations are spread over `users.py`, `roles.py` and `policies.py`; each is a part of the
service and stands on `IamStore`.
"""

from __future__ import annotations

import base64
import binascii
import json
import string
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sandbox.identity import Document, ManagedPolicy, NamedPolicy, managed_policy
from sandbox.services.base import Port, Service
from sandbox.services.iam import arguments, errors
from sandbox.services.iam.model import CustomerPolicy, Identity, Role, User

_ID = string.ascii_uppercase + string.digits
_ATTACHED = {"user": "iam.policies_per_user", "role": "iam.policies_per_role"}
_INLINE_SIZE = {"user": "iam.inline_policies_size_user", "role": "iam.inline_policies_size_role"}
I = TypeVar("I", bound=Identity)  # noqa: E741


class IamStore(Service):
    """Users, roles and policies, and how they are found."""

    name = "iam"
    denied_code = "AccessDenied"

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self._users: dict[str, User] = {}
        self._roles: dict[str, Role] = {}
        self._policies: dict[str, CustomerPolicy] = {}

    # -- names ---------------------------------------------------------------------------------------------

    def arn(self, resource: str) -> str:
        """The ARN of a resource; IAM's have no Region."""
        return f"arn:aws:iam::{self.port.account}:{resource}"

    def user_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN of the user that a request is about."""
        name = params.get("UserName", "*")
        user = self._users.get(name)
        return user.arn if user is not None else self.arn(f"user{params.get('Path', '/')}{name}")

    def users_arn(self, params: Mapping[str, Any]) -> str:
        """What a listing of users is about."""
        return self.arn(f"user{params.get('PathPrefix', '/')}")

    def role_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN of the role that a request is about."""
        role = self._roles.get(params["RoleName"])
        return (
            role.arn if role is not None else self.arn(f"role{params.get('Path', '/')}{params['RoleName']}")
        )

    def roles_arn(self, params: Mapping[str, Any]) -> str:
        """What a listing of roles is about."""
        return self.arn(f"role{params.get('PathPrefix', '/')}")

    def policy_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN of the managed policy that a request is about."""
        if "PolicyArn" in params:
            return str(params["PolicyArn"])
        return self.arn(f"policy{params.get('Path', '/')}{params['PolicyName']}")

    def policies_arn(self, params: Mapping[str, Any]) -> str:
        """What a listing of policies is about, as AWS names it in its message."""
        return f"policy path {params.get('PathPrefix', '/')}"

    def _unique_id(self, prefix: str) -> str:
        letters = self.port.facts["iam.unique_id_length"] - len(prefix)
        return prefix + "".join(self.port.kernel.stream("iam ids").choices(_ID, k=letters))

    # -- finding -------------------------------------------------------------------------------------------

    def _user(self, name: str) -> User:
        try:
            return self._users[name]
        except KeyError:
            raise errors.no_such("user", name) from None

    def _role(self, name: str) -> Role:
        try:
            return self._roles[name]
        except KeyError:
            raise errors.no_such("role", name) from None

    def _managed(self, arn: str) -> CustomerPolicy | ManagedPolicy | None:
        return self._policies.get(arn) or managed_policy(arn)

    def _named(self, arn: str, owner: str = "") -> NamedPolicy:
        """A managed policy that exists, as it hangs on its owner."""
        policy = self._policies.get(arn)
        if policy is not None:
            return NamedPolicy(policy.name, policy.versions[policy.default].document, arn, owner)
        managed = managed_policy(arn)
        if managed is None:
            raise errors.no_policy(arn)
        return NamedPolicy(managed.name, managed.document, arn, owner)

    def _identities(self) -> Iterable[Identity]:
        return (*self._users.values(), *self._roles.values())

    # -- inline policies -----------------------------------------------------------------------------------

    def _put_inline(self, identity: Identity, name: str, text: str) -> dict[str, Any]:
        operation = f"Put{identity.kind.capitalize()}Policy"
        arguments.check(operation, PolicyName=name, PolicyDocument=text)
        document = arguments.document(text, "identity")
        limit = self.port.facts[_INLINE_SIZE[identity.kind]]
        others = "".join(other.raw for key, other in identity.inline.items() if key != name)
        message = f"Maximum policy size of {limit} bytes exceeded for {identity.kind} {identity.name}"
        arguments.check_size(others + text, limit, errors.limit(message))
        identity.inline[name] = document
        self.port.policies_changed()
        return {}

    def _get_inline(self, identity: Identity, name: str) -> dict[str, Any]:
        return {"PolicyName": name, "PolicyDocument": plain(self._inline(identity, name))}

    def _delete_inline(self, identity: Identity, name: str) -> dict[str, Any]:
        self._inline(identity, name)
        del identity.inline[name]
        self.port.policies_changed()
        return {}

    def _inline(self, identity: Identity, name: str) -> Document:
        try:
            return identity.inline[name]
        except KeyError:
            raise errors.no_such(f"{identity.kind} policy", name) from None

    # -- attached policies and boundaries ------------------------------------------------------------------

    def _attach(self, identity: Identity, arn: str) -> dict[str, Any]:
        arguments.check_policy_arn(arn)
        if self._managed(arn) is None:
            raise errors.not_attachable(arn)
        if arn in identity.attached:
            return {}
        if len(identity.attached) >= (most := self.port.facts[_ATTACHED[identity.kind]]):
            quota = f"PoliciesPer{identity.kind.capitalize()}"
            raise errors.limit(f"Cannot exceed quota for {quota}: {most}")
        identity.attached.append(arn)
        self.port.policies_changed()
        return {}

    def _detach(self, identity: Identity, arn: str) -> dict[str, Any]:
        if arn not in identity.attached:
            raise errors.no_policy(arn)
        identity.attached.remove(arn)
        self.port.policies_changed()
        return {}

    def _list_attached(
        self, identity: Identity, prefix: str, marker: str | None, most: int | None
    ) -> dict[str, Any]:
        rows = []
        for arn in identity.attached:
            policy = self._managed(arn)
            if policy is not None and policy.path.startswith(prefix):
                rows.append((policy.name, {"PolicyName": policy.name, "PolicyArn": arn}))
        return self._page("AttachedPolicies", rows, marker, most)

    def _set_boundary(self, identity: Identity, arn: str) -> dict[str, Any]:
        arguments.check_policy_arn(arn)
        if self._managed(arn) is None:
            raise errors.not_attachable(arn)
        identity.boundary = arn
        self.port.policies_changed()
        return {}

    def _delete_boundary(self, identity: Identity) -> dict[str, Any]:
        if not identity.boundary:
            raise errors.no_such(f"permissions boundary of {identity.kind}", identity.name)
        identity.boundary = ""
        self.port.policies_changed()
        return {}

    def _check_empty(self, identity: Identity) -> None:
        if identity.attached:
            raise errors.conflict("Cannot delete entity, must detach all policies first.")
        if identity.inline:
            raise errors.conflict("Cannot delete entity, must delete policies first.")

    # -- listings ------------------------------------------------------------------------------------------

    def _page(
        self, key: str, rows: list[tuple[str, Any]], marker: str | None, most: int | None
    ) -> dict[str, Any]:
        """One page of a listing, by name.

        Args:
            key: the member that holds the list.
            rows: (name, what is shown) of all.
            marker: of the page before.
            most: MaxItems.

        Raises:
            AwsError: ValidationError for a marker that is none.
        """
        rows = sorted(rows, key=lambda row: row[0])
        if marker:
            try:
                after = base64.b64decode(marker, validate=True).decode()
            except (binascii.Error, ValueError):
                raise errors.invalid(f"Invalid Marker: {marker}") from None
            rows = [row for row in rows if row[0] > after]
        size: int = most or self.port.facts["iam.list_page"]
        reply: dict[str, Any] = {key: [shown for _, shown in rows[:size]], "IsTruncated": len(rows) > size}
        if len(rows) > size:
            reply["Marker"] = base64.b64encode(rows[size - 1][0].encode()).decode()
        return reply


def plain(document: Document) -> dict[str, Any]:
    """A document as boto3 hands it out: AWS sends JSON text in URL encoding, boto3 decodes both."""
    decoded: dict[str, Any] = json.loads(document.raw)
    return decoded


def tags_of(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """AWS's list of tags as a dict."""
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """A dict of tags as AWS's list."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def extras(identity: Identity) -> dict[str, Any]:
    """PermissionsBoundary and Tags, where there are any."""
    shown: dict[str, Any] = {}
    if identity.boundary:
        shown["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": identity.boundary,
        }
    if identity.tags:
        shown["Tags"] = tag_list(identity.tags)
    return shown
