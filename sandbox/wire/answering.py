"""From a reply, or an error, to a response."""

from __future__ import annotations

from collections.abc import Mapping
from email.header import Header
from http import HTTPStatus
from typing import Any

import cbor2
from botocore.model import OperationModel, ServiceModel, Shape

from sandbox.models import service_model
from sandbox.wire import restxml, xml
from sandbox.wire.messages import Asked, HttpResponse
from sandbox.wire.routing import CBOR, QUERY, REST_JSON, REST_XML
from sandbox.wire.writing import CborWriter, JsonWriter, as_json, encodable, response, text

_JSON = JsonWriter()
_CBOR = CborWriter()
_XML_KIND = "text/xml"
_JSON_KIND = "application/json"
_CBOR_KIND = "application/cbor"
_DOCUMENT_KIND = "application/xml"
_S3_ID = "x-amz-request-id"
_UNFOLDED = 1 << 20
"""Longer than any header: none is broken into lines."""
_SMITHY = ("smithy-protocol", "rpc-v2-cbor")


def reply(asked: Asked, result: Mapping[str, Any], request_id: str) -> HttpResponse:
    """The response that carries an operation's reply.

    Args:
        asked: what was asked for.
        result: the reply as services give it; keys that AWS omits are absent.
        request_id: AWS's id of the request.

    Raises:
        KeyError: the reply has a key that the model has not; a mistake of the service.
    """
    model = service_model(asked.service).operation_model(asked.operation)
    if asked.protocol == QUERY:
        return response(200, _XML_KIND, request_id, xml.result(result, model, request_id))
    if asked.protocol == REST_JSON:
        return _rest(result, model, request_id)
    if asked.protocol == REST_XML:
        return _rest_xml(result, model, request_id)
    shape = model.output_shape
    if asked.protocol == CBOR:
        body = b"" if shape is None else cbor2.dumps(_CBOR.write(result, shape))
        return response(200, _CBOR_KIND, request_id, body, _SMITHY)
    body = b"" if shape is None else as_json(_JSON.write(result, shape))
    return response(200, _json_kind(model.service_model), request_id, body)


def _json_kind(model: ServiceModel) -> str:
    return f"application/x-amz-json-{model.metadata['jsonVersion']}"


def _rest(result: Mapping[str, Any], model: OperationModel, request_id: str) -> HttpResponse:
    shape = model.output_shape
    if shape is None:
        return response(model.http.get("responseCode", 200), _JSON_KIND, request_id, b"")
    status, headers, content = _parted(result, model)
    return response(status, _JSON_KIND, request_id, _rest_body(content, shape), *headers)


def _rest_xml(result: Mapping[str, Any], model: OperationModel, request_id: str) -> HttpResponse:
    if model.output_shape is None:
        status = model.http.get("responseCode", HTTPStatus.OK)
        return response(status, _DOCUMENT_KIND, request_id, b"", id_header=_S3_ID)
    status, headers, content = _parted(result, model)
    if "ContentRange" in result:
        status = HTTPStatus.PARTIAL_CONTENT
    body = b"" if _is_head(model.name) else restxml.body_of(content, model.output_shape, model)
    kind = dict(headers).pop("content-type", _DOCUMENT_KIND)
    headers = [(name, _in_ascii(value)) for name, value in headers if name != "content-type"]
    return response(status, _in_ascii(kind), request_id, body, *headers, id_header=_S3_ID)


def _in_ascii(value: str) -> str:
    """A header's value; one beyond ASCII is written as RFC 2047 has it, which is S3's way (UsingMetadata)."""
    return value if value.isascii() else Header(value, "utf-8", maxlinelen=_UNFOLDED).encode()


def _is_head(operation: str) -> bool:
    """Whether an operation is a HEAD request, whose answer has no body, be it an error."""
    return operation.startswith("Head")


_Parted = tuple[int, list[tuple[str, str]], dict[str, Any]]


def _parted(result: Mapping[str, Any], model: OperationModel) -> _Parted:
    """A reply's status, its headers, and what is left for the body."""
    status = model.http.get("responseCode", 200)
    headers: list[tuple[str, str]] = []
    content: dict[str, Any] = {}
    for name, value in result.items():
        member = model.output_shape.members[name]
        location = member.serialization.get("location")
        if location == "statusCode":
            status = value
        elif location == "header":
            headers.append((member.serialization["name"].lower(), text(value, member, "rfc822")))
        elif location == "headers":
            prefix = member.serialization["name"].lower()
            headers += [(f"{prefix}{key}", item) for key, item in value.items()]
        else:
            content[name] = value
    return status, headers, content


