"""AWS's own hosts as code reaches them over HTTP: whose request it is, and how AWS refuses it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from sandbox.identity import Principal
from sandbox.network.asking import Http
from sandbox.services import tokens
from sandbox.services.base import AwsError

if TYPE_CHECKING:
    from sandbox.wire import Asked, HttpRequest, HttpResponse

_TEMPORARY = "ASIA"
"""What access keys begin with that need a session token beside them."""

_REGION = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")


def objection(
    request: HttpRequest,
    service: str,
    principal: Principal | None,
    access_key: str,
    *,
    host: str,
    region: str,
) -> AwsError | None:
    """With what AWS refuses who signed a request, if it does.

    Args:
        request: signed by somebody.
        service: boto3's name of the one that is asked.
        principal: the function's session of its role; None when it may not take the role any more.
        access_key: the id of the key that the code was given.
        host: the name that was called.
        region: of the world.
    """
    from sandbox import wire

    signed = wire.access_key(request)
    given = "x-amz-security-token" in request.headers or "X-Amz-Security-Token" in parse_qs(request.query)
    if signed != access_key or (signed.startswith(_TEMPORARY) and not given):
        return tokens.invalid(service)
    if principal is None:
        return tokens.expired(service)
    named = _REGION.search(host)
    if named and named[1] != region:
        words = f"{named[1]} is not implemented here. Implemented: {region}."
        return AwsError("NotImplementedHere", words, HTTPStatus.NOT_IMPLEMENTED)
    return None


def as_wire(asked: Http, host: str) -> HttpRequest:
    """A request as `sandbox.wire` reads it."""
    from sandbox.wire import HttpRequest

    headers: dict[str, str] = {}
    for name, value in asked.headers:
        key = name.lower()
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    # A client that speaks through a proxy sends the whole address.
    target = re.sub(r"\Ahttps?://[^/?]*", "", asked.target) or "/"
    path, _, query = target.partition("?")
    return HttpRequest(asked.method.upper(), headers.get("host", host), path, query, headers, asked.body)


def refusal(operation: Asked, error: AwsError, request_id: str) -> HttpResponse:
    """An error of a service as AWS sends it."""
    from sandbox import wire

    return wire.refusal(
        operation,
        code=error.code,
        message=error.message,
        status=error.status,
        fields=error.fields,
        request_id=request_id,
    )
