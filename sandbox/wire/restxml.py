"""The rest-xml protocol, which S3 speaks: XML documents in and out, and S3's own way of naming things.

Source: Smithy's restXml; S3 API Reference, "REST API" and "Error responses"; botocore's own two ways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import msgspec
from botocore.model import OperationModel, Shape, StructureShape

from sandbox.wire import xml
from sandbox.wire.messages import HttpRequest, Refused
from sandbox.wire.reading import TextReader

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ROOTS = {
    "ListBuckets": "ListAllMyBucketsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketNotificationConfiguration": "NotificationConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetObjectTagging": "Tagging",
}
"""What the documents are called that are no payload of a name of their own."""

_VIRTUAL = re.compile(r"(?P<bucket>.+)\.(?:s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com|localhost)", re.IGNORECASE)
_NESTED = frozenset({"structure", "list", "map"})


def addressed(request: HttpRequest) -> HttpRequest:
    """The request with its bucket in the path, wherever it was named.

    S3 takes a bucket in the host's name (`bucket.s3.amazonaws.com/key`) as well as in the path; here
    `bucket.localhost` is such a host, too.
    """
    host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    match = _VIRTUAL.fullmatch(host)
    path = request.path if match is None else f"/{match['bucket']}{request.path}"
    # A key may end with a slash, a bucket's name does not.
    if path.count("/") == 2 and path.endswith("/"):
        path = path[:-1]
    return msgspec.structs.replace(request, path=path)


def malformed() -> Refused:
    """What S3 says to a document that it cannot read."""
    message = "The XML you provided was not well-formed or did not validate against our published schema"
    return Refused("MalformedXML", message)


class _Plain(ElementTree.TreeBuilder):
    """Builds documents without a document type, so that nothing expands to more than it is."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise malformed()


def document(body: bytes) -> ElementTree.Element:
    """The root of an XML document.

    Raises:
        Refused: it is none, or has a document type.
    """
    parser = ElementTree.XMLParser(target=_Plain())
    try:
        parser.feed(body)
        root: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError):
        raise malformed() from None
    return root


class XmlReader(TextReader):
    """Reads elements by shapes."""

    def __init__(self) -> None:
        super().__init__("iso8601")

    def read(self, value: Any, shape: Shape) -> Any:
        """A value as services take it; see `JsonReader.read`."""
        if shape.type_name not in _NESTED:
            value = value.text or ""
        return super().read(value, shape)

    def _structure(self, value: Any, shape: Shape) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, member in shape.members.items():
            nodes = _children(value, member.serialization.get("name", name))
            if nodes and member.type_name == "list" and member.serialization.get("flattened"):
                found[name] = [self.read(node, member.member) for node in nodes]
            elif nodes:
                found[name] = self.read(nodes[-1], member)
        return found

    def _list(self, value: Any, shape: Shape) -> list[Any]:
        nodes = _children(value, shape.member.serialization.get("name", "member"))
        return [self.read(node, shape.member) for node in nodes]


def _children(node: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [child for child in node if child.tag.rpartition("}")[2] == name]


# -- out ---------------------------------------------------------------------------------------------------


def body_of(content: Mapping[str, Any], shape: StructureShape, model: OperationModel) -> bytes:
    """The body of a reply, from those members that go into no header.

    Args:
        content: the members.
        shape: the operation's output.
        model: the operation.
    """
    if model.name == "GetBucketLocation":
        # The one document whose root is a text; boto3 reads it by a handler of its own.
        return _whole("LocationConstraint", xml.leaf(content.get("LocationConstraint") or ""))
    payload = shape.serialization.get("payload")
    if payload is not None:
        member, value = shape.members[payload], content.get(payload)
        if member.type_name == "blob":
            return bytes(value or b"")
        if member.type_name == "string":
            return str(value or "").encode()
        if value is None:
            return b""
        return _whole(member.serialization.get("name", payload), xml.members(value, member))
    if all("location" in member.serialization for member in shape.members.values()):
        return b""
    return _whole(_ROOTS.get(model.name, f"{model.name}Result"), xml.members(content, shape))


def error(code: str, message: str, fields: Mapping[str, Any], request_id: str) -> bytes:
    """The document of an error: what belongs to it stands beside its code."""
    parts = {"Code": code, "Message": message, **fields, "RequestId": request_id}
    inner = "".join(xml.element(name, xml.leaf(str(value))) for name, value in parts.items())
    return (_PROLOGUE + xml.element("Error", inner)).encode()


def _whole(root: str, inner: str) -> bytes:
    return f'{_PROLOGUE}<{root} xmlns="{NAMESPACE}">{inner}</{root}>'.encode()
