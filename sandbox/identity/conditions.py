"""The Condition element: operators, their tests, and what a missing key means.

Several operators and keys must all hold. Of several values one is enough, and for a negated operator none
may fit (facts 9.4; IAM User Guide, reference_policies_elements_condition_operators). A new operator is one
row of `_TESTS`.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Protocol

import msgspec

from sandbox.identity.match import arn_matcher, filled, text_matcher, unescaped

Test = Callable[[str, str], bool]
"""Does the request's value fit the policy's?"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_W3C = re.compile(
    r"(?P<year>\d{1,9})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?"
    r"(?:[Tt](?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:\.(?P<part>\d{1,9}))?)?)?"
    r"(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_LAST_TIMESTAMP = 2**63 - 1
_LONGEST_TIMESTAMP = len(str(_LAST_TIMESTAMP))


class Keys(Protocol):
    """The condition keys of a request."""

    def get(self, key: str, /) -> tuple[str, ...] | None:
        """The values of a key given in lower case; None when the request has no such key."""
        ...


class Operator(msgspec.Struct, frozen=True):
    """A condition operator, taken apart.

    Attributes:
        base: the positive operator, such as "StringLike" for StringNotLikeIfExists.
        negated: whether a fit makes it fail.
        each: "all" for ForAllValues, "any" for ForAnyValue, "" for neither.
        if_exists: whether a missing key makes it hold.
    """

    base: str
    negated: bool = False
    each: str = ""
    if_exists: bool = False


class Condition(msgspec.Struct, frozen=True):
    """One line of a Condition element.

    Attributes:
        operator: as written, such as "ForAnyValue:StringLike".
        key: as written, such as "aws:SourceArn".
        values: as text; one of them must fit.
        test: the operator, taken apart.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    test: Operator


_UNKNOWN = {
    "aws:multifactorauthage",
    "aws:referer",
    "aws:tagkeys",
    "aws:tokenissuetime",
    "aws:useragent",
    "s3:requestobjecttagkeys",
    "s3:signatureage",
    "s3:x-amz-content-sha256",
}
_UNKNOWN_FAMILIES = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")


def unknown(key: str, keys: Keys) -> bool:
    """Whether AWS would have a condition key here whose value this simulator cannot tell.

    Args:
        key: as written.
        keys: the condition keys of the request.
    """
    name = key.lower()
    return (name in _UNKNOWN or name.startswith(_UNKNOWN_FAMILIES)) and keys.get(name) is None


def counts(condition: Condition, effect: str, keys: Keys) -> bool:
    """Whether a condition lets its statement count; what cannot be told is taken so that nothing is allowed.

    Args:
        condition: of a statement.
        effect: the statement's, "Allow" or "Deny".
        keys: the condition keys of the request.
    """
    return effect == "Deny" if unknown(condition.key, keys) else holds(condition, keys)


def holds(condition: Condition, keys: Keys) -> bool:
    """Whether a condition holds for the condition keys of a request."""
    test = condition.test
    values = keys.get(condition.key.lower())
    if test.base == "Null":
        absent = values is None or not any(values)
        return any((value.lower() == "true") == absent for value in condition.values)
    if values is None:
        return test.if_exists or _without_key(test)
    fits = _TESTS[test.base]
    wanted = [text for value in condition.values if (text := _value(test.base, value, keys)) is not None]
    if test.each:
        # An empty text is no member of a set: "a null dataset, such as an empty string".
        values = tuple(value for value in values if value)
        results = [any(fits(value, want) for want in wanted) != test.negated for value in values]
        return all(results) if test.each == "all" else any(results)
    # [SIM] A plain operator on a key with several values takes them as ForAnyValue does.
    return any(fits(value, want) for value in values for want in wanted) != test.negated


def _without_key(test: Operator) -> bool:
    if test.each:
        return test.each == "all"
    return test.negated


def _value(base: str, value: str, keys: Keys) -> str | None:
    if not base.startswith(("String", "Arn", "Bool")):
        return value
    pattern = filled(value, keys.get)
    if pattern is None or base in {"StringLike", "ArnLike"}:
        return pattern
    return unescaped(pattern)


@lru_cache(maxsize=256)
def parse_operator(name: str) -> Operator | None:
    """Take an operator's name apart; None when there is no such operator."""
    prefix, _, rest = name.rpartition(":")
    each = {"": "", "ForAllValues": "all", "ForAnyValue": "any"}.get(prefix)
    if each is None or (not prefix and ":" in name):
        return None
    plain = rest.removesuffix("IfExists")
    if plain == "Null":
        return None if name != "Null" else Operator("Null")
    base, negated = _NEGATED.get(plain, plain), plain in _NEGATED
    base = {"ArnEquals": "ArnLike"}.get(base, base)
    return Operator(base, negated, each, plain != rest) if base in _TESTS else None


