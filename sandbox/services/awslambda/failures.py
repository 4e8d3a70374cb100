"""Where asynchronous events go when they are over: dead-letter queue and destinations (facts 6.2, 6.3).

Both may be configured, and then both receive. Everything is written under the function's role, so a role
that lost a permission shows as DeadLetterErrors or DestinationDeliveryFailures.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.identity import Principal
from sandbox.kernel import Promise, as_datetime
from sandbox.services.awslambda.errors import invalid
from sandbox.services.awslambda.model import LATEST, Function, QueuedEvent
from sandbox.services.base import AwsError, Port, not_here
from sandbox.trace import (
    DeadLetterDelivered,
    DeadLetterFailed,
    DestinationDelivered,
    DestinationFailed,
    InvocationEnded,
)


class Failures:
    """Writes invocation records and lost events."""

    def __init__(self, port: Port) -> None:
        self.port = port

    # -- when it is configured -----------------------------------------------------------------------------

    def check_target(
        self, function_name: str, role: str, target: str, *, dead_letter: bool, cause: int
    ) -> None:
        """Whether the role may write to a target; AWS refuses the configuration otherwise (facts 9.3).

        Args:
            function_name: names the role's session.
            role: the execution role's ARN.
            target: the ARN of the queue or function.
            dead_letter: a dead-letter target; otherwise a destination.
            cause: `seq` of the event that led to this.

        Raises:
            AwsError: the target is none, is not here yet, or may not be written to.
        """
        service = _service_of(target)
        allowed = ("sqs",) if dead_letter else ("sqs", "lambda")
        if service not in allowed:
            if service in {"sns", "lambda", "events", "s3"} and not (dead_letter and service != "sns"):
                raise not_here(
                    f"{service} as a target; there is SQS" + ("" if dead_letter else " and Lambda")
                )
            raise invalid(
                f"The provided target ARN {target} is invalid."
                if dead_letter
                else f"The destination ARN {target} is invalid."
            )
        action, words = (
            ("sqs:SendMessage", "SendMessage on SQS")
            if service == "sqs"
            else ("lambda:InvokeFunction", "InvokeFunction on Lambda")
        )
        principal = self._role(function_name, role)
        function_arn = f"arn:aws:lambda:{self.port.region}:{self.port.account}:function:{function_name}"
        context = {"lambda:SourceFunctionArn": function_arn}
        if (
            principal is None
            or not self.port.authorize(principal, action, target, cause=cause, context=context).allowed
        ):
            raise invalid(f"The provided execution role does not have permissions to call {words}")

    def _role(self, function_name: str, role: str) -> Principal | None:
        return self.port.role(role, session=function_name, service="lambda.amazonaws.com")

    # -- when an event is over -----------------------------------------------------------------------------

    def deliver(self, queued: QueuedEvent, condition: str, ended: InvocationEnded | None) -> None:
        """Write what the function's configuration asks for, now that an event is over."""
        function = queued.function
        failed = condition != "Success"
        if failed and (target := function.active.dead_letter_target):
            self._dead_letter(queued, target, ended)
        config = function.event_invoke
        if config is not None and (target := config.on_failure if failed else config.on_success):
            self._destination(queued, target, condition, ended)

    def _dead_letter(self, queued: QueuedEvent, target: str, ended: InvocationEnded | None) -> None:
        function, request = queued.function, queued.request
        attributes = {
            "RequestID": _attribute("String", request.request_id),
            "ErrorCode": _attribute("Number", "200" if ended is not None else "429"),
        }
        if message := _error_message(ended):
            kept = message.encode()[: self.port.facts["dlq.error_message_max"]]
            attributes["ErrorMessage"] = _attribute("String", kept.decode(errors="ignore"))
        body = request.payload.decode("utf-8", "replace")
        try:
            self._send(function, target, body, request.cause, attributes)
        except AwsError as error:
            self.port.trace.emit(
                DeadLetterFailed, function.arn, request.request_id, target, error.code, cause=request.cause
            )
        else:
            self.port.trace.emit(
                DeadLetterDelivered, function.arn, request.request_id, target, cause=request.cause
            )

    def _destination(
        self, queued: QueuedEvent, target: str, condition: str, ended: InvocationEnded | None
    ) -> None:
        function, request = queued.function, queued.request
        record = json.dumps(self._record(queued, condition, ended), separators=(",", ":"))
        try:
            if _service_of(target) == "sqs":
                self._send(function, target, record, request.cause, None)
            else:
                self._invoke(function, target, record, request.cause)
        except AwsError as error:
            self.port.trace.emit(
                DestinationFailed,
                function.arn,
                request.request_id,
                target,
                condition,
                error.code,
                cause=request.cause,
            )
        else:
            self.port.trace.emit(
                DestinationDelivered,
                function.arn,
                request.request_id,
                target,
                condition,
                cause=request.cause,
            )

    def _record(self, queued: QueuedEvent, condition: str, ended: InvocationEnded | None) -> dict[str, Any]:
        """The invocation record; without responseContext when the code never ran (facts 6.3)."""
        record: dict[str, Any] = {
            "version": "1.0",
            "timestamp": f"{as_datetime(self.port.kernel.now):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z",
            "requestContext": {
                "requestId": queued.request.request_id,
                "functionArn": f"{queued.function.arn}:{LATEST}",
                "condition": condition,
                "approximateInvokeCount": queued.attempts,
            },
            "requestPayload": json.loads(queued.request.payload),
        }
        if ended is not None:
            record["responseContext"] = {"statusCode": 200, "executedVersion": LATEST}
            if ended.outcome != "success":
                record["responseContext"]["functionError"] = "Unhandled"
            record["responsePayload"] = json.loads(ended.payload)
        return record

    def _send(
        self, function: Function, target: str, body: str, cause: int, attributes: dict[str, Any] | None
    ) -> None:
        _, _, _, region, account, name = target.split(":")
        params: dict[str, Any] = {
            "QueueUrl": f"https://sqs.{region}.amazonaws.com/{account}/{name}",
            "MessageBody": body,
        }
        if attributes:
            params["MessageAttributes"] = attributes
        self._call(function, "sqs", "SendMessage", params, cause)

    def _invoke(self, function: Function, target: str, record: str, cause: int) -> None:
        params = {"FunctionName": target, "InvocationType": "Event", "Payload": record.encode()}
        self._call(function, "lambda", "Invoke", params, cause)

    def _call(
        self, function: Function, service: str, operation: str, params: dict[str, Any], cause: int
    ) -> None:
        principal = self._role(function.name, function.active.role)
        if principal is None:
            raise AwsError(
                "AccessDeniedException", "The role defined for the function cannot be assumed by Lambda.", 403
            )
        answer = self.port.call(
            service,
            operation,
            params,
            principal=principal,
            cause=cause,
            context={"lambda:SourceFunctionArn": function.arn},
        )
        if isinstance(answer, Promise):
            raise TypeError(f"{service} {operation} waits, and a delivery does not")


def _attribute(kind: str, value: str) -> dict[str, str]:
    return {"DataType": kind, "StringValue": value}


def _service_of(arn: str) -> str:
    parts = arn.split(":")
    wanted = {"sqs": 6, "lambda": 7}.get(parts[2]) if len(parts) > 5 else 0
    return parts[2] if wanted is None or wanted == len(parts) else ""


def _error_message(ended: InvocationEnded | None) -> str:
    if ended is None:
        return ""
    payload = json.loads(ended.payload)
    return str(payload.get("errorMessage", "")) if isinstance(payload, dict) else ""
