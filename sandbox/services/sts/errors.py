"""The errors that STS answers with, in AWS's words (recorded replies of 2025)."""

from __future__ import annotations

from sandbox.services.base import AwsError


def invalid(message: str) -> AwsError:
    """A parameter breaks its rules."""
    return AwsError("ValidationError", message, 400)


def denied(caller: str, role: str) -> AwsError:
    """There is no such role, which AWS does not tell from one whose trust policy keeps the caller out."""
    return AwsError(
        "AccessDenied",
        f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}",
        403,
    )
