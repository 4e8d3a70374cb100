"""What is asked, what is read to answer it, and the answer."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sandbox.identity.document import Document
from sandbox.identity.principal import Principal, principal_keys


class Request(msgspec.Struct, frozen=True):
    """One question to IAM.

    Attributes:
        principal: who asks.
        action: such as "sqs:SendMessage".
        resource: the ARN asked for, or "*" for operations that have none.
        context: condition keys, in any case, with one value or several. The keys that follow from the
            principal (aws:PrincipalArn, aws:username, ...) need not be given.
        owner: the account that the resource belongs to; "" to tell it from the ARN.
    """

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, str | tuple[str, ...]] = {}
    owner: str = ""

    @property
    def cross_account(self) -> bool:
        """Whether the resource belongs to another account than the principal.

        Without `owner`, an ARN that has no account, such as a bucket's, counts as the principal's own.
        """
        owner = self.owner or account_of(self.resource)
        return bool(owner) and bool(self.principal.account) and owner != self.principal.account


def account_of(arn: str) -> str:
    """The account that an ARN names; "" where it names none, as a bucket's."""
    parts = arn.split(":", 5)
    account = parts[4] if len(parts) == 6 else ""
    return account if account.isdigit() else ""


class Context:
    """The condition keys of a request, found in any spelling of case; put together when first asked for."""

    __slots__ = ("_keys", "_request")

    def __init__(self, request: Request) -> None:
        self._request = request
        self._keys: dict[str, tuple[str, ...]] | None = None

    def get(self, key: str) -> tuple[str, ...] | None:
        """The values of a key given in lower case; None when the request has no such key."""
        if self._keys is None:
            self._keys = {}
            for source in (principal_keys(self._request.principal), self._request.context):
                for name, value in source.items():
                    self._keys[name.lower()] = (value,) if isinstance(value, str) else tuple(value)
        return self._keys.get(key)


class NamedPolicy(msgspec.Struct, frozen=True):
    """A policy as it hangs on somebody.

    Attributes:
        name: its name.
        document: what it says.
        arn: of a managed policy; "" for an inline policy.
        attached_to: the ARN, or the name, of the user or role that it hangs on.
    """

    name: str
    document: Document
    arn: str = ""
    attached_to: str = ""


class Policies(msgspec.Struct, frozen=True):
    """All policies that bear on one request; None and () where there is none.

    Attributes:
        identity: of the user or role.
        resource: of the resource asked for; for sts:AssumeRole the role's trust policy.
        boundary: the permissions boundary.
        session: passed when the session was made.
    """

    identity: tuple[NamedPolicy, ...] = ()
    resource: Document | None = None
    boundary: NamedPolicy | None = None
    session: tuple[NamedPolicy, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """IAM's answer.

    Attributes:
        allowed: whether the request may be made.
        reason: when denied, the tail of AWS's message (facts 9.5); "" when allowed.
        by: what decided, as "policy" or "policy / Sid"; "" when nothing did, which is a deny.
    """

    allowed: bool
    reason: str = ""
    by: str = ""
