"""From the text of an option to the value that AWS's model asks for.

JSON, shorthand, `file://` and `fileb://`, lists, numbers, blobs. Binary values are taken as they are typed
(`raw-in-base64-out`, as if it stood in the configuration), or as base64 when the command says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sandbox.console import shorthand
from sandbox.console.errors import MistakeError, parameter_error

_COMPLEX = ("structure", "list", "map")
_CURLY_QUOTES = "\u201c\u201d\u2018\u2019"


class Files(Protocol):
    """The folder that `file://`, `fileb://` and output files are in."""

    def read(self, name: str, /) -> bytes:
        """The content of a file.

        Raises:
            OSError: there is no such file, or it cannot be read.
        """
        ...

    def write(self, name: str, content: bytes, /) -> None:
        """Write a file, over any that is there; its folders are made.

        Raises:
            OSError: it cannot be written.
        """
        ...

    def delete(self, name: str, /) -> None:
        """Delete a file.

        Raises:
            OSError: there is none, or it cannot be deleted.
        """
        ...

    def names(self) -> Sequence[str]:
        """The files that there are, with forward slashes, also those in folders of it."""
        ...


def convert(option: str, shape: Any, given: str | list[str], files: Files) -> Any:
    """The value of an option.

    Args:
        option: its name as typed, for errors: "--payload".
        shape: botocore's shape of the parameter.
        given: the text; a list of texts for a list.
        files: where `file://` and `fileb://` look.

    Raises:
        MistakeError: the text does not fit; in AWS CLI's words.
    """
    only = given[0] if isinstance(given, list) and len(given) == 1 else given
    content = from_file(option, only, files) if isinstance(only, str) else None
    if content is not None and shape.type_name == "blob":
        return content
    value: str | list[str] = _text(option, content) if content is not None else given
    if _is_json(shape):
        return _json(option, value if isinstance(value, str) else " ".join(value))
    if shape.type_name == "list":
        if content is not None and not str(value).lstrip().startswith("["):
            raise parameter_error(option, f"a file for a list holds a list in JSON; {only} does not")
        return _list(option, shape, value if isinstance(value, list) else [value.strip()], files)
    text = value if isinstance(value, str) else " ".join(value)
    if shape.type_name in _COMPLEX:
        return _structure(option, shape, text, files)
    return _scalar(option, shape, text, files)


def from_file(option: str, text: str, files: Files) -> bytes | str | None:
    """The content that `file://NAME` (as text) or `fileb://NAME` (as bytes) stands for; None for other text.

    Raises:
        MistakeError: the file cannot be read.
    """
    if not text.startswith(("file://", "fileb://")):
        return None
    prefix, _, name = text.partition("://")
    try:
        data = files.read(name)
    except (OSError, ValueError) as problem:
        raise parameter_error(option, f"Unable to load paramfile {text}: {problem}") from None
    if prefix == "fileb":
        return data
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise parameter_error(
            option,
            f"Unable to load paramfile ({name}), text contents could not be decoded.  If this is a binary "
            "file, please use the fileb:// prefix instead of the file:// prefix.",
        ) from None


def blobs(value: Any, shape: Any, *, base64_in: bool) -> Any:
    """A parameter with its binary values as bytes.

    Args:
        value: a parameter, or any part of one.
        shape: botocore's shape of it.
        base64_in: whether text stands for base64, as `--cli-binary-format base64` says; else it is taken
            as it is.

    Raises:
        MistakeError: the text is no base64.
    """
    kind = shape.type_name
    if kind == "blob" and isinstance(value, str):
        return _from_base64(value) if base64_in else value.encode("utf-8", "surrogateescape")
    if kind == "structure" and isinstance(value, dict) and not getattr(shape, "is_document_type", False):
        members = shape.members
        return {
            key: blobs(item, members[key], base64_in=base64_in) if key in members else item
            for key, item in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [blobs(item, shape.member, base64_in=base64_in) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: blobs(item, shape.value, base64_in=base64_in) for key, item in value.items()}
    return value


def _from_base64(text: str) -> bytes:
    import base64
    import binascii

    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        raise MistakeError(
            f'Invalid base64: "{text}"',
            "failure",
            code=255,
            hint="Leave --cli-binary-format out, or say --cli-binary-format raw-in-base64-out, to type the "
            "value as it is.",
        ) from None


def _text(option: str, content: bytes | str) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise parameter_error(option, "Expected text, found binary content") from None


def _is_json(shape: Any) -> bool:
    if getattr(shape, "is_document_type", False):
        return True
    place = shape.serialization
    return bool(place.get("jsonvalue")) and place.get("location") == "header"


def _json(option: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise parameter_error(
            option, f"Invalid JSON: {problem}\nJSON received: {text}", _json_hint(text)
        ) from None


def _json_hint(text: str) -> str:
    if any(char in text for char in _CURLY_QUOTES):
        return 'JSON needs straight quotes: " and not \u201c or \u201d.'
    if "=" in text and '"' not in text:
        return "In shorthand syntax the outermost brackets are left out: Key=Value,Other={Inner=1}"
    if '"' not in text and text.strip("[]{} \n"):
        return 'Put the JSON in single quotes, so that its double quotes stay: \'{"key": "value"}\''
    if "'" in text:
        return "JSON has double quotes only."
    return ""


def _list(option: str, shape: Any, values: list[str], files: Files) -> Any:
    if len(values) == 1 and values[0].lstrip().startswith("["):
        return _json(option, values[0])
    member = shape.member
    if member.type_name in _COMPLEX or _is_json(member):
        return [_structure(option, member, value, files) for value in values]
    return [_scalar(option, member, value, files) for value in values]


def _structure(option: str, shape: Any, text: str, files: Files) -> Any:
    if _is_json(shape) or text.lstrip().startswith(("{", "[")):
        return _json(option, text)
    if _is_single_value(shape) and "=" not in text:
        return {"Value": text}

    def fetch(name: str) -> bytes | str | None:
        return from_file(option, name, files)

    try:
        return shorthand.fitted(shorthand.parse(text, fetch), shape)
    except shorthand.ShorthandError as problem:
        raise parameter_error(option, str(problem), _shorthand_hint(text)) from None


def _is_single_value(shape: Any) -> bool:
    if shape.type_name != "structure" or list(shape.members) != ["Value"]:
        return False
    return bool(shape.members["Value"].type_name == "string")


def _shorthand_hint(text: str) -> str:
    if "=" not in text:
        return "Write Key=Value, or JSON in single quotes."
    return ""


def _scalar(option: str, shape: Any, text: str, files: Files) -> Any:
    kind = shape.type_name
    if kind in ("integer", "long"):
        return _number(option, text, int, "a whole number")
    if kind in ("float", "double"):
        return _number(option, text, float, "a number")
    if kind == "boolean":
        return text.lower() != "false"
    if kind == "blob" and shape.serialization.get("streaming"):
        return _streamed(option, text, files)
    return text


def _number(option: str, text: str, convert: Callable[[str], Any], expected: str) -> Any:
    try:
        return convert(text)
    except (ValueError, OverflowError):
        raise parameter_error(option, f"Expected {expected}, found: {text}") from None


def _streamed(option: str, name: str, files: Files) -> bytes:
    try:
        return files.read(name)
    except (OSError, ValueError):
        raise parameter_error(option, "Blob values must be a path to a file.") from None
