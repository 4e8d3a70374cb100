"""Random values that fit botocore's shapes; requests and replies as botocore writes and reads them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from botocore import xform_name
from botocore.awsrequest import AWSResponse, create_request_object, prepare_request_dict
from botocore.endpoint import convert_to_response_dict
from botocore.model import OperationModel, Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import strategies as st

from sandbox import wire
from sandbox.models import service_model
from sandbox.services.registry import SERVICES

HOST = "127.0.0.1:4566"
SCOPE = "AWS4-HMAC-SHA256 Credential={}/20261121/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"

TEXT = st.text(st.characters(codec="utf-8", exclude_characters=("\x00",)), max_size=8)
XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")) | st.sampled_from("\t\n\r"),
    max_size=8,
)
HEADER_TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=12)
LABEL = TEXT.filter(lambda text: text not in {"", ".", ".."})
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def operations() -> list[tuple[str, str, str]]:
    """Every operation that exists, in every protocol of its service: (service, operation, protocol)."""
    found = []
    for kind in SERVICES:
        model = service_model(kind.name)
        for name in model.operation_names:
            if hasattr(getattr(kind, xform_name(name), None), "spec"):
                found += [(kind.name, name, protocol) for protocol in model.metadata["protocols"]]
    return found


def signing_name(service: str) -> str:
    data = service_model(service).metadata
    return str(data.get("signingName", data["endpointPrefix"]))


def values(
    shape: Shape, protocol: str, location: str = "", inside: tuple[str, ...] = ()
) -> st.SearchStrategy[Any]:
    """Values that botocore would send, or hand out, for a shape; `inside` are the structures around it."""
    least = shape.metadata.get("min", 0)
    if shape.type_name == "structure":
        return _structures(shape, protocol, (*inside, shape.name))
    if shape.type_name == "list":
        items = values(shape.member, protocol, location, inside)
        if protocol == "rest-xml":
            # A flattened list that is empty says nothing. In a header botocore quotes items, but does not
            # escape a backslash, so that one before the closing quotation mark cannot be told from it.
            least = max(least, 1)
            items = items.filter(lambda item: item and "\\" not in item) if location == "header" else items
        return st.lists(items, min_size=least, max_size=max(least, 3))
    if shape.type_name == "map":
        keys, items = values(shape.key, protocol), values(shape.value, protocol, "", inside)
        if location == "headers":
            keys = st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True)
            items = HEADER_TEXT.filter(bool)
        # A form says nothing of an empty map.
        return st.dictionaries(keys, items, min_size=max(least, 1), max_size=max(least, 3))
    if shape.type_name == "string":
        texts = XML_TEXT if protocol in {"query", "rest-xml"} else TEXT
        # botocore's own XML does not escape it.
        texts = texts.filter(lambda text: "\r" not in text) if protocol == "rest-xml" else texts
        texts = HEADER_TEXT if location == "header" else LABEL if location == "uri" else texts
        return texts.map(lambda text: text + "x" * (least - len(text)))
    if shape.type_name in {"integer", "long"}:
        # botocore's models say nothing of widths; 31 bits fit both.
        return st.integers(max(least, -(2**31)), 2**31 - 1)
    if shape.type_name in {"float", "double"}:
        return st.floats(least or None, allow_nan=False, allow_infinity=False)
    if shape.type_name == "timestamp":
        # A header tells whole seconds.
        return TIMES.map(lambda time: time.replace(microsecond=0)) if protocol == "rest-xml" else TIMES
    return {"boolean": st.booleans(), "blob": st.binary(max_size=9)}[shape.type_name]


def _leads_back(shape: Shape, inside: tuple[str, ...]) -> bool:
    """Whether a member holds the structure that it is a member of, as an attribute of DynamoDB's may."""
    while shape.type_name in {"list", "map"}:
        shape = shape.member if shape.type_name == "list" else shape.value
    return shape.type_name == "structure" and shape.name in inside


def _structures(shape: Shape, protocol: str, inside: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    members = {
        name: values(member, protocol, member.serialization.get("location", ""), inside)
        for name, member in shape.members.items()
        if member.serialization.get("location") != "statusCode" and not _leads_back(member, inside)
    }
    required = {name: members.pop(name) for name in shape.required_members if name in members}
    found = st.fixed_dictionaries(required, optional=members)
    # Nor does it say anything of an empty structure.
    return found.filter(bool) if protocol == "query" and (required or members) else found


def request(
    model: OperationModel, params: dict[str, Any], protocol: str, key: str = "AKIDEXAMPLE"
) -> wire.HttpRequest:
    """The request that botocore's serializer makes of parameters, signed for show."""
    made = create_serializer(protocol, include_validation=False).serialize_to_request(params, model)
    prepare_request_dict(made, endpoint_url=f"http://{HOST}", context={})
    sent = create_request_object(made).prepare()
    url = urlsplit(sent.url)
    headers = {
        name.lower(): value.decode() if isinstance(value, bytes) else value
        for name, value in sent.headers.items()
    }
    if key:
        headers["authorization"] = SCOPE.format(key, signing_name(model.service_model.service_name))
    body = sent.body or b""
    body = body.encode() if isinstance(body, str) else bytes(body)
    return wire.HttpRequest(sent.method, url.netloc, url.path, url.query, headers, body)


class _Raw(io.BytesIO):
    """What botocore takes for a connection's answer."""

    def stream(self) -> list[bytes]:
        return [self.read()]


def http_response(response: wire.HttpResponse) -> AWSResponse:
    """A response as botocore's session gets it."""
    return AWSResponse(f"http://{HOST}/", response.status, dict(response.headers), _Raw(response.body))


def parsed(
    response: wire.HttpResponse, model: OperationModel, protocol: str, shape: Shape | None = None
) -> dict[str, Any]:
    """What botocore's parser makes of a response; a streaming payload is read.

    Args:
        response: the response.
        model: the operation.
        protocol: whose parser.
        shape: an error's shape; the output shape when None.
    """
    given = convert_to_response_dict(http_response(response), model)
    reply: dict[str, Any] = create_parser(protocol).parse(given, shape or model.output_shape)
    if shape is None and model.has_streaming_output and response.status < 300:
        name = model.output_shape.serialization["payload"]
        reply[name] = reply[name].read()
    return reply
