"""Only JSON's scalars are typed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.problems import ContentError, Problems
from tutor.course.source import UNFIT, Source
from tutor.course.strict_yaml import parse_yaml


def read(text: str):
    problems = Problems()
    value = parse_yaml(Source("x.yaml", text), problems).plain()
    problems.stop()
    return value


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "off",
        "yes",
        "no",
        "~",
        "09:00",
        "002",
        "0x1F",
        "1_000",
        "2026-11-21",
        ".inf",
        "Null",
        "TRUE",
        "+1",
        "1.",
        ".5",
    ],
)
def test_what_only_yaml_would_type_stays_a_text(text):
    assert read(f"a: {text}\n") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-12", -12), ("1.5", 1.5), ("1e3", 1000.0), ("true", True), ("null", None), ("", None)],
)
def test_what_json_types_is_typed(text, value):
    read_value = read(f"a: {text}\n")["a"]
    assert read_value == value
    assert type(read_value) is type(value)


def test_quotes_make_a_text():
    assert read("a: \"12\"\nb: 'true'\nc: |\n  12\n") == {"a": "12", "b": "true", "c": "12\n"}


def test_lines_and_columns_are_remembered():
    node = parse_yaml(Source("x", "a: 1\nbb:\n  - c: [x,\n      y]\n"), Problems(), first_line=10)
    inner = node.value["bb"].value[0].value["c"].value
    assert node.keys["bb"] == (11, 1)
    assert [(item.line, item.column) for item in inner] == [(12, 9), (13, 7)]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text(max_size=12).filter(lambda text: not UNFIT.search(text)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdef", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_json_means_what_json_means(value):
    assert read(json.dumps({"a": value}, ensure_ascii=False)) == {"a": value}


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text):
    try:
        problems = []
        read(text)
    except ContentError as error:
        problems = list(error.problems)
    assert all(problem.file == "x.yaml" and problem.line >= 1 for problem in problems)