def _rest_body(content: dict[str, Any], shape: Shape) -> bytes:
    payload = shape.serialization.get("payload")
    if payload is not None:
        value = content.get(payload)
        if value is None or shape.members[payload].type_name == "blob":
            return bytes(value or b"")
        return as_json(_JSON.write(value, shape.members[payload]))
    if all("location" in member.serialization for member in shape.members.values()):
        return b""
    return as_json(_JSON.write(content, shape))


def refusal(
    asked: Asked | None,
    *,
    code: str,
    message: str,
    status: int,
    fields: Mapping[str, Any],
    request_id: str,
) -> HttpResponse:
    """The response that carries an error.

    Args:
        asked: what was asked for, in whose protocol the error is told; None for JSON that every client reads.
        code: AWS's error code; for SQS and CloudWatch the one of the old query protocol.
        message: AWS's message.
        status: the HTTP status.
        fields: further members of the error. `QueryErrorCode` is the code in the model where it differs.
        request_id: AWS's id of the request.
    """
    protocol = asked.protocol if asked is not None else REST_JSON
    if protocol == QUERY:
        return response(status, _XML_KIND, request_id, _xml_error(asked, code, message, status, request_id))
    if protocol == REST_XML:
        bare = status == HTTPStatus.NOT_MODIFIED or (asked is not None and _is_head(asked.operation))
        body = b"" if bare else restxml.error(code, message, fields, request_id)
        return response(status, _DOCUMENT_KIND, request_id, body, id_header=_S3_ID)
    named = fields.get("QueryErrorCode", code)
    model = service_model(asked.service) if asked is not None and asked.service else None
    shape = model.shape_for_error_code(named) if model is not None else None
    known = shape.members if shape is not None else {}
    told: dict[str, Any] = {
        name: _JSON.write(value, known[name]) if name in known else value
        for name, value in fields.items()
        if name != "QueryErrorCode"
    }
    told["Message" if shape is not None and "Message" in shape.members else "message"] = encodable(message)
    if protocol == REST_JSON:
        return response(status, _JSON_KIND, request_id, as_json(told), ("x-amzn-errortype", named))
    headers = [("x-amzn-query-error", f"{code};{_fault(status)}")] if named != code else []
    told = {"__type": named, **told}
    if protocol == CBOR:
        return response(status, _CBOR_KIND, request_id, cbor2.dumps(told), _SMITHY, *headers)
    kind = _json_kind(model) if model is not None else "application/x-amz-json-1.0"
    return response(status, kind, request_id, as_json(told), *headers)


def unsigned(asked: Asked | None, request_id: str) -> HttpResponse:
    """The answer to a request that nobody signed (Common Errors of AWS's API references).

    Args:
        asked: what was asked for, if that could be told.
        request_id: AWS's id of the request.
    """
    if asked is not None and asked.protocol == REST_XML:
        return refusal(
            asked, code="AccessDenied", message="Access Denied", status=403, fields={}, request_id=request_id
        )
    query = asked is not None and asked.protocol == QUERY
    return refusal(
        asked,
        code="MissingAuthenticationToken" if query else "MissingAuthenticationTokenException",
        message="Request is missing Authentication Token" if query else "Missing Authentication Token",
        status=403,
        fields={},
        request_id=request_id,
    )


def _fault(status: int) -> str:
    return "Sender" if status < 500 else "Receiver"


def _xml_error(asked: Asked | None, code: str, message: str, status: int, request_id: str) -> bytes:
    parts = {"Type": _fault(status), "Code": code, "Message": message}
    inner = "".join(xml.element(name, xml.leaf(value)) for name, value in parts.items())
    body = xml.element("Error", inner) + xml.element("RequestId", xml.leaf(request_id))
    namespace = (
        service_model(asked.service).metadata.get("xmlNamespace", "") if asked and asked.service else ""
    )
    return f'<ErrorResponse xmlns="{namespace}">{body}</ErrorResponse>'.encode()
