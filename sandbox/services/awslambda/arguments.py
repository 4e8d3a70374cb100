"""How Lambda's front door validates names and values before an operation sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.model import OperationNotFoundError, Shape
from botocore.validate import ParamValidator

from sandbox.facts import Facts
from sandbox.models import service_model
from sandbox.services.awslambda.errors import constraint, invalid, not_found
from sandbox.services.awslambda.model import LATEST
from sandbox.services.base import not_here

_NAME = re.compile(
    r"(?:(?:arn:aws[a-zA-Z-]*:lambda:)?(?:(?P<region>[a-z]{2}(?:-gov)?-[a-z]+-\d):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:))?(?P<name>[a-zA-Z0-9-_]+)(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?",
    re.ASCII,
)


class Named(NamedTuple):
    """What a request says of a function: `account` is "" when it names none, `qualifier` has a default."""

    name: str
    qualifier: str
    account: str


def function_name(given: str, region: str) -> Named:
    """The name, the qualifier and the account in any of the forms that AWS takes (facts 1.4).

    Returns:
        The bare name, the qualifier, `$LATEST` when there is none, and the account, "" when there is none.

    Raises:
        AwsError: the form is none of AWS's, or the ARN is of another Region.
    """
    match = _NAME.fullmatch(given)
    if match is None:
        raise constraint(
            f"1 validation error detected: Value '{given}' at 'functionName' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {_pattern()}"
        )
    if (other := match["region"]) and other != region:
        raise not_found(f"Functions from '{other}' are not reachable in this region ('{region}')")
    return Named(match["name"], match["qualifier"] or LATEST, match["account"] or "")


@cache
def _pattern() -> str:
    return str(service_model("lambda").shape_for("FunctionName").metadata["pattern"])


def check_constraints(operation: str, params: Mapping[str, Any]) -> None:
    """Patterns, lengths, ranges and enumerations of AWS's model, reported as AWS's front door does.

    Raises:
        AwsError: ValidationException naming each violation.
    """
    shape = service_model("lambda").operation_model(operation).input_shape
    found = [
        problem
        for name, value in params.items()
        if value is not None and name not in {"FunctionName", "Runtime", "MemorySize", "Timeout"}
        for problem in _violations(name[0].lower() + name[1:], value, shape.members[name])
    ]
    if found:
        count = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"
        raise constraint(f"{count} detected: {'; '.join(found)}")


def _violations(path: str, value: Any, shape: Shape) -> list[str]:
    rules = shape.metadata
    head = f"Value '{value}' at '{path}' failed to satisfy constraint: Member must"
    if shape.type_name == "string":
        if (allowed := rules.get("enum")) and value not in allowed:
            return [f"{head} satisfy enum value set: [{', '.join(allowed)}]"]
        if (pattern := rules.get("pattern")) and not re.fullmatch(pattern, value, re.ASCII):
            return [f"{head} satisfy regular expression pattern: {pattern}"]
        if len(value) > rules.get("max", len(value)):
            return [f"{head} have length less than or equal to {rules['max']}"]
        return []
    if shape.type_name in {"integer", "long"}:
        if value > rules.get("max", value):
            return [f"{head} have value less than or equal to {rules['max']}"]
        if value < rules.get("min", value):
            return [f"{head} have value greater than or equal to {rules['min']}"]
        return []
    if shape.type_name == "structure":
        return [
            problem
            for name, item in value.items()
            for problem in _violations(f"{path}.{name[0].lower()}{name[1:]}", item, shape.members[name])
        ]
    if shape.type_name == "map":
        keys = [problem for key in value for problem in _violations(f"{path}.key", key, shape.key)]
        return keys + [
            problem for item in value.values() for problem in _violations(f"{path}.value", item, shape.value)
        ]
    if shape.type_name == "list":
        if len(value) > rules.get("max", len(value)):
            return [f"{head} have length less than or equal to {rules['max']}"]
        return [
            problem
            for number, item in enumerate(value, 1)
            for problem in _violations(f"{path}.{number}.member", item, shape.member)
        ]
    return []


def check_limits(facts: Facts, *, memory: int | None, timeout: int | None, storage: int | None) -> None:
    """Memory, timeout and /tmp of default compute (facts 1.1); the model's ceilings are Managed Instances'.

    Raises:
        AwsError: a value is out of range or off the step.
    """
    for name, value, low, high in (
        ("MemorySize", memory, facts["lambda.memory_min"], facts["lambda.memory_max"]),
        ("Timeout", timeout, facts["lambda.timeout_min"], facts["lambda.timeout_max"]),
        ("EphemeralStorage.Size", storage, facts["lambda.tmp_default"], facts["lambda.tmp_max"]),
    ):
        head = f"'{name}' value failed to satisfy constraint: Member must have value"
        if value is not None and value > high:
            raise invalid(f"{head} less than or equal to {high}")
        if value is not None and value < low:
            raise invalid(f"{head} greater than or equal to {low}")
    step = facts["lambda.memory_step"]
    if memory is not None and memory % step:
        raise invalid(f"'MemorySize' must be a multiple of {step} MB")


def check_environment(facts: Facts, variables: Mapping[str, str]) -> None:
    """Environment variables: no reserved key, not too many bytes in all (facts 1.6, 3.4).

    Raises:
        AwsError: InvalidParameterValueException in AWS's words.
    """
    head = (
        "Lambda was unable to configure your environment variables because the environment variables "
        "you have provided "
    )
    reserved = [key for key in variables if key in facts["lambda.reserved_variables"]]
    if reserved:
        raise invalid(
            f"{head}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if any("\0" in value for value in variables.values()):
        raise invalid(f"{head}contains a value with a NUL character.")
    measured = json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > facts["lambda.environment_max"]:
        limit = facts.text("lambda.environment_max").replace(" ", "")
        raise invalid(f"{head}exceeded the {limit} limit. String measured: {measured}")


def check_runtime(facts: Facts, runtime: str) -> None:
    """Whether a function may be created or updated with a runtime, and whether it can run here.

    Raises:
        AwsError: AWS's words for an unknown or blocked runtime; our own for one that is not Python.
    """
    known = service_model("lambda").shape_for("Runtime").metadata["enum"]
    if runtime not in known:
        raise invalid(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(known)}] or be a valid ARN"
        )
    if runtime in facts["runtimes.blocked"]:
        raise invalid(
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions."
        )
    if not runtime.startswith("python"):
        raise not_here(f"runtime {runtime}; handlers here are Python")


def check_call(service: str, operation: str, params: Mapping[str, Any]) -> None:
    """Whether parameters that a handler sent have AWS's shapes: its client may not have looked.

    Raises:
        AwsError: ValidationException; what is not known here is left for the call to refuse.
    """
    try:
        shape = service_model(service).operation_model(operation).input_shape
    except (OperationNotFoundError, UnknownServiceError, DataNotFoundError):
        return
    if shape is not None and (report := ParamValidator().validate(params, shape)).has_errors():
        raise constraint(report.generate_report())
