"""The errors that IAM answers with, in AWS's words (recorded replies of 2024 to 2026)."""

from __future__ import annotations

from sandbox.services.base import AwsError


def no_such(kind: str, name: str) -> AwsError:
    """There is no user, role or inline policy of that name."""
    return AwsError("NoSuchEntity", f"The {kind} with name {name} cannot be found.", 404)


def no_policy(arn: str) -> AwsError:
    """There is no managed policy of that ARN, or it is not attached."""
    return AwsError("NoSuchEntity", f"Policy {arn} was not found.", 404)


def not_attachable(arn: str) -> AwsError:
    """There is no managed policy of that ARN that could be attached."""
    return AwsError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)


def no_version(arn: str, version: str) -> AwsError:
    """A managed policy has no such version."""
    return AwsError(
        "NoSuchEntity", f"Policy {arn} version {version} does not exist or is not attachable.", 404
    )


def exists(kind: str, name: str) -> AwsError:
    """The name is taken."""
    return AwsError("EntityAlreadyExists", f"{kind} with name {name} already exists.", 409)


def policy_exists(name: str) -> AwsError:
    """The name of a customer managed policy is taken."""
    message = f"A policy called {name} already exists. Duplicate names are not allowed."
    return AwsError("EntityAlreadyExists", message, 409)


def conflict(message: str) -> AwsError:
    """Something that still hangs on it must go first."""
    return AwsError("DeleteConflict", message, 409)


def malformed(message: str) -> AwsError:
    """A policy document breaks the grammar."""
    return AwsError("MalformedPolicyDocument", message, 400)


def limit(message: str) -> AwsError:
    """A quota is reached."""
    return AwsError("LimitExceeded", message, 409)


def invalid(message: str) -> AwsError:
    """A value breaks its rules."""
    return AwsError("ValidationError", message, 400)


def not_yours(message: str) -> AwsError:
    """AWS managed policies belong to AWS."""
    return AwsError("AccessDenied", message, 403)
