"""Policy documents, parsed once and never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from sandbox.identity.conditions import Condition, parse_operator
from sandbox.identity.grammar import CURRENT_VERSION, PolicyError, check, listed, load, statements_of
from sandbox.identity.match import has_variables

__all__ = ["Document", "PolicyError", "Statement"]

Names = tuple[tuple[str, str], ...]
"""(type, value) pairs of a Principal element, such as ("Service", "s3.amazonaws.com")."""


class Statement(msgspec.Struct, frozen=True):
    """One statement, with each element as a tuple; () for an element that is not there.

    Attributes:
        effect: "Allow" or "Deny".
        number: 1 for the first one of its document.
        sid: its name, or "".
        actions, not_actions: patterns such as "sqs:*".
        resources, not_resources: patterns of ARNs; both () in a trust policy, which is about its role.
        principals, not_principals: who; both () in an identity policy, which is about its owner.
        conditions: all must hold.
        variables: whether resources hold policy variables such as ${aws:username}.
        raw: the statement as JSON text.
    """

    effect: str
    number: int
    sid: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: Names
    not_principals: Names
    conditions: tuple[Condition, ...]
    variables: bool
    raw: str

    @property
    def name(self) -> str:
        """The Sid, or "statement 2"."""
        return self.sid or f"statement {self.number}"


class Document(msgspec.Struct, frozen=True):
    """A policy document. Two are equal when their texts are.

    Attributes:
        raw: the JSON text, as it was given.
        version: "2012-10-17" or "2008-10-17".
        statements: in their order.
    """

    raw: str
    version: str
    statements: tuple[Statement, ...]

    @classmethod
    def parse(cls, source: str | Mapping[str, Any], kind: str = "") -> Document:
        """Read a policy document.

        Args:
            source: JSON text, or what it would be as a dict.
            kind: "identity" for policies of users and roles, "trust" for those that say who may assume a
                role, "resource" for those of other resources; each is held to its rules. Without a kind, a
                document that names no Principal is held to the rules of identity policies.

        Raises:
            PolicyError: with AWS's message, and the reason in plain words.
        """
        return _parsed(source if isinstance(source, str) else json.dumps(source), kind)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.raw,)

    def __hash__(self) -> int:
        return hash(self.raw)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self.raw == other.raw


# Documents are immutable, so copies of a world share the parsed ones.
@lru_cache(maxsize=1024)
def _parsed(text: str, kind: str) -> Document:
    data = load(text)
    check(data, kind)
    return _restored(text)


@lru_cache(maxsize=1024)
def _restored(text: str) -> Document:
    """A document from a text that has passed the grammar before."""
    data = json.loads(text)
    version = data.get("Version", "2008-10-17")
    literal = version != CURRENT_VERSION
    statements = tuple(_statement(one, number, literal) for number, one in enumerate(statements_of(data), 1))
    return Document(text, version, statements)


def _statement(data: dict[str, Any], number: int, literal: bool) -> Statement:
    resources = _patterns(data.get("Resource", []), literal)
    not_resources = _patterns(data.get("NotResource", []), literal)
    return Statement(
        effect=data["Effect"],
        number=number,
        sid=data.get("Sid", ""),
        actions=tuple(listed(data.get("Action", []))),
        not_actions=tuple(listed(data.get("NotAction", []))),
        resources=resources,
        not_resources=not_resources,
        principals=_names(data.get("Principal", {})),
        not_principals=_names(data.get("NotPrincipal", {})),
        conditions=tuple(_conditions(data.get("Condition", {}), literal)),
        variables=any(has_variables(pattern) for pattern in resources + not_resources),
        raw=json.dumps(data),
    )


def _patterns(value: Any, literal: bool) -> tuple[str, ...]:
    """Patterns as texts; before version 2012-10-17 there are no variables and `$` is just a character."""
    texts = (str(one).lower() if isinstance(one, bool) else str(one) for one in listed(value))
    return tuple(text.replace("$", "${$}") if literal else text for text in texts)


def _names(value: Any) -> Names:
    if value == "*":
        return (("AWS", "*"),)
    return tuple((kind, one) for kind, values in value.items() for one in listed(values))


def _conditions(data: dict[str, dict[str, Any]], literal: bool) -> list[Condition]:
    conditions = []
    for operator, keys in data.items():
        test = parse_operator(operator)
        if test is None:  # An unknown operator passes the grammar only when it holds no keys.
            continue
        conditions += [
            Condition(operator, key, _patterns(values, literal), test) for key, values in keys.items()
        ]
    return conditions
