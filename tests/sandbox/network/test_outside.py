"""Hosts outside of AWS: what may be staged, and which rule answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.network.outside import BODY_MAX, NOT_FOUND, Answer, Outside, staged


def answered(answers: list, method: str, *targets: str) -> list[bytes]:
    """The bodies with which a host answers requests, one after the other."""
    outside, host = Outside(), staged("api.example.com", answers)
    outside.stage(host)
    return [outside.answer(host, method, target).body for target in targets]


def test_the_first_rule_that_fits_answers():
    rules = [
        {"method": "get", "path": "/rates/eur", "body": "one"},
        {"path": "/rates/*", "body": "two"},
        {"path": "*q=1*", "body": "three"},
        {"path": "/search?q=*", "body": "four"},
    ]
    targets = ("/rates/eur", "/rates/eur?x", "/rates/usd", "/search?q=1", "/other?q=1", "/")
    assert answered(rules, "GET", *targets) == [
        b"one", b"one", b"two", b"four", NOT_FOUND.body, NOT_FOUND.body,
    ]  # fmt: skip
    assert answered(rules, "POST", "/rates/eur") == [b"two"]


def test_a_rule_is_used_up_after_so_many_times():
    rules = [{"status": 503, "body": "busy", "times": 2}, {"body": "ok"}]
    assert answered(rules, "GET", "/", "/", "/", "/") == [b"busy", b"busy", b"ok", b"ok"]


def test_a_host_that_is_staged_again_begins_afresh():
    outside, host = Outside(), staged("a.example.com", [{"times": 1, "body": "first"}])
    for _ in range(2):
        outside.stage(host)
        assert outside.answer(host, "GET", "/").body == b"first"
        assert outside.answer(host, "GET", "/") is NOT_FOUND


@pytest.mark.parametrize(
    ("body", "content", "kind"),
    [
        ("héllo", "héllo".encode(), "text/plain; charset=utf-8"),
        (b"\0\1", b"\0\1", "application/octet-stream"),
        ({"a": [1, "é"]}, '{"a": [1, "é"]}'.encode(), "application/json"),
        ([], b"[]", "application/json"),
    ],
)
def test_a_body_is_a_text_bytes_or_json(body, content, kind):
    (answer,) = staged("a.example.com", [{"body": body}]).answers
    assert (answer.body, dict(answer.headers)["Content-Type"]) == (content, kind)


def test_headers_are_kept_and_may_come_twice():
    headers = {"content-type": "text/csv", "Set-Cookie": ["a=1", "b=2"]}
    (answer,) = staged("a.example.com", [{"headers": headers, "body": "x"}]).answers
    assert answer.headers == (("content-type", "text/csv"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))


def test_what_is_left_out_has_a_default_and_latency_is_in_microseconds():
    plain, slow = staged("a.example.com", [{}, {"latency": 1.5}]).answers
    assert plain == Answer("*", "*", 200, (), b"", None, None)
    assert slow.latency == 1_500_000


def test_a_host_listens_at_its_own_ports():
    usual, own = staged("a.example.com"), staged("A.example.com:8080", refuse="connection")
    assert (own.name, own.port) == ("a.example.com", 8080)
    outside = Outside()
    for host in (usual, own):
        outside.stage(host)
    places = [outside.at("a.example.com", port) for port in (80, 443, 8080, 22)]
    assert places == [usual, usual, own, None]
    assert [outside.knows(name) for name in ("a.example.com", "b.example.com")] == [True, False]


@pytest.mark.parametrize(
    ("host", "answers", "refuse", "words"),
    [
        (7, [], None, "a host is a text"),
        ("", [], None, "is no host"),
        ("http://a.example.com", [], None, "is no host"),
        ("a..example.com", [], None, "is no host"),
        ("a.example.com:x", [], None, "is no host"),
        ("a.example.com:0", [], None, "port that is not from 1"),
        ("a.example.com:99999", [], None, "port that is not from 1"),
        ("sqs.us-east-1.amazonaws.com", [], None, "is AWS's"),
        ("169.254.169.254", [], None, "no host outside"),
        ("127.0.0.1", [], None, "no host outside"),
        ("localhost", [], None, "the function's own environment"),
        ("a.example.com", [], "never", "refuse is connection, name, timeout or None"),
        ("a.example.com", [{}], "name", "answers nothing"),
        ("a.example.com", {"path": "/"}, None, "a list of rules"),
        ("a.example.com", [{}] * 1_001, None, "1,000 rules at the most"),
        ("a.example.com", ["x"], None, "a rule is a mapping"),
        ("a.example.com", [{"paht": "/"}], None, "has paht; a rule has method, path"),
        ("a.example.com", [{"path": "rates"}], None, "begins with / or"),
        ("a.example.com", [{"method": "GET /"}], None, "a word such as GET"),
        ("a.example.com", [{"status": 99}], None, "from 200 to 599"),
        ("a.example.com", [{"status": True}], None, "from 200 to 599"),
        ("a.example.com", [{"times": 0}], None, "from 1 to"),
        ("a.example.com", [{"latency": -1}], None, "from 0 to"),
        ("a.example.com", [{"latency": float("nan")}], None, "a number of seconds"),
        ("a.example.com", [{"headers": ["x"]}], None, "no mapping"),
        ("a.example.com", [{"headers": {"X": "a\r\nB: c"}}], None, "no text on one line"),
        ("a.example.com", [{"headers": {"X Y": "a"}}], None, "with the name"),
        ("a.example.com", [{"headers": {"Content-Length": "3"}}], None, "own business"),
        ("a.example.com", [{"body": 3}], None, "neither a text"),
        ("a.example.com", [{"body": {"a": {1}}}], None, "no JSON"),
        ("a.example.com", [{"body": "\ud800"}], None, "cannot be sent"),
        ("a.example.com", [{"body": bytes(BODY_MAX + 1)}], None, "are the most"),
    ],
)
def test_what_cannot_be_staged_is_said_in_words(host, answers, refuse, words):
    with pytest.raises(ValueError, match=words):
        staged(host, answers, refuse)


@given(st.text("ab*/?.[", max_size=8), st.text("ab/?.[", max_size=12))
def test_a_path_fits_as_stars_stand_for_any_text(path, target):
    answer = Answer("*", f"/{path}", 200, (), b"", None, None)
    wanted = f"/{target}" if "?" in path else f"/{target}".partition("?")[0]

    def fits(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return any(fits(pattern[1:], text[cut:]) for cut in range(len(text) + 1))
        return text[:1] == pattern[0] and fits(pattern[1:], text[1:])

    assert answer.fits("GET", f"/{target}") is fits(f"/{path}", wanted)
