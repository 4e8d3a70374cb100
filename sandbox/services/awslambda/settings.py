"""Settings beside a function's configuration: reserved concurrency, and how lost events are handled."""

from __future__ import annotations

from typing import Any

from sandbox.services.awslambda import arguments
from sandbox.services.awslambda.base import LambdaState
from sandbox.services.awslambda.errors import invalid, not_found
from sandbox.services.awslambda.model import LATEST, EventInvokeConfig
from sandbox.services.awslambda.replies import event_invoke_config
from sandbox.services.base import Call, operation

_FUNCTIONS_ONLY = (
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
    "operation. Please specify either a function name or an unqualified function ARN."
)
"""Facts 4.3."""


class SettingOperations(LambdaState):
    """Concurrency, account settings, asynchronous configuration."""

    # -- concurrency ---------------------------------------------------------------------------------------

    @operation("lambda:PutFunctionConcurrency", "function_arn")
    def put_function_concurrency(
        self, call: Call, *, FunctionName: str, ReservedConcurrentExecutions: int
    ) -> dict[str, Any]:
        """PutFunctionConcurrency; 0 switches the function off."""
        del call
        if FunctionName.partition("function:")[2].count(":") or (
            "function:" not in FunctionName and ":" in FunctionName
        ):
            raise invalid(_FUNCTIONS_ONLY)
        function = self._function(FunctionName)
        others = self.reserved_in_all() - (function.reserved or 0)
        self.concurrency.check_reservation(ReservedConcurrentExecutions, others)
        function.reserved = ReservedConcurrentExecutions
        return {"ReservedConcurrentExecutions": ReservedConcurrentExecutions}

    @operation("lambda:GetFunctionConcurrency", "function_arn")
    def get_function_concurrency(self, call: Call, *, FunctionName: str) -> dict[str, Any]:
        """GetFunctionConcurrency; empty when nothing is reserved."""
        del call
        function = self._function(FunctionName)
        return {} if function.reserved is None else {"ReservedConcurrentExecutions": function.reserved}

    @operation("lambda:DeleteFunctionConcurrency", "function_arn")
    def delete_function_concurrency(self, call: Call, *, FunctionName: str) -> dict[str, Any]:
        """DeleteFunctionConcurrency."""
        del call
        self._function(FunctionName).reserved = None
        return {}

    @operation("lambda:GetAccountSettings")
    def get_account_settings(self, call: Call) -> dict[str, Any]:
        """GetAccountSettings (facts 1.2, 4.2)."""
        del call
        facts, limit = self.port.facts, self.port.account_limit
        return {
            "AccountLimit": {
                "TotalCodeSize": facts["lambda.code_storage"],
                "CodeSizeUnzipped": facts["lambda.unzipped_max"],
                "CodeSizeZipped": facts["lambda.zip_max"],
                "ConcurrentExecutions": limit,
                "UnreservedConcurrentExecutions": limit - self.reserved_in_all(),
            },
            "AccountUsage": {
                "TotalCodeSize": sum(function.latest.code_size for function in self.functions.values()),
                "FunctionCount": len(self.functions),
            },
        }

    # -- asynchronous configuration ------------------------------------------------------------------------

    @operation("lambda:PutFunctionEventInvokeConfig", "function_arn")
    def put_function_event_invoke_config(self, call: Call, **given: Any) -> dict[str, Any]:
        """PutFunctionEventInvokeConfig: replaces what was there."""
        return self._configure_events(call, None, given)

    @operation("lambda:UpdateFunctionEventInvokeConfig", "function_arn")
    def update_function_event_invoke_config(self, call: Call, **given: Any) -> dict[str, Any]:
        """UpdateFunctionEventInvokeConfig: changes what is named."""
        return self._configure_events(call, self._event_config(given), given)

    def _configure_events(
        self, call: Call, before: EventInvokeConfig | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        function = self._function(given["FunctionName"], given.get("Qualifier"))
        wanted = {key: value for key, value in given.items() if key not in {"FunctionName", "Qualifier"}}
        if not wanted:
            raise invalid("You must specify at least one of error handling or destination setting.")
        arguments.check_constraints("PutFunctionEventInvokeConfig", wanted)
        asked = wanted.get("DestinationConfig", {})
        targets = {side: asked[side].get("Destination", "") for side in asked}
        for target in filter(None, targets.values()):
            if target.split(":")[:7] == function.arn.split(":"):
                raise invalid("You can't specify the function as a destination for itself.")
            self.failures.check_target(
                function.name, function.latest.role, target, dead_letter=False, cause=call.cause
            )
        function.event_invoke = EventInvokeConfig(
            retries=wanted.get("MaximumRetryAttempts", before and before.retries),
            max_age=wanted.get("MaximumEventAgeInSeconds", before and before.max_age),
            on_success=targets.get("OnSuccess", before.on_success if before else ""),
            on_failure=targets.get("OnFailure", before.on_failure if before else ""),
            modified=self.port.kernel.now,
        )
        return event_invoke_config(function, function.event_invoke)

    def _event_config(self, given: dict[str, Any]) -> EventInvokeConfig:
        function = self._function(given["FunctionName"], given.get("Qualifier"))
        if function.event_invoke is None:
            raise not_found(f"The function {function.arn}:{LATEST} doesn't have an EventInvokeConfig")
        return function.event_invoke

    @operation("lambda:GetFunctionEventInvokeConfig", "function_arn")
    def get_function_event_invoke_config(self, call: Call, **given: Any) -> dict[str, Any]:
        """GetFunctionEventInvokeConfig."""
        del call
        config = self._event_config(given)
        return event_invoke_config(self._function(given["FunctionName"]), config)

    @operation("lambda:DeleteFunctionEventInvokeConfig", "function_arn")
    def delete_function_event_invoke_config(self, call: Call, **given: Any) -> dict[str, Any]:
        """DeleteFunctionEventInvokeConfig."""
        del call
        self._event_config(given)
        self._function(given["FunctionName"]).event_invoke = None
        return {}
