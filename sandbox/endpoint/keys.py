"""Whose access key that is.

Temporary keys that AssumeRole handed out here are their session's. Every other key is the administrator's:
IAM has no CreateAccessKey here, and nobody should have to set keys up to try something out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.identity import Principal
from sandbox.services.base import AwsError


class Keys:
    """The temporary keys of one world, learned from the replies that carry them."""

    def __init__(self) -> None:
        self._sessions: dict[str, tuple[Principal, datetime]] = {}

    def learn(self, operation: str, params: Mapping[str, Any], reply: Mapping[str, Any]) -> None:
        """Look at a reply of STS's for keys."""
        if operation != "AssumeRole":
            return
        user, credentials = reply["AssumedRoleUser"], reply["Credentials"]
        role = params["RoleArn"]
        session = Principal(
            arn=user["Arn"],
            kind="session",
            account=role.split(":")[4],
            unique_id=user["AssumedRoleId"],
            role=role,
        )
        self._sessions[credentials["AccessKeyId"]] = (session, credentials["Expiration"])

    def holder(self, key: str, protocol: str, now: datetime) -> Principal | None:
        """Whose key that is; None for the administrator.

        Args:
            key: the key's id.
            protocol: decides how an error is called.
            now: the world's time.

        Raises:
            AwsError: the session is over.
        """
        session, ends = self._sessions.get(key, (None, now))
        if session is not None and ends <= now:
            code = "ExpiredToken" if protocol == "query" else "ExpiredTokenException"
            raise AwsError(code, "The security token included in the request is expired", 403)
        return session
