"""The errors that DynamoDB answers with, in AWS's words (moto's recordings of AWS, 2023 to 2026)."""

from __future__ import annotations

from typing import Any

from sandbox.services.base import AwsError

_WRITES = "1 validation error detected: "


def invalid(message: str, *, writes: bool = False) -> AwsError:
    """ValidationException; where something is written, AWS begins what it says of expressions otherwise."""
    return AwsError("ValidationException", (_WRITES if writes else "") + message)


def parameters(reason: str, *, writes: bool = False) -> AwsError:
    """ValidationException in one of its usual forms."""
    return invalid(f"One or more parameter values were invalid: {reason}", writes=writes)


def constraint(value: object, member: str, rule: str) -> AwsError:
    """ValidationException about a member of the request."""
    return invalid(f"Value '{value}' at '{member}' failed to satisfy constraint: {rule}", writes=True)


def wrong_key() -> AwsError:
    """What was given as a key is not what the table's key is."""
    return invalid("The provided key element does not match the schema")


def empty_key(name: str, kind: str) -> AwsError:
    """An attribute of the key is empty."""
    what = "binary" if kind == "B" else "string"
    return invalid(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
        f"an empty {what} value. Key: {name}"
    )


def no_table(name: str = "") -> AwsError:
    """There is no such table; operations on tables name it."""
    tail = f": Table: {name} not found" if name else ""
    return AwsError("ResourceNotFoundException", f"Requested resource not found{tail}")


def table_exists(name: str) -> AwsError:
    """There is a table of that name."""
    return AwsError("ResourceInUseException", f"Table already exists: {name}")


def table_busy(name: str, what: str) -> AwsError:
    """The table is being created or deleted."""
    message = f"Attempt to change a resource which is still in use: Table is being {what}: {name}"
    return AwsError("ResourceInUseException", message)


def condition_failed(item: dict[str, Any] | None) -> AwsError:
    """The condition does not hold; the item is told when that was asked for."""
    fields = {} if item is None else {"Item": item}
    return AwsError("ConditionalCheckFailedException", "The conditional request failed", 400, **fields)
