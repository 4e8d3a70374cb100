"""The service, and what the world asks of it besides the operations: principals and their policies."""

from __future__ import annotations

from sandbox.identity import Document, NamedPolicy, Policies, Principal, Request, assumable, evaluate
from sandbox.services.iam.model import Identity, Role, User
from sandbox.services.iam.policies import ManagedPolicies
from sandbox.services.iam.roles import Roles
from sandbox.services.iam.users import Users

ADMINISTRATOR = "admin"
ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
_SESSION = "session"
"""The session's name when the world is asked for a role and not for one of its sessions [SIM]."""


class IamService(Users, Roles, ManagedPolicies):
    """Users, roles and policies of the account."""

    def seed_administrator(self) -> Principal:
        """Make the user `admin` with AdministratorAccess, who is there from the beginning."""
        user = User(
            ADMINISTRATOR,
            "/",
            self.arn(f"user/{ADMINISTRATOR}"),
            self._unique_id("AIDA"),
            self.port.kernel.now,
        )
        user.attached.append(ADMINISTRATOR_ACCESS)
        self._users[ADMINISTRATOR] = user
        return self._user_principal(user)

    # -- principals ----------------------------------------------------------------------------------------

    def principal(self, arn: str) -> Principal | None:
        """Who an ARN stands for: a user, a role's session, a role (then a session of it), or the root.

        Args:
            arn: such as arn:aws:iam::123456789012:role/worker.

        Returns:
            None when there is nobody of that ARN.
        """
        account = self.port.account
        if arn == self.arn("root"):
            return Principal(arn, "root", account, account)
        for user in self._users.values():
            if user.arn == arn:
                return self._user_principal(user)
        role = self._role_of(arn)
        if role is not None:
            return self._session(role, _SESSION)
        prefix, _, rest = arn.partition(":assumed-role/")
        name, _, session = rest.partition("/")
        role = self._roles.get(name)
        if prefix != f"arn:aws:sts::{account}" or not session or role is None:
            return None
        return self._session(role, session)

    def session(self, role_arn: str, session_name: str, service: str) -> Principal | None:
        """The session that somebody gets of a role.

        Args:
            role_arn: the role.
            session_name: the session's name.
            service: who asks: a service principal such as "lambda.amazonaws.com", or the ARN of a user or a
                role's session, whose own policies then count too.

        Returns:
            None when there is no such role, or who asks may not assume it.
        """
        role = self._role_of(role_arn)
        if role is None:
            return None
        if service.startswith("arn:"):
            caller = self.principal(service)
            allowed = caller is not None and self._may_assume(caller, role)
        else:
            allowed = assumable(role.trust, service, {"aws:SourceAccount": self.port.account})
        return self._session(role, session_name) if allowed else None

    def _may_assume(self, caller: Principal, role: Role) -> bool:
        own = self.policies_of(caller)
        policies = Policies(identity=own.identity, resource=role.trust, boundary=own.boundary)
        return evaluate(Request(caller, "sts:AssumeRole", role.arn), policies).allowed

    def _role_of(self, arn: str) -> Role | None:
        role = self._roles.get(arn.rpartition("/")[2])
        return role if role is not None and role.arn == arn else None

    def _user_principal(self, user: User) -> Principal:
        return Principal(user.arn, "user", self.port.account, user.uid)

    def _session(self, role: Role, name: str) -> Principal:
        account = self.port.account
        arn = f"arn:aws:sts::{account}:assumed-role/{role.name}/{name}"
        return Principal(arn, "session", account, f"{role.uid}:{name}", role.arn)

    # -- policies ------------------------------------------------------------------------------------------

    def policies_of(self, principal: Principal) -> Policies:
        """The policies on a principal: inline and attached ones, and the boundary.

        Services have none, and nothing limits the root; somebody who was deleted has none left.
        """
        identity = self._identity(principal)
        if identity is None:
            return Policies()
        inline = [
            NamedPolicy(name, document, attached_to=identity.arn)
            for name, document in identity.inline.items()
        ]
        attached = [self._named(arn, identity.arn) for arn in identity.attached]
        boundary = self._named(identity.boundary, identity.arn) if identity.boundary else None
        return Policies(identity=(*inline, *attached), boundary=boundary)

    def _identity(self, principal: Principal) -> Identity | None:
        """The user, or a session's role; not one that was made anew under the same name."""
        found: Identity | None = None
        if principal.kind == "user":
            found = self._users.get(principal.arn.rpartition("/")[2])
        elif principal.kind == "session":
            found = self._role_of(principal.role_arn)
        same = found is not None and found.uid == principal.unique_id.partition(":")[0]
        return found if same else None

    def is_there(self, principal: Principal) -> bool:
        """Whether a user or a session's role has not been deleted since; the root is always there."""
        return principal.kind == "root" or self._identity(principal) is not None

    def unique_id(self, arn: str) -> str:
        """The unique id of the user or role of an ARN; "" when there is none."""
        return next((one.uid for one in self._identities() if one.arn == arn), "")

    def arn_of(self, unique_id: str) -> str:
        """The ARN of the user or role of a unique id; "" when there is none."""
        return next((one.arn for one in self._identities() if one.uid == unique_id), "")

    def resource_policy(self, arn: str) -> Document | None:
        """A role's trust policy: it is the resource-based policy of a role."""
        role = self._role_of(arn)
        return role.trust if role is not None else None
