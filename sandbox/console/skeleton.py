"""Parameters in one piece: `--cli-input-json`, `--cli-input-yaml`, `--generate-cli-skeleton`."""

from __future__ import annotations

import json
from typing import Any

from sandbox.console.arguments import Command
from sandbox.console.errors import MistakeError, parameter_error
from sandbox.console.output import format_json, format_yaml, plain
from sandbox.console.values import Files, from_file

_SAMPLES: dict[str, Any] = {
    "integer": 0,
    "long": 0,
    "float": 0.0,
    "double": 0.0,
    "boolean": True,
    "timestamp": "1970-01-01T00:00:00",
    "blob": None,
}


def cli_input(values: dict[str, Any], files: Files) -> dict[str, Any]:
    """The parameters that `--cli-input-json` or `--cli-input-yaml` gives; empty without them.

    Raises:
        MistakeError: the text is neither, or both options were given.
    """
    given = [name for name in ("cli-input-json", "cli-input-yaml") if name in values]
    if not given:
        return {}
    if len(given) > 1:
        raise MistakeError("Only one --cli-input- parameter may be specified.", "parameter")
    name = given[0]
    content = from_file(f"--{name}", values[name], files)
    text = values[name] if content is None else content
    params = _read_json(name, text) if name.endswith("json") else _read_yaml(name, text)
    if not isinstance(params, dict):
        raise parameter_error(f"--{name}", f"Invalid type: expecting map, received {type(params)}")
    return {str(key): value for key, value in params.items()}


def _read_json(name: str, text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise parameter_error(name, "Invalid JSON received.", str(problem)) from None


def _read_yaml(name: str, text: str | bytes) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise parameter_error(name, "Invalid YAML received.") from None


def skeleton(asked: Command, kind: str, params: dict[str, Any]) -> str:
    """What `--generate-cli-skeleton` prints; AWS is not called.

    Args:
        asked: the command.
        kind: "input", "yaml-input" or "output".
        params: what was given, checked against the model for "output".

    Raises:
        botocore.exceptions.ParamValidationError: for "output", the parameters do not fit.
    """
    operation = asked.operation
    if kind == "output":
        _check(operation, params)
        shape = operation.output_shape
        return format_json(
            "", plain(sample(shape, named=True) if shape is not None and not asked.waiter else {})
        )
    found = sample(operation.input_shape) if operation.input_shape is not None else {}
    if kind == "yaml-input":
        return format_yaml("", found) or "{}\n"
    return json.dumps(found, indent=4, ensure_ascii=False) + "\n"


def _check(operation: Any, params: dict[str, Any]) -> None:
    from botocore.exceptions import ParamValidationError
    from botocore.validate import ParamValidator

    if operation.input_shape is None:
        return
    report = ParamValidator().validate(params, operation.input_shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


def sample(shape: Any, *, named: bool = False, name: str = "", inside: tuple[str, ...] = ()) -> Any:
    """A value of a shape with nothing in it: empty texts, zeros, one element a list.

    Args:
        shape: botocore's shape.
        named: whether a text is the name of its member, as for a sample reply; else a text with a closed
            set of values is the first of them.
        name: the member it is for.
        inside: the names of the shapes around it; a shape inside itself stays empty.
    """
    kind = shape.type_name
    around = (*inside, shape.name)
    if kind == "structure":
        if shape.name in inside:
            return {}
        return {
            key: sample(member, named=named, name=key, inside=around) for key, member in shape.members.items()
        }
    if kind == "list":
        return [sample(shape.member, named=named, name=shape.member.name if named else "", inside=around)]
    if kind == "map":
        return {"KeyName": sample(shape.value, named=named, name=shape.value.name, inside=around)}
    if kind in _SAMPLES:
        return _SAMPLES[kind]
    if named:
        return name
    return shape.enum[0] if getattr(shape, "enum", None) else ""
