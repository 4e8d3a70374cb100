"""Values as they come over the wire, read by their shapes: JSON, CBOR, and text.

What a shape does not know is passed over, as AWS does. [SIM] The words for a value of a wrong type follow one
pattern here; AWS's differ from service to service.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.model import Shape

from sandbox.wire.messages import Refused, malformed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BITS = {"integer": 31, "long": 63}
_SPECIAL = {"NaN", "Infinity", "-Infinity"}
_TOKENS: dict[type, str] = {
    bool: "TRUE_OR_FALSE_VALUE",
    int: "NUMBER_VALUE",
    float: "NUMBER_VALUE",
    str: "STRING_VALUE",
    bytes: "BINARY_VALUE",
    list: "START_ARRAY",
    dict: "START_OBJECT",
    datetime: "TIMESTAMP_VALUE",
}


class JsonReader:
    """Reads what a JSON decoder made: dicts, lists, texts, numbers."""

    def read(self, value: Any, shape: Shape) -> Any:
        """A value as services take it.

        Raises:
            Refused: its type is not the shape's.
        """
        method: Callable[[Any, Shape], Any] = getattr(self, f"_{shape.type_name}")
        return method(value, shape)

    def _structure(self, value: Any, shape: Shape) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong(value, "Structure")
        found = {}
        for name, member in shape.members.items():
            given = value.get(member.serialization.get("name", name))
            if given is not None:
                found[name] = self.read(given, member)
        return found

    def _list(self, value: Any, shape: Shape) -> list[Any]:
        if not isinstance(value, list):
            raise _wrong(value, "List")
        return [self.read(item, shape.member) for item in value]

    def _map(self, value: Any, shape: Shape) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong(value, "Map")
        return {
            self.read(key, shape.key): self.read(item, shape.value)
            for key, item in value.items()
            if item is not None
        }

    def _string(self, value: Any, shape: Shape) -> str:
        del shape
        if not isinstance(value, str):
            raise _wrong(value, "String")
        return value

    def _integer(self, value: Any, shape: Shape) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(value, "Integer" if shape.type_name == "integer" else "Long")
        if not -(1 << _BITS[shape.type_name]) <= value < 1 << _BITS[shape.type_name]:
            raise malformed(f"A number is out of the range of {shape.type_name}.")
        return value

    _long = _integer

    def _float(self, value: Any, shape: Shape) -> float:
        del shape
        if isinstance(value, str) and value in _SPECIAL:
            return float(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(value, "Double")
        try:
            return float(value)
        except OverflowError:
            raise malformed("A number is out of the range of double.") from None

    _double = _float

    def _boolean(self, value: Any, shape: Shape) -> bool:
        del shape
        if not isinstance(value, bool):
            raise _wrong(value, "Boolean")
        return value

    def _blob(self, value: Any, shape: Shape) -> bytes:
        del shape
        if not isinstance(value, str):
            raise _wrong(value, "Blob")
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise malformed("A blob is not valid Base64.") from None

    def _timestamp(self, value: Any, shape: Shape) -> datetime:
        if isinstance(value, str):
            return moment(value, shape.serialization.get("timestampFormat", "iso8601"))
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(value, "Timestamp")
        return _since_epoch(value)


class CborReader(JsonReader):
    """Reads what a CBOR decoder made: blobs are bytes, timestamps datetimes."""

    def _blob(self, value: Any, shape: Shape) -> bytes:
        del shape
        if not isinstance(value, bytes):
            raise _wrong(value, "Blob")
        return value

    def _timestamp(self, value: Any, shape: Shape) -> datetime:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise _wrong(value, "Timestamp")
        return value.astimezone(UTC)


class TextReader(JsonReader):
    """Reads texts: form fields, path labels, query strings, headers.

    Args:
        timestamps: the format of a timestamp whose shape names none.
    """

    def __init__(self, timestamps: str) -> None:
        self._timestamps = timestamps

    def _integer(self, value: Any, shape: Shape) -> int:
        # int() takes "1_0" and digits of other scripts as well.
        digits = value[1:] if value[:1] in {"-", "+"} else value
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
            raise _wrong(value, "Integer" if shape.type_name == "integer" else "Long")
        return super()._integer(int(value), shape)

    _long = _integer

    def _float(self, value: Any, shape: Shape) -> float:
        if value in _SPECIAL:
            return float(value)
        try:
            return super()._float(float(value.replace("_", "?")), shape)
        except ValueError:
            raise _wrong(value, "Double") from None

    _double = _float

    def _boolean(self, value: Any, shape: Shape) -> bool:
        del shape
        if value.lower() not in {"true", "false"}:
            raise _wrong(value, "Boolean")
        return bool(value.lower() == "true")

    def _timestamp(self, value: Any, shape: Shape) -> datetime:
        return moment(value, shape.serialization.get("timestampFormat", self._timestamps))


def moment(text: str, form: str) -> datetime:
    """A time that was written as text.

    Args:
        text: the text.
        form: "iso8601", "unixTimestamp" or "rfc822", in whatever case.

    Raises:
        Refused: it is none of that form.
    """
    try:
        if form.lower() == "unixtimestamp":
            return _since_epoch(float(text))
        found = parsedate_to_datetime(text) if form.lower() == "rfc822" else datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise malformed("A timestamp cannot be read.") from None


def _since_epoch(seconds: float) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=round(seconds * 1_000_000))
    except (OverflowError, ValueError):
        raise malformed("A timestamp is out of range.") from None


def _wrong(value: Any, kind: str) -> Refused:
    token = _TOKENS.get(type(value), "VALUE")
    return malformed(f"{token} can not be converted to a {kind}")
