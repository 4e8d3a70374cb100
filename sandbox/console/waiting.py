"""`aws SERVICE wait NAME`: the waiters of botocore's models, under AWS CLI's names."""

from __future__ import annotations

from typing import Any

from sandbox.console.arguments import Command
from sandbox.console.errors import FAILURE, MistakeError


def wait(client: Any, asked: Command, params: dict[str, Any]) -> None:
    """Wait until the resource is as the waiter wants it.

    Args:
        client: boto3-like; its waiter moves the clock.
        asked: the command of the waiter.
        params: of the operation that the waiter asks again and again.

    Raises:
        MistakeError: the waiter gave up; exit code 255, in botocore's words.
    """
    from botocore import xform_name
    from botocore.exceptions import WaiterError

    waiter = client.get_waiter(xform_name(asked.waiter))
    try:
        waiter.wait(**params)
    except WaiterError as problem:
        raise MistakeError(str(problem), "failure", code=FAILURE) from None


def described(asked: Command) -> str:
    """What a waiter waits for, in one sentence made from its model."""
    from botocore import xform_name

    from sandbox.console.catalogue import waiter

    model = waiter(asked.service, asked.waiter)
    success = next((rule for rule in model["acceptors"] if rule["state"] == "success"), None)
    what = "until it is done" if success is None else _condition(success)
    operation = xform_name(model["operation"], "-")
    return (
        f"Asks {operation} every {model['delay']} s, at most {model['maxAttempts']} times, {what}. "
        "Then it prints nothing; when it gives up, the exit code is 255."
    )


def _condition(rule: dict[str, Any]) -> str:
    expected = rule["expected"]
    if rule["matcher"] == "error":
        return (
            f"until AWS answers with the error {expected}" if isinstance(expected, str) else "until it fails"
        )
    if rule["matcher"] == "status":
        return f"until the HTTP status is {expected}"
    which = {"pathAll": "every ", "pathAny": "any "}.get(rule["matcher"], "")
    return f"until {which}{rule['argument']} is {expected}"
