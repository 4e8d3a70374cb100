from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.identity.match import (
    action_matcher,
    arn_matcher,
    escaped,
    filled,
    has_variables,
    resource_matcher,
    text_matcher,
    unescaped,
)

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.mark.parametrize(
    ("pattern", "action", "fits"),
    [
        ("*", "sqs:SendMessage", True),
        ("sqs:*", "sqs:SendMessage", True),
        ("sqs:Send*", "sqs:SendMessage", True),
        ("SQS:sendmessage", "sqs:SendMessage", True),
        ("sqs:SendMessage", "SQS:SENDMESSAGE", True),
        ("sqs:*Message", "sqs:SendMessageBatch", False),
        ("sqs:?endMessage", "sqs:SendMessage", True),
        ("sqs:?SendMessage", "sqs:SendMessage", False),
        ("sqs:SendMessage", "sqs:SendMessageBatch", False),
        ("sqs:*", "sns:Publish", False),
        ("sqs.*", "sqs:SendMessage", False),
        ("*:*Message", "sqs:SendMessage", True),
        ("s**:**Message", "sqs:SendMessage", True),
    ],
)
def test_action_wildcards(pattern: str, action: str, fits: bool):
    assert (action_matcher((pattern,))(action) is not None) is fits


def test_one_of_several_patterns_is_enough():
    fits = action_matcher(("logs:*", "sqs:SendMessage"))
    assert fits("sqs:SendMessage")
    assert fits("logs:PutLogEvents")
    assert not fits("sqs:DeleteMessage")


def test_no_pattern_covers_nothing():
    assert not action_matcher(())("sqs:SendMessage")
    assert not resource_matcher(())("")


@pytest.mark.parametrize(
    ("pattern", "arn", "fits"),
    [
        ("*", FUNCTION, True),
        ("*", "*", True),
        (FUNCTION, FUNCTION, True),
        (FUNCTION.upper(), FUNCTION, False),  # case counts in resources
        (FUNCTION, f"{FUNCTION}:PROD", False),  # facts 9.4: a qualifier is a resource of its own
        (f"{FUNCTION}:*", f"{FUNCTION}:PROD", True),
        (f"{FUNCTION}:*", FUNCTION, False),
        (f"{FUNCTION}*", f"{FUNCTION}:PROD", True),
        (FUNCTION, "*", False),
        ("arn:aws:lambda:*:*:function:?", FUNCTION, True),
        ("arn:aws:lambda:*:*:function:??", FUNCTION, False),
        ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1/2/test/object.jpg", True),
        ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b//test/object.jpg", True),
        ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1-test/object.jpg", False),
        ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/test/object.jpg", False),
        # A star at the end of a part goes on beyond the colon; one inside a part does not.
        ("arn:aws:logs:*:*:*", "arn:aws:logs:us-east-1:123456789012:log-group:/a:log-stream:x", True),
        ("arn:aws:sqs:*:dead", "arn:aws:sqs:us-east-1:123456789012:dead", False),
        ("arn:aws:sqs:us-*-1:123456789012:q", "arn:aws:sqs:us-east-1:123456789012:q", True),
        ("arn:aws:sqs:u*t:123456789012:q", "arn:aws:sqs:us-east-1:t:123456789012:q", False),
        ("arn:aws:sqs:*:*:q", "arn:aws:sqs:us-east-1:123456789012:q", True),
        # An incomplete ARN is completed with stars.
        ("arn:aws:sqs", "arn:aws:sqs:us-east-1:123456789012:q", True),
        ("arn:aws:sqs:us-east-1", "arn:aws:sqs:us-east-1:123456789012:q", True),
        ("arn:aws:sqs:us-east-1", "arn:aws:sqs:eu-west-1:123456789012:q", False),
        ("arn:aws:sqs:*", "arn:aws:sqs:us-east-1:123456789012:q", True),
        ("arn:aws:s3:::b.c", "arn:aws:s3:::bxc", False),  # a dot is a dot
        ("arn:aws:s3:::b[1]", "arn:aws:s3:::b[1]", True),
        ("arn:aws:s3:::b${*}", "arn:aws:s3:::b*", True),
        ("arn:aws:s3:::b${*}", "arn:aws:s3:::bx", False),
        ("arn:aws:s3:::b$", "arn:aws:s3:::b$", True),
    ],
)
def test_resource_wildcards(pattern: str, arn: str, fits: bool):
    assert (resource_matcher((pattern,))(arn) is not None) is fits


