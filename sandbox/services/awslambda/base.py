"""What all of Lambda's operations share: its state, and how a request names a function."""

from __future__ import annotations

from typing import Any

from sandbox.observe.logs import LogFold
from sandbox.services.awslambda import arguments
from sandbox.services.awslambda.asynchronous import AsyncQueue
from sandbox.services.awslambda.concurrency import Concurrency
from sandbox.services.awslambda.errors import not_found
from sandbox.services.awslambda.execution import Executor
from sandbox.services.awslambda.failures import Failures
from sandbox.services.awslambda.model import LATEST, Attempt, Function
from sandbox.services.awslambda.pool import Pools
from sandbox.services.base import AwsError, Port, Service
from sandbox.trace import InvocationEnded


class LambdaState(Service):
    """Functions and what runs them; the operations are in the classes that extend it."""

    name = "lambda"

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.functions: dict[str, Function] = {}
        self.pools = Pools(port)
        self.concurrency = Concurrency(port.account_limit, port.facts["concurrency.unreserved_min"])
        self.executor = Executor(port, self.pools, self.concurrency, self)
        self.failures = Failures(port)
        self.queue = AsyncQueue(port, self.executor, self.failures, self)
        self.log = LogFold()

    # -- who and which -------------------------------------------------------------------------------------

    def function_arn(self, params: dict[str, Any]) -> str:
        """The ARN of the function that a request names, whether it exists or not."""
        try:
            named = arguments.function_name(params["FunctionName"], self.port.region)
        except AwsError:
            return self.arn(f"function:{params['FunctionName']}")
        qualifier = params.get("Qualifier") or named.qualifier
        return self._arn_of(named) + ("" if qualifier == LATEST else f":{qualifier}")

    def _function(self, given: str, qualifier: str | None = None, *, invoked: bool = False) -> Function:
        named = arguments.function_name(given, self.port.region)
        wanted = qualifier or named.qualifier
        function = self._of(named)
        if function is None or wanted != LATEST:
            # Facts 1.6: Invoke names the version it looked for, the other operations only a version given.
            tail = f":{wanted}" if invoked or wanted != LATEST else ""
            raise not_found(f"Function not found: {self._arn_of(named)}{tail}")
        return function

    def _of(self, named: arguments.Named) -> Function | None:
        """The function of a name; None for another account's."""
        ours = named.account in {"", self.port.account}
        return self.functions.get(named.name) if ours else None

    def _arn_of(self, named: arguments.Named) -> str:
        account = named.account or self.port.account
        return f"arn:aws:lambda:{self.port.region}:{account}:function:{named.name}"

    def _touch(self, function: Function) -> None:
        function.revision = self.port.kernel.uuid("revision")
        function.modified = self.port.kernel.now

    # -- concurrency ---------------------------------------------------------------------------------------

    def reserved_in_all(self) -> int:
        """The sum of all reservations of the account."""
        return sum(function.reserved or 0 for function in self.functions.values())

    def refusal(self, function: Function) -> str:
        """AWS's Reason when a function may not run one more invocation now; "" when it may."""
        reservations = {
            other.uid: other.reserved for other in self.functions.values() if other.reserved is not None
        }
        return self.concurrency.refusal(function, reservations)

    def attempt_ended(self, attempt: Attempt, ended: InvocationEnded) -> None:
        """An attempt is over; the class with Invoke knows who waits for it."""
        raise NotImplementedError
