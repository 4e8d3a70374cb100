"""Waiters, as boto3 has them, over virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from botocore import xform_name
from botocore.exceptions import ClientError, WaiterError
from botocore.waiter import WaiterModel, is_valid_waiter_error

from sandbox.models import waiter_data


class Clock(Protocol):
    """What a waiter needs of a world."""

    def advance(self, *, seconds: float) -> None:
        """Let time pass."""
        ...


class Waiter:
    """Asks again and again, as botocore's model of the waiter says, and moves the clock between.

    Raises:
        ValueError: the service has no waiter of that name.
    """

    def __init__(self, clock: Clock, service: str, name: str, client: object) -> None:
        model = WaiterModel(waiter_data(service))
        known = {xform_name(known): known for known in model.waiter_names}
        if name not in known:
            raise ValueError(f"Waiter does not exist: {name}")
        self.name = known[name]
        self._config = model.get_waiter(self.name)
        self._clock = clock
        self._ask: Callable[..., dict[str, Any]] = getattr(client, xform_name(self._config.operation))

    def wait(self, *, WaiterConfig: dict[str, int] | None = None, **params: Any) -> None:
        """Wait until the resource is as the waiter wants it.

        Args:
            WaiterConfig: Delay in seconds and MaxAttempts, as boto3 takes them.
            **params: the operation's parameters.

        Raises:
            WaiterError: it failed, an error came that the waiter does not expect, or the attempts ran out.
        """
        config = WaiterConfig or {}
        delay = config.get("Delay", self._config.delay)
        attempts = config.get("MaxAttempts", self._config.max_attempts)
        for attempt in range(1, attempts + 1):
            response = self._answer(params)
            state = "retry"
            for acceptor in self._config.acceptors:
                if acceptor.matcher_func(response):
                    state = acceptor.state
                    break
            else:
                if is_valid_waiter_error(response):
                    message = response["Error"].get("Message", "Unknown")
                    raise WaiterError(
                        self.name,
                        f"An error occurred ({response['Error'].get('Code', 'Unknown')}): {message}",
                        response,
                    )
            if state == "success":
                return
            if state == "failure":
                raise WaiterError(self.name, "Waiter encountered a terminal failure state", response)
            if attempt < attempts:
                self._clock.advance(seconds=delay)
        raise WaiterError(self.name, "Max attempts exceeded", response)

    def _answer(self, params: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._ask(**params)
        except ClientError as error:
            return dict(error.response)
