"""The shapes that Lambda answers with. Keys that AWS omits are absent, not null."""

from __future__ import annotations

from typing import Any

from sandbox.kernel import as_datetime
from sandbox.services.awslambda.model import LATEST, Configuration, EventInvokeConfig, Function

_CREATING = "The function is being created."


def configuration(function: Function) -> dict[str, Any]:
    """A FunctionConfiguration as create, get and list return it (facts 1.5)."""
    latest = function.latest
    reply: dict[str, Any] = {
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Runtime": latest.runtime,
        "Role": latest.role,
        "Handler": latest.handler,
        "CodeSize": latest.code_size,
        "Description": latest.description,
        "Timeout": latest.timeout,
        "MemorySize": latest.memory,
        "LastModified": f"{as_datetime(function.modified):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "+0000",
        "CodeSha256": latest.code,
        "Version": LATEST,
        "TracingConfig": {"Mode": latest.tracing},
        "RevisionId": function.revision,
        "State": function.state,
        "PackageType": "Zip",
        "Architectures": [latest.architecture],
        "EphemeralStorage": {"Size": latest.storage},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": latest.log_group},
    }
    if latest.environment:
        reply["Environment"] = {"Variables": dict(latest.environment)}
    if latest.dead_letter_target:
        reply["DeadLetterConfig"] = {"TargetArn": latest.dead_letter_target}
    if function.state == "Pending":
        reply |= {"StateReason": _CREATING, "StateReasonCode": "Creating"}
    if function.update_status:
        reply["LastUpdateStatus"] = function.update_status
    if function.update_status == "InProgress":
        # AWS says this of updates too (facts 1.5).
        reply |= {"LastUpdateStatusReason": _CREATING, "LastUpdateStatusReasonCode": "Creating"}
    return reply


def event_invoke_config(function: Function, config: EventInvokeConfig) -> dict[str, Any]:
    """A FunctionEventInvokeConfig."""
    destinations: dict[str, Any] = {"OnSuccess": {}, "OnFailure": {}}
    if config.on_success:
        destinations["OnSuccess"] = {"Destination": config.on_success}
    if config.on_failure:
        destinations["OnFailure"] = {"Destination": config.on_failure}
    reply: dict[str, Any] = {
        "LastModified": as_datetime(config.modified),
        "FunctionArn": f"{function.arn}:{LATEST}",
        "DestinationConfig": destinations,
    }
    if config.retries is not None:
        reply["MaximumRetryAttempts"] = config.retries
    if config.max_age is not None:
        reply["MaximumEventAgeInSeconds"] = config.max_age
    return reply


def changed(old: Configuration, **changes: Any) -> Configuration:
    """A configuration with some of its parts replaced; None leaves a part as it is."""
    import msgspec

    return msgspec.structs.replace(old, **{k: v for k, v in changes.items() if v is not None})
