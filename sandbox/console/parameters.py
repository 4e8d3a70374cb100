"""From the options of a command to the parameters that go to AWS."""

from __future__ import annotations

from typing import Any

from sandbox.console import customize, skeleton, values
from sandbox.console.arguments import Command, Given, Option
from sandbox.console.errors import MistakeError, parameter_error
from sandbox.console.values import Files


def parameters(asked: Command, given: Given, files: Files, *, base64_in: bool) -> dict[str, Any]:
    """What goes to AWS, under AWS's names, binary values as bytes.

    Args:
        asked: the command.
        given: what was typed after it.
        files: where `file://` and `fileb://` look.
        base64_in: whether binary values are typed in base64.

    Raises:
        MistakeError: a value does not fit its option.
    """
    params: dict[str, Any] = {}
    _refuse_two_metrics(asked, given)
    for name, words in given.values.items():
        _set(params, asked, asked.options[name], words, files)
    for key, value in skeleton.cli_input(given.values, files).items():
        params.setdefault(key, value)
    shape = asked.operation.input_shape
    if shape is None:
        return params
    params = dict(values.blobs(params, shape, base64_in=base64_in))
    if asked.service.name == "lambda" and asked.name in customize.ZIP_CHECKED:
        _check_zip(params)
    return params


def page_settings(
    asked: Command, given: Given, params: dict[str, Any], files: Files, *, paged: bool
) -> dict[str, Any]:
    """StartingToken, PageSize and MaxItems as given.

    Without pages, an option that took the name of a parameter, such as Lambda's own `--max-items`, is that
    parameter again and is added to `params`.

    Raises:
        MistakeError: a value is no number.
    """
    config: dict[str, Any] = {}
    for name, words in given.values.items():
        option = asked.options[name]
        if option.role != "page":
            continue
        real = option if paged else asked.shadowed.get(name, option)
        convert = real.shape is not None
        value = values.convert(f"--{name}", real.shape, words, files) if convert else str(words)
        if paged:
            config[real.member] = _whole(name, value) if name == "max-items" else value
        else:
            params[real.member] = value
    return config


def _set(params: dict[str, Any], asked: Command, option: Option, words: Any, files: Files) -> None:
    name = f"--{option.name}"
    if option.role in ("on", "off"):
        params[option.member] = option.role == "on"
    elif option.role == "member":
        value = values.convert(name, option.shape, words, files)
        if customize.ZIP_OPTION.get((asked.service.name, asked.name)) == option.member:
            customize.refuse_nested_zip(name, value)
        _merge(params, option.member, value)
    elif option.role == "zip":
        _merge(params, option.member, {"ZipFile": values.convert(name, option.shape, words, files)})
    elif option.role == "metric":
        _set_metric(params, option, str(words))


def _refuse_two_metrics(asked: Command, given: Given) -> None:
    options = [asked.options[name] for name in given.values]
    parts = [option.name for option in options if option.role == "metric"]
    if parts and any(option.member == customize.METRIC_OWNER for option in options):
        raise MistakeError(
            f"--{parts[0]} makes a metric of its own: leave it or --metric-data out.", "parameter"
        )


def _set_metric(params: dict[str, Any], option: Option, text: str) -> None:
    metrics = params.setdefault(customize.METRIC_OWNER, [{}])
    metrics[0][option.member] = customize.metric_member(option.name, text)


def _merge(params: dict[str, Any], member: str, value: Any) -> None:
    """Set a parameter; what `--zip-file` and `--code` say of the same one comes together."""
    before = params.get(member)
    if isinstance(before, dict) and isinstance(value, dict):
        params[member] = {**before, **value}
    else:
        params[member] = value


def _check_zip(params: dict[str, Any]) -> None:
    for holder in (params, params.get("Code"), params.get("Content")):
        if isinstance(holder, dict) and isinstance(holder.get("ZipFile"), bytes):
            customize.check_zip(holder["ZipFile"])


def _whole(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise parameter_error(f"--{name}", f"Expected a whole number, found: {value}") from None
