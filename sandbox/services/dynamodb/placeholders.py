"""What `#name` and `:value` stand for in the expressions of a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.facts import Facts
from sandbox.services.base import AwsError
from sandbox.services.dynamodb import errors, values
from sandbox.services.dynamodb.model import AttributeValue


class Placeholders:
    """The names and values that the expressions of a request may use, and which of them were used.

    Args:
        names: ExpressionAttributeNames.
        given: ExpressionAttributeValues.
        facts: limits of values.
        writes: whether the request writes, which changes how AWS words its errors.

    Raises:
        AwsError: one of the two is empty, or has a key or a value that cannot be.
    """

    def __init__(
        self,
        names: Mapping[str, str] | None,
        given: Mapping[str, Mapping[str, Any]] | None,
        facts: Facts,
        *,
        writes: bool = False,
    ) -> None:
        self.facts = facts
        self.writes = writes
        for what, some, mark in (("Names", names, "#"), ("Values", given, ":")):
            if some is not None and not some:
                raise self.wrong(f"ExpressionAttribute{what} must not be empty")
            for key in some or ():
                if not key.startswith(mark) or not re.fullmatch("[A-Za-z0-9_]+", key[1:]):
                    raise self.wrong(
                        f'ExpressionAttribute{what} contains invalid key: Syntax error; key: "{key}"'
                    )
        self.names = dict(names or {})
        self.values = {key: values.checked(one, facts, writes=writes) for key, one in (given or {}).items()}
        self._used: set[str] = set()

    def wrong(self, message: str) -> AwsError:
        """What AWS says of an expression."""
        return errors.invalid(message, writes=self.writes)

    def name(self, key: str) -> str | None:
        """The attribute that a placeholder stands for; None when it is not defined."""
        self._used.add(key)
        return self.names.get(key)

    def value(self, key: str) -> AttributeValue | None:
        """The value that a placeholder stands for; None when it is not defined."""
        self._used.add(key)
        return self.values.get(key)

    def check_used(self, expressions: bool) -> None:
        """Whether all were used.

        Args:
            expressions: whether the request has expressions at all.

        Raises:
            AwsError: one was not, or there was nothing to use them in.
        """
        for what, some in (("Names", self.names), ("Values", self.values)):
            if some and not expressions:
                raise self.wrong(f"ExpressionAttribute{what} can only be specified when using expressions")
            if unused := sorted(set(some) - self._used):
                shown = ", ".join(unused)
                raise self.wrong(
                    f"Value provided in ExpressionAttribute{what} unused in expressions: keys: {{{shown}}}"
                )
