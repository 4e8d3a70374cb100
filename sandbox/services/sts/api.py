"""The operations of STS, as boto3 has them."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Mapping
from random import Random
from typing import Any, NamedTuple

from sandbox.identity import Principal
from sandbox.kernel import SECOND, as_datetime
from sandbox.models import service_model
from sandbox.services.base import Call, Port, Service, not_here, operation
from sandbox.services.sts import errors

_ROLE = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+", re.ASCII)
_KEY_CHARACTERS = string.ascii_uppercase + string.digits
_PREFIX = "ASIA"


class Holder(NamedTuple):
    """Who holds a temporary key.

    Attributes:
        session: the role's session that it was handed out to.
        over: whether that has ended.
    """

    session: Principal
    over: bool


class StsService(Service):
    """Callers' identities and sessions of roles."""

    name = "sts"
    denied_code = "AccessDenied"

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self._keys: dict[str, tuple[Principal, int]] = {}

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
        DurationSeconds: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """A session of a role, if the role's trust policy lets the caller in.

        The keys have the form of AWS's and open nothing outside this world; inside it, the session's ARN is
        what `World.client` takes.
        """
        seconds: int = DurationSeconds or self.port.facts["sts.session_default"]
        _check(RoleArn, RoleSessionName, seconds)
        if others:
            raise not_here(f"AssumeRole with {', '.join(sorted(others))}")
        if seconds > (longest := self.port.facts["iam.session_default"]):
            raise not_here(f"sessions longer than {longest} seconds")
        session = self.port.role(RoleArn, session=RoleSessionName, service=call.principal.arn)
        if session is None:
            raise errors.denied(call.principal.arn, RoleArn)
        credentials = self._credentials(seconds)
        self._keys[credentials["AccessKeyId"]] = (session, self.port.kernel.now + seconds * SECOND)
        return {
            "Credentials": credentials,
            "AssumedRoleUser": {"AssumedRoleId": session.unique_id, "Arn": session.arn},
        }

    def holder(self, key: str) -> Holder | None:
        """Whose key that is; None for one that AssumeRole has not handed out."""
        known = self._keys.get(key)
        return None if known is None else Holder(known[0], known[1] <= self.port.kernel.now)

    def _credentials(self, seconds: int) -> dict[str, Any]:
        stream, facts = self.port.kernel.stream("sts credentials"), self.port.facts
        letters = facts["sts.access_key_length"] - len(_PREFIX)
        return {
            "AccessKeyId": _PREFIX + "".join(stream.choices(_KEY_CHARACTERS, k=letters)),
            "SecretAccessKey": _random_text(stream, facts["sts.secret_key_length"]),
            "SessionToken": _random_text(stream, facts["sts.session_token_length"]),
            "Expiration": as_datetime(self.port.kernel.now + seconds * SECOND),
        }


def _random_text(stream: Random, length: int) -> str:
    # Base64 has four characters for three bytes.
    return base64.b64encode(stream.randbytes(length * 3 // 4)).decode()


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
