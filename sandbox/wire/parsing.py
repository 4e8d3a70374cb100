"""From a request to an operation: the body is unpacked, read by the protocol, and held to the model."""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import Any

import cbor2
import msgspec
from botocore.model import OperationModel, Shape, StructureShape

from sandbox.models import service_model
from sandbox.wire.answering import refusal, unsigned
from sandbox.wire.chunks import unchunked
from sandbox.wire.form import FormReader
from sandbox.wire.messages import Asked, HttpRequest, Refused, Unsigned, WireError, malformed
from sandbox.wire.reading import CborReader, JsonReader, TextReader
from sandbox.wire.restxml import XmlReader, addressed, document
from sandbox.wire.routing import (
    CBOR,
    QUERY,
    REST_JSON,
    REST_XML,
    Route,
    fields_of,
    is_form,
    protocol_of,
    route,
)
from sandbox.wire.validation import check

_JSON = JsonReader()
_CBOR = CborReader()
_FORM = FormReader()
_IN_QUERY = TextReader("iso8601")
_IN_HEADERS = TextReader("rfc822")
_XML = XmlReader()
_ITEM = re.compile(r'(?:^|,)\s*(?:"(?P<quoted>(?:\\"|[^"])*)"\s*(?=,|$)|(?P<plain>[^,]*))')
_UNREADABLE = {REST_JSON: "SerializationException", QUERY: "MalformedInput", REST_XML: "InvalidArgument"}


def parse(request: HttpRequest, *, limit: int | None = None) -> Asked:
    """What a request asks for.

    Args:
        request: the request.
        limit: bytes that the body may have, packed and unpacked; a longer one is refused, and so is one that
            says in its Content-Length that it is longer, whatever of it is here. None for no limit.

    Returns:
        The operation and its validated parameters.

    Raises:
        WireError: it asks for nothing that could be carried out; the error has AWS's answer, in the protocol
            that the request seems to speak.
    """
    whither = Route("", "", protocol_of(request))
    try:
        if whither.protocol == REST_XML:
            request = unchunked(addressed(request))
        else:
            request = _unpacked(request, limit)
        oversize = limit is not None and _length(request) > limit
        fields = _form(request) if whither.protocol == QUERY and not oversize else []
        if not (oversize and whither.protocol == QUERY):
            whither = route(request, dict(fields))
        if oversize:
            which = f" for the {whither.operation} operation" if whither.operation else ""
            message = f"Request must be smaller than {limit} bytes{which}"
            raise Refused("RequestEntityTooLargeException", message, 413)
        model = service_model(whither.service).operation_model(whither.operation)
        params: dict[str, Any] = {}
        if model.input_shape is not None:
            params = _parameters(request, whither, fields, model)
            check(whither.service, whither.protocol, params, model.input_shape)
        return Asked(whither.service, whither.operation, params, whither.protocol)
    except Unsigned:
        asked = Asked("", "", {}, whither.protocol)
        message = "the request is not signed, and nothing else tells the service"
        raise WireError(message, unsigned(asked, request_id(request))) from None
    except Refused as refused:
        asked = Asked(whither.service, whither.operation, {}, whither.protocol)
        response = refusal(
            asked,
            code=refused.code or _UNREADABLE.get(whither.protocol, "SerializationException"),
            message=refused.message,
            status=refused.status,
            fields=refused.fields,
            request_id=request_id(request),
        )
        raise WireError(refused.message, response) from None


def request_id(request: HttpRequest) -> str:
    """[SIM] A request that reaches no service has an id that is told from its own bytes."""
    digest = hashlib.sha256(
        f"{request.method} {request.path}?{request.query}\n".encode() + request.body
    ).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


# -- bodies ------------------------------------------------------------------------------------------------


def _length(request: HttpRequest) -> int:
    """The length of the body, or the one that its header promises if that is more."""
    declared = request.headers.get("content-length", "")
    promised = int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 20 else 0
    return max(promised, len(request.body))


def _unpacked(request: HttpRequest, limit: int | None) -> HttpRequest:
    """The request with its body as it was before it was compressed; one byte over the limit is enough."""
    coding = request.headers.get("content-encoding", "identity")
    if coding in {"identity", ""} or not request.body:
        return request
    if coding != "gzip":
        raise malformed(f"The content encoding {coding[:40]} is not understood; gzip is.")
    unpacking = zlib.decompressobj(wbits=31)
    try:
        body = unpacking.decompress(request.body, 0 if limit is None else limit + 1)
    except zlib.error:
        raise malformed("The body is not what gzip makes.") from None
    if not unpacking.eof and not unpacking.unconsumed_tail:
        raise malformed("The compressed body is cut off.")
    return msgspec.structs.replace(request, body=body)


