"""Parameters held to a shape by botocore, and what AWS says of those that do not hold.

Source: facts 1.6 ("1 validation error detected: Value ... failed to satisfy constraint: ..."); SQS's and
CloudWatch's words for a missing parameter are their own.
"""

from __future__ import annotations

import re
from typing import Any

from botocore.model import Shape
from botocore.validate import ParamValidator

from sandbox.wire import restxml
from sandbox.wire.messages import Refused
from sandbox.wire.routing import QUERY, REST_XML

_VALIDATOR = ParamValidator()
_INDEX = re.compile(r"\[([0-9]{1,9})\]")
_STEP = re.compile(r"\[([0-9]{1,9})\]|\.([^.\[]+)")
_LONGEST = 256
"""More of a wrong value is not repeated in a message."""

_CODES = {"logs": "InvalidParameterException"}
_MISSING = {
    "sqs": (
        "MissingParameter",
        "MissingRequiredParameterException",
        "The request must contain the parameter {}.",
    ),
    "cloudwatch": ("MissingParameter", "MissingRequiredParameterException", "The parameter {} is required."),
}


def check(service: str, protocol: str, params: dict[str, Any], shape: Shape) -> None:
    """Hold parameters to an operation's input shape.

    Args:
        service: boto3's client name.
        protocol: decides the code.
        params: the parameters, read.
        shape: the input shape.

    Raises:
        Refused: AWS's validation error; it names every constraint that is broken.
    """
    report = _VALIDATOR.validate(params, shape)
    if not report.has_errors():
        return
    if protocol == REST_XML:
        raise restxml.malformed()
    findings: list[tuple[str, str, dict[str, Any]]] = report._errors
    first = findings[0]
    if service in _MISSING and first[0] == "missing required field":
        code, name, words = _MISSING[service]
        raise Refused(code, words.format(first[2]["required_name"]), 400, QueryErrorCode=name)
    code = _CODES.get(service, "ValidationError" if protocol == QUERY else "ValidationException")
    told = "; ".join(_told(params, *finding) for finding in findings)
    count = f"{len(findings)} validation error{'s' if len(findings) > 1 else ''} detected"
    raise Refused(code, f"{count}: {told}")


def _told(params: dict[str, Any], reason: str, name: str, more: dict[str, Any]) -> str:
    if reason == "missing required field":
        path = _path(name, more["required_name"])
        return f"Value null at '{path}' failed to satisfy constraint: Member must not be null"
    if reason in {"invalid range", "invalid length"}:
        what = "value" if reason == "invalid range" else "length"
        given = str(_value(params, name))[:_LONGEST]
        return (
            f"Value '{given}' at '{_path(name)}' failed to satisfy constraint: "
            f"Member must have {what} greater than or equal to {more['min_allowed']}"
        )
    return f"Value at '{_path(name)}' failed to satisfy constraint: {reason}"


def _value(params: Any, name: str) -> Any:
    """What stands at botocore's path of a member; "" where a map's key makes the path ambiguous."""
    for index, key in _STEP.findall(name):
        try:
            params = params[int(index)] if index else params[key]
        except (LookupError, TypeError):
            return ""
    return params


def _path(*names: str) -> str:
    """botocore's path of a member, as AWS spells it: ".Entries[0].Id" is entries.1.member.id."""
    path = ".".join(name for name in names if name)
    path = _INDEX.sub(lambda match: f".{int(match[1]) + 1}.member", path)
    return ".".join(part[:1].lower() + part[1:] for part in path.split(".") if part)
