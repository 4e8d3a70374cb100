"""`world.client("lambda")`: boto3's vocabulary over a world.

Names, parameters, replies and exceptions are boto3's; parameters are validated by botocore before the world
sees them. An operation that waits, such as a synchronous invoke, moves the world's clock until it is done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, Protocol

from botocore.errorfactory import ClientExceptionsFactory
from botocore.exceptions import OperationNotPageableError, ParamValidationError
from botocore.model import OperationModel, Shape
from botocore.paginate import Paginator, PaginatorModel
from botocore.response import StreamingBody
from botocore.utils import parse_to_aware_datetime
from botocore.validate import ParamValidator

from sandbox import customized
from sandbox.identity import Principal
from sandbox.models import operation_names, paginator_data, service_model
from sandbox.services.base import AwsError
from sandbox.waiting import Waiter

_EXCEPTIONS = ClientExceptionsFactory()


class Ticket(Protocol):
    """An operation that was submitted."""

    request_id: str


class Commands(Protocol):
    """What a client needs of a world."""

    def submit(
        self, service: str, operation: str, params: dict[str, Any], *, principal: Principal | None = None
    ) -> Ticket:
        """Give a command; see `World.submit`."""
        ...

    def drive(self, ticket: Any) -> dict[str, Any]:
        """Wait for its reply; see `World.drive`."""
        ...

    def advance(self, *, seconds: float) -> None:
        """Let time pass."""
        ...


class Client:
    """One service as one principal sees it. Methods are boto3's: `client.create_function(...)`."""

    def __init__(self, world: Commands, service: str, principal: Principal) -> None:
        self._world = world
        self._service = service
        self._principal = principal
        self._model = service_model(service)
        self._validator = ParamValidator()
        self.exceptions = _EXCEPTIONS.create_client_exceptions(self._model)

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        operation = operation_names(self._service).get(name)
        if operation is None:
            raise AttributeError(f"{self._service} has no operation {name!r}")

        def method(**params: Any) -> dict[str, Any]:
            return self._call(operation, params)

        method.__name__ = name
        return method

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *operation_names(self._service)]

    def get_waiter(self, name: str) -> Waiter:
        """A waiter of boto3's name; waiting moves the world's clock.

        Raises:
            ValueError: there is no such waiter.
        """
        return Waiter(self._world, self._service, name, self)

    def get_paginator(self, name: str) -> Paginator:
        """A paginator for an operation, as boto3 makes it.

        Raises:
            OperationNotPageableError: the operation does not come in pages.
        """
        operation = operation_names(self._service).get(name, "")
        pages = paginator_data(self._service)["pagination"]
        if operation not in pages:
            raise OperationNotPageableError(operation_name=name)
        return Paginator(
            getattr(self, name), PaginatorModel(paginator_data(self._service)).get_paginator(operation),
            self._model.operation_model(operation),
        )  # fmt: skip

    def _call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        model = self._model.operation_model(operation)
        context: dict[str, Any] = {}
        params = customized.parameters(self._service, operation, params, context)
        given = params
        if model.input_shape is not None:
            report = self._validator.validate(params, model.input_shape)
            if report.has_errors():
                raise ParamValidationError(report=report.generate_report())
            given = {key: _taken(value, model.input_shape.members[key]) for key, value in params.items()}
        ticket = self._world.submit(self._service, operation, given, principal=self._principal)
        try:
            reply = self._world.drive(ticket)
        except AwsError as error:
            raise self._exception(error, operation, ticket.request_id) from None
        handed = _handed(reply, model, ticket.request_id)
        customized.reply(self._service, operation, handed, context)
        return handed

    def _exception(self, error: AwsError, operation: str, request_id: str) -> Exception:
        fields = dict(error.fields)
        told = {"Message": error.message, "Code": error.code}
        # SQS says its old query code beside its new one; boto3 finds the exception's class by the former.
        code = fields.pop("QueryErrorCode", error.code)
        if code != error.code or self._model.metadata["protocol"] == "query":
            told["Type"] = "Sender" if error.status < 500 else "Receiver"
        if code != error.code:
            told["QueryErrorCode"] = code
        if self._model.metadata["protocol"] == "rest-xml":
            # Whatever stands beside Code and Message in S3's XML.
            told.update(fields)
            fields = {}
        # boto3 looks for an error's own members by its code, and finds none in the query protocol's replies.
        shape = self._model.shape_for_error_code(error.code)
        if shape is not None and self._model.metadata["protocol"] != "query":
            fields.update({name: error.message for name in ("message", "Message") if name in shape.members})
        response = {"Error": told, "ResponseMetadata": _metadata(request_id, error.status), **fields}
        return self.exceptions.from_code(code)(response, operation)  # type: ignore[no-any-return]


def _metadata(request_id: str, status: int) -> dict[str, Any]:
    headers = {"x-amzn-requestid": request_id}
    return {"RequestId": request_id, "HTTPStatusCode": status, "HTTPHeaders": headers, "RetryAttempts": 0}


def _taken(value: Any, shape: Shape) -> Any:
    """A parameter as services take it: blobs are bytes, timestamps aware datetimes, containers our own."""
    if shape.type_name == "blob":
        if hasattr(value, "read"):
            value = value.read()
        return value.encode() if isinstance(value, str) else bytes(value)
    if shape.type_name == "string":
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ParamValidationError(report=f"A text cannot be sent: {error.reason}") from None
    if shape.type_name == "timestamp":
        return value if isinstance(value, datetime) and value.tzinfo else parse_to_aware_datetime(value)
    if shape.type_name == "structure":
        return {key: _taken(item, shape.members[key]) for key, item in value.items()}
    if shape.type_name == "list":
        return [_taken(item, shape.member) for item in value]
    if shape.type_name == "map":
        return {_taken(key, shape.key): _taken(item, shape.value) for key, item in value.items()}
    return value


def _handed(reply: dict[str, Any], model: OperationModel, request_id: str) -> dict[str, Any]:
    """A reply as boto3 hands it out: a streaming payload is a StreamingBody, ResponseMetadata is there."""
    handed = dict(reply)
    if model.has_streaming_output:
        name = model.output_shape.serialization["payload"]
        body = handed.get(name, b"")
        handed[name] = StreamingBody(BytesIO(body), len(body))
    status = handed.get("StatusCode") or model.http.get("responseCode") or 200
    if "ContentRange" in handed:
        status = HTTPStatus.PARTIAL_CONTENT
    handed["ResponseMetadata"] = _metadata(request_id, status)
    return handed
