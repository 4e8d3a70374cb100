"""Who may run at once: the account's pool and reserved concurrency (facts 4.1 to 4.4)."""

from __future__ import annotations

from collections.abc import Mapping

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

    def running(self, function: Function) -> int:
        """Invocations of a function that are running now."""
        return self._running.get(function.uid, 0)

    def refusal(self, function: Function, reservations: Mapping[str, int]) -> str:
        """AWS's Reason when the function may not run one more now; "" when it may.

        A reservation counts as it is now: what runs beyond one that was made smaller, or under one that is
        gone, is taken from the unreserved pool.

        Args:
            function: the function.
            reservations: what is reserved, by the function's uid.
        """
        if function.reserved is not None:
            return RESERVED_FULL if self.running(function) >= function.reserved else ""
        taken = sum(max(kept, self._running.get(uid, 0)) for uid, kept in reservations.items())
        taken += sum(count for uid, count in self._running.items() if uid not in reservations)
        return "" if taken < self.account_limit else ACCOUNT_FULL

    def enter(self, function: Function) -> None:
        """Count one more running invocation."""
        self._running[function.uid] = self.running(function) + 1

    def leave(self, function: Function) -> None:
        """Count one less."""
        self._running[function.uid] -= 1
        if not self._running[function.uid]:
            del self._running[function.uid]

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