@pytest.mark.parametrize(
    ("pattern", "arn", "fits"),
    [
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket", True),
        ("arn:aws:events:*:*:rule/*", "arn:aws:events:us-east-1:123456789012:rule/tick", True),
        ("arn:*:s3:::b?", "arn:aws:s3:::b1", True),
        ("arn:aws:sns:*:topic", "arn:aws:sns:us-east-1:123456789012:topic", False),  # each part by itself
        ("arn:aws:sns:*", "arn:aws:sns:us-east-1:123456789012:topic", False),
        ("arn:aws:sns:*:1:t", "arn:aws:sns:us-east-1:123456789012:1:t", False),
        ("arn:aws:logs:*:*:*", "arn:aws:logs:us-east-1:123456789012:log-group:/a:*", True),
        ("arn:aws:s3:::BUCKET", "arn:aws:s3:::bucket", False),
    ],
)
def test_arn_conditions_look_at_each_part_by_itself(pattern: str, arn: str, fits: bool):
    assert (arn_matcher(pattern)(arn) is not None) is fits


NAMES = st.text("ab:*?", max_size=8)


@given(NAMES, st.text("ab:", max_size=10))
def test_a_glob_means_the_same_as_a_plain_regular_expression(pattern: str, text: str):
    plain = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    expected = re.fullmatch(plain, text) is not None
    assert (text_matcher(pattern)(text) is not None) is expected
    assert (action_matcher((pattern,))(text) is not None) is expected


@given(st.text(max_size=20))
def test_an_escaped_text_covers_itself_and_unescapes(text: str):
    assert text_matcher(escaped(text))(text)
    assert unescaped(escaped(text)) == text


@given(st.lists(st.text("abc/-", max_size=5), min_size=6, max_size=6))
def test_every_arn_covers_itself(parts: list[str]):
    arn = ":".join(parts)
    assert resource_matcher((arn,))(arn)
    assert arn_matcher(arn)(arn)


def test_a_nasty_pattern_is_not_slow():
    pattern = "arn:aws:s3:::" + "*a" * 60 + "b"
    # With backtracking these would take longer than anybody waits.
    assert not resource_matcher((pattern,))("arn:aws:s3:::" + "a" * 2000)
    assert not action_matcher(("s3:" + "*a" * 60 + "b",))("s3:" + "a" * 2000)


def lookup(key: str) -> tuple[str, ...] | None:
    return {"aws:username": ("ada",), "aws:principaltag/team": ("red*",), "aws:tagkeys": ("a", "b")}.get(key)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("home/${aws:username}/*", "home/ada/*"),
        ("home/${AWS:UserName}", "home/ada"),
        ("${aws:PrincipalTag/team}", "red${*}"),  # a star in a value is no wildcard
        ("${aws:PrincipalTag/none, 'all'}", "all"),
        ("${aws:PrincipalTag/none}", None),
        ("${aws:TagKeys}", None),  # a key with several values is no variable
        ("${*}${?}${$}", "${*}${?}${$}"),
        ("plain", "plain"),
        ("${", "${"),
    ],
)
def test_policy_variables_are_filled_in(pattern: str, text: str | None):
    assert filled(pattern, lookup) == text


def test_the_escapes_are_no_variables():
    assert has_variables("a/${aws:username}")
    assert not has_variables("a/${*}${?}${$}")
    assert not has_variables("a/$aws")
