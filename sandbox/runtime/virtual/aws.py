"""boto3 inside a handler: every call of a client or resource leaves the environment and comes back answered.

Two of botocore's own events are used. `before-parameter-build` sees the parameters last before they are put
on the wire; an answer to `before-call` is taken instead of sending a request. So validation, resources,
paginators, waiters and modeled exceptions are botocore's own, while nothing is signed or sent.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import botocore.handlers
import botocore.loaders
import botocore.session
from botocore.model import OperationModel, Shape
from botocore.response import StreamingBody
from botocore.utils import parse_to_aware_datetime
from dateutil.tz import tzutc

Ask = Callable[[str, str, dict[str, Any], str], dict[str, Any]]

PRIMED = ("lambda", "sqs", "logs", "sts", "iam", "s3", "dynamodb")
_PARAMS = "sandbox.params"
_KEY_MAX = 128
_PARTIAL = 206


class _Response:
    """As much of an HTTP response as botocore looks at."""

    def __init__(self, status: int) -> None:
        self.status_code = status
        self.raw = None
        self.headers: dict[str, str] = {}


class Aws:
    """The way out for calls.

    Attributes:
        ask: takes service, operation, parameters and the client's access key, and returns the engine's reply.
        ids: what request ids are drawn from, or until the first of them its seed.
    """

    def __init__(self) -> None:
        self.ask: Ask | None = None
        self.ids: str | random.Random = "0"

    def remember(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        """Keep the parameters, for `answer` only sees them serialised."""
        context[_PARAMS] = params

    def answer(
        self, model: OperationModel, context: dict[str, Any], request_signer: Any, **_: Any
    ) -> tuple[_Response, Any]:
        """What botocore takes as the parsed reply."""
        assert self.ask is not None
        given = context[_PARAMS]
        params = {} if model.input_shape is None else taken(given, model.input_shape)
        if mode := model.http_checksum.get("requestValidationModeMember"):
            # Otherwise boto3 would put a header in, to have a checksum that it can look at.
            params.setdefault(mode, "ENABLED")
        key = _key(request_signer._credentials)
        reply = self.ask(model.service_model.service_name, model.name, params, key)
        if "error" in reply:
            return self._refusal(reply["error"], model)
        parsed = handed(reply.get("ok") or {}, model.output_shape)
        if model.has_streaming_output:
            name = model.output_shape.serialization["payload"]
            body = parsed.get(name) or b""
            parsed[name] = StreamingBody(BytesIO(body), len(body))
        status = model.http.get("responseCode", 200)
        if isinstance(parsed.get("StatusCode"), int):
            status = parsed["StatusCode"]
        if "ContentRange" in parsed:
            status = _PARTIAL
        metadata = self._metadata(status)
        metadata.update(parsed.get("ResponseMetadata") or {})
        return _Response(metadata["HTTPStatusCode"]), {**parsed, "ResponseMetadata": metadata}

    def _refusal(self, error: dict[str, Any], model: OperationModel) -> tuple[_Response, Any]:
        code, message, status = error["code"], error["message"], max(error.get("status", 400), 300)
        fields = {**error, **error.get("fields", {})}
        for name in ("code", "message", "status", "fields"):
            if name not in error.get("fields", {}):
                fields.pop(name, None)
        told = {"Message": message, "Code": code}
        # As `sandbox.client` does it: boto3 finds the class of an SQS error by its query protocol's code.
        query = fields.pop("QueryErrorCode", None)
        if query or model.service_model.metadata["protocol"] == "query":
            told["Type"] = "Sender"
        if query:
            told["QueryErrorCode"] = query
        if model.service_model.metadata["protocol"] == "rest-xml":
            told.update(fields)
            fields = {}
        # boto3 looks for an error's own members by its code, and finds none in the query protocol's replies.
        shape = model.service_model.shape_for_error_code(code)
        if shape is not None and model.service_model.metadata["protocol"] != "query":
            fields.update({name: message for name in ("message", "Message") if name in shape.members})
        parsed = {
            "Error": told,
            "ResponseMetadata": self._metadata(status),
            **fields,
        }
        return _Response(status), parsed

    def _metadata(self, status: int) -> dict[str, Any]:
        if isinstance(self.ids, str):
            self.ids = random.Random(self.ids)
        text = f"{self.ids.getrandbits(128):032x}"
        request_id = f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
        return {
            "RequestId": request_id,
            "HTTPStatusCode": status,
            "HTTPHeaders": {"x-amzn-requestid": request_id},
            "RetryAttempts": 0,
        }


def _key(credentials: Any) -> str:
    """The id of a client's access key, as far as it can be one."""
    key = "" if credentials is None else str(credentials.access_key)
    return key if key.isascii() and (key.isalnum() or not key) and len(key) <= _KEY_MAX else "none"


aws = Aws()
"""The way out of this process."""


def taken(value: Any, shape: Shape) -> Any:
    """A parameter as plain data: blobs are bytes, timestamps aware datetimes, streams are read."""
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return value
        return {
            name: taken(item, shape.members[name])
            for name, item in value.items()
            if item is not None and name in shape.members
        }
    if kind == "list":
        return [taken(item, shape.member) for item in value]
    if kind == "map":
        return {str(name): taken(item, shape.value) for name, item in value.items()}
    if kind == "blob":
        if hasattr(value, "read"):
            value = value.read()
        return value.encode() if isinstance(value, str) else bytes(value)
    if kind == "timestamp":
        return _bare(parse_to_aware_datetime(value))
    if kind == "string":
        return str(value)
    return value


def _bare(moment: datetime) -> datetime:
    offset = moment.utcoffset()
    return datetime.fromisoformat(moment.isoformat()) if offset is not None else moment


def handed(value: Any, shape: Shape | None) -> Any:
    """A reply as botocore's parsers hand it out: timestamps with dateutil's UTC."""
    if shape is None or value is None:
        return value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members = shape.members
        return {name: handed(item, members.get(name)) for name, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [handed(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {name: handed(item, shape.value) for name, item in value.items()}
    if kind == "timestamp" and isinstance(value, datetime):
        return value.astimezone(tzutc())
    return value


def install() -> None:
    """Hook botocore in this process, for all sessions to come."""
    known: dict[Any, Any] = {}
    create = botocore.loaders.create_loader

    def shared(search_path_string: str | None = None) -> Any:
        # Sessions share one loader, so that what the zygote has read need not be read again.
        if search_path_string not in known:
            known[search_path_string] = create(search_path_string)
        return known[search_path_string]

    botocore.loaders.create_loader = shared
    botocore.session.create_loader = shared
    botocore.handlers.BUILTIN_HANDLERS += [
        ("before-parameter-build", aws.remember, botocore.handlers.REGISTER_LAST),
        ("before-call", aws.answer),
    ]


def prime() -> None:
    """Create each usual client once: botocore keeps what it has read and reckoned."""
    import boto3

    session = boto3.Session(
        aws_access_key_id="none",
        aws_secret_access_key="none",
        region_name="us-east-1",
    )
    for service in PRIMED:
        session.client(service)
    session.resource("dynamodb")
    # The session that `boto3.client` uses. For Region and credentials it will ask os.environ.
    boto3.setup_default_session()
