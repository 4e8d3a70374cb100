"""Where AWS CLI differs from AWS's models: other names, missing commands, options of its own.

Data, but for the options that AWS CLI puts together into one parameter. Taken from AWS CLI 2.36, for the
services near Lambda; the models tell everything else.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from sandbox.console.errors import MistakeError, parameter_error

BOTO_NAMES: Mapping[str, str] = {
    "s3api": "s3",
    "deploy": "codedeploy",
    "configservice": "config",
}
"""AWS CLI's names of services, to boto3's, where they differ."""

REMOVED_COMMANDS: Mapping[str, frozenset[str]] = {
    "lambda": frozenset({"invoke-with-response-stream"}),
    "logs": frozenset({"get-log-object", "start-live-tail"}),
    "kinesis": frozenset({"subscribe-to-shard"}),
    "bedrock-runtime": frozenset(
        {"invoke-model-with-bidirectional-stream", "invoke-model-with-response-stream", "converse-stream"}
    ),
}
"""Operations that AWS CLI does not offer, because they answer with a stream of events."""

_RENAMED_OPTIONS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("sns", "subscribe"): {"endpoint": "notification-endpoint"},
    ("stepfunctions", "send-task-success"): {"output": "task-output"},
    ("apigateway", "create-rest-api"): {"version": "api-version"},
    ("apigatewayv2", "create-api"): {"version": "api-version"},
    ("apigatewayv2", "update-api"): {"version": "api-version"},
    ("schemas", "*"): {"version": "schema-version"},
    ("codepipeline", "get-pipeline"): {"version": "pipeline-version"},
}

OLD_NAMES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("lambda", "publish-version"): {"code-sha256": "code-sha-256"},
}
"""Names that options had in earlier versions; AWS CLI still takes them and shows them nowhere."""

ZIP_OPTION: Mapping[tuple[str, str], str] = {
    ("lambda", "create-function"): "Code",
    ("lambda", "publish-layer-version"): "Content",
}
"""Operations where `--zip-file` is a member of another parameter."""

ZIP_CHECKED = frozenset({"create-function", "publish-layer-version", "update-function-code"})
"""Operations of Lambda whose `--zip-file` must hold a zip file."""

METRIC_OWNER = "MetricData"
"""The parameter of `aws cloudwatch put-metric-data` that options of its own make up."""

METRIC_OPTIONS = {
    "metric-name": "MetricName",
    "timestamp": "Timestamp",
    "unit": "Unit",
    "value": "Value",
    "dimensions": "Dimensions",
    "statistic-values": "StatisticValues",
    "storage-resolution": "StorageResolution",
}
"""Those options, and the member of the metric that each sets."""

_ZIP_MESSAGE = (
    "--zip-file must be a zip file with the fileb:// prefix.\n"
    "Example usage:  --zip-file fileb://path/to/file.zip"
)


def option_name(service: str, operation: str, name: str) -> str:
    """AWS CLI's name of an option that the model would call `name`."""
    for where in ((service, operation), (service, "*")):
        if name in _RENAMED_OPTIONS.get(where, {}):
            return _RENAMED_OPTIONS[where][name]
    return name


def check_zip(content: bytes) -> None:
    """See that what `--zip-file` gives is a zip file.

    Raises:
        MistakeError: it is none; in AWS CLI's words.
    """
    if not zipfile.is_zipfile(BytesIO(content)):
        raise MistakeError(_ZIP_MESSAGE, "parameter")


def refuse_nested_zip(option: str, value: Any) -> None:
    """AWS CLI takes a zip file by `--zip-file` only.

    Raises:
        MistakeError: the value has a ZipFile.
    """
    if isinstance(value, dict) and "ZipFile" in value:
        raise MistakeError(
            f"ZipFile cannot be provided as part of the {option} argument.  "
            "Please use the '--zip-file' option instead to specify a zip file.",
            "parameter",
        )


def metric_member(option: str, text: str) -> Any:
    """One member of the metric that `put-metric-data` builds of its options.

    Args:
        option: its name without the dashes.
        text: as typed: `1.5`, or `Function=hello,Stage=dev` for the dimensions.

    Raises:
        MistakeError: the text is no number, or no pairs.
    """
    if option == "dimensions":
        return [{"Name": key, "Value": value} for key, value in _pairs(option, text)]
    if option == "statistic-values":
        return {key: _number(option, value) for key, value in _pairs(option, text)}
    if option == "storage-resolution":
        return int(_number(option, text))
    if option == "value":
        return _number(option, text)
    return text


def _pairs(option: str, text: str) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in text.split(",")]
    if not all(middle for _, middle, _ in parts):
        raise parameter_error(f"--{option}", f"Expected Name=Value pairs with commas between, found: {text}")
    return [(key, value) for key, _, value in parts]


def _number(option: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise parameter_error(f"--{option}", f"Expected a number, found: {text}") from None
