"""What facts of IAM and STS decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import World
from tests.sandbox.facts_seen.common import ALLOW_ALL, Seen, refusal
from tests.sandbox.services.awslambda.shop import ROLE, TRUST, Shop


def identities(act: Callable[[Any], Any]) -> Seen:
    """What `act(iam)` comes to with a role r, a user u and the policies P1 and P2 in the account."""

    def seen(world: World) -> Any:
        iam = world.client("iam")
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
        iam.create_user(UserName="u")
        for name in ("P1", "P2"):
            iam.create_policy(PolicyName=name, PolicyDocument=ALLOW_ALL)
        return act(iam)

    return seen


def attaching(kind: str) -> Seen:
    """How a second managed policy is refused."""

    def act(iam: Any) -> str:
        attach, owner = getattr(iam, f"attach_{kind.lower()}_policy"), {f"{kind}Name": kind[0].lower()}
        attach(PolicyArn="arn:aws:iam::123456789012:policy/P1", **owner)
        return refusal(attach, PolicyArn="arn:aws:iam::123456789012:policy/P2", **owner)

    return identities(act)


def inlining(kind: str) -> Seen:
    """How a second inline policy is refused."""

    def act(iam: Any) -> str:
        put, owner = getattr(iam, f"put_{kind.lower()}_policy"), {f"{kind}Name": kind[0].lower()}
        put(PolicyName="one", PolicyDocument=ALLOW_ALL, **owner)
        return refusal(put, PolicyName="two", PolicyDocument=ALLOW_ALL, **owner)[:31]

    return identities(act)


def versioning(iam: Any) -> str:
    """How a second version of a policy is refused."""
    arn = "arn:aws:iam::123456789012:policy/P1"
    return refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=ALLOW_ALL)[:33]


def role(member: str) -> Callable[[Any], Any]:
    """A member of the role r."""
    return lambda iam: iam.get_role(RoleName="r")["Role"][member]


def policies(iam: Any) -> int:
    """How many of the account's two policies a listing shows."""
    return len(iam.list_policies(Scope="Local")["Policies"])


def creating(world: World) -> str:
    """How a role and a policy with documents of some eighty characters and more are refused."""
    iam = world.client("iam")
    role = refusal(iam.create_role, RoleName="r", AssumeRolePolicyDocument=TRUST)
    return role or refusal(iam.create_policy, PolicyName="p", PolicyDocument=ALLOW_ALL)


def session(member: str) -> Seen:
    """Seconds that a session lasts, or characters of one of its keys."""

    def seen(world: World) -> Any:
        shop = Shop(world)
        trust = TRUST.replace('{"Service": "lambda.amazonaws.com"}', '{"AWS": "*"}')
        shop.iam.update_assume_role_policy(RoleName="worker-role", PolicyDocument=trust)
        value = world.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"][member]
        return (value - world.now).seconds if member == "Expiration" else len(value)

    return seen
