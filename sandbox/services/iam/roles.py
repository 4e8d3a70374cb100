"""The operations about roles."""

from __future__ import annotations

from typing import Any

from sandbox.identity import Document
from sandbox.kernel import as_datetime
from sandbox.services.base import Call, operation
from sandbox.services.iam import arguments, errors
from sandbox.services.iam.model import Role
from sandbox.services.iam.store import IamStore, extras, plain, tags_of


class Roles(IamStore):
    """Roles, their trust policies and the policies on them."""

    @operation("iam:CreateRole", "role_arn")
    def create_role(
        self,
        call: Call,
        *,
        RoleName: str,
        AssumeRolePolicyDocument: str,
        Path: str = "/",
        Description: str | None = None,
        MaxSessionDuration: int | None = None,
        PermissionsBoundary: str | None = None,
        Tags: list[dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        """Make a role."""
        arguments.check(
            "CreateRole",
            RoleName=RoleName,
            Path=Path,
            Description=Description,
            MaxSessionDuration=MaxSessionDuration,
            AssumeRolePolicyDocument=AssumeRolePolicyDocument,
        )
        trust = self._trust(AssumeRolePolicyDocument)
        if RoleName in self._roles:
            raise errors.exists("Role", RoleName)
        arn = self.arn(f"role{Path}{RoleName}")
        role = Role(RoleName, Path, arn, self._unique_id("AROA"), self.port.kernel.now, trust=trust)
        role.description = Description
        role.max_session = MaxSessionDuration or self.port.facts["iam.session_default"]
        if PermissionsBoundary is not None:
            self._set_boundary(role, PermissionsBoundary)
        role.tags = tags_of(Tags)
        self._roles[RoleName] = role
        self.port.policies_changed()
        shown = _shown(role) | extras(role)
        if MaxSessionDuration is None:
            del shown["MaxSessionDuration"]
        return {"Role": shown}

    @operation("iam:GetRole", "role_arn")
    def get_role(self, call: Call, *, RoleName: str) -> dict[str, Any]:
        """A role. [SIM] RoleLastUsed is empty: AWS tells of the use of a role hours later."""
        role = self._role(RoleName)
        return {"Role": _shown(role) | extras(role) | {"RoleLastUsed": {}}}

    @operation("iam:ListRoles", "roles_arn")
    def list_roles(
        self, call: Call, *, PathPrefix: str = "/", Marker: str | None = None, MaxItems: int | None = None
    ) -> dict[str, Any]:
        """All roles, without boundaries and tags."""
        rows = [
            (name, _shown(role)) for name, role in self._roles.items() if role.path.startswith(PathPrefix)
        ]
        return self._page("Roles", rows, Marker, MaxItems)

    @operation("iam:UpdateRole", "role_arn")
    def update_role(
        self,
        call: Call,
        *,
        RoleName: str,
        Description: str | None = None,
        MaxSessionDuration: int | None = None,
    ) -> dict[str, Any]:
        """Change description and longest session of a role; the latter is the default when not given."""
        arguments.check("UpdateRole", Description=Description, MaxSessionDuration=MaxSessionDuration)
        role = self._role(RoleName)
        role.max_session = MaxSessionDuration or self.port.facts["iam.session_default"]
        if Description is not None:
            role.description = Description
        return {}

    @operation("iam:UpdateAssumeRolePolicy", "role_arn")
    def update_assume_role_policy(self, call: Call, *, RoleName: str, PolicyDocument: str) -> dict[str, Any]:
        """Replace a role's trust policy."""
        arguments.check("UpdateAssumeRolePolicy", PolicyDocument=PolicyDocument)
        role = self._role(RoleName)
        role.trust = self._trust(PolicyDocument)
        self.port.policies_changed()
        return {}

    @operation("iam:DeleteRole", "role_arn")
    def delete_role(self, call: Call, *, RoleName: str) -> dict[str, Any]:
        """Delete a role that has no policies."""
        self._check_empty(self._role(RoleName))
        del self._roles[RoleName]
        self.port.policies_changed()
        return {}

    @operation("iam:PutRolePolicy", "role_arn")
    def put_role_policy(
        self, call: Call, *, RoleName: str, PolicyName: str, PolicyDocument: str
    ) -> dict[str, Any]:
        """Put an inline policy on a role, or replace it."""
        return self._put_inline(self._role(RoleName), PolicyName, PolicyDocument)

    @operation("iam:GetRolePolicy", "role_arn")
    def get_role_policy(self, call: Call, *, RoleName: str, PolicyName: str) -> dict[str, Any]:
        """An inline policy of a role."""
        return {"RoleName": RoleName} | self._get_inline(self._role(RoleName), PolicyName)

    @operation("iam:ListRolePolicies", "role_arn")
    def list_role_policies(
        self, call: Call, *, RoleName: str, Marker: str | None = None, MaxItems: int | None = None
    ) -> dict[str, Any]:
        """The names of the inline policies of a role."""
        rows = [(name, name) for name in self._role(RoleName).inline]
        return self._page("PolicyNames", rows, Marker, MaxItems)

    @operation("iam:DeleteRolePolicy", "role_arn")
    def delete_role_policy(self, call: Call, *, RoleName: str, PolicyName: str) -> dict[str, Any]:
        """Take an inline policy off a role."""
        return self._delete_inline(self._role(RoleName), PolicyName)

    @operation("iam:AttachRolePolicy", "role_arn")
    def attach_role_policy(self, call: Call, *, RoleName: str, PolicyArn: str) -> dict[str, Any]:
        """Attach a managed policy to a role."""
        return self._attach(self._role(RoleName), PolicyArn)

    @operation("iam:DetachRolePolicy", "role_arn")
    def detach_role_policy(self, call: Call, *, RoleName: str, PolicyArn: str) -> dict[str, Any]:
        """Take a managed policy off a role."""
        return self._detach(self._role(RoleName), PolicyArn)

    @operation("iam:ListAttachedRolePolicies", "role_arn")
    def list_attached_role_policies(
        self,
        call: Call,
        *,
        RoleName: str,
        PathPrefix: str = "/",
        Marker: str | None = None,
        MaxItems: int | None = None,
    ) -> dict[str, Any]:
        """The managed policies of a role."""
        return self._list_attached(self._role(RoleName), PathPrefix, Marker, MaxItems)

    @operation("iam:PutRolePermissionsBoundary", "role_arn")
    def put_role_permissions_boundary(
        self, call: Call, *, RoleName: str, PermissionsBoundary: str
    ) -> dict[str, Any]:
        """Limit a role to what a managed policy allows."""
        return self._set_boundary(self._role(RoleName), PermissionsBoundary)

    @operation("iam:DeleteRolePermissionsBoundary", "role_arn")
    def delete_role_permissions_boundary(self, call: Call, *, RoleName: str) -> dict[str, Any]:
        """Take the limit away."""
        return self._delete_boundary(self._role(RoleName))

    def _trust(self, text: str) -> Document:
        document = arguments.document(text, "trust")
        limit = self.port.facts["iam.trust_policy_size"]
        error = errors.limit(f"Cannot exceed quota for ACLSizePerRole: {limit}")
        arguments.check_size(text, limit, error)
        return document


def _shown(role: Role) -> dict[str, Any]:
    shown = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.uid,
        "Arn": role.arn,
        "CreateDate": as_datetime(role.created),
        "AssumeRolePolicyDocument": plain(role.trust),
        "MaxSessionDuration": role.max_session,
    }
    if role.description is not None:
        shown["Description"] = role.description
    return shown
