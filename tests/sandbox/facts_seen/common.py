"""What all happenings share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from sandbox import World

Seen = Callable[[World], Any]
"""A small happening in a world, that comes to something which one fact of AWS decides."""

ALLOW_ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


def refusal(call: Callable[..., Any], **params: Any) -> str:
    """The message with which AWS refuses; "" when it does not."""
    try:
        call(**params)
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    return ""
