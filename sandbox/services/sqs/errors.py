"""The errors that SQS answers with, in AWS's words (recorded replies of 2024 to 2026, JSON protocol).

SQS spoke another protocol until 2023. Its errors still carry their old codes, which clients see as
`Error.Code`; the name in AWS's model is in the field `QueryErrorCode`.
"""

from __future__ import annotations

from sandbox.services.base import AwsError

_OLD = "AWS.SimpleQueueService."


def _error(code: str, name: str, message: str, status: int = 400) -> AwsError:
    return AwsError(code, message, status, QueryErrorCode=name)


def no_queue() -> AwsError:
    """There is no such queue."""
    return _error(f"{_OLD}NonExistentQueue", "QueueDoesNotExist", "The specified queue does not exist.")


def invalid_address(url: str) -> AwsError:
    """The queue's URL has not the form of one."""
    return _error("InvalidAddress", "InvalidAddress", f"The address {url} is not valid for this endpoint.")


def queue_exists(attribute: str) -> AwsError:
    """A queue of that name has another value of an attribute."""
    message = f"A queue already exists with the same name and a different value for attribute {attribute}"
    return _error("QueueAlreadyExists", "QueueNameExists", message)


def deleted_recently(seconds: int) -> AwsError:
    """The name of a deleted queue is not free yet."""
    message = (
        f"You must wait {seconds} seconds after deleting a queue before you can create another with the "
        "same name."
    )
    return _error(f"{_OLD}QueueDeletedRecently", "QueueDeletedRecently", message)


def purge_in_progress(name: str, seconds: int) -> AwsError:
    """The queue was purged a moment ago."""
    message = f"Only one PurgeQueue operation on {name} is allowed every {seconds} seconds."
    return _error(f"{_OLD}PurgeQueueInProgress", "PurgeQueueInProgress", message, 403)


def parameter(message: str) -> AwsError:
    """InvalidParameterValue."""
    return _error("InvalidParameterValue", "InvalidParameterValueException", message)


def value(given: object, name: str, reason: str) -> AwsError:
    """InvalidParameterValue in its usual form."""
    return parameter(f"Value {given} for parameter {name} is invalid. Reason: {reason}")


def missing(name: str) -> AwsError:
    """A parameter is empty or not there."""
    message = f"The request must contain the parameter {name}."
    return _error("MissingParameter", "MissingRequiredParameterException", message)


def attribute_name(message: str) -> AwsError:
    """InvalidAttributeName."""
    return _error("InvalidAttributeName", "InvalidAttributeName", message)


def unknown_attribute(name: str) -> AwsError:
    """There is no attribute of that name, or it cannot be set."""
    return attribute_name(f"Unknown Attribute {name}.")


def attribute_value(name: str, reason: str = "") -> AwsError:
    """An attribute's value is none that it can have."""
    tail = f" Reason: {reason}" if reason else ""
    message = f"Invalid value for the parameter {name}.{tail}"
    return _error("InvalidAttributeValue", "InvalidAttributeValue", message)


def bad_receipt_handle(handle: str) -> AwsError:
    """That is no receipt handle of this queue."""
    message = f'The input receipt handle "{handle}" is not a valid receipt handle.'
    return _error("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", message, 404)


def bad_characters() -> AwsError:
    """The body has characters that XML does not have."""
    message = (
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | "
        "#xE000 to #xFFFD | #x10000 to #x10FFFF"
    )
    return _error("InvalidMessageContents", "InvalidMessageContents", message)


def batch(name: str, message: str) -> AwsError:
    """An error about a batch as a whole."""
    return _error(f"{_OLD}{name}", name, message)
