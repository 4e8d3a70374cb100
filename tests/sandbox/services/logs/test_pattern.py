"""Filter patterns, by the page FilterAndPatternSyntax of the CloudWatch Logs User Guide."""

from __future__ import annotations

import pytest

from sandbox.services.base import AwsError
from sandbox.services.logs.pattern import parse

JSON = '{"level": "ERROR", "ms": 120, "user": {"id": 7, "tags": ["a", "b"]}, "none": null, "ok": true}'


@pytest.mark.parametrize(
    ("pattern", "message", "wanted"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("ERROR", "[error 400] bad request", False),  # case counts
        ("ERROR REQUEST", "[ERROR 400] BAD REQUEST", True),
        ("ERROR MISSING", "[ERROR 400] BAD REQUEST", False),
        ('"BAD REQUEST"', "[ERROR 400] BAD REQUEST", True),
        ('"REQUEST BAD"', "[ERROR 400] BAD REQUEST", False),
        (r'"say \"hi\""', 'they say "hi"', True),
        ("?ERROR ?WARN", "a WARN", True),
        ("?ERROR ?WARN", "an INFO", False),
        ('?"BAD REQUEST" ?WARN', "[ERROR 400] BAD REQUEST", True),
        ("ERROR -Retry", "ERROR once", True),
        ("ERROR -Retry", "ERROR Retry", False),
        ("-Retry", "fine", True),
        ('-"no stock"', "ValueError: no stock", False),
        ("?ERROR REQUEST", "an INFO REQUEST", True),  # beside other terms ?terms are ignored
        ('"Status: timeout"', "REPORT RequestId: r\tStatus: timeout\n", True),
        ("a - b", "a - b", True),
    ],
)
def test_terms(pattern, message, wanted):
    assert parse(pattern).matches(message) is wanted


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ('{ $.level = "ERROR" }', True),
        ('{$.level="ERROR"}', True),
        ("{ $.level = ERROR }", True),
        ('{ $.level != "ERROR" }', False),
        ('{ $.level = "ERR*" }', True),
        ('{ $.level = "ERR?R" }', False),
        ('{ $.missing = "x" }', False),
        ('{ $.missing != "x" }', False),
        ("{ $.ms > 100 }", True),
        ("{ $.ms >= 121 }", False),
        ("{ $.ms = 120 }", True),
        ("{ $.ms != 120.0 }", False),
        ("{ $.level > 1 }", False),
        ("{ $.user.id = 7 }", True),
        ('{ $.user.tags[1] = "b" }', True),
        ('{ $.user.tags[2] = "b" }', False),
        ("{ $['level'] = ERROR }", True),
        ("{ $.user = 7 }", False),
        ("{ $.none IS NULL }", True),
        ("{ $.ok IS TRUE }", True),
        ("{ $.ok is false }", False),
        ("{ $.gone NOT EXISTS }", True),
        ("{ $.level NOT EXISTS }", False),
        ('{ $.level = "ERROR" && $.ms > 100 }', True),
        ('{ $.level = "ERROR" && $.ms > 200 }', False),
        ('{ $.level = "INFO" || $.ms > 100 }', True),
        ('{ $.level = "INFO" || $.ms > 100 && $.user.id = 8 }', False),
    ],
)
def test_conditions_on_json(pattern, wanted):
    assert parse(pattern).matches(JSON) is wanted


@pytest.mark.parametrize("message", ["plain text", "7", '"ERROR"', "[1, 2"])
def test_conditions_want_json_objects(message):
    assert not parse('{ $.level != "x" }').matches(message)


@pytest.mark.parametrize(
    "pattern", ['"open', '{ $.a = "b" ', "{ }", "{ $.a }", "{ $.a = 1 & $.b = 2 }", "[a, b]", "%x%"]
)
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(AwsError, match="Invalid filter pattern") as caught:
        parse(pattern)
    assert caught.value.code == "InvalidParameterException"