def _form(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a query-protocol request; those of a body come over those of the query string."""
    fields = fields_of(request.query)
    if is_form(request):
        try:
            fields += fields_of(request.body.decode())
        except UnicodeDecodeError:
            raise malformed("The form is not UTF-8.") from None
    return fields


def _json(body: bytes) -> Any:
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError):
        raise malformed("Could not parse request body into json") from None
    except RecursionError:
        raise malformed("The body is nested too deeply.") from None


def _cbor(body: bytes) -> Any:
    if not body:
        return {}
    try:
        return cbor2.loads(body)
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError):
        raise malformed("Could not parse request body into cbor") from None
    except RecursionError:
        raise malformed("The body is nested too deeply.") from None


# -- parameters --------------------------------------------------------------------------------------------


def _parameters(
    request: HttpRequest, whither: Route, fields: list[tuple[str, str]], model: OperationModel
) -> dict[str, Any]:
    shape = model.input_shape
    if whither.protocol == QUERY:
        return _FORM.parameters(fields, shape)
    if whither.protocol in {REST_JSON, REST_XML}:
        return _rest(request, whither.labels, shape, whither.protocol)
    if whither.protocol == CBOR:
        found = _CBOR.read(_cbor(request.body), shape)
    else:
        found = _JSON.read(_json(request.body), shape)
    return dict(found)


def _rest(
    request: HttpRequest, labels: dict[str, str], shape: StructureShape, protocol: str
) -> dict[str, Any]:
    """Parameters from path, query string, headers and body."""
    query: dict[str, list[str]] = {}
    for name, text in fields_of(request.query):
        query.setdefault(name, []).append(text)
    params: dict[str, Any] = {}
    in_body = False
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        key = member.serialization.get("name", name)
        if location == "uri":
            params[name] = _IN_QUERY.read(labels[key], member)
        elif location == "querystring":
            if key in query:
                params[name] = _in_query(query[key], member)
        elif location == "header":
            if key.lower() in request.headers:
                params[name] = _in_header(request.headers[key.lower()], member)
        elif location == "headers":
            if found := _in_headers(request.headers, key.lower()):
                params[name] = found
        else:
            in_body = True
    payload = shape.serialization.get("payload")
    if payload is not None:
        if request.body or shape.members[payload].type_name == "string":
            params[payload] = _payload(request.body, shape.members[payload], protocol)
    elif in_body:
        params |= _in_body(request.body, shape)
    return params


def _in_query(texts: list[str], member: Shape) -> Any:
    if member.type_name == "list":
        return [_IN_QUERY.read(text, member.member) for text in texts]
    return _IN_QUERY.read(texts[-1], member)


def _in_header(text: str, member: Shape) -> Any:
    if member.type_name == "list":
        return [_IN_HEADERS.read(one, member.member) for one in _items(text)]
    return _IN_HEADERS.read(text, member)


def _items(text: str) -> list[str]:
    """The items of a header's list: one with a comma or a quotation mark is quoted (RFC 9110, 5.6)."""
    return [
        match["plain"].strip() if match["quoted"] is None else match["quoted"].replace('\\"', '"')
        for match in _ITEM.finditer(text)
    ]


def _in_headers(headers: dict[str, str], prefix: str) -> dict[str, str]:
    """A map whose keys are the rests of the names of headers."""
    return {name[len(prefix) :]: text for name, text in headers.items() if name.startswith(prefix)}


def _payload(body: bytes, member: Shape, protocol: str) -> Any:
    if member.type_name == "blob":
        return body
    if member.type_name == "string":
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise malformed("The body is not UTF-8.") from None
    if protocol == REST_XML:
        return _XML.read(document(body), member)
    return _JSON.read(_json(body), member)


def _in_body(body: bytes, shape: StructureShape) -> dict[str, Any]:
    # A member that belongs into the path or a header counts for nothing in the body.
    read: dict[str, Any] = _JSON.read(_json(body), shape)
    return {
        name: value for name, value in read.items() if "location" not in shape.members[name].serialization
    }
