"""The errors that Lambda answers with, in AWS's words (facts 1.6, 4.3, 4.4, 6.1, 8.2)."""

from __future__ import annotations

from sandbox.services.base import AwsError


def invalid(message: str) -> AwsError:
    """400 InvalidParameterValueException."""
    return AwsError("InvalidParameterValueException", message, 400, Type="User")


def constraint(message: str) -> AwsError:
    """400 ValidationException: the request never reached Lambda's own checks."""
    return AwsError("ValidationException", message, 400)


def not_found(message: str) -> AwsError:
    """404 ResourceNotFoundException."""
    return AwsError("ResourceNotFoundException", message, 404, Type="User")


def conflict(message: str) -> AwsError:
    """409 ResourceConflictException."""
    return AwsError("ResourceConflictException", message, 409, Type="User")


def precondition_failed(message: str) -> AwsError:
    """412 PreconditionFailedException: somebody else's change came first."""
    return AwsError("PreconditionFailedException", message, 412, Type="User")


def no_role() -> AwsError:
    """403: there is no environment, and none can be made without the function's role (facts 9.3) [SIM]."""
    return AwsError(
        "AccessDeniedException",
        "The role defined for the function cannot be assumed by Lambda.",
        403,
        Type="User",
    )


def throttled(reason: str) -> AwsError:
    """429 TooManyRequestsException with AWS's Reason (facts 4.4)."""
    return AwsError("TooManyRequestsException", "Rate Exceeded.", 429, Reason=reason, Type="User")
