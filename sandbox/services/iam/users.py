"""The operations about users."""

from __future__ import annotations

from typing import Any

from sandbox.kernel import as_datetime
from sandbox.services.base import Call, operation
from sandbox.services.iam import arguments, errors
from sandbox.services.iam.model import User
from sandbox.services.iam.store import IamStore, extras, tags_of


class Users(IamStore):
    """Users and the policies on them."""

    @operation("iam:CreateUser", "user_arn")
    def create_user(
        self,
        call: Call,
        *,
        UserName: str,
        Path: str = "/",
        PermissionsBoundary: str | None = None,
        Tags: list[dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        """Make a user."""
        arguments.check("CreateUser", UserName=UserName, Path=Path)
        if UserName in self._users:
            raise errors.exists("User", UserName)
        arn = self.arn(f"user{Path}{UserName}")
        user = User(UserName, Path, arn, self._unique_id("AIDA"), self.port.kernel.now)
        if PermissionsBoundary is not None:
            self._set_boundary(user, PermissionsBoundary)
        user.tags = tags_of(Tags)
        self._users[UserName] = user
        return {"User": _shown(user) | extras(user)}

    @operation("iam:GetUser", "user_arn")
    def get_user(self, call: Call, *, UserName: str | None = None) -> dict[str, Any]:
        """A user; the caller, when no name is given."""
        if UserName is None:
            if call.principal.kind != "user":
                raise errors.invalid("Must specify userName when calling with non-User credentials")
            UserName = call.principal.arn.rpartition("/")[2]
        user = self._user(UserName)
        return {"User": _shown(user) | extras(user)}

    @operation("iam:ListUsers", "users_arn")
    def list_users(
        self, call: Call, *, PathPrefix: str = "/", Marker: str | None = None, MaxItems: int | None = None
    ) -> dict[str, Any]:
        """All users."""
        rows = [
            (name, _shown(user)) for name, user in self._users.items() if user.path.startswith(PathPrefix)
        ]
        return self._page("Users", rows, Marker, MaxItems)

    @operation("iam:DeleteUser", "user_arn")
    def delete_user(self, call: Call, *, UserName: str) -> dict[str, Any]:
        """Delete a user that has no policies."""
        self._check_empty(self._user(UserName))
        del self._users[UserName]
        self.port.policies_changed()
        return {}

    @operation("iam:PutUserPolicy", "user_arn")
    def put_user_policy(
        self, call: Call, *, UserName: str, PolicyName: str, PolicyDocument: str
    ) -> dict[str, Any]:
        """Put an inline policy on a user, or replace it."""
        return self._put_inline(self._user(UserName), PolicyName, PolicyDocument)

    @operation("iam:GetUserPolicy", "user_arn")
    def get_user_policy(self, call: Call, *, UserName: str, PolicyName: str) -> dict[str, Any]:
        """An inline policy of a user."""
        return {"UserName": UserName} | self._get_inline(self._user(UserName), PolicyName)

    @operation("iam:ListUserPolicies", "user_arn")
    def list_user_policies(
        self, call: Call, *, UserName: str, Marker: str | None = None, MaxItems: int | None = None
    ) -> dict[str, Any]:
        """The names of the inline policies of a user."""
        rows = [(name, name) for name in self._user(UserName).inline]
        return self._page("PolicyNames", rows, Marker, MaxItems)

    @operation("iam:DeleteUserPolicy", "user_arn")
    def delete_user_policy(self, call: Call, *, UserName: str, PolicyName: str) -> dict[str, Any]:
        """Take an inline policy off a user."""
        return self._delete_inline(self._user(UserName), PolicyName)

    @operation("iam:AttachUserPolicy", "user_arn")
    def attach_user_policy(self, call: Call, *, UserName: str, PolicyArn: str) -> dict[str, Any]:
        """Attach a managed policy to a user."""
        return self._attach(self._user(UserName), PolicyArn)

    @operation("iam:DetachUserPolicy", "user_arn")
    def detach_user_policy(self, call: Call, *, UserName: str, PolicyArn: str) -> dict[str, Any]:
        """Take a managed policy off a user."""
        return self._detach(self._user(UserName), PolicyArn)

    @operation("iam:ListAttachedUserPolicies", "user_arn")
    def list_attached_user_policies(
        self,
        call: Call,
        *,
        UserName: str,
        PathPrefix: str = "/",
        Marker: str | None = None,
        MaxItems: int | None = None,
    ) -> dict[str, Any]:
        """The managed policies of a user."""
        return self._list_attached(self._user(UserName), PathPrefix, Marker, MaxItems)

    @operation("iam:PutUserPermissionsBoundary", "user_arn")
    def put_user_permissions_boundary(
        self, call: Call, *, UserName: str, PermissionsBoundary: str
    ) -> dict[str, Any]:
        """Limit a user to what a managed policy allows."""
        return self._set_boundary(self._user(UserName), PermissionsBoundary)

    @operation("iam:DeleteUserPermissionsBoundary", "user_arn")
    def delete_user_permissions_boundary(self, call: Call, *, UserName: str) -> dict[str, Any]:
        """Take the limit away."""
        return self._delete_boundary(self._user(UserName))


def _shown(user: User) -> dict[str, Any]:
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.uid,
        "Arn": user.arn,
        "CreateDate": as_datetime(user.created),
    }
