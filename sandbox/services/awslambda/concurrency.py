"""Who may run at once: the account's pool and reserved concurrency (facts 4.1 to 4.4)."""

from __future__ import annotations

from sandbox.services.awslambda.errors import invalid
from sandbox.services.awslambda.model import Function

RESERVED_FULL = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT_FULL = "ConcurrentInvocationLimitExceeded"


class Concurrency:
    """Counts running invocations against the account's limit and each function's reservation.

    Args:
        account_limit: concurrent executions of the account.
        unreserved_min: what must stay unreserved; in an account with a smaller limit, that limit [SIM].
    """

    def __init__(self, account_limit: int, unreserved_min: int) -> None:
        self.account_limit = account_limit
        self.unreserved_min = min(unreserved_min, account_limit)
        self._running: dict[str, int] = {}
        self._unreserved_running = 0
        self._counted_as_reserved: dict[str, int] = {}

    def running(self, function: Function) -> int:
        """Invocations of a function that are running now."""
        return self._running.get(function.uid, 0)

    def refusal(self, function: Function, reserved_in_all: int) -> str:
        """AWS's Reason when the function may not run one more now; "" when it may.

        Args:
            function: the function.
            reserved_in_all: the sum of all reservations of the account.
        """
        if function.reserved is not None:
            return RESERVED_FULL if self.running(function) >= function.reserved else ""
        free = self.account_limit - reserved_in_all - self._unreserved_running
        return "" if free > 0 else ACCOUNT_FULL

    def enter(self, function: Function) -> None:
        """Count one more running invocation."""
        self._running[function.uid] = self.running(function) + 1
        if function.reserved is None:
            self._unreserved_running += 1
        else:
            self._counted_as_reserved[function.uid] = self._counted_as_reserved.get(function.uid, 0) + 1

    def leave(self, function: Function) -> None:
        """Count one less; one that began under a reservation leaves that count first."""
        self._running[function.uid] -= 1
        if self._counted_as_reserved.get(function.uid, 0):
            self._counted_as_reserved[function.uid] -= 1
        else:
            self._unreserved_running -= 1

    def check_reservation(self, wanted: int, reserved_by_others: int) -> None:
        """Whether a reservation leaves the account its unreserved minimum; 0 always does (facts 4.3).

        Raises:
            AwsError: it does not.
        """
        if wanted and self.account_limit - reserved_by_others - wanted < self.unreserved_min:
            raise invalid(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                "UnreservedConcurrentExecution below its minimum value of "
                f"[{self.unreserved_min}]."
            )
