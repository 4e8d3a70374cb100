from __future__ import annotations

from typing import Any

import pytest

from sandbox.identity import Document, Principal, Request
from sandbox.identity.conditions import holds, moment, parse_operator
from sandbox.identity.request import Context

ADA = Principal("arn:aws:iam::123456789012:user/ada", "user", "123456789012", "AIDAADA")


def held(condition: dict[str, Any], **keys: str | tuple[str, ...]) -> bool:
    """Whether a Condition element holds; the keys are given as aws_SourceArn for aws:SourceArn."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    document = Document.parse({"Version": "2012-10-17", "Statement": statement})
    context = {name.replace("_", ":", 1): value for name, value in keys.items()}
    request = Context(Request(ADA, "sqs:SendMessage", "*", context))
    return all(holds(one, request) for one in document.statements[0].conditions)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "result"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a*", "a*", True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", "a", "a", False),
        ("StringEqualsIgnoreCase", "Red", "rED", True),
        ("StringEqualsIgnoreCase", "Red", "blue", False),
        ("StringNotEqualsIgnoreCase", "Red", "rED", False),
        ("StringNotEqualsIgnoreCase", "Red", "blue", True),
        ("StringLike", "home/*", "home/ada", True),
        ("StringLike", "h?me", "home", True),
        ("StringLike", "Home*", "home", False),
        ("StringNotLike", "home/*", "home/ada", False),
        ("StringNotLike", "home/*", "work", True),
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", 10, "11", False),
        ("NumericNotEquals", "10", "11", True),
        ("NumericNotEquals", "10", "10", False),
        ("NumericLessThan", "10", "9.5", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericLessThanEquals", "10", "10.1", False),
        ("NumericGreaterThan", "10", "11", True),
        ("NumericGreaterThan", "10", "10", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericGreaterThanEquals", "10", "9", False),
        ("NumericLessThan", "10", "many", False),  # what is no number fits nothing
        ("NumericLessThan", "ten", "1", False),
        ("NumericLessThan", "10", "NaN", False),
        ("DateEquals", "2026-11-23T09:00:00Z", "2026-11-23T10:00:00+01:00", True),
        ("DateEquals", "2026-11-23", "2026-11-23T00:00:00Z", True),
        ("DateEquals", "2026-11-23T09:00:00Z", "1795424400", True),
        ("DateNotEquals", "2026-11-23", "2026-11-24", True),
        ("DateNotEquals", "2026-11-23", "2026-11-23", False),
        ("DateLessThan", "2026-11-23T09:00:00Z", "2026-11-23T08:59:59.999Z", True),
        ("DateLessThan", "2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z", False),
        ("DateLessThanEquals", "2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z", True),
        ("DateLessThanEquals", "2026-11-23T09:00:00Z", "2026-11-23T09:00:01Z", False),
        ("DateGreaterThan", "2026-11", "2026-11-02", True),
        ("DateGreaterThan", "2026-11", "2026-11-01", False),
        ("DateGreaterThanEquals", "2026-11", "2026-11-01", True),
        ("DateGreaterThanEquals", "2026-11", "2026-10-31", False),
        ("Bool", "true", "true", True),
        ("Bool", True, "True", True),
        ("Bool", "false", "true", False),
        ("Bool", False, "false", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
        ("BinaryEquals", "QmluYXJ5", "not base64!", False),
        ("BinaryEquals", "not base64!", "not base64!", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.255", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.0", False),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1", True),
        ("IpAddress", "2001:DB8::/64", "203.0.113.7", False),
        ("IpAddress", "nowhere", "203.0.113.7", False),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.1", False),
        ("ArnEquals", "arn:aws:s3:::b*", "arn:aws:s3:::bucket", True),  # ArnEquals and ArnLike are the same
        ("ArnEquals", "arn:aws:s3:::b", "arn:aws:s3:::bucket", False),
        ("ArnLike", "arn:aws:sns:*:*:t", "arn:aws:sns:us-east-1:123456789012:t", True),
        ("ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:us-east-1:123456789012:t", False),
        ("ArnNotEquals", "arn:aws:s3:::b", "arn:aws:s3:::c", True),
        ("ArnNotEquals", "arn:aws:s3:::b", "arn:aws:s3:::b", False),
        ("ArnNotLike", "arn:aws:s3:::b*", "arn:aws:s3:::c", True),
        ("ArnNotLike", "arn:aws:s3:::b*", "arn:aws:s3:::bc", False),
    ],
)
def test_operators(operator: str, wanted: Any, value: str, result: bool):  # facts 9.4
    assert held({operator: {"k:x": wanted}}, k_x=value) is result


POSITIVE = [
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "NumericEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "ArnEquals",
    "ArnLike",
]
NEGATED = [
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
    "NumericNotEquals",
    "NotIpAddress",
    "ArnNotEquals",
    "ArnNotLike",
]


@pytest.mark.parametrize("operator", POSITIVE)
def test_a_missing_key_fails_a_positive_operator(operator: str):
    assert not held({operator: {"k:x": "1"}})
    assert held({f"{operator}IfExists": {"k:x": "1"}})


@pytest.mark.parametrize("operator", NEGATED)
def test_a_missing_key_satisfies_a_negated_operator(operator: str):
    assert held({operator: {"k:x": "1"}})
    assert held({f"{operator}IfExists": {"k:x": "1"}})


@pytest.mark.parametrize("operator", ["DateEquals", "DateLessThan", "DateGreaterThanEquals"])
def test_a_missing_key_fails_a_date(operator: str):
    assert not held({operator: {"k:x": "2026-01-01"}})
    assert held({"DateNotEquals": {"k:x": "2026-01-01"}})


def test_if_exists_still_looks_at_a_key_that_is_there():
    assert not held({"StringEqualsIfExists": {"k:x": "a"}}, k_x="b")
    assert held({"StringEqualsIfExists": {"k:x": "a"}}, k_x="a")
    assert not held({"StringNotEqualsIfExists": {"k:x": "a"}}, k_x="a")


def test_null_asks_whether_a_key_is_there():
    assert held({"Null": {"k:x": "true"}})
    assert not held({"Null": {"k:x": "true"}}, k_x="a")
    assert held({"Null": {"k:x": "false"}}, k_x="a")
    assert not held({"Null": {"k:x": False}})
    assert held({"Null": {"k:x": "true"}}, k_x="")
    assert held({"Null": {"k:x": "true"}}, k_x=())


def test_of_several_values_one_is_enough_and_for_a_negated_operator_none_may_fit():
    assert held({"StringEquals": {"k:x": ["a", "b"]}}, k_x="b")
    assert not held({"StringEquals": {"k:x": ["a", "b"]}}, k_x="c")
    assert held({"StringNotEquals": {"k:x": ["a", "b"]}}, k_x="c")
    assert not held({"StringNotEquals": {"k:x": ["a", "b"]}}, k_x="b")
    assert not held({"StringEquals": {"k:x": []}}, k_x="b")


def test_several_keys_and_several_operators_must_all_hold():
    both = {"StringEquals": {"k:x": "a", "k:y": "b"}}
    assert held(both, k_x="a", k_y="b")
    assert not held(both, k_x="a", k_y="c")
    two = {"StringEquals": {"k:x": "a"}, "NumericLessThan": {"k:n": "5"}}
    assert held(two, k_x="a", k_n="4")
    assert not held(two, k_x="a", k_n="6")


def test_keys_are_found_in_any_case():
    assert held({"StringEquals": {"AWS:SourceAccount": "1"}}, aws_sourceaccount="1")
    assert held({"StringEquals": {"aws:sourceaccount": "1"}}, AWS_SOURCEACCOUNT="1")


@pytest.mark.parametrize(
    ("values", "result"),
    [
        (("environment",), True),
        (("environment", "cost-center"), True),
        (("environment", "dept"), False),
        ((), True),
        (("",), True),
    ],
)
def test_for_all_values(values: tuple[str, ...], result: bool):
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}}
    assert held(condition, aws_TagKeys=values) is result


@pytest.mark.parametrize(
    ("values", "result"),
    [(("environment",), True), (("environment", "dept"), True), (("dept",), False), ((), False)],
)
def test_for_any_value(values: tuple[str, ...], result: bool):
    condition = {"ForAnyValue:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}}
    assert held(condition, aws_TagKeys=values) is result


def test_set_prefixes_with_negated_operators():
    none = {"ForAllValues:StringNotEquals": {"aws:TagKeys": ["a", "b"]}}
    assert held(none, aws_TagKeys=("c", "d"))
    assert not held(none, aws_TagKeys=("c", "a"))
    some = {"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["a", "b"]}}
    assert held(some, aws_TagKeys=("a", "c"))
    assert not held(some, aws_TagKeys=("a", "b"))


def test_set_prefixes_without_the_key():
    assert held({"ForAllValues:StringEquals": {"aws:TagKeys": "a"}})
    assert held({"ForAllValues:StringNotEquals": {"aws:TagKeys": "a"}})
    assert not held({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}})
    assert not held({"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}})
    assert held({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}})


def test_for_all_values_and_null_together_ask_for_the_key():
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": "a"}, "Null": {"aws:TagKeys": "false"}}
    assert held(condition, aws_TagKeys=("a",))
    assert not held(condition)


def test_a_plain_operator_takes_several_values_as_for_any_value():
    assert held({"StringEquals": {"k:x": "a"}}, k_x=("a", "b"))
    assert not held({"StringNotEquals": {"k:x": "a"}}, k_x=("a", "b"))


def test_policy_variables_in_values():
    assert held({"StringEquals": {"k:owner": "${aws:username}"}}, k_owner="ada")
    assert held({"StringLike": {"k:path": "home/${aws:username}/*"}}, k_path="home/ada/x")
    assert not held({"StringEquals": {"k:owner": "${aws:PrincipalTag/team}"}}, k_owner="")
    assert held({"StringNotEquals": {"k:owner": "${aws:PrincipalTag/team}"}}, k_owner="red")
    assert held({"StringEquals": {"k:text": "100${*}"}}, k_text="100*")
    assert not held(
        {"StringLike": {"k:text": "${aws:PrincipalTag/t}"}}, k_text="ab", **{"aws_PrincipalTag/t": "*"}
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:PrincipalArn", ADA.arn),
        ("aws:PrincipalAccount", "123456789012"),
        ("aws:PrincipalType", "User"),
        ("aws:username", "ada"),
        ("aws:userid", "AIDAADA"),
        ("aws:PrincipalIsAWSService", "false"),
    ],
)
def test_aws_puts_the_principal_into_every_request(key: str, value: str):
    assert held({"StringEquals": {key: value}})


@pytest.mark.parametrize(
    "name",
    [
        "StringEqual",
        "stringequals",
        "NullIfExists",
        "ForAllValues:Null",
        "ForSomeValues:Bool",
        ":Bool",
        "Any",
        "",
    ],
)
def test_there_is_no_such_operator(name: str):
    assert parse_operator(name) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01", 0),
        ("1970", 1970),  # digits alone are epoch seconds
        ("1970-01-01T00:00:01Z", 1),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:00-0130", 5400),
        ("1970-01-01T00:00:00.5Z", 0.5),
        ("1970-01-01t00:01", 60),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", None),
        ("2026-13-01", None),
        ("2026-02-30", None),
        ("2016-12-13t2:00:00.593194+1", None),
        ("2016-12-13t2:00:00.1999999999+10:59", None),
        ("tomorrow", None),
        ("\u00b2", None),  # digits that int() does not take
        ("\u0661\u0669\u0667\u0660-01-01", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_dates(text: str, seconds: float | None):
    assert moment(text) == (None if seconds is None else int(seconds * 1_000_000))


def test_a_binary_value_that_is_no_base64_fits_nothing():
    assert not held({"BinaryEquals": {"k:x": "\u00e9"}}, k_x="\u00e9")
