from __future__ import annotations

import pytest

from sandbox.console.shorthand import ShorthandError, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=b", {"a": "b"}),
        ("a=", {"a": ""}),
        ("a=b,c=d", {"a": "b", "c": "d"}),
        ("a=b,c", {"a": ["b", "c"]}),
        ("a=b,c,d=e", {"a": ["b", "c"], "d": "e"}),
        ("a = b , c = d", {"a": "b", "c": "d"}),
        ("a=b\\,c", {"a": "b,c"}),
        ("a='b,c',d=e", {"a": "b,c", "d": "e"}),
        ('a="say \\"hi\\"",b=c', {"a": 'say "hi"', "b": "c"}),
        ("a=[]", {"a": []}),
        ("a=[b,c]", {"a": ["b", "c"]}),
        ("a=[ b , 'c d' ]", {"a": ["b", "c d"]}),
        ("a={b=c,d=e}", {"a": {"b": "c", "d": "e"}}),
        ("a={b={c=[d,e]}},f=g", {"a": {"b": {"c": ["d", "e"]}}, "f": "g"}),
        ("a=[{b=c},{b=d}]", {"a": [{"b": "c"}, {"b": "d"}]}),
        ("a={}", {"a": {}}),
        ("URL=https://x.example/?a=b", {"URL": "https://x.example/?a=b"}),
        ("TargetArn=arn:aws:sqs:us-east-1:1:q", {"TargetArn": "arn:aws:sqs:us-east-1:1:q"}),
        ("aws:SourceArn=x", {"aws:SourceArn": "x"}),
        ("a=b,,a=b,\n:]}}", None),
    ],
)
def test_shorthand_is_read_as_aws_cli_reads_it(text, value):
    if value is None:
        with pytest.raises(ShorthandError, match="Second instance of key"):
            parse(text)
    else:
        assert parse(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo", "Expected: '=', received: 'EOF' for input:\nfoo\n   ^"),
        ("", "Expected: '=', received: 'EOF' for input:\n\n^"),
        ("a=[b", "Expected: ',', received: 'EOF' for input:\na=[b\n    ^"),
        ("a={b}", "Expected: '=', received: '}' for input:\na={b}\n    ^"),
        ("a='b", "Expected: '<singled quoted>', received: '<none>' for input:\na='b\n  ^"),
        ("a=b c\nd==e", None),
        ("a=1,a=2", 'Second instance of key "a" encountered for input:\na=1,a=2\n    ^\n'
         'This is often because there is a preceding "," instead of a space.'),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_with_a_mark_under_its_place(text, message):
    if message is None:
        assert parse(text) == {"a": "b c\nd==e"}
        return
    with pytest.raises(ShorthandError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_a_file_is_read_after_at_and_equals_only():
    def fetch(text):
        return {"file://policy.json": "{}"}.get(text)

    assert parse("a@=file://policy.json,b=file://policy.json,c@=plain", fetch) == {
        "a": "{}",
        "b": "file://policy.json",
        "c": "plain",
    }


def test_endless_brackets_are_refused():
    with pytest.raises(ShorthandError, match="50 brackets"):
        parse("a=" + "[" * 5000)
