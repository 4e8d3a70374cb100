"""XML, written by shapes, and the replies of the query protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationModel, Shape

from sandbox.wire.writing import encodable, text

_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 does not have."""


def result(reply: Mapping[str, Any], model: OperationModel, request_id: str) -> bytes:
    """A whole reply: `<OpResponse><OpResult>...</OpResult><ResponseMetadata>...`."""
    inner = ""
    if model.output_shape is not None:
        wrapper = model.output_shape.serialization.get("resultWrapper", f"{model.name}Result")
        inner = element(wrapper, members(reply, model.output_shape))
    inner += element("ResponseMetadata", element("RequestId", leaf(request_id)))
    namespace = leaf(model.metadata.get("xmlNamespace", "")).replace('"', "&quot;")
    return f'<{model.name}Response xmlns="{namespace}">{inner}</{model.name}Response>'.encode()


def element(name: str, inner: str) -> str:
    """An element of a name that needs no escaping."""
    return f"<{name}>{inner}</{name}>"


def leaf(value: str) -> str:
    """A text between tags. What XML cannot say becomes the replacement character."""
    # A parser would make a line feed of a bare carriage return.
    return escape(_UNSPEAKABLE.sub("\ufffd", encodable(value)), {"\r": "&#13;"})


def members(value: Mapping[str, Any], shape: Shape) -> str:
    """What stands between the tags of a structure."""
    return "".join(
        _member(item, shape.members[name], name) for name, item in value.items() if item is not None
    )


def _member(value: Any, shape: Shape, name: str) -> str:
    """One member: usually one element, several for a flattened list or map."""
    flat = shape.serialization.get("flattened")
    if shape.type_name == "list":
        inner = shape.member.serialization.get("name")
        if flat:
            name = inner or shape.serialization.get("name", name)
            return "".join(element(name, _inner(item, shape.member)) for item in value)
        items = "".join(element(inner or "member", _inner(item, shape.member)) for item in value)
        return element(shape.serialization.get("name", name), items)
    name = shape.serialization.get("name", name)
    if shape.type_name == "map":
        entries = [_entry(key, item, shape) for key, item in value.items() if item is not None]
        if flat:
            return "".join(element(name, entry) for entry in entries)
        return element(name, "".join(element("entry", entry) for entry in entries))
    return element(name, _inner(value, shape))


def _entry(key: Any, value: Any, shape: Shape) -> str:
    names = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
    return element(names[0], _inner(key, shape.key)) + element(names[1], _inner(value, shape.value))


def _inner(value: Any, shape: Shape) -> str:
    """What stands between the tags of a value."""
    if shape.type_name == "structure":
        return members(value, shape)
    if shape.type_name == "list":
        name = shape.member.serialization.get("name", "member")
        return "".join(element(name, _inner(item, shape.member)) for item in value)
    if shape.type_name == "map":
        return "".join(element("entry", _entry(key, item, shape)) for key, item in value.items())
    return leaf(text(value, shape, "iso8601"))
