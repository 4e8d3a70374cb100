"""Which service, which operation, in which protocol: told from the head of a request, and who signed it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from botocore.model import OperationModel

from sandbox.models import service_model
from sandbox.wire.messages import HttpRequest, Refused, Unsigned, malformed

SERVICES = ("cloudwatch", "dynamodb", "iam", "lambda", "logs", "s3", "sqs", "sts")
"""The services that are understood, by boto3's client names."""

QUERY = "query"
JSON = "json"
REST_JSON = "rest-json"
REST_XML = "rest-xml"
CBOR = "smithy-rpc-v2-cbor"

MOST_FIELDS = 20_000
"""A form has no more fields than this; it keeps a small hostile body from becoming a large structure."""

_XML = ("cloudfront", "route53", "s3express")
"""Services that are not here, whose clients read errors in XML only."""

_CREDENTIAL = re.compile(r"([^/\s,=]+)/\d{8}/(?:[^/\s,]*/)?([^/\s,]+)/aws4_request")
_RPC_PATH = re.compile(r"/service/([A-Za-z0-9_.]+)/operation/([A-Za-z0-9_]+)")
_LABEL = re.compile(r"\{(\w+)(\+?)\}")
_AWS = ".amazonaws.com"
_S3_HOST = re.compile(r"(?:^|\.)s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?::\d+)?$", re.IGNORECASE)
_WITH_SOURCE = {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}
"""S3's operations that become others by a header, x-amz-copy-source."""

_OLD_QUEUE = "queue"
"""SQS's first host name, queue.amazonaws.com, which still works."""


class Home(NamedTuple):
    """How a service is recognised."""

    service: str
    signing: str
    host: str
    target: str
    version: str
    protocols: tuple[str, ...]


class Route(NamedTuple):
    """Where a request goes, as far as its head tells. Parts that could not be told are ""."""

    service: str
    operation: str
    protocol: str
    labels: dict[str, str] = {}


@cache
def _homes() -> tuple[Home, ...]:
    homes = []
    for service in SERVICES:
        data = service_model(service).metadata
        prefix = data["endpointPrefix"]
        homes.append(
            Home(
                service,
                data.get("signingName", prefix),
                prefix,
                data.get("targetPrefix", ""),
                data["apiVersion"],
                tuple(data["protocols"]),
            )
        )
    return tuple(homes)


# -- signatures --------------------------------------------------------------------------------------------


def _scope(request: HttpRequest) -> tuple[str, str]:
    """Access key and service of a signature's scope; "" for an unsigned request."""
    text = request.headers.get("authorization", "")
    if "Credential=" in text:
        text = text.partition("Credential=")[2]
    else:
        _, found, rest = request.query.partition("X-Amz-Credential=")
        text = unquote(rest.partition("&")[0]) if found else ""
    match = _CREDENTIAL.match(text)
    return (match[1], match[2]) if match else ("", "")


def access_key(request: HttpRequest) -> str:
    """The access key that a request was signed with, in its Authorization header or a presigned query.

    The signature itself is not checked: every secret key is right.

    Returns:
        The key's id, or "" for an unsigned request.
    """
    return _scope(request)[0]


# -- operations --------------------------------------------------------------------------------------------


def protocol_of(request: HttpRequest) -> str:
    """The protocol that a request looks like."""
    if "smithy-protocol" in request.headers or _RPC_PATH.fullmatch(request.path):
        return CBOR
    if _is_s3(request):
        return REST_XML
    if "x-amz-target" in request.headers or "amz-json" in request.headers.get("content-type", ""):
        return JSON
    if is_form(request) or re.search(r"(?:^|&)Action=", request.query) or _scope(request)[1] in _XML:
        return QUERY
    return REST_JSON


def _is_s3(request: HttpRequest) -> bool:
    """Whether a request is S3's, by who signed it or by its host."""
    signed = _scope(request)[1]
    return signed == "s3" or (not signed and _S3_HOST.search(request.host) is not None)


