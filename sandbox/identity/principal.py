"""Who asks: users, role sessions, the root of an account, and AWS services.

A policy on a resource names principals. How it names them matters (facts 9.4): an Allow for a user or for
one session counts on its own, an Allow for a role stays inside its boundary and session policies, and an
Allow for an account only hands the question on to that account's own policies.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import IntEnum

import msgspec

ANYBODY = "*"


class Principal(msgspec.Struct, frozen=True):
    """Somebody who makes requests.

    Attributes:
        arn: arn:aws:iam::A:user/NAME, arn:aws:sts::A:assumed-role/ROLE/SESSION, arn:aws:iam::A:root, or the
            name of a service such as "lambda.amazonaws.com".
        kind: "user", "session", "root" or "service".
        account: twelve digits; "" for services.
        unique_id: AIDA..., AROA...:SESSION or the account's id, as GetCallerIdentity shows it.
        role: for sessions, the ARN of the role.
    """

    arn: str
    kind: str
    account: str
    unique_id: str
    role: str = ""

    @property
    def role_arn(self) -> str:
        """The ARN of a session's role; without `role` it is told from the session's ARN. "" for others."""
        if self.role or self.kind != "session":
            return self.role
        return f"arn:aws:iam::{self.account}:role/{self.arn.split('/')[1]}"

    @property
    def name(self) -> str:
        """The short name for sentences: "user ada", "role worker", "s3.amazonaws.com"."""
        if self.kind == "user":
            return f"user {self.arn.rpartition('/')[2]}"
        if self.kind == "session":
            return f"role {self.role_arn.rpartition('/')[2]}"
        if self.kind == "root":
            return f"the root of account {self.account}"
        return self.arn


class Grant(IntEnum):
    """How directly a Principal element reaches somebody; more is more direct (facts 9.4)."""

    NONE = 0
    """Not at all."""
    ACCOUNT = 1
    """Through the account: the account's own policies must still allow it."""
    ROLE = 2
    """Through the role: permissions boundary and session policies still limit it."""
    DIRECT = 3
    """By the principal's own name, or by "*"."""


def grant(principal: Principal, named: tuple[tuple[str, str], ...]) -> Grant:
    """How directly a Principal element reaches a principal.

    [SIM] An Allow for the account ("arn:aws:iam::A:root") does not by itself let in the users and roles of
    that same account, as AWS's words "delegates authority to the account" say.

    Args:
        principal: who asks.
        named: (type, value) pairs such as ("Service", "s3.amazonaws.com") or ("AWS", "*").
    """
    best = Grant.NONE
    for kind, value in named:
        best = max(best, _reach(principal, kind, value))
    return best


def _reach(principal: Principal, kind: str, value: str) -> Grant:
    if kind == "AWS":
        if value in {ANYBODY, principal.arn, principal.unique_id}:
            return Grant.DIRECT
        if principal.kind == "service":
            return Grant.NONE
        if principal.kind == "session" and value in {principal.role_arn, principal.unique_id.split(":")[0]}:
            return Grant.ROLE
        if value in {principal.account, f"arn:aws:iam::{principal.account}:root"}:
            return Grant.DIRECT if principal.kind == "root" else Grant.ACCOUNT
        return Grant.NONE
    if kind == "Service" and principal.kind == "service" and value == principal.arn:
        return Grant.DIRECT
    return Grant.NONE


def renamed(text: str, rename: Callable[[str], str]) -> str:
    """A policy document with other names of principals.

    A policy of a resource keeps the unique ids of the users and roles that it names, so that one who is made
    anew under the same name is somebody else (IAM User Guide, reference_policies_elements_principal).

    Args:
        text: a document that has passed the grammar, as JSON.
        rename: tells what a value of an AWS principal becomes.

    Returns:
        The text as it was where no name changes.
    """
    data = json.loads(text)
    changed = False
    statements = data["Statement"] if isinstance(data["Statement"], list) else [data["Statement"]]
    for statement in statements:
        for element in ("Principal", "NotPrincipal"):
            named = statement.get(element)
            if isinstance(named, dict) and "AWS" in named:
                was = named["AWS"]
                named["AWS"] = [rename(one) for one in was] if isinstance(was, list) else rename(was)
                changed = changed or named["AWS"] != was
    return json.dumps(data, separators=(",", ":")) if changed else text


_TYPES = {"user": "User", "session": "AssumedRole", "root": "Account"}


def principal_keys(principal: Principal) -> dict[str, str]:
    """The condition keys that AWS itself puts into every request, told from who makes it.

    Source: IAM User Guide, reference_policies_variables, "Principal key values".
    """
    if principal.kind == "service":
        return {"aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": principal.arn}
    keys = {
        "aws:PrincipalArn": principal.role_arn or principal.arn,
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalType": _TYPES[principal.kind],
        "aws:PrincipalIsAWSService": "false",
        "aws:userid": principal.unique_id,
    }
    if principal.kind == "user":
        keys["aws:username"] = principal.arn.rpartition("/")[2]
    return keys
