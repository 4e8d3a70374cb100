"""The operations of STS, as boto3 has them."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Mapping
from typing import Any

from sandbox.kernel import SECOND, as_datetime
from sandbox.models import service_model
from sandbox.services.base import Call, Service, operation
from sandbox.services.sts import errors

_ROLE = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+")
_KEY_CHARACTERS = string.ascii_uppercase + string.digits
_SESSION_SECONDS = 3600
"""The default, and the longest session of a role by default (STS API reference, AssumeRole)."""


class StsService(Service):
    """Callers' identities and sessions of roles."""

    name = "sts"
    denied_code = "AccessDenied"

    def role_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN of the role that a request is about."""
        return str(params["RoleArn"])

    @operation(None)
    def get_caller_identity(self, call: Call) -> dict[str, Any]:
        """Who calls. Everybody may, even against a deny."""
        principal = call.principal
        return {"UserId": principal.unique_id, "Account": principal.account, "Arn": principal.arn}

    @operation("sts:AssumeRole", "role_arn")
    def assume_role(
        self,
        call: Call,
        *,
        RoleArn: str,
        RoleSessionName: str,
        DurationSeconds: int = _SESSION_SECONDS,
        **others: Any,
    ) -> dict[str, Any]:
        """A session of a role, if the role's trust policy lets the caller in.

        The keys have the form of AWS's and open nothing outside this world; inside it, the session's ARN is
        what `World.client` takes.
        """
        _check(RoleArn, RoleSessionName, DurationSeconds)
        if others:
            raise errors.not_here(f"AssumeRole with {', '.join(sorted(others))}")
        if DurationSeconds > _SESSION_SECONDS:
            raise errors.not_here(f"sessions longer than {_SESSION_SECONDS} seconds")
        session = self.port.role(RoleArn, session=RoleSessionName, service=call.principal.arn)
        if session is None:
            raise errors.denied(call.principal.arn, RoleArn)
        return {
            "Credentials": self._credentials(DurationSeconds),
            "AssumedRoleUser": {"AssumedRoleId": session.unique_id, "Arn": session.arn},
        }

    def _credentials(self, seconds: int) -> dict[str, Any]:
        stream = self.port.kernel.stream("sts credentials")
        return {
            "AccessKeyId": "ASIA" + "".join(stream.choices(_KEY_CHARACTERS, k=16)),
            "SecretAccessKey": base64.b64encode(stream.randbytes(30)).decode(),
            "SessionToken": base64.b64encode(stream.randbytes(264)).decode(),
            "Expiration": as_datetime(self.port.kernel.now + seconds * SECOND),
        }


def _check(role: str, session: str, seconds: int) -> None:
    """Names and values as STS's model has them.

    Raises:
        AwsError: ValidationError.
    """
    members = service_model("sts").operation_model("AssumeRole").input_shape.members
    pattern = members["RoleSessionName"].metadata["pattern"]
    most = members["RoleSessionName"].metadata["max"]
    problem = ""
    if not re.fullmatch(pattern, session, re.ASCII):
        problem = f"'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: {pattern}"  # noqa: E501
    elif len(session) > most:
        problem = f"'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to {most}"  # noqa: E501
    if problem:
        raise errors.invalid(f"1 validation error detected: Value '{session}' at {problem}")
    if not _ROLE.fullmatch(role):
        raise errors.invalid(f"{role} is invalid")
    longest = members["DurationSeconds"].metadata["max"]
    if seconds > longest:
        raise errors.invalid(
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy "
            f"constraint: Member must have value less than or equal to {longest}"
        )
