"""Lambda's operations, named and shaped as boto3 has them; here Invoke, the others where they belong."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from sandbox.kernel import Promise
from sandbox.observe.logs import invocation_lines
from sandbox.services.awslambda.arguments import check_constraints
from sandbox.services.awslambda.errors import conflict, no_role, throttled
from sandbox.services.awslambda.functions import FunctionOperations
from sandbox.services.awslambda.model import LATEST, Attempt, Function, Request
from sandbox.services.awslambda.permissions import PermissionOperations
from sandbox.services.awslambda.settings import SettingOperations
from sandbox.services.base import AwsError, Call, operation, refuse
from sandbox.trace import InvocationAccepted, InvocationEnded, InvocationStarted, InvocationThrottled

_LOOP = (
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services "
    "resources and stopped your function's invocation."
)
_STRING_OR_MARK = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]')


class LambdaService(FunctionOperations, PermissionOperations, SettingOperations):
    """AWS Lambda, `client("lambda")`."""

    # -- invocation ----------------------------------------------------------------------------------------

    @operation("lambda:InvokeFunction", "function_arn")
    def invoke(
        self,
        call: Call,
        *,
        FunctionName: str,
        InvocationType: str = "RequestResponse",
        LogType: str = "None",
        Payload: bytes = b"",
        Qualifier: str | None = None,
        **others: Any,
    ) -> dict[str, Any] | Promise:
        """Invoke in all three types (facts 5.1). RequestResponse waits, so its reply is a Promise."""
        refuse(others)
        check_constraints("Invoke", {"InvocationType": InvocationType, "LogType": LogType})
        function = self._function(FunctionName, Qualifier, invoked=True)
        payload = self._payload(Payload, InvocationType)
        if InvocationType == "DryRun":
            return {"StatusCode": 204, "Payload": b""}
        if function.state == "Pending":
            raise conflict(
                "The operation cannot be performed at this time. "
                "The function is currently in the following state: Pending"
            )
        loops = self._loops(function, call)
        if loops and (call.principal.kind != "service" or InvocationType != "Event"):
            raise AwsError("RecursiveInvocationException", _LOOP, 400, Type="User")
        arn = self.function_arn({"FunctionName": FunctionName, "Qualifier": Qualifier})
        request = Request(call.request_id, InvocationType, payload, arn, call.cause, tail=LogType == "Tail")
        if InvocationType == "Event":
            self._accepted(function, request, call)
            (self.queue.drop if loops else self.queue.accept)(function, request)
            return {"StatusCode": 202, "Payload": b""}
        if reason := self.refusal(function):
            self.port.trace.emit(
                InvocationThrottled,
                function.arn,
                request.request_id,
                request.kind,
                reason,
                cause=call.cause,
            )
            raise throttled(reason)
        if not self.pools.ready(function):
            raise no_role()
        self._accepted(function, request, call)
        request.promise = Promise()
        self.executor.start(function, request, 1)
        return request.promise

    def _loops(self, function: Function, call: Call) -> bool:
        """Whether this call is one too many in a chain in which the function led to itself (facts 4.6).

        An event that a service such as S3 sends is taken, never run, and goes where lost events go. [SIM] A
        call by code is refused, whatever its type; AWS counts "about" 16.
        """
        runs, cause = 0, call.cause
        while cause and call.principal.kind in {"session", "service"}:
            event = self.port.trace.events[cause - 1]
            runs += isinstance(event, InvocationStarted) and event.arn == function.arn
            cause = event.cause
        limit: int = self.port.facts["lambda.recursion_limit"]
        return runs >= limit

    def _accepted(self, function: Function, request: Request, call: Call) -> None:
        event = self.port.trace.emit(
            InvocationAccepted,
            function.arn,
            request.request_id,
            request.kind,
            call.principal.arn,
            request.payload,
            cause=request.cause,
        )
        request.cause = event.seq

    def _payload(self, payload: bytes, kind: str) -> bytes:
        limit = self.port.facts["async.payload_max" if kind == "Event" else "invoke.sync_payload_max"]
        if len(payload) > limit:
            raise AwsError(
                "RequestTooLargeException",
                f"{len(payload)} byte payload is too large for the {kind} invocation type "
                f"(limit {limit} bytes)",
                413,
                Type="User",
            )
        if not payload:
            return b"{}"
        try:
            text = payload.decode()
            if _nested_beyond(self.port.facts["invoke.nesting_max"], text):
                raise ValueError("nested too deeply")
            json.loads(text, parse_constant=_no_json, parse_int=str)
        except ValueError as error:
            raise AwsError(
                "InvalidRequestContentException",
                f"Could not parse request body into json: Could not parse payload into json: {error}",
                400,
                Type="User",
            ) from None
        return payload

    def attempt_ended(self, attempt: Attempt, ended: InvocationEnded) -> None:
        """An attempt is over: answer the caller that waits, or let the queue go on."""
        request = attempt.request
        if attempt.queued is not None:
            self.queue.attempt_ended(attempt, attempt.queued, ended)
        if request.promise is None:
            return
        reply: dict[str, Any] = {"StatusCode": 200, "ExecutedVersion": LATEST, "Payload": ended.payload}
        if ended.outcome != "success":
            # Facts 5.2: every recorded error of 2023 to 2026 says Unhandled.
            reply["FunctionError"] = "Unhandled"
        if request.tail:
            self.log.catch_up(self.port.trace)
            lines = invocation_lines(
                self.log, request.request_id, attempt.number, self.port.facts["invoke.log_tail"]
            )
            reply["LogResult"] = base64.b64encode("".join(lines).encode()).decode()
        request.promise.resolve(reply)


def _no_json(word: str) -> None:
    raise ValueError(f"Unrecognized token '{word}'")


def _nested_beyond(limit: int, text: str) -> bool:
    """Whether arrays and objects of a JSON text are nested more deeply than that."""
    # What is nested so deeply has as many beginnings, which is quick to see and settles it for most.
    return text.count("[") + text.count("{") > limit and _depth(text) > limit


def _depth(text: str) -> int:
    """How deeply the arrays and objects of a JSON text are nested."""
    depth = deepest = 0
    for mark in _STRING_OR_MARK.findall(text):
        if mark in {"[", "{"}:
            depth += 1
            deepest = max(deepest, depth)
        elif mark in {"]", "}"}:
            depth -= 1
    return deepest
