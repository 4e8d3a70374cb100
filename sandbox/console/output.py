"""How a reply is shown: AWS CLI's `--output json`, `text`, `table`, `yaml`, `yaml-stream` and `off`."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.console.table import format_table


def plain(value: Any) -> Any:
    """A reply in JSON's types: times in ISO 8601 with +00:00, bytes in base64, no ResponseMetadata.

    Args:
        value: a reply as boto3 gives it, or any part of one.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return b64encode(bytes(value)).decode()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def format_json(title: str, reply: Any) -> str:
    """As `--output json` shows it; an empty reply is shown as nothing."""
    del title
    if reply == {}:
        return ""
    return json.dumps(reply, indent=4, ensure_ascii=False) + "\n"


def format_yaml(title: str, reply: Any) -> str:
    """As `--output yaml` shows it."""
    del title
    if reply == {}:
        return ""
    if not isinstance(reply, dict | list):
        return json.dumps(reply, ensure_ascii=False) + "\n"
    import yaml

    return str(yaml.safe_dump(reply, default_flow_style=False, allow_unicode=True))


def format_yaml_stream(title: str, reply: Any) -> str:
    """As `--output yaml-stream` shows one page."""
    return "" if reply == {} else format_yaml(title, [reply])


def format_off(title: str, reply: Any) -> str:
    """As `--output off` shows it: not at all."""
    del title, reply
    return ""


def format_text(title: str, reply: Any) -> str:
    """As `--output text` shows it: values between tabs, keys in the order of the alphabet."""
    del title
    lines: list[str] = []
    _text(reply, lines, None, None)
    return "".join(line + "\n" for line in lines)


def _text(item: Any, lines: list[str], name: str | None, keys: list[str] | None) -> None:
    if isinstance(item, dict):
        _text_map(item, lines, name, keys)
    elif isinstance(item, list):
        _text_list(item, lines, name)
    else:
        lines.append(str(item))


def _text_map(item: dict[str, Any], lines: list[str], name: str | None, keys: list[str] | None) -> None:
    if keys is None:
        values = [str(item[key]) for key in sorted(item) if not isinstance(item[key], dict | list)]
        nested = [key for key in sorted(item) if isinstance(item[key], dict | list)]
    else:
        values = [str(item.get(key, "")) for key in keys]
        nested = sorted(set(item) - set(keys))
    if values:
        lines.append("\t".join([name.upper(), *values] if name is not None else values))
    for key in nested:
        _text(item[key], lines, key, None)


def _text_list(items: list[Any], lines: list[str], name: str | None) -> None:
    if any(isinstance(item, dict) for item in items):
        maps = (item for item in items if isinstance(item, dict))
        keys = sorted({key for item in maps for key in item if not isinstance(item[key], dict | list)})
        for item in items:
            _text(item, lines, name, keys)
    elif any(isinstance(item, list) for item in items):
        _text_scalars([item for item in items if not isinstance(item, list)], lines, name)
        for item in items:
            if isinstance(item, list):
                _text(item, lines, name, None)
    else:
        _text_scalars(items, lines, name)


def _text_scalars(items: list[Any], lines: list[str], name: str | None) -> None:
    if not items:
        return
    if name is None:
        lines.append("\t".join(str(item) for item in items))
    else:
        lines.extend(f"{name.upper()}\t{item}" for item in items)


FORMATS: Mapping[str, Callable[[str, Any], str]] = {
    "json": format_json,
    "text": format_text,
    "table": format_table,
    "yaml": format_yaml,
    "yaml-stream": format_yaml_stream,
    "off": format_off,
}


def show(form: str, title: str, replies: Iterable[Any], query: Any) -> str:
    """A reply, or its pages one after another, as standard output shows it.

    Args:
        form: one of `FORMATS`.
        title: the operation's name, for the table.
        replies: in JSON's types, see `plain`.
        query: a compiled JMESPath expression, or None.
    """
    return "".join(FORMATS[form](title, reply if query is None else query.search(reply)) for reply in replies)
