"""Operations on functions: create, look, update, delete."""

from __future__ import annotations

from typing import Any

from sandbox.kernel import told
from sandbox.services.awslambda import arguments, packages
from sandbox.services.awslambda.base import LambdaState
from sandbox.services.awslambda.errors import conflict, invalid, precondition_failed
from sandbox.services.awslambda.model import LATEST, Configuration, Function
from sandbox.services.awslambda.replies import changed, configuration
from sandbox.services.base import AwsError, Call, not_here, operation, refuse
from sandbox.trace import FunctionChanged

_LAMBDA = "lambda.amazonaws.com"


class FunctionOperations(LambdaState):
    """Functions and their configuration."""

    # -- functions -----------------------------------------------------------------------------------------

    @operation("lambda:CreateFunction", "function_arn")
    def create_function(
        self,
        call: Call,
        *,
        FunctionName: str,
        Role: str,
        Code: dict[str, Any],
        Runtime: str = "",
        Handler: str = "",
        Description: str = "",
        Timeout: int | None = None,
        MemorySize: int | None = None,
        Publish: bool = False,
        PackageType: str = "Zip",
        Environment: dict[str, Any] | None = None,
        DeadLetterConfig: dict[str, str] | None = None,
        TracingConfig: dict[str, str] | None = None,
        Tags: dict[str, str] | None = None,
        Architectures: list[str] | None = None,
        EphemeralStorage: dict[str, int] | None = None,
        LoggingConfig: dict[str, str] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """CreateFunction: the function is Pending for a moment [SIM: lambda.create_time]."""
        refuse(others | {"Publish": Publish, "PackageType Image": PackageType == "Image"})
        name, _, _ = arguments.function_name(FunctionName, self.port.region)
        if len(name) > (longest := self.port.facts["lambda.name_max"]):
            raise invalid(
                f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy "
                f"constraint: Member must have length less than or equal to {longest}"
            )
        given: dict[str, Any] = {
            "Role": Role,
            "Handler": Handler or None,
            "Description": Description,
            "Environment": Environment,
            "TracingConfig": TracingConfig,
            "Architectures": Architectures,
            "LoggingConfig": LoggingConfig,
        }
        arguments.check_constraints("CreateFunction", given)
        _check_logging(LoggingConfig)
        storage = (EphemeralStorage or {}).get("Size")
        arguments.check_limits(self.port.facts, memory=MemorySize, timeout=Timeout, storage=storage)
        if not Runtime or not Handler:
            missing = "Runtime" if not Runtime else "Handler"
            raise invalid(f"{missing} is mandatory for functions created with deployment packages.")
        arguments.check_runtime(self.port.facts, Runtime)
        variables = (Environment or {}).get("Variables", {})
        arguments.check_environment(self.port.facts, variables)
        package = self._package(Code)
        self._may_pass(call, Role)
        self._assumable(name, Role)
        if name in self.functions:
            raise conflict(f"Function already exist: {name}")
        target = (DeadLetterConfig or {}).get("TargetArn", "")
        if target:
            self.failures.check_target(name, Role, target, dead_letter=True, cause=call.cause)
        made = Configuration(
            runtime=Runtime,
            role=Role,
            handler=Handler,
            description=Description,
            timeout=Timeout or self.port.facts["lambda.timeout_default"],
            memory=MemorySize or self.port.facts["lambda.memory_default"],
            storage=storage or self.port.facts["lambda.tmp_default"],
            environment=tuple(variables.items()),
            dead_letter_target=target,
            tracing=(TracingConfig or {}).get("Mode", "PassThrough"),
            log_group=(LoggingConfig or {}).get("LogGroup", f"/aws/lambda/{name}"),
            architecture=(Architectures or ["x86_64"])[0],
            code=packages.digest(package),
            code_size=len(package),
        )
        function = Function(
            name, self.arn(f"function:{name}"), self.port.kernel.uuid("function"), made, package
        )
        function.tags = dict(Tags or {})
        self.functions[name] = function
        self._touch(function)
        self._changed(function, call.cause)
        self.port.kernel.after(self.port.facts.us("lambda.create_time"), self._created, function, call.cause)
        return configuration(function)

    def _package(self, code: dict[str, Any]) -> bytes:
        if "ZipFile" not in code:
            raise not_here("code from S3 or an image; give ZipFile")
        package: bytes = code["ZipFile"]
        packages.check(package, self.port.facts)
        return package

    def _may_pass(self, call: Call, role: str) -> None:
        decision = self.port.authorize(
            call.principal, "iam:PassRole", role, cause=call.cause, context={"iam:PassedToService": _LAMBDA}
        )
        if not decision.allowed:
            raise AwsError(
                "AccessDeniedException",
                f"User: {call.principal.arn} is not authorized to perform: iam:PassRole on resource: {role} "
                f"{decision.reason}",
                403,
            )

    def _assumable(self, name: str, role: str) -> None:
        if self.port.role(role, session=name, service=_LAMBDA) is None:
            raise invalid("The role defined for the function cannot be assumed by Lambda.")

    def _changed(self, function: Function, cause: int) -> None:
        state = "Deleted" if function.deleted else function.state
        self.port.trace.emit(FunctionChanged, function.arn, state, function.update_status, cause=cause)

    @told(lambda function, _cause: f"{function.name} becomes Active")
    def _created(self, function: Function, cause: int) -> None:
        if function.deleted:
            return
        function.state, function.update_status = "Active", "Successful"
        self._changed(function, cause)

    @operation("lambda:GetFunction", "function_arn")
    def get_function(self, call: Call, *, FunctionName: str, Qualifier: str | None = None) -> dict[str, Any]:
        """GetFunction."""
        del call
        function = self._function(FunctionName, Qualifier)
        host = f"awslambda-{self.port.region}-tasks.s3.{self.port.region}.amazonaws.com"
        location = f"https://{host}/snapshots/{self.port.account}/{function.name}-{function.uid}"
        reply: dict[str, Any] = {
            "Configuration": configuration(function),
            "Code": {"RepositoryType": "S3", "Location": location},
        }
        if function.tags:
            reply["Tags"] = dict(function.tags)
        if function.reserved is not None:
            reply["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved}
        return reply

    @operation("lambda:GetFunctionConfiguration", "function_arn")
    def get_function_configuration(
        self, call: Call, *, FunctionName: str, Qualifier: str | None = None
    ) -> dict[str, Any]:
        """GetFunctionConfiguration."""
        del call
        return configuration(self._function(FunctionName, Qualifier))

    @operation("lambda:ListFunctions")
    def list_functions(
        self, call: Call, *, MaxItems: int | None = None, Marker: str = "", **others: Any
    ) -> dict[str, Any]:
        """ListFunctions, in the order of names [SIM]."""
        del call
        refuse(others)
        most: int = self.port.facts["lambda.list_page"]
        size = min(MaxItems or most, most)
        names = [name for name in sorted(self.functions) if name > Marker]
        reply: dict[str, Any] = {"Functions": [configuration(self.functions[n]) for n in names[:size]]}
        if len(names) > size:
            reply["NextMarker"] = names[size - 1]
        return reply

    @operation("lambda:DeleteFunction", "function_arn")
    def delete_function(
        self, call: Call, *, FunctionName: str, Qualifier: str | None = None
    ) -> dict[str, Any]:
        """DeleteFunction: what runs ends, what waits in the queue is given up [SIM]."""
        if Qualifier == LATEST:
            raise invalid("$LATEST version cannot be deleted without deleting the function.")
        function = self._function(FunctionName, Qualifier)
        del self.functions[function.name]
        function.deleted = True
        if function.policy is not None:
            self.port.policies_changed()
        self.pools.retire(function, "deleted")
        self._changed(function, call.cause)
        return {"StatusCode": 204}

    @operation("lambda:UpdateFunctionConfiguration", "function_arn")
    def update_function_configuration(
        self,
        call: Call,
        *,
        FunctionName: str,
        Role: str | None = None,
        Handler: str | None = None,
        Description: str | None = None,
        Timeout: int | None = None,
        MemorySize: int | None = None,
        Runtime: str | None = None,
        Environment: dict[str, Any] | None = None,
        DeadLetterConfig: dict[str, str] | None = None,
        TracingConfig: dict[str, str] | None = None,
        EphemeralStorage: dict[str, int] | None = None,
        LoggingConfig: dict[str, str] | None = None,
        RevisionId: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """UpdateFunctionConfiguration: invocations use the old one until the update is done."""
        refuse(others)
        function = self._updatable(FunctionName, RevisionId)
        given: dict[str, Any] = {
            "Role": Role,
            "Handler": Handler,
            "Description": Description,
            "Environment": Environment,
            "TracingConfig": TracingConfig,
            "LoggingConfig": LoggingConfig,
        }
        arguments.check_constraints("UpdateFunctionConfiguration", given)
        _check_logging(LoggingConfig)
        storage = (EphemeralStorage or {}).get("Size")
        arguments.check_limits(self.port.facts, memory=MemorySize, timeout=Timeout, storage=storage)
        if Runtime is not None:
            arguments.check_runtime(self.port.facts, Runtime)
        variables = None if Environment is None else Environment.get("Variables", {})
        if variables is not None:
            arguments.check_environment(self.port.facts, variables)
        role = Role or function.latest.role
        if Role is not None:
            self._may_pass(call, Role)
            self._assumable(function.name, Role)
        target = None if DeadLetterConfig is None else DeadLetterConfig.get("TargetArn", "")
        if target:
            self.failures.check_target(function.name, role, target, dead_letter=True, cause=call.cause)
        latest = changed(
            function.latest,
            role=Role,
            handler=Handler,
            description=Description,
            timeout=Timeout,
            memory=MemorySize,
            runtime=Runtime,
            environment=None if variables is None else tuple(variables.items()),
            dead_letter_target=target,
            tracing=(TracingConfig or {}).get("Mode"),
            storage=storage,
            log_group=(LoggingConfig or {}).get("LogGroup"),
        )
        self._update(function, latest, function.package, call.cause)
        return configuration(function)

    @operation("lambda:UpdateFunctionCode", "function_arn")
    def update_function_code(
        self,
        call: Call,
        *,
        FunctionName: str,
        ZipFile: bytes | None = None,
        Publish: bool = False,
        DryRun: bool = False,
        RevisionId: str | None = None,
        Architectures: list[str] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """UpdateFunctionCode: invocations use the old code until the update is done."""
        refuse(others | {"Publish": Publish})
        function = self._updatable(FunctionName, RevisionId)
        package = self._package({} if ZipFile is None else {"ZipFile": ZipFile})
        latest = changed(
            function.latest,
            code=packages.digest(package),
            code_size=len(package),
            architecture=Architectures[0] if Architectures else None,
        )
        if not DryRun:
            self._update(function, latest, package, call.cause)
        return configuration(function)

    def _updatable(self, given: str, revision: str | None) -> Function:
        function = self._function(given)
        head = "The operation cannot be performed at this time."
        if function.state == "Pending":
            raise conflict(f"{head} The function is currently in the following state: Pending")
        if function.update_status == "InProgress":
            raise conflict(f"{head} An update is in progress for resource: {function.arn}")
        if revision is not None and revision != function.revision:
            raise precondition_failed(
                "The Revision Id provided does not match the latest Revision Id. Call the "
                "GetFunction/GetAlias API to retrieve the latest Revision Id"
            )
        return function

    def _update(self, function: Function, latest: Configuration, package: bytes, cause: int) -> None:
        function.latest, function.package = latest, package
        function.update_status = "InProgress"
        self._touch(function)
        self._changed(function, cause)
        self.port.kernel.after(self.port.facts.us("lambda.update_time"), self._updated, function, cause)

    @told(lambda function, _cause: f"the update of {function.name} is done")
    def _updated(self, function: Function, cause: int) -> None:
        if function.deleted:
            return
        function.active, function.active_package = function.latest, function.package
        function.update_status = "Successful"
        self.pools.retire(function, "updated")
        self._changed(function, cause)


def _check_logging(config: dict[str, str] | None) -> None:
    asked = dict(config or {})
    asked.pop("LogGroup", None)
    if asked.pop("LogFormat", "Text") != "Text" or asked:
        raise not_here("LoggingConfig beyond LogGroup; logs are plain text")
