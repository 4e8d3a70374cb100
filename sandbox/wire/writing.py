"""Values on their way out, written by their shapes: JSON, CBOR, and text in headers and XML.

Keys that a reply does not have are left out, and so are those that are None: AWS sends no nulls.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import cbor2
from botocore.model import Shape

from sandbox.wire.messages import HttpResponse

POLICY = "policyDocumentType"
"""IAM's shape for a policy document. Services give the document; AWS sends its text in URL encoding."""


class JsonWriter:
    """Makes plain dicts, lists and texts of a reply, for a JSON encoder."""

    def write(self, value: Any, shape: Shape) -> Any:
        """A value as it goes into the body.

        Raises:
            KeyError: a structure has a member that its shape has not; a mistake of the service.
        """
        method: Callable[[Any, Shape], Any] = getattr(self, f"_{shape.type_name}", _as_it_is)
        return method(value, shape)

    def _structure(self, value: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
        written = {}
        for name, item in value.items():
            member = shape.members[name]
            if item is not None:
                written[member.serialization.get("name", name)] = self.write(item, member)
        return written

    def _list(self, value: Any, shape: Shape) -> list[Any]:
        return [self.write(item, shape.member) for item in value]

    def _map(self, value: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
        return {key: self.write(item, shape.value) for key, item in value.items() if item is not None}

    def _blob(self, value: bytes, shape: Shape) -> Any:
        del shape
        return base64.b64encode(value).decode()

    def _float(self, value: float, shape: Shape) -> Any:
        del shape
        return value if math.isfinite(value) else number(value)

    _double = _float

    def _timestamp(self, value: datetime, shape: Shape) -> Any:
        form = shape.serialization.get("timestampFormat", "unixTimestamp")
        return _seconds(value) if form.lower() == "unixtimestamp" else moment(value, form)


class CborWriter(JsonWriter):
    """Makes what a CBOR encoder takes."""

    def _string(self, value: str, shape: Shape) -> str:
        del shape
        return encodable(value)

    def _blob(self, value: bytes, shape: Shape) -> Any:
        del shape
        return value

    def _float(self, value: float, shape: Shape) -> Any:
        del shape
        return float(value)

    _double = _float

    def _timestamp(self, value: datetime, shape: Shape) -> Any:
        del shape
        # RFC 8949, 3.4.2: tag 1 is seconds since the epoch.
        return cbor2.CBORTag(1, _seconds(value))


def _as_it_is(value: Any, shape: Shape) -> Any:
    del shape
    return value


def as_json(value: Any) -> bytes:
    """A body in JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def text(value: Any, shape: Shape, timestamps: str) -> str:
    """A scalar as text, for headers and XML.

    Args:
        value: the scalar; a policy document may come as a dict.
        shape: its shape.
        timestamps: the format of a timestamp whose shape names none.
    """
    if shape.name == POLICY and isinstance(value, Mapping):
        return quote(json.dumps(value))
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    if shape.type_name == "timestamp":
        return moment(value, shape.serialization.get("timestampFormat", timestamps))
    if shape.type_name in {"float", "double"}:
        return number(value)
    return str(value)


def number(value: float) -> str:
    """A number as Smithy spells it."""
    if math.isnan(value):
        return "NaN"
    return str(value) if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def moment(value: datetime, form: str) -> str:
    """A time as text: "iso8601", "unixTimestamp" or "rfc822", in whatever case."""
    value = value.astimezone(UTC)
    if form.lower() == "rfc822":
        return format_datetime(value, usegmt=True)
    if form.lower() == "unixtimestamp":
        return str(_seconds(value))
    return f"{value.replace(tzinfo=None).isoformat()}Z"


def _seconds(value: datetime) -> float:
    seconds = value.timestamp()
    return int(seconds) if seconds.is_integer() else seconds


def encodable(value: str) -> str:
    """A text that UTF-8 can hold: half a surrogate pair becomes the replacement character."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def response(
    status: int,
    kind: str,
    request_id: str,
    body: bytes,
    *more: tuple[str, str],
    id_header: str = "x-amzn-requestid",
) -> HttpResponse:
    """A response with the headers that all have.

    Args:
        status: the HTTP status; 204 has no body.
        kind: the content type.
        request_id: AWS's id of the request.
        body: the body.
        more: further headers.
        id_header: the name of the header with the id.

    Raises:
        ValueError: a header's value would break the response apart.
    """
    headers = (("content-type", kind), (id_header, request_id), *more)
    for name, value in headers:
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"the header {name} cannot have the value {value!r}")
    return HttpResponse(status, headers, b"" if status == 204 else body)
