"""How IAM checks names, values and documents before an operation sees them."""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.model import Shape

from sandbox.identity import Document, PolicyError
from sandbox.models import service_model
from sandbox.services.base import AwsError
from sandbox.services.iam import errors

_POLICY_ARN = re.compile(r"arn:aws:iam::(?:\d{12}|aws):policy/.+", re.ASCII)
_NAMES = ("UserName", "RoleName", "PolicyName")


def check(operation: str, **given: Any) -> None:
    """Patterns, lengths, ranges and enumerations of AWS's model; None is not checked.

    Raises:
        AwsError: ValidationError.
    """
    shape = service_model("iam").operation_model(operation).input_shape
    found = [
        problem
        for name, value in given.items()
        if value is not None and (problem := _problem(name, value, shape.members[name]))
    ]
    if found:
        count = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"
        raise errors.invalid(f"{count} detected: {'; '.join(found)}")
    for name, value in given.items():
        if value is not None:
            _check_pattern(name, value, shape.members[name])


def _problem(name: str, value: Any, shape: Shape) -> str:
    rules = shape.metadata
    measure, word = (len(value), "length") if isinstance(value, str) else (value, "value")
    head = f"Value '{value}' at '{_lower(name)}' failed to satisfy constraint: Member must"
    if (allowed := rules.get("enum")) and value not in allowed:
        return f"{head} satisfy enum value set: [{', '.join(allowed)}]"
    if measure > rules.get("max", measure):
        return f"{head} have {word} less than or equal to {rules['max']}"
    if measure < rules.get("min", measure):
        return f"{head} have {word} greater than or equal to {rules['min']}"
    return ""


def _check_pattern(name: str, value: Any, shape: Shape) -> None:
    pattern = shape.metadata.get("pattern")
    if pattern is None or re.fullmatch(pattern, value, re.ASCII):
        return
    if name in _NAMES:
        rule = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
    elif name == "Path":
        rule = "It must begin and end with / and contain only alphanumeric characters and/or / characters."
    else:
        raise errors.invalid(
            f"1 validation error detected: Value at '{_lower(name)}' failed to satisfy constraint: Member "
            f"must satisfy regular expression pattern: {pattern}"
        )
    raise errors.invalid(f"The specified value for {_lower(name)} is invalid. {rule}")


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def document(text: str, kind: str) -> Document:
    """A policy document; `kind` is "identity" or "trust".

    Raises:
        AwsError: MalformedPolicyDocument with AWS's message.
    """
    try:
        json.loads(text)
        return Document.parse(text, kind)
    except PolicyError as error:
        raise errors.malformed(str(error)) from None
    except (ValueError, RecursionError):
        raise errors.malformed("This policy contains invalid Json") from None


def check_size(source: str, limit: int, error: AwsError) -> None:
    """A document's characters, white space not counted.

    Raises:
        AwsError: the one given.
    """
    if len("".join(source.split())) > limit:
        raise error


def check_policy_arn(arn: str) -> None:
    """An ARN is one of a managed policy.

    Raises:
        AwsError: ValidationError.
    """
    if not _POLICY_ARN.fullmatch(arn):
        # The two blanks are AWS's.
        raise errors.invalid("Invalid ARN:  Could not be parsed!")