def operator_names() -> tuple[str, ...]:
    """All operators, without prefix and suffix, for suggestions."""
    return ("Null", "ArnEquals", *_TESTS, *_NEGATED)


@lru_cache(maxsize=1024)
def moment(text: str) -> int | None:
    """A point in time, in microseconds since the epoch, from ISO 8601 text or epoch seconds.

    Returns:
        None when the text is neither.
    """
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST_TIMESTAMP:
        seconds = int(text)
        return seconds * 1_000_000 if seconds <= _LAST_TIMESTAMP else None
    found = _W3C.fullmatch(text)
    if found is None:
        return None
    # Years beyond what datetime can hold are as good as its ends: nothing here lies beyond them.
    year = min(max(int(found["year"]), 1), 9999)
    micros = int((found["part"] or "").ljust(6, "0")[:6])
    try:
        at = datetime(
            year,
            int(found["month"] or 1),
            int(found["day"] or 1),
            int(found["hour"] or 0),
            int(found["minute"] or 0),
            int(found["second"] or 0),
            micros,
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return (at - _EPOCH - _offset(found["zone"])) // timedelta(microseconds=1)


def _offset(zone: str | None) -> timedelta:
    if not zone or zone in "Zz":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    distance = timedelta(hours=hours, minutes=minutes)
    return -distance if zone[0] == "-" else distance


@lru_cache(maxsize=1024)
def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@lru_cache(maxsize=1024)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def _numeric(compare: Callable[[Decimal, Decimal], bool]) -> Test:
    def test(value: str, want: str) -> bool:
        left, right = _number(value), _number(want)
        return left is not None and right is not None and compare(left, right)

    return test


def _date(compare: Callable[[int, int], bool]) -> Test:
    def test(value: str, want: str) -> bool:
        left, right = moment(value), moment(want)
        return left is not None and right is not None and compare(left, right)

    return test


def _in_network(value: str, want: str) -> bool:
    address, network = _network(value), _network(want)
    if address is None or network is None or address.version != network.version:
        return False
    return int(network[0]) <= int(address[0]) <= int(network[-1])


_TESTS: dict[str, Test] = {
    "StringEquals": lambda value, want: value == want,
    "StringEqualsIgnoreCase": lambda value, want: value.casefold() == want.casefold(),
    "StringLike": lambda value, want: text_matcher(want)(value) is not None,
    "NumericEquals": _numeric(lambda a, b: a == b),
    "NumericLessThan": _numeric(lambda a, b: a < b),
    "NumericLessThanEquals": _numeric(lambda a, b: a <= b),
    "NumericGreaterThan": _numeric(lambda a, b: a > b),
    "NumericGreaterThanEquals": _numeric(lambda a, b: a >= b),
    "DateEquals": _date(lambda a, b: a == b),
    "DateLessThan": _date(lambda a, b: a < b),
    "DateLessThanEquals": _date(lambda a, b: a <= b),
    "DateGreaterThan": _date(lambda a, b: a > b),
    "DateGreaterThanEquals": _date(lambda a, b: a >= b),
    "Bool": lambda value, want: value.lower() == want.lower(),
    "BinaryEquals": lambda value, want: _bytes(value) is not None and _bytes(value) == _bytes(want),
    "IpAddress": _in_network,
    "ArnLike": lambda value, want: arn_matcher(want)(value) is not None,
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnLike",
    "ArnNotLike": "ArnLike",
}