def is_form(request: HttpRequest) -> bool:
    """Whether the body is a form."""
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def fields_of(text: str) -> list[tuple[str, str]]:
    """The fields of a form or a query string, in order.

    Raises:
        Refused: too many, or no UTF-8.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise malformed("The query string or form cannot be read.") from None


def route(request: HttpRequest, form: dict[str, str]) -> Route:
    """Where a request goes.

    Args:
        request: the request.
        form: the fields of a query-protocol request; empty in other protocols.

    Raises:
        Refused: no such service or operation, or not in that protocol.
        Unsigned: nothing tells the service, not even a signature.
    """
    protocol = protocol_of(request)
    home = _home(request, protocol, form)
    if protocol not in home.protocols:
        spoken = " or ".join(home.protocols)
        raise _not_here(f"{home.service} in the protocol {protocol}; it speaks {spoken}")
    if protocol in {REST_JSON, REST_XML}:
        operation, labels = _rest_operation(home.service, request)
        return Route(home.service, operation, protocol, labels)
    operation = _named(request, protocol, home, form)
    if operation not in service_model(home.service).operation_names:
        raise _unknown(protocol, operation, home)
    return Route(home.service, operation, protocol)


def _home(request: HttpRequest, protocol: str, form: dict[str, str]) -> Home:
    signed = _scope(request)[1]
    if signed:
        for home in _homes():
            if home.signing == signed:
                return home
        raise _not_here(f"{signed}. Implemented: {', '.join(SERVICES)}")
    target = request.headers.get("x-amz-target", "").rpartition(".")[0]
    path = _RPC_PATH.fullmatch(request.path)
    host = request.host.partition(":")[0].lower()
    named = host.removesuffix(_AWS).split(".") if host.endswith(_AWS) else []
    for home in _homes():
        if home.target and home.target in {target, path[1] if path else ""}:
            return home
        if protocol == QUERY and home.version == form.get("Version"):
            return home
        if home.host in named or (home.service == "sqs" and _OLD_QUEUE in named):
            return home
    if protocol == REST_JSON and _matches("lambda", request):
        return next(home for home in _homes() if home.service == "lambda")
    raise Unsigned


def _named(request: HttpRequest, protocol: str, home: Home, form: dict[str, str]) -> str:
    """The operation that a protocol of names asks for; "" when it is another service's."""
    if protocol == QUERY:
        return form.get("Action", "") if form.get("Version", home.version) == home.version else ""
    if protocol == CBOR:
        path = _RPC_PATH.fullmatch(request.path)
        return path[2] if path and path[1] == home.target else ""
    target, _, operation = request.headers.get("x-amz-target", "").rpartition(".")
    return operation if target == home.target else ""


def _not_here(what: str) -> Refused:
    return Refused("NotImplementedHere", f"not implemented here: {what}", 501)


def _unknown(protocol: str, operation: str, home: Home) -> Refused:
    if protocol == QUERY:
        message = f"Could not find operation {operation or 'NO_ACTION_SPECIFIED'} for version {home.version}"
        return Refused("InvalidAction", message)
    return Refused(
        "UnknownOperationException",
        f"There is no operation {operation or 'of that target'} of {home.service}.",
        400 if protocol == JSON else 404,
    )


# -- rest --------------------------------------------------------------------------------------------------


class _Pattern(NamedTuple):
    method: str
    query: frozenset[tuple[str, str]]
    needs: frozenset[str]
    path: re.Pattern[str]
    labels: tuple[str, ...]
    operation: str


@cache
def _patterns(service: str) -> tuple[_Pattern, ...]:
    """The request lines of a rest service: those that ask for more of the query string first."""
    model = service_model(service)
    known = [model.operation_model(name) for name in model.operation_names]
    patterns = [
        _pattern(operation)
        for operation in known
        if not operation.deprecated and operation.name not in _WITH_SOURCE.values()
    ]
    return tuple(sorted(patterns, key=lambda pattern: -len(pattern.query) - len(pattern.needs)))


def _pattern(operation: OperationModel) -> _Pattern:
    path, _, query = operation.http["requestUri"].partition("?")
    template = path.rstrip("/")
    labels = tuple(match[1] for match in _LABEL.finditer(template))
    text, begin = "", 0
    for match in _LABEL.finditer(template):
        text += re.escape(template[begin : match.start()]) + ("(.+)" if match[2] else "([^/]+)")
        begin = match.end()
    whole = re.compile(text + re.escape(template[begin:]))
    fixed = frozenset(parse_qsl(query, keep_blank_values=True))
    return _Pattern(operation.http["method"], fixed, _needs(operation), whole, labels, operation.name)


def _needs(operation: OperationModel) -> frozenset[str]:
    """The fields of the query string by which some of S3's operations are told from others."""
    if operation.service_model.service_name != "s3" or operation.input_shape is None:
        return frozenset()
    members = (operation.input_shape.members[name] for name in operation.input_shape.required_members)
    places = [member.serialization for member in members]
    return frozenset(place["name"] for place in places if place.get("location") == "querystring")


def _matches(service: str, request: HttpRequest) -> tuple[_Pattern, re.Match[str]] | None:
    path = request.path.rstrip("/") if service != "s3" or request.path == "/" else request.path
    given = set(fields_of(request.query)) if request.query else set()
    names = {name for name, _ in given}
    for pattern in _patterns(service):
        asked = pattern.query <= given and pattern.needs <= names
        if pattern.method == request.method and asked:
            match = pattern.path.fullmatch(path)
            if match:
                return pattern, match
    return None


def _rest_operation(service: str, request: HttpRequest) -> tuple[str, dict[str, str]]:
    """The operation of a rest service and its labels, by the names that the path has for them."""
    found = _matches(service, request)
    if found is None and service == "s3":
        message = "The specified method is not allowed against this resource."
        raise Refused("MethodNotAllowed", message, 405)
    if found is None:
        message = f"There is no operation of {service} at {request.method} {request.path[:200]}"
        raise Refused("UnknownOperationException", message, 404)
    pattern, match = found
    try:
        values = [unquote(value, errors="strict") for value in match.groups()]
    except ValueError:
        raise malformed("The path is not UTF-8.") from None
    operation = pattern.operation
    if "x-amz-copy-source" in request.headers:
        operation = _WITH_SOURCE.get(operation, operation)
    return operation, dict(zip(pattern.labels, values, strict=True))
